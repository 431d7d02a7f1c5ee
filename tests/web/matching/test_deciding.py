"""Decisions: who may make them, what they change, who is told, and how they are taken back."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import call_command
from django.http import Http404

from terrace.match.decisions import read_decisions
from terrace_web.audit.models import Entry
from terrace_web.market.models import Record
from terrace_web.matching.actions import DecisionRefused, decide, export_decisions, undo
from terrace_web.matching.models import Decision, Pair
from terrace_web.matching.states import with_state
from terrace_web.notices.mailing import UNDO_TIME
from terrace_web.notices.mails import send_new
from terrace_web.notices.models import Notice
from terrace_web.testing.cast import NOW, Cast, make_record


def state_of(pair: Pair) -> str:
    return with_state(Pair.objects.filter(pk=pair.pk)).get().state


def act(cast: Cast, pair: Pair, user, choice: str, **said: str) -> Decision:
    common = {"by": user, "audience": cast.audience(user), "now": NOW}
    if choice == "undo":
        return undo(pair.need.code, pair.achievement.code, **common)
    return decide(pair.need.code, pair.achievement.code, choice, **said, **common)


@pytest.fixture
def pair(seal: Record, need: Record, pair_up) -> Pair:
    return pair_up(need, seal)


def test_it_works(cast: Cast, pair: Pair) -> None:
    act(cast, pair, cast.buyer, "shortlist")

    assert state_of(pair) == "shortlist"
    entry = Entry.objects.get(action="pair:shortlist")
    assert entry.subject == f"pair {pair.need.code} {pair.achievement.code}"
    assert entry.user == cast.buyer


@pytest.mark.parametrize("person", ["buyer", "researcher", "manager", "other_manager"])
def test_both_sides_and_managers_decide(cast: Cast, pair: Pair, person: str) -> None:
    assert act(cast, pair, getattr(cast, person), "later").choice == "later"


@pytest.mark.parametrize("stage", ["withdrawn", "expired"])
def test_nothing_is_decided_on_what_has_left_the_market(
    cast: Cast, sign_in, pair: Pair, stage: str
) -> None:
    pair.achievement.run.stage = stage
    pair.achievement.run.save()

    with pytest.raises(DecisionRefused, match="left the market"):
        act(cast, pair, cast.researcher, "shortlist")
    page = sign_in(cast.researcher).get(f"/desk/{pair.need.code}/{pair.achievement.code}/")
    assert page.status_code == 200 and "data-triage-shortlist" not in page.content.decode()
    assert not Decision.objects.exists()


@pytest.mark.parametrize("person", ["colleague", "rival", "officer", "administrator"])
def test_it_checks_access(cast: Cast, pair: Pair, person: str) -> None:
    with pytest.raises(PermissionDenied):
        act(cast, pair, getattr(cast, person), "later")
    assert not Decision.objects.exists()


def test_a_hidden_side_does_not_exist(cast: Cast, need: Record, hidden: Record, pair_up) -> None:
    with pytest.raises(Http404):
        act(cast, pair_up(need, hidden), cast.buyer, "shortlist")


def test_the_sides_may_not_be_swapped(cast: Cast, pair: Pair) -> None:
    with pytest.raises(Http404):
        decide(
            pair.achievement.code,
            pair.need.code,
            "later",
            by=cast.manager,
            audience=cast.audience(cast.manager),
            now=NOW,
        )


def test_undo_takes_the_last_decision_back(cast: Cast, pair: Pair) -> None:
    act(cast, pair, cast.buyer, "later")
    act(cast, pair, cast.manager, "shortlist")
    act(cast, pair, cast.manager, "undo")
    assert state_of(pair) == "later"

    act(cast, pair, cast.buyer, "undo")
    assert state_of(pair) == ""
    assert Decision.objects.count() == 4

    with pytest.raises(DecisionRefused, match="nothing can be undone"):
        act(cast, pair, cast.buyer, "undo")


def test_an_undo_can_be_decided_over(cast: Cast, pair: Pair) -> None:
    for choice in ("later", "undo", "shortlist", "undo"):
        act(cast, pair, cast.buyer, choice)

    assert state_of(pair) == ""


def test_a_rejection_needs_a_reason(cast: Cast, pair: Pair) -> None:
    with pytest.raises(DecisionRefused, match="Say why"):
        act(cast, pair, cast.buyer, "reject", reason="  ")

    made = act(cast, pair, cast.buyer, "reject", cause="money", reason=" Twice our budget. ")
    assert (made.cause, made.reason) == ("money", "Twice our budget.")


@pytest.mark.parametrize("said", [{"choice": "undo!"}, {"choice": "reject", "cause": "because"}])
def test_unknown_choices_are_refused(cast: Cast, pair: Pair, said: dict[str, str]) -> None:
    with pytest.raises(DecisionRefused):
        act(cast, pair, cast.buyer, **said)


def test_shortlisting_tells_both_sides_and_the_managers(cast: Cast, pair: Pair) -> None:
    act(cast, pair, cast.buyer, "shortlist")

    told = {notice.user: notice for notice in Notice.objects.filter(kind="shortlisted")}
    assert set(told) == {cast.researcher, cast.manager}
    assert (told[cast.researcher].record, told[cast.researcher].other) == (
        pair.achievement,
        pair.need,
    )


def test_other_decisions_tell_nobody(cast: Cast, pair: Pair) -> None:
    act(cast, pair, cast.buyer, "later")
    act(cast, pair, cast.buyer, "reject", cause="other")

    assert not Notice.objects.exists()


def test_who_may_not_see_the_other_record_is_not_told_of_it(
    cast: Cast, need: Record, hidden: Record, pair_up
) -> None:
    hidden.manager = cast.manager
    hidden.save()
    act(cast, pair_up(need, hidden), cast.manager, "shortlist")

    notices = {notice.user: notice for notice in Notice.objects.all()}
    assert notices[cast.buyer].record == need
    assert notices[cast.buyer].other is None
    assert notices[cast.other_researcher].other == need


def test_a_blind_owner_is_told(cast: Cast, seal: Record, blind: Record, pair_up) -> None:
    act(cast, pair_up(blind, seal), cast.researcher, "shortlist")

    assert Notice.objects.filter(user=cast.rival, record=blind, other=seal).exists()


def test_what_holds_is_exported_for_training(cast: Cast, pair: Pair, pair_up, tmp_path) -> None:
    other = pair_up(pair.need, make_record(cast.lab, title="Rubber ring"))
    third = pair_up(pair.need, make_record(cast.lab, title="Glass ring"))
    act(cast, pair, cast.buyer, "later")
    act(cast, pair, cast.buyer, "shortlist")
    act(cast, other, cast.buyer, "reject", cause="topic")
    act(cast, third, cast.buyer, "shortlist")
    act(cast, third, cast.buyer, "undo")

    assert export_decisions(tmp_path / "decisions.jsonl") == 2
    read = read_decisions(tmp_path / "decisions.jsonl")
    assert read.rows() == [
        (pair.need.code, pair.achievement.code, "shortlist"),
        (pair.need.code, other.achievement.code, "reject"),
    ]


def test_the_export_has_nobodys_words(cast: Cast, pair: Pair, tmp_path: Path, capsys) -> None:
    act(cast, pair, cast.buyer, "reject", cause="money", reason="We are nearly broke.")
    path = tmp_path / "out.jsonl"
    call_command("export_decisions", str(path))

    assert "1 decisions" in capsys.readouterr().out
    line = json.loads(path.read_text())
    assert line["cause"] == "money"
    assert "broke" not in path.read_text()


@pytest.mark.parametrize("ending", ["undo", "reject", "later"])
def test_who_was_told_of_a_shortlist_is_told_of_its_end(
    cast: Cast, seal: Record, need: Record, ending: str
) -> None:
    given = {"by": cast.manager, "audience": cast.audience(cast.manager), "now": NOW}
    decide(need.code, seal.code, "shortlist", **given)
    told = set(Notice.objects.filter(kind="shortlisted").values_list("user", flat=True))
    Notice.objects.update(mailed_at=NOW)
    end(ending, need, seal, given)

    ended = Notice.objects.filter(kind="shortlist_ended")
    assert told and set(ended.values_list("user", flat=True)) == told


@pytest.mark.parametrize("ending", ["undo", "reject", "later"])
def test_what_nobody_noticed_is_taken_back_without_a_word(
    cast: Cast, seal: Record, need: Record, ending: str
) -> None:
    given = {"by": cast.manager, "audience": cast.audience(cast.manager), "now": NOW}
    decide(need.code, seal.code, "shortlist", **given)
    assert send_new(NOW + timedelta(seconds=30)) == 0
    end(ending, need, seal, given)

    assert not Notice.objects.filter(kind__startswith="shortlist").exists()


def test_who_read_of_a_shortlist_is_told_of_its_end_the_others_are_not(
    cast: Cast, seal: Record, need: Record
) -> None:
    given = {"by": cast.manager, "audience": cast.audience(cast.manager), "now": NOW}
    decide(need.code, seal.code, "shortlist", **given)
    Notice.objects.filter(user=cast.buyer).update(read_at=NOW)
    undo(need.code, seal.code, **given)

    kinds = {notice.kind: notice.user for notice in Notice.objects.all()}
    assert kinds == {"shortlisted": cast.buyer, "shortlist_ended": cast.buyer}


def test_a_rejection_taken_back_at_once_ends_nothing(
    cast: Cast, seal: Record, need: Record
) -> None:
    given = {"by": cast.manager, "audience": cast.audience(cast.manager)}
    decide(need.code, seal.code, "shortlist", **given, now=NOW)
    Notice.objects.update(mailed_at=NOW)
    later = NOW + timedelta(days=1)
    decide(need.code, seal.code, "reject", reason="Too dear.", **given, now=later)
    undo(need.code, seal.code, **given, now=later + timedelta(seconds=9))

    assert not Notice.objects.filter(kind="shortlist_ended").exists()


def test_a_second_shortlisting_tells_nothing_new_and_its_end_is_told(
    cast: Cast, seal: Record, need: Record
) -> None:
    given = {"by": cast.manager, "audience": cast.audience(cast.manager)}
    decide(need.code, seal.code, "shortlist", **given, now=NOW)
    Notice.objects.update(mailed_at=NOW)
    later = NOW + timedelta(days=7)
    decide(need.code, seal.code, "shortlist", **given, now=later)
    told = set(Notice.objects.filter(kind="shortlisted").values_list("user", flat=True))
    assert Notice.objects.count() == len(told)
    decide(need.code, seal.code, "later", **given, now=later + timedelta(seconds=5))

    ended = Notice.objects.filter(kind="shortlist_ended")
    assert told and set(ended.values_list("user", flat=True)) == told


def test_only_the_pair_that_is_undone_is_taken_back(cast: Cast, seal: Record, need: Record) -> None:
    other = make_record(cast.lab, title="Other")
    given = {"by": cast.manager, "audience": cast.audience(cast.manager), "now": NOW}
    decide(need.code, seal.code, "shortlist", **given)
    decide(need.code, other.code, "shortlist", **given)
    undo(need.code, seal.code, **given)

    left = Notice.objects.filter(kind="shortlisted")
    assert left and all(other.pk in (each.record_id, each.other_id) for each in left)


def test_what_stays_for_two_minutes_is_mailed(cast: Cast, seal: Record, need: Record) -> None:
    given = {"by": cast.manager, "audience": cast.audience(cast.manager), "now": NOW}
    decide(need.code, seal.code, "shortlist", **given)
    told = Notice.objects.filter(kind="shortlisted").count()

    assert send_new(NOW + UNDO_TIME) == told > 0


def end(ending: str, need: Record, seal: Record, given: dict[str, Any]) -> None:
    if ending == "undo":
        undo(need.code, seal.code, **given)
    else:
        decide(need.code, seal.code, ending, reason="Too dear.", **given)


def test_nobody_is_told_of_the_end_of_what_was_never_shortlisted(
    cast: Cast, seal: Record, need: Record
) -> None:
    given = {"by": cast.manager, "audience": cast.audience(cast.manager), "now": NOW}
    decide(need.code, seal.code, "later", **given)
    undo(need.code, seal.code, **given)

    assert not Notice.objects.filter(kind="shortlist_ended").exists()
