"""A run is the fold of its events; the model below plays flows against it."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from flow_parts import BOOKING_ROLES, booking
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from terrace.errors import NotFound
from terrace.flow import (
    Event,
    FlowVersion,
    advance_run,
    check_move,
    moves_from,
    replay_events,
    shipped_flows,
    start_run,
)

START = datetime(2026, 7, 1, 9, tzinfo=UTC)


def event(move: str, hour: int = 1, note: str = "") -> Event:
    return Event(move, START + timedelta(hours=hour), "ada", note)


def test_it_works(tmp_path: Path) -> None:
    version = booking(tmp_path).version(2)
    events = [event("change", 1), event("grant", 2), event("refuse", 3, "The laser is broken.")]
    run = replay_events(version, events, began_at=START, began_by="bo")
    assert run.stage == "refused"
    assert run.since == START + timedelta(hours=3)
    assert [(step.move, step.source, step.target, step.by) for step in run.steps] == [
        (None, None, "asked", "bo"),
        ("change", "asked", "asked", "ada"),
        ("grant", "asked", "granted", "ada"),
        ("refuse", "granted", "refused", "ada"),
    ]
    assert run.steps[-1].note == "The laser is broken."
    assert run.visited == {"asked", "granted", "refused"}


def test_a_run_begins_in_the_initial_stage(tmp_path: Path) -> None:
    run = start_run(booking(tmp_path).version(1), at=START, by="bo")
    assert (run.stage, run.since, run.visited) == ("asked", START, {"asked"})


def test_advancing_leaves_the_earlier_run_as_it_was(tmp_path: Path) -> None:
    run = start_run(booking(tmp_path).version(2), at=START, by="bo")
    assert advance_run(run, event("grant")).stage == "granted"
    assert run.stage == "asked"


def test_events_that_do_not_follow_are_refused(tmp_path: Path) -> None:
    version = booking(tmp_path).version(2)
    with pytest.raises(NotFound, match="'finish' of 'booking' does not leave 'asked', but granted"):
        replay_events(version, [event("finish")], began_at=START, began_by="bo")
    with pytest.raises(NotFound, match="no move .* called 'close'"):
        replay_events(version, [event("close")], began_at=START, began_by="bo")


def test_a_run_keeps_its_version_when_the_flow_changes(tmp_path: Path) -> None:
    flow = booking(tmp_path)
    run = start_run(flow.version_at(date(2026, 6, 30)), at=START, by="bo")
    assert advance_run(run, event("close")).stage == "done"
    with pytest.raises(NotFound, match="no move"):
        advance_run(run, event("grant"))


def versions() -> list[FlowVersion]:
    with TemporaryDirectory() as folder:
        return [*booking(Path(folder)).versions, *shipped_flows()["publication"].versions]


VERSIONS = versions()
ANSWERS = st.sampled_from([True, False, None])
DAYS = st.sampled_from([None, date(2026, 7, 1), date(2026, 7, 2), date(2026, 7, 3)])
VALUES = {"truth": ANSWERS, "date": DAYS, "number": st.sampled_from([None, 1, 99]),
          "text": st.sampled_from([None, "", "Why"])}  # fmt: skip


@dataclass
class Played:
    """What the model remembers by itself."""

    stage: str
    entered: int = 0
    events: list[Event] = field(default_factory=list)


class Plays(RuleBasedStateMachine):
    """Anybody tries anything; only what is allowed is done."""

    @initialize(place=st.integers(0, len(VERSIONS) - 1))
    def begin(self, place: int) -> None:
        self.version = VERSIONS[place]
        self.run_ = start_run(self.version, at=START, by="bo")
        self.played = Played(self.run_.stage)

    @rule(data=st.data(), role=st.sampled_from(sorted(BOOKING_ROLES)), note=VALUES["text"])
    def try_move(self, data: st.DataObject, role: str, note: str | None) -> None:
        move = self.version.moves[data.draw(st.sampled_from(sorted(self.version.moves)))]
        facts = {fact.id: data.draw(VALUES[fact.type]) for fact in self.version.facts.values()}
        check = check_move(
            self.version,
            self.played.stage,
            move.id,
            roles=frozenset({role}),
            facts=facts,
            note=note,
        )
        if not check.allowed:
            assert check.reasons
            assert all(reason.en and reason.zh for reason in check.reasons)
            return
        assert self.played.stage in move.sources
        assert role in move.who
        done = event(move.id, len(self.played.events) + 1, note or "")
        self.run_ = advance_run(self.run_, done)
        self.played = Played(move.target, events=[*self.played.events, done])

    @invariant()
    def the_stage_is_declared(self) -> None:
        assert self.run_.stage == self.played.stage
        assert self.run_.stage in self.version.stages

    @invariant()
    def only_final_stages_have_no_moves(self) -> None:
        is_final = self.version.stage(self.run_.stage).is_final
        assert is_final is (moves_from(self.version, self.run_.stage) == ())

    @invariant()
    def the_history_folds_to_the_same(self) -> None:
        again = replay_events(self.version, self.played.events, began_at=START, began_by="bo")
        assert again == self.run_
        assert len(again.steps) == len(self.played.events) + 1


TestPlays = Plays.TestCase
TestPlays.settings = settings(max_examples=25, stateful_step_count=15, deadline=None)
