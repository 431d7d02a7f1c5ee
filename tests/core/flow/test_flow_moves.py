from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from flow_parts import BOOKING, booking

from terrace.criteria.results import Result
from terrace.errors import CriteriaError, NotFound
from terrace.flow import (
    FlowVersion,
    Label,
    MoveCheck,
    check_move,
    check_stage,
    moves_from,
)

GOOD = {
    "starts_on": date(2026, 8, 3),
    "today": date(2026, 8, 1),
    "purpose": "Tensile tests",
    "hours": 4,
    "is_risky": True,
    "is_trained": True,
}


@pytest.fixture(scope="module")
def version(tmp_path_factory: pytest.TempPathFactory) -> FlowVersion:
    return booking(tmp_path_factory.mktemp("flow")).version(2)


def grant(version: FlowVersion, **changes: object) -> MoveCheck:
    facts = {**GOOD, **changes}
    return check_move(version, "asked", "grant", roles=frozenset({"host"}), facts=facts)


def test_it_works(version: FlowVersion) -> None:
    check = grant(version)
    assert check.allowed
    assert (check.refusal, check.missing, check.reasons) == (None, (), ())
    assert check.result is Result.MET
    assert check.move.target == "granted"


def test_moves_are_those_that_leave_the_stage(version: FlowVersion) -> None:
    assert [move.id for move in moves_from(version, "asked")] == ["grant", "refuse", "change"]
    assert [move.id for move in moves_from(version, "granted")] == ["refuse", "finish"]
    assert moves_from(version, "used") == ()
    with pytest.raises(NotFound, match="'lost'"):
        moves_from(version, "lost")


def test_a_move_from_another_stage_is_refused(version: FlowVersion) -> None:
    check = check_move(version, "granted", "grant", roles=frozenset({"host"}), facts=GOOD)
    assert (check.allowed, check.refusal) == (False, "wrong_stage")
    assert check.result is Result.NOT_APPLICABLE
    assert check.reasons[0].text("en") == "'Grant' is possible only in the stage: Asked for."
    assert check.reasons[0].text("zh-hans") == "“批准”仅适用于以下阶段：已申请。"


@pytest.mark.parametrize("roles", [(), ("owner",), ("administrator", "system")])
def test_it_checks_access(version: FlowVersion, roles: tuple[str, ...]) -> None:
    check = check_move(version, "asked", "refuse", roles=frozenset(roles), facts=GOOD)
    assert check.refusal == "not_yours"
    assert check.findings == ()
    assert check.reasons == (
        Label(
            "'Refuse' is up to: host of the equipment, zone officer.",
            "“拒绝”须由以下角色操作：设备方、园区专员。",
        ),
    )


def test_one_role_of_several_is_enough(version: FlowVersion) -> None:
    roles = frozenset({"owner", "officer"})
    assert check_move(version, "granted", "refuse", roles=roles, facts={}).allowed


@pytest.mark.parametrize(
    ("note", "allowed"), [(None, True), ("", False), (" \n", False), ("No.", True)]
)
def test_a_note_that_is_required_may_not_be_blank(
    version: FlowVersion, note: str | None, allowed: bool
) -> None:
    host = frozenset({"host"})
    check = check_move(version, "asked", "refuse", roles=host, facts={}, note=note)
    assert check.allowed is allowed
    assert check.refusal == (None if allowed else "no_note")


def test_a_note_that_is_not_required_may_be_blank(version: FlowVersion) -> None:
    owner = frozenset({"owner"})
    assert check_move(version, "asked", "change", roles=owner, facts={}, note="").allowed


@pytest.mark.parametrize("blank", [None, "", "  "])
def test_what_has_to_be_filled_in_is_named(version: FlowVersion, blank: object) -> None:
    check = grant(version, purpose=blank)
    assert (check.refusal, check.missing) == ("incomplete", ("purpose",))
    assert check.reasons == (Label("Fill in: purpose.", "请填写：用途。"),)


def test_what_else_is_wrong_is_told_with_what_is_missing(version: FlowVersion) -> None:
    check = grant(version, purpose=None, hours=9)
    assert check.refusal == "incomplete"
    assert [reason.en for reason in check.reasons] == [
        "Fill in: purpose.", "It takes eight hours at most."
    ]  # fmt: skip


def test_what_is_unmet_is_told_in_both_languages(version: FlowVersion) -> None:
    check = grant(version, hours=9, starts_on=date(2026, 8, 1))
    assert (check.refusal, check.result) == ("unmet", Result.UNMET)
    assert check.reasons == (
        Label("It takes eight hours at most.", "不超过8小时。"),
        Label("It begins on a later day.", "开始日期在今天之后。"),
    )
    assert check.missing == ()


def test_what_is_missing_is_unknown_and_never_a_no(version: FlowVersion) -> None:
    check = grant(version, hours=None)
    assert (check.refusal, check.result, check.missing) == ("unknown", Result.UNKNOWN, ("hours",))
    assert check.reasons == (
        Label(
            "It takes eight hours at most. (Not known yet: hours.)",
            "不超过8小时。（尚不清楚：小时数。）",
        ),
    )


def test_unmet_beats_unknown_and_both_are_told(version: FlowVersion) -> None:
    check = grant(version, hours=9, is_trained=None)
    assert (check.refusal, check.missing) == ("unmet", ("is_trained",))
    assert len(check.reasons) == 2


def test_only_what_is_missing_is_named(version: FlowVersion) -> None:
    assert grant(version, starts_on=None).missing == ("starts_on",)


@pytest.mark.parametrize(
    ("risky", "trained", "result"),
    [
        (False, False, Result.NOT_APPLICABLE),
        (False, None, Result.NOT_APPLICABLE),
        (True, True, Result.MET),
        (True, False, Result.UNMET),
        (True, None, Result.UNKNOWN),
        (None, True, Result.UNKNOWN),
        (None, False, Result.UNKNOWN),
    ],
)
def test_a_condition_is_asked_only_where_it_applies(
    version: FlowVersion, risky: bool | None, trained: bool | None, result: Result
) -> None:
    check = grant(version, is_risky=risky, is_trained=trained)
    found = {finding.condition.id: finding.result for finding in check.findings}
    assert found == {"short": Result.MET, "trained": result, "ahead": Result.MET}
    assert check.allowed is (result in (Result.MET, Result.NOT_APPLICABLE))


def test_what_the_target_holds_is_asked_of_every_move_into_it(version: FlowVersion) -> None:
    asked = [finding.condition.id for finding in grant(version).findings]
    assert asked == ["short", "trained", "ahead"]


def test_a_move_without_conditions_needs_no_facts(version: FlowVersion) -> None:
    check = check_move(version, "granted", "finish", roles=frozenset({"system"}), facts={})
    assert check.allowed
    assert check.result is Result.NOT_APPLICABLE


def test_an_edit_may_break_what_a_stage_holds(version: FlowVersion) -> None:
    assert check_stage(version, "granted", GOOD).holds
    broken = check_stage(version, "granted", {**GOOD, "hours": 20})
    assert (broken.holds, broken.result) == (False, Result.UNMET)
    assert [reason.zh for reason in broken.reasons] == ["不超过8小时。"]
    assert not check_stage(version, "granted", {**GOOD, "hours": None}).holds
    assert check_stage(version, "asked", {}).holds


def test_facts_that_are_not_declared_are_left_out(version: FlowVersion) -> None:
    assert grant(version, colour=object()).allowed


@pytest.mark.parametrize("hours", [float("nan"), float("inf")])
def test_a_number_that_is_none_is_unknown(version: FlowVersion, hours: float) -> None:
    assert grant(version, hours=hours).refusal == "unknown"


@pytest.mark.parametrize("hours", [8, 8.0, Decimal("8.0")])
def test_numbers_are_taken_as_they_come(version: FlowVersion, hours: object) -> None:
    assert grant(version, hours=hours).allowed


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("hours", "4"),
        ("hours", True),
        ("hours", 10**400),
        ("is_trained", 1),
        ("is_trained", "yes"),
        ("purpose", 7),
        ("starts_on", "2026-08-03"),
        ("starts_on", datetime(2026, 8, 3, 12)),
    ],
)
def test_a_fact_of_another_type_is_refused(version: FlowVersion, name: str, value: object) -> None:
    with pytest.raises(CriteriaError, match=f"the fact '{name}' is a .*; "):
        grant(version, **{name: value})


def test_what_is_not_there_is_refused(version: FlowVersion) -> None:
    nobody: frozenset[str] = frozenset()
    with pytest.raises(NotFound, match="no move .* 'fly'"):
        check_move(version, "asked", "fly", roles=nobody, facts={})
    with pytest.raises(NotFound, match="no stage .* 'moon'"):
        check_move(version, "moon", "grant", roles=nobody, facts={})


def test_one_flow_can_be_read_twice_and_compared(tmp_path: Path) -> None:
    first, second = booking(tmp_path).version(2), booking(tmp_path, BOOKING).version(2)
    assert first.stages == second.stages
    assert first.conditions != second.conditions
