from collections.abc import Sequence

import numpy as np
import pytest

from terrace.match.expertise import compare_words
from terrace.match.matches import Match
from terrace.match.reasons import Assignment, describe_assignments
from terrace.records import Expert, Work

RARITY = {"stigmergi": 9.0, "swarm": 6.0, "robot": 3.0}


def weigh(term: str) -> float:
    return RARITY.get(term, 1.0)


MATCHES = [
    Match(
        need_id=f"N{number}",
        achievement_id=f"A{number}",
        promise=0.5,
        text=text,
        fields=frozenset({"robotics", "law"}),
        languages=frozenset({"en"}),
        parties=frozenset(),
    )
    for number, text in enumerate(
        ["robots in a swarm act by stigmergy in the field", "solid battery with a membrane"]
    )
]
MANAGER = Expert(
    id="Li",
    fields=("robotics", "optics"),
    works=(
        Work(title="Cell membranes", body="battery cells with a polymer membrane"),
        Work(title="Swarms", body="a robot swarm steered by stigmergy"),
        Work(title="Tax law", body="taxes on houses"),
    ),
)


def describe(
    managers: Sequence[Expert], chosen: Sequence[Sequence[bool]], capacity: int = 5
) -> tuple[Assignment, ...]:
    expertise = np.linspace(0.9, 0.1, num=len(managers) * 2, dtype=np.float32)
    return describe_assignments(
        managers,
        MATCHES,
        expertise.reshape(len(managers), 2),
        np.array(chosen, dtype=np.bool_),
        capacities=[capacity] * len(managers),
        similarities={"words": compare_words(weigh)},
        idf=weigh,
    )


def test_the_closest_works_come_first() -> None:
    first, second = describe([MANAGER], [[True, True]])
    assert first.works[0] == "Swarms"
    assert second.works[0] == "Cell membranes"
    assert len(first.works) == 2


def test_the_rarest_shared_words_come_first() -> None:
    (first,) = describe([MANAGER], [[True, False]])
    assert first.words[:3] == ("stigmergy", "swarm", "robot")


def test_only_common_fields_are_named() -> None:
    (first,) = describe([MANAGER], [[True, False]])
    assert first.fields == ("robotics",)
    assert "Fields in common: robotics." in first.reason_en


def test_the_load_counts_the_whole_plan() -> None:
    assert {(a.load, a.capacity) for a in describe([MANAGER], [[True, True]], capacity=2)} == {
        (2, 2)
    }


def test_assignments_follow_the_matches_then_expertise() -> None:
    managers = [MANAGER, Expert(id="Bo", works=MANAGER.works)]
    found = describe(managers, [[True, True], [True, False]])
    assert [(a.need_id, a.manager_id) for a in found] == [("N0", "Li"), ("N0", "Bo"), ("N1", "Li")]


def test_nothing_chosen_gives_nothing() -> None:
    assert describe([MANAGER], [[False, False]]) == ()


@pytest.mark.parametrize(
    ("work", "shown"),
    [
        (Work(title="Swarms of robots"), "Swarms of robots"),
        (Work(body="swarm " * 40), ("swarm " * 40)[:80]),
    ],
)
def test_a_work_without_title_is_shown_by_its_beginning(work: Work, shown: str) -> None:
    (first,) = describe([Expert(id="Mo", works=(work,))], [[True, False]])
    assert first.works == (shown,)


def test_what_nobody_knows_is_left_out_of_the_reason() -> None:
    (first,) = describe([Expert(id="Mo")], [[True, False]])
    assert first.reason_en == "No works on record. Load in this plan: 1 of 5."
    assert first.reason_zh == "暂无业绩记录。本次方案中的工作量：1/5。"
