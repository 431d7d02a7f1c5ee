"""The flow that ships: how a record becomes public."""

import itertools
from datetime import date

import pytest

from terrace.flow import (
    ROLES,
    FlowVersion,
    MoveCheck,
    check_move,
    check_stage,
    due_date,
    moves_from,
    overdue_moves,
    shipped_calendar,
    shipped_flows,
)

TODAY = date(2026, 5, 12)
EVERYBODY = frozenset(ROLES)
COMPLETE: dict[str, object] = {
    "has_title": True,
    "has_public_text": True,
    "has_field": True,
    "has_owner": True,
    "shows_confidential": False,
    "has_priority_date": False,
    "has_waiver": False,
    "repeats_confidential": False,
    "is_blind": False,
    "names_owner": False,
    "expires": None,
    "today": TODAY,
}
# Who may leave which stage by which move, written out a second time on purpose.
ALLOWED = {
    ("draft", "submit"): {"owner"},
    ("in_review", "return"): {"reviewer", "officer"},
    ("in_review", "publish"): {"reviewer", "officer"},
    ("in_review", "revise"): {"owner"},
    ("in_review", "withdraw"): {"owner", "reviewer", "officer", "administrator"},
    ("published", "revise"): {"owner"},
    ("published", "withdraw"): {"owner", "reviewer", "officer", "administrator"},
    ("published", "expire"): {"system"},
    ("withdrawn", "reopen"): {"owner"},
    ("expired", "reopen"): {"owner"},
    ("expired", "renew"): {"owner"},
}


@pytest.fixture(scope="module")
def version() -> FlowVersion:
    return shipped_flows()["publication"].version_at(TODAY)


def check(version: FlowVersion, stage: str, move: str, **changes: object) -> MoveCheck:
    return check_move(version, stage, move, roles=EVERYBODY, facts={**COMPLETE, **changes})


def test_it_works(version: FlowVersion) -> None:
    stage = version.initial.id
    for move in ("submit", "return", "submit", "publish", "revise", "submit", "publish", "expire"):
        done = check(version, stage, move)
        assert done.allowed
        stage = done.move.target
    assert stage == "expired"


def test_it_checks_access(version: FlowVersion) -> None:
    found = {
        (stage, move.id): {
            role
            for role in ROLES
            if check_move(version, stage, move.id, roles=frozenset({role}), facts=COMPLETE).allowed
        }
        for stage in version.stages
        for move in moves_from(version, stage)
    }
    assert found == ALLOWED


GUARDS = [("draft", "submit"), ("in_review", "publish"), ("expired", "renew")]


@pytest.mark.parametrize(("stage", "move"), GUARDS)
@pytest.mark.parametrize("fact", ["has_title", "has_public_text", "has_owner"])
def test_nothing_incomplete_is_published(
    version: FlowVersion, stage: str, move: str, fact: str
) -> None:
    assert check(version, stage, move, **{fact: False}).refusal == "unmet"
    assert check(version, stage, move, **{fact: None}).refusal == "unknown"


@pytest.mark.parametrize(("stage", "move"), GUARDS)
def test_nothing_confidential_becomes_public_unprotected(
    version: FlowVersion, stage: str, move: str
) -> None:
    answers = (True, False, None)
    for shows, dated, waived, repeats in itertools.product(answers, repeat=4):
        found = check(
            version, stage, move,
            shows_confidential=shows, has_priority_date=dated, has_waiver=waived,
            repeats_confidential=repeats,
        )  # fmt: skip
        protected = shows is False or (shows is True and True in (dated, waived))
        assert found.allowed is (protected and repeats is False)
        if (shows, dated, waived) == (True, False, False) or repeats is True:
            assert found.refusal == "unmet"


@pytest.mark.parametrize(("stage", "move"), GUARDS)
def test_the_public_text_tells_no_owner_who_is_shown_later(
    version: FlowVersion, stage: str, move: str
) -> None:
    answers = (True, False, None)
    for blind, names in itertools.product(answers, repeat=2):
        found = check(version, stage, move, is_blind=blind, names_owner=names)
        assert found.allowed is (blind is False or (blind is True and names is False))


def test_an_edit_of_what_is_published_is_held_to_the_guard(version: FlowVersion) -> None:
    assert check_stage(version, "published", COMPLETE).holds
    opened = check_stage(version, "published", {**COMPLETE, "shows_confidential": True})
    assert not opened.holds
    assert "priority date" in opened.reasons[0].text("en")
    assert "优先权日" in opened.reasons[0].text("zh")


def test_a_draft_may_be_anything(version: FlowVersion) -> None:
    assert check_stage(version, "draft", {}).holds


def test_a_field_is_asked_for_before_review_only(version: FlowVersion) -> None:
    assert check(version, "draft", "submit", has_field=False).refusal == "unmet"
    assert check(version, "in_review", "publish", has_field=False).allowed


@pytest.mark.parametrize(
    ("expires", "allowed"), [(None, True), (TODAY, True), (date(2026, 5, 11), False)]
)
def test_what_is_past_its_last_day_is_neither_submitted_nor_published(
    version: FlowVersion, expires: date | None, allowed: bool
) -> None:
    assert check(version, "draft", "submit", expires=expires).allowed is allowed
    assert check(version, "in_review", "publish", expires=expires).allowed is allowed
    assert check(version, "expired", "renew", expires=expires).allowed is allowed


def test_it_expires_by_itself_after_its_last_day(version: FlowVersion) -> None:
    published = version.stage("published")
    due = due_date(published, TODAY, shipped_calendar(), facts={"expires": date(2026, 6, 1)})
    assert due == date(2026, 6, 1)
    assert overdue_moves(version, "published", due=due, today=date(2026, 6, 1)) == ()
    (expire,) = overdue_moves(version, "published", due=due, today=date(2026, 6, 2))
    assert check(version, "published", expire.id, expires=due).allowed


def test_what_has_no_last_day_never_expires(version: FlowVersion) -> None:
    published = version.stage("published")
    due = due_date(published, TODAY, shipped_calendar(), facts={"expires": None})
    assert due is None
    assert overdue_moves(version, "published", due=due, today=date(2099, 1, 1)) == ()


def test_a_review_takes_five_working_days(version: FlowVersion) -> None:
    # Friday 24 April 2026: 27 to 30 April are worked, 1 to 5 May are Labour Day's holiday.
    due = due_date(version.stage("in_review"), date(2026, 4, 24), shipped_calendar(), facts={})
    assert due == date(2026, 5, 6)


def test_returning_takes_a_note_and_what_cannot_be_undone_a_confirmation(
    version: FlowVersion,
) -> None:
    assert {move.id for move in version.moves.values() if move.needs_note} == {"return"}
    confirmed = {move.id for move in version.moves.values() if move.needs_confirmation}
    assert confirmed == {"publish", "revise", "withdraw"}


def test_those_concerned_are_told(version: FlowVersion) -> None:
    told = {stage.id: stage.on_entry[0].roles for stage in version.stages.values()}
    assert told["in_review"] == ("reviewer",)
    assert told["published"] == ("owner",)
    assert version.stage("in_review").on_overdue[0].roles == ("reviewer", "officer")
