"""Deciding on pairs: each action checks, changes, records and tells in one transaction."""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404
from django.utils.translation import gettext as _

from terrace.errors import TerraceError
from terrace.files import write_atomically
from terrace_web.accounts.audience import Audience, audience_of
from terrace_web.accounts.models import User
from terrace_web.audit.actions import record_audit
from terrace_web.market.access import editors_of
from terrace_web.market.models import Record
from terrace_web.market.queries import get_record, visible_to
from terrace_web.matching.bulk import OUT_OF_MARKET, match_everything, rebuild_index
from terrace_web.matching.mapping import build_landscape, place_in_landscape
from terrace_web.matching.models import Decision, Visit
from terrace_web.matching.signals import pair_decided
from terrace_web.matching.states import decisions_of, standing_decisions, state_before
from terrace_web.notices.actions import notify, take_back
from terrace_web.permissions import may

__all__ = [
    "DecisionRefused",
    "build_landscape",
    "decide",
    "export_decisions",
    "match_everything",
    "note_visit",
    "place_in_landscape",
    "rebuild_index",
    "undo",
]

Choice = Decision.Choice
_LEARNED_FROM = (Choice.SHORTLIST, Choice.REJECT, Choice.LATER)
_ONE_SITTING_SECONDS = 30 * 60


class DecisionRefused(TerraceError):
    """A decision that cannot be made; the message says why, in the language of the request."""


@dataclass(frozen=True, slots=True)
class Parties:
    """The two records of a pair, both visible to who decides."""

    need: Record
    achievement: Record


def decide(
    need: str,
    achievement: str,
    choice: str,
    *,
    by: User,
    audience: Audience,
    cause: str = "",
    reason: str = "",
    now: datetime,
) -> Decision:
    """Decide on a pair; that it is shortlisted, or no longer, is told the people concerned.

    Raises:
        DecisionRefused: no such choice or cause, a rejection without any reason, or one of
            the two is withdrawn or expired.
        Http404, PermissionDenied: see ``get_parties``.
    """
    _check(choice, cause, reason)
    with transaction.atomic():
        parties = get_parties(audience, need, achievement)
        if {parties.need.run.stage, parties.achievement.run.stage} & set(OUT_OF_MARKET):
            raise DecisionRefused(
                _("One of the two has left the market; nothing is decided on it.")
            )
        before = decisions_of(parties.need.pk, parties.achievement.pk)[:1]
        decision = _record(
            parties, choice, holds=choice, cause=cause, reason=reason, by=by, now=now
        )
        _tell_change(parties, before, decision, by=by, now=now)
    return decision


def undo(need: str, achievement: str, *, by: User, audience: Audience, now: datetime) -> Decision:
    """Take the last decision on a pair back; what held before it holds again.

    Raises:
        DecisionRefused: nothing holds on this pair.
        Http404, PermissionDenied: see ``get_parties``.
    """
    with transaction.atomic():
        parties = get_parties(audience, need, achievement)
        made = decisions_of(parties.need.pk, parties.achievement.pk)
        if not made or not made[0].holds:
            raise DecisionRefused(_("Nothing is decided on this pair, so nothing can be undone."))
        decision = _record(parties, Choice.UNDO, holds=state_before(made), by=by, now=now)
        _tell_change(parties, made, decision, by=by, now=now)
    return decision


def get_parties(audience: Audience, need: str, achievement: str) -> Parties:
    """Both records of a pair, for somebody who may decide on it.

    Raises:
        Http404: one of them is not there, not of its kind, or not visible to the audience.
        PermissionDenied: the audience may decide for neither of them.
    """
    parties = Parties(
        _get(audience, need, "need"),
        _get(audience, achievement, "achievement"),
    )
    answers = [
        may(audience, "matching:record:decide", record)
        for record in (parties.need, parties.achievement)
    ]
    if not any(answer.allowed for answer in answers):
        raise PermissionDenied(answers[0].reason)
    return parties


def note_visit(user: User, now: datetime) -> datetime | None:
    """Remember that somebody is at their desk; when they were last, None at the first time.

    Pages looked at within one sitting count as one visit.
    """
    visit, is_first = Visit.objects.get_or_create(user=user, defaults={"since": now, "at": now})
    if is_first:
        return None
    if (now - visit.at).total_seconds() > _ONE_SITTING_SECONDS:
        visit.since = visit.at
    visit.at = now
    visit.save(update_fields=["since", "at"])
    return visit.since


def export_decisions(path: Path) -> int:
    """Write what holds on every pair in the core's format (JSONL); how many lines."""
    lines = [
        json.dumps(_line_of(decision), ensure_ascii=False)
        for decision in standing_decisions().select_related("need", "achievement")
        if decision.holds in _LEARNED_FROM
    ]
    text = "".join(f"{line}\n" for line in lines)
    write_atomically(path, lambda file: file.write(text.encode("utf-8")))
    return len(lines)


def _line_of(decision: Decision) -> dict[str, Any]:
    return {
        "need_id": decision.need.code,
        "achievement_id": decision.achievement.code,
        "decision": decision.holds,
        "cause": decision.cause if decision.choice == decision.holds else "",
        "at": decision.at.isoformat(),
    }


def _get(audience: Audience, code: str, kind: str) -> Record:
    record = get_record(audience, code)
    if record.kind != kind:
        raise Http404
    return record


def _check(choice: str, cause: str, reason: str) -> None:
    if choice not in _LEARNED_FROM:
        raise DecisionRefused(_("Choose between shortlisting, rejecting and later."))
    if cause and cause not in Decision.Cause:
        raise DecisionRefused(_("Choose one of the reasons in the list."))
    if choice == Choice.REJECT and not cause and not reason.strip():
        raise DecisionRefused(_("Say why you reject it: choose a reason or write one."))


def _record(
    parties: Parties,
    choice: str,
    *,
    holds: str,
    cause: str = "",
    reason: str = "",
    by: User,
    now: datetime,
) -> Decision:
    decision = Decision.objects.create(
        need=parties.need,
        achievement=parties.achievement,
        choice=choice,
        holds=holds,
        cause=cause if choice == Choice.REJECT else "",
        reason=reason.strip()[:400],
        by=by,
        at=now,
    )
    subject = f"pair {parties.need.code} {parties.achievement.code}"
    details = {"cause": decision.cause} if decision.cause else {}
    record_audit(f"pair:{choice}", by=by, now=now, subject=subject, details=details)
    transaction.on_commit(lambda: pair_decided.send(sender=Decision, decision_id=decision.pk))
    return decision


def _tell_change(
    parties: Parties, before: Sequence[Decision], made: Decision, *, by: User, now: datetime
) -> None:
    """Who knows of a shortlisted pair is told of its end; what nobody noticed is taken back."""
    both = (parties.need, parties.achievement)
    was, holds = bool(before) and before[0].holds == Choice.SHORTLIST, made.holds
    unaware = take_back(both, told_at=before[0].at) if before else frozenset()
    if made.choice == Choice.SHORTLIST and not was:
        _tell_all(parties, "shortlisted", but={by.pk}, now=now)
    elif was and holds != Choice.SHORTLIST:
        _tell_all(parties, "shortlist_ended", but={by.pk, *unaware}, now=now)


def _tell_all(parties: Parties, kind: str, *, but: Collection[int], now: datetime) -> None:
    """Everybody concerned but these; a record that one of them may not see is not named."""
    sides = ((parties.need, parties.achievement), (parties.achievement, parties.need))
    told = set(but)
    for own, other in sides:
        for user in _people_of(own):
            if user.pk not in told:
                told.add(user.pk)
                _tell(user, kind, own, other, now=now)


def _tell(user: User, kind: str, own: Record, other: Record, *, now: datetime) -> None:
    seen = set(
        visible_to(audience_of(user)).filter(pk__in=[own.pk, other.pk]).values_list("pk", flat=True)
    )
    if own.pk in seen:
        known = other if other.pk in seen else None
        notify([user], kind, record=own, other=known, now=now)


def _people_of(record: Record) -> list[User]:
    in_charge = [record.manager] if isinstance(record.manager, User) else []
    return [*editors_of(record.owner), *in_charge]
