"""Who is told of an event, and what is said: only what a webhook's maker may see right then.

Of pairs the codes of both records are told and what was decided, never why.
"""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from terrace.match.matcher import ABSTAIN_BELOW
from terrace_web.accounts.audience import Audience, audience_of
from terrace_web.api.models import EVENTS, TEST, Delivery, Webhook
from terrace_web.api.schemas import RecordOut
from terrace_web.market.models import Record
from terrace_web.market.queries import visible_to
from terrace_web.market.redaction import view_for
from terrace_web.matching.models import Decision, Pair
from terrace_web.permissions import rows
from terrace_web.predicates import PUBLISHED, is_in_charge, is_owner, opens

Said = dict[str, Any]
_SIDES = ("need", "achievement")
# What is withdrawn is gone from sight: who saw it before is whom its level still lets in.
_SAW = is_owner | is_in_charge | opens("teaser")
_IN_MARKET = Q(need__run__stage=PUBLISHED, achievement__run__stage=PUBLISHED)


def queue_event(event: str, record_ids: Iterable[int], *, now: datetime) -> list[Delivery]:
    """A delivery for every webhook that wants this event and may see all of its records."""
    ids = list(record_ids)
    say = _say_gone if event == "record.withdrawn" else _say_records
    return _queue(event, "records", lambda _hook, audience: say(audience, ids), now=now)


def queue_pairs(pairs: QuerySet[Pair], *, now: datetime) -> list[Delivery]:
    """A delivery of the pairs that concern a webhook's organisation, for each that wants them.

    They are those of which something is claimed and both records are in the market.
    """
    found = pairs.filter(_IN_MARKET, confidence__gte=ABSTAIN_BELOW).order_by("-confidence", "pk")

    def say(hook: Webhook, audience: Audience) -> list[Said]:
        shown = found.filter(*_open_pairs(hook, audience)).select_related(*_SIDES)
        return [_name_pair(pair) for pair in shown]

    return _queue("match.found", "pairs", say, now=now)


def queue_decision(decision_id: int, *, now: datetime) -> list[Delivery]:
    """A delivery of one decision for every webhook whose organisation it concerns."""
    made = Decision.objects.filter(pk=decision_id)

    def say(hook: Webhook, audience: Audience) -> list[Said]:
        shown = made.filter(*_open_pairs(hook, audience)).select_related(*_SIDES)
        return [{**_name_pair(each), "choice": each.choice} for each in shown]

    return _queue("decision.made", "decisions", say, now=now)


def queue_test(hook: Webhook, *, now: datetime) -> Delivery:
    """A delivery that says nothing but that it is a test."""
    payload = {"event": TEST, "at": now.isoformat()}
    return Delivery.objects.create(webhook=hook, event=TEST, payload=payload, at=now)


def describe_events() -> list[tuple[str, str, str]]:
    """Each event: its code, what happened, and what a message of it carries."""
    carried = {
        "record.published": _("records: each as the API gives it to whoever made the webhook"),
        "record.withdrawn": _("records: code and kind of each"),
        "match.found": _("pairs: the codes of need and achievement"),
        "decision.made": _(
            "decisions: the codes of need and achievement, and the choice: "
            "shortlist, reject, later or undo"
        ),
        TEST: _("nothing more"),
    }
    return [(code, str(EVENTS.get(code, _("A test"))), said) for code, said in carried.items()]


def is_wanted(event: str) -> bool:
    """Whether any webhook waits for this event."""
    hooks = Webhook.objects.filter(is_active=True).values_list("events", flat=True)
    return any(event in events for events in hooks)


def _queue(
    event: str, name: str, say: Callable[[Webhook, Audience], list[Said]], *, now: datetime
) -> list[Delivery]:
    made = []
    for hook in Webhook.objects.filter(is_active=True).select_related("created_by"):
        audience = audience_of(hook.created_by)
        if event not in hook.events or hook.organisation_id not in audience.member_of:
            continue
        if said := say(hook, audience):
            payload = {"event": event, "at": now.isoformat(), name: said}
            made.append(Delivery(webhook=hook, event=event, payload=payload, at=now))
    return Delivery.objects.bulk_create(made)


def _say_records(audience: Audience, ids: list[int]) -> list[Said]:
    records = list(visible_to(audience).filter(pk__in=ids))
    if len(records) < len(ids):
        return []
    return [RecordOut.of(view_for(audience, record)).model_dump(mode="json") for record in records]


def _say_gone(audience: Audience, ids: list[int]) -> list[Said]:
    gone = Record.objects.filter(_SAW.rows(audience), pk__in=ids)
    return [{"code": record.code, "kind": record.kind} for record in gone]


def _open_pairs(hook: Webhook, audience: Audience) -> tuple[Q, ...]:
    """Both records are seen, and one is the organisation's own and its matches are open."""
    see = [rows("market:record:see", audience, through=side) for side in _SIDES]
    own = Q(pk__in=[])
    for side in _SIDES:
        listed = rows("matching:record:matches", audience, through=side)
        own |= Q(**{f"{side}__owner": hook.organisation_id}) & listed
    return (*see, own)


def _name_pair(pair: Pair | Decision) -> Said:
    return {"need": pair.need.code, "achievement": pair.achievement.code}
