from dataclasses import FrozenInstanceError
from datetime import date
from pathlib import Path

import pytest
from flow_parts import BOOKING, BOOKING_ROLES, booking, written
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from terrace.errors import CriteriaError, NotFound
from terrace.flow import Action, Due, Label, read_flow, read_flows, shipped_flows


def test_it_works(tmp_path: Path) -> None:
    flow = booking(tmp_path)
    version = flow.version(2)
    assert (flow.id, flow.subject, flow.name) == (
        "booking", "booking", Label("Equipment booking", "设备预约")
    )  # fmt: skip
    assert (version.flow, version.number, version.name) == ("booking", 2, flow.name)
    assert list(version.stages) == ["asked", "granted", "used", "refused"]
    assert version.initial.id == "asked"
    assert version.facts["starts_on"].type == "date"


def test_a_stage_says_what_it_holds_tells_and_waits_for(tmp_path: Path) -> None:
    version = booking(tmp_path).version(2)
    asked, granted, used = (version.stage(name) for name in ("asked", "granted", "used"))
    assert (asked.tone, granted.tone, used.tone) == ("waiting", "neutral", "good")
    assert asked.due == Due(working_days=3)
    assert asked.on_overdue == (Action("notify", ("host", "officer")),)
    assert granted.due == Due(fact=version.facts["starts_on"])
    assert granted.holds == ("short", "trained")
    assert granted.on_entry == (Action("notify", ("owner",)),)
    assert (asked.is_initial, asked.is_final) == (True, False)
    assert (used.is_initial, used.is_final) == (False, True)


def test_a_move_says_from_where_by_whom_and_with_what(tmp_path: Path) -> None:
    version = booking(tmp_path).version(2)
    grant, refuse, finish = (version.move(name) for name in ("grant", "refuse", "finish"))
    assert (grant.sources, grant.target, grant.who) == (("asked",), "granted", ("host",))
    assert (grant.fills, grant.when) == (("purpose",), ("ahead",))
    assert (grant.needs_confirmation, grant.needs_note, grant.is_automatic) == (True, False, False)
    assert refuse.sources == ("asked", "granted")
    assert refuse.needs_note
    assert finish.is_automatic


def test_what_is_read_cannot_be_changed(tmp_path: Path) -> None:
    version = booking(tmp_path).version(2)
    with pytest.raises(FrozenInstanceError):
        version.stage("asked").is_final = True  # type: ignore[misc]


def test_what_runs_finishes_under_the_version_it_began_with(tmp_path: Path) -> None:
    flow = booking(tmp_path)
    assert flow.version_at(date(2026, 6, 30)).number == 1
    assert flow.version_at(date(2026, 7, 1)).number == 2
    assert list(flow.version(1).moves) == ["close"]


def test_what_is_not_there_is_said_with_what_is(tmp_path: Path) -> None:
    flow = booking(tmp_path, BOOKING.replace("number: 1\n", "number: 1\n    from: 2026-01-01\n"))
    with pytest.raises(NotFound, match="no version of the flow 'booking' holds on 2025-12-31"):
        flow.version_at(date(2025, 12, 31))
    with pytest.raises(NotFound, match="no version of 'booking' called '3'; there are 1, 2"):
        flow.version(3)
    with pytest.raises(NotFound, match="no stage in version 1 of 'booking' called 'x'.* asked, do"):
        flow.version(1).stage("x")
    with pytest.raises(NotFound, match="no move in version 1 of 'booking' called 'x'; .* close"):
        flow.version(1).move("x")


# What is replaced by what, and what is said: each names the place.
WRONG = [
    ("to: granted", "to: gone", "the move 'grant' names a stage 'gone' .* asked, granted"),
    ("from: granted\n", "from: gone\n", "the move 'finish' names a stage 'gone'"),
    ("        from: granted\n", "        from: []\n", "'finish' comes from nowhere"),
    ("        from: granted\n", "        from: 7\n", "'from' has to be a list of texts"),
    ("[asked, granted]", "[asked, asked]", "'from' names something twice"),
    ("        initial: true\n", "", "0 initial stages \\(none\\)"),
    ("tone: good,", "initial: true,", "2 initial stages \\(asked, used\\)"),
    ("to: used", "to: refused", "no moves lead from 'asked' to the stage 'used'"),
    ("tone: good, final: true", "tone: good", "no move leads out of the stage 'used'"),
    ("from: [asked, granted]", "from: [asked, used]", "the final stage 'used' has moves"),
    ("tone: bad, final", "due: {days: 1}, final", "the final stage 'refused' is due"),
    ("met: hours <= 8", "met: minutes <= 8", "condition 'short'.*no fact 'minutes'"),
    ("met: hours <= 8", "met: hours + 8", "condition 'short'.*not a condition"),
    ("applies: is_risky", "applies: risky", "condition 'trained'.*applies.*no fact 'risky'"),
    ("- id: short\n", "- id: ahead\n", "condition 'ahead'.*the id 'ahead' is given twice"),
    ("id: granted\n", "id: asked\n", "stage 'asked'.*the id 'asked' is given twice"),
    ("- id: refuse\n", "- id: grant\n", "move 'grant'.*the id 'grant' is given twice"),
    ("{id: hours", "{id: today", "fact 'today'.*the id 'today' is given twice"),
    ("who: [host]\n        fills", "who: [guest]\n        fills", "no role 'guest'; .*owner"),
    ("notify: [owner]", "notify: [guest]", "on_entry.*no role 'guest'"),
    ("who: [owner]", "who: []", "move 'change'.*nobody may make this move"),
    ("who: [system]", "who: [host]", "move 'finish'.*'system' may not make it"),
    ("automatic: true", "automatic: true\n        note: required", "automatic, but needs a note"),
    ("due: {fact: starts_on}\n", "on_entry: {}\n", "'on_entry' is given twice"),
    ("        due: {fact: starts_on}\n", "", "automatic move leaves the stage 'granted'"),
    ("who: [owner]}", "who: [system], automatic: true}\n      - {id: b, name: {en: B, zh: 乙}, "
     "from: asked, to: used, who: [system], automatic: true}", "2 automatic moves .* 'asked'"),
    ("        due: {working_days: 3}\n", "", "'on_overdue' in a stage that is never due"),
    ("{working_days: 3}", "{working_days: 0}", "'working_days' is '0'; write a whole number"),
    ("{working_days: 3}", "{working_days: 1.5}", "'working_days' is '1.5'"),
    ("{working_days: 3}", "{days: true}", "'days' is 'True'"),
    ("{working_days: 3}", "{working_days: 3, days: 3}", "'due' is not one time"),
    ("{working_days: 3}", "{}", "'due' is not one time"),
    ("{fact: starts_on}", "{fact: hours}", "no fact that is a date 'hours'; .*starts_on, today"),
    ("holds: [short, trained]", "holds: [small]", "no condition 'small'; there are ahead, short"),
    ("when: [ahead]", "when: []", "the condition 'ahead' is used nowhere"),
    ("fills: [purpose]", "fills: [aim]", "no fact 'aim'"),
    ("fills: [purpose]", "fill: [purpose]", "'fill' is not known here"),
    ("note: required", "note: yes", "'note' is 'True'; choose one of required, optional"),
    ("confirm: true", "confirm: perhaps", "'confirm' is 'perhaps'"),
    ("tone: bad", "tone: ugly", "'tone' is 'ugly'; choose one of neutral, waiting"),
    ("type: truth", "type: bool", "'type' is 'bool'; choose one of number"),
    ("type: truth, ", "", "'type' is missing"),
    ("{notify: [owner]}", "{ring: [owner]}", "'ring' is not known here; known are notify"),
    ("{en: Grant, zh: 批准}", "{en: Grant}", "'zh' is missing"),
    ("id: booking", "id: My Booking", "'My Booking' has other signs"),
    ("number: 2", "number: 1", "the version number 1 is given twice"),
    ("number: 2", "number: two", "'number' is 'two'"),
    ("from: 2026-07-01", "from: 2026-06-30", "overlap"),
    ("from: 2026-07-01", "from: soon", "'from' is not a date"),
    ("subject: booking\n", "", "'subject' is missing"),
]  # fmt: skip


@pytest.mark.parametrize(("right", "wrong", "message"), WRONG)
def test_what_is_wrong_is_refused(tmp_path: Path, right: str, wrong: str, message: str) -> None:
    assert right in BOOKING
    with pytest.raises(CriteriaError, match=message) as caught:
        booking(tmp_path, BOOKING.replace(right, wrong, 1))
    assert "booking.yaml" in str(caught.value)
    assert "line" in str(caught.value)
    assert ";" in str(caught.value)


def test_a_role_is_known_only_if_it_is_given(tmp_path: Path) -> None:
    with pytest.raises(CriteriaError, match="no role 'host'; there are owner, reviewer, officer"):
        read_flow(written(tmp_path))


def test_a_cycle_that_nothing_leads_to_is_found(tmp_path: Path) -> None:
    island = (
        "      - {id: x, name: {en: X, zh: 甲}}\n"
        "      - {id: y, name: {en: Y, zh: 乙}}\n    moves:\n"
        "      - {id: xy, name: {en: Go, zh: 去}, from: [x], to: y, who: [owner]}\n"
        "      - {id: yx, name: {en: Back, zh: 回}, from: [y], to: x, who: [owner]}\n"
    )
    with pytest.raises(CriteriaError, match="no moves lead from 'asked' to the stage 'x'"):
        booking(tmp_path, BOOKING.replace("    moves:\n", island, 1))


def test_a_folder_is_read_by_id(tmp_path: Path) -> None:
    written(tmp_path)
    (tmp_path / "other.yaml").write_text(BOOKING.replace("id: booking", "id: other"), "utf-8")
    (tmp_path / "notes.txt").write_text("no flow", "utf-8")
    assert list(read_flows(tmp_path, roles=BOOKING_ROLES)) == ["booking", "other"]


def test_two_flows_of_one_id_and_an_empty_folder_are_refused(tmp_path: Path) -> None:
    with pytest.raises(CriteriaError, match="there are no flows in it"):
        read_flows(tmp_path)
    written(tmp_path)
    (tmp_path / "other.yaml").write_text(BOOKING, "utf-8")
    with pytest.raises(CriteriaError, match=r"other.yaml: the id 'booking' is given twice"):
        read_flows(tmp_path, roles=BOOKING_ROLES)


def test_those_that_ship_can_be_read() -> None:
    assert list(shipped_flows()) == ["publication"]
    assert shipped_flows() is shipped_flows()


LINES = BOOKING.splitlines(keepends=True)
SCRAPS = st.sampled_from(
    ["", "- ", "id: x\n", "[]", "{", ": 5\n", "null\n", "    ", "中\n", "'", "&a *a\n"]
)


@settings(
    max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(line=st.integers(0, len(LINES) - 1), scrap=SCRAPS, keeps=st.booleans())
def test_a_damaged_file_is_read_or_refused(
    tmp_path: Path, line: int, scrap: str, keeps: bool
) -> None:
    text = "".join([*LINES[:line], scrap, LINES[line] if keeps else "", *LINES[line + 1 :]])
    try:
        flow = booking(tmp_path, text)
    except CriteriaError as error:
        assert "booking.yaml" in str(error)
    else:
        assert flow.versions
