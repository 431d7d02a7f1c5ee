from collections import Counter
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from terrace.errors import TerraceError
from terrace.match.assign import (
    AssignConfig,
    Match,
    Plan,
    assign_matches,
    is_allowed,
    to_frame,
)
from terrace.match.expertise import compare_words
from terrace.records import Expert, Work

SUBJECTS = {
    "laser": "fiber laser pump module with narrow spectral width",
    "battery": "lithium battery separator membrane with high safety",
    "corn": "drought tolerant corn varieties for dry soils",
}


def is_as_rare_as_any(_term: str) -> float:
    return 1.0


SIMILARITIES = {"words": compare_words(is_as_rare_as_any)}


def make_manager(name: str, subject: str, **known: object) -> Expert:
    works = (Work(title=f"Deal on {subject}", body=SUBJECTS[subject]),)
    return Expert(id=name, works=works, **known)  # type: ignore[arg-type]


def make_match(number: int, subject: str, **known: object) -> Match:
    stated: dict[str, object] = {
        "need_id": f"N{number}",
        "achievement_id": f"A{number}",
        "promise": 0.5,
        "text": SUBJECTS[subject],
        "fields": frozenset(),
        "languages": frozenset(),
        "parties": frozenset({f"N{number}", f"A{number}"}),
    }
    return Match(**(stated | known))  # type: ignore[arg-type]


def plan_for(managers: Sequence[Expert], matches: Sequence[Match], **limits: object) -> Plan:
    config = AssignConfig(**limits)  # type: ignore[arg-type]
    return assign_matches(managers, matches, SIMILARITIES, idf=is_as_rare_as_any, config=config)


def who_takes(plan: Plan) -> dict[str, str]:
    return {assignment.need_id: assignment.manager_id for assignment in plan.assignments}


def test_each_match_goes_to_whoever_knows_it() -> None:
    managers = [make_manager("Li", "laser"), make_manager("Bo", "battery")]
    plan = plan_for(managers, [make_match(1, "battery"), make_match(2, "laser")])
    assert who_takes(plan) == {"N1": "Bo", "N2": "Li"}
    assert plan.left_out.is_empty()


def test_the_reasons_name_works_fields_words_and_load() -> None:
    manager = make_manager("Li", "laser", fields=("optics", "law"), capacity=3)
    plan = plan_for([manager], [make_match(1, "laser", fields=frozenset({"optics", "energy"}))])
    (assignment,) = plan.assignments
    assert assignment.works == ("Deal on laser",)
    assert assignment.fields == ("optics",)
    assert "pump" in assignment.words
    assert (assignment.load, assignment.capacity) == (1, 3)
    assert "Deal on laser" in assignment.reason_en
    assert assignment.reason_en.endswith("Load in this plan: 1 of 3.")
    assert "共同领域：光学与光子。" in assignment.reason_zh
    assert assignment.reason_zh.endswith("工作量：1/3。")


def test_a_manager_without_works_is_judged_by_fields() -> None:
    managers = [
        Expert(id="novice", fields=("drought tolerant corn",)),
        make_manager("Li", "laser"),
    ]
    plan = plan_for(managers, [make_match(1, "corn")])
    assert who_takes(plan) == {"N1": "novice"}


def test_somebody_of_whom_nothing_is_known_still_helps_out() -> None:
    plan = plan_for([Expert(id="blank")], [make_match(1, "corn")])
    (assignment,) = plan.assignments
    assert assignment.works == ()
    assert "No works on record." in assignment.reason_en
    assert "暂无业绩记录" in assignment.reason_zh


def test_conflicts_are_never_assigned() -> None:
    managers = [
        make_manager("Li", "laser", conflicts=("acme",)),
        make_manager("Bo", "battery"),
    ]
    match = make_match(1, "laser", parties=frozenset({"N1", "A1", "acme"}))
    assert who_takes(plan_for(managers, [match])) == {"N1": "Bo"}


@pytest.mark.parametrize(
    ("manager", "allowed"),
    [
        (Expert(id="Li"), True),
        (Expert(id="Li", conflicts=("other",)), True),
        (Expert(id="Li", conflicts=("acme",)), False),
        (Expert(id="Li", conflicts=("N1",)), False),
        (Expert(id="acme"), False),
        (Expert(id="Li", organisation="acme"), False),
        (Expert(id="Li", organisation=""), True),
        (Expert(id="Li", languages=("fr",)), False),
        (Expert(id="Li", languages=("fr", "zh")), True),
    ],
)
def test_who_may_handle_a_match(manager: Expert, allowed: bool) -> None:
    parties, languages = frozenset({"N1", "A1", "acme"}), frozenset({"zh", "en"})
    match = make_match(1, "laser", parties=parties, languages=languages)
    assert is_allowed(manager, match) is allowed


def test_languages_bar_only_where_both_sides_state_theirs() -> None:
    assert is_allowed(Expert(id="Li", languages=("fr",)), make_match(1, "laser"))


def test_a_star_achievement_goes_to_its_best_needs_only() -> None:
    matches = [
        make_match(number, "laser", achievement_id="star", promise=promise)
        for number, promise in enumerate([0.2, 0.9, 0.5, 0.7])
    ]
    plan = plan_for([make_manager("Li", "laser")], matches, exposure_limit=2)
    assert set(who_takes(plan)) == {"N1", "N3"}
    assert plan.left_out.sort("need_id").rows() == [
        ("N0", "star", "exposure"),
        ("N2", "star", "exposure"),
    ]


def test_what_is_left_out_says_why() -> None:
    manager = make_manager("Li", "laser", capacity=1, conflicts=("acme",))
    matches = [
        make_match(1, "laser", promise=0.9),
        make_match(2, "laser", promise=0.1),
        make_match(3, "laser", parties=frozenset({"acme"})),
    ]
    plan = plan_for([manager], matches)
    assert plan.left_out.rows() == [("N2", "A2", "capacity"), ("N3", "A3", "barred")]


def test_capacity_is_taken_from_the_manager_else_from_the_default() -> None:
    matches = [make_match(number, "laser") for number in range(6)]
    stated = plan_for([make_manager("Li", "laser", capacity=2)], matches, default_capacity=4)
    assumed = plan_for([make_manager("Li", "laser")], matches, default_capacity=4)
    assert (len(stated.assignments), len(assumed.assignments)) == (2, 4)


def test_work_is_spread_among_equals() -> None:
    managers = [make_manager(name, "laser", capacity=6) for name in ("Li", "Bo", "Mo")]
    plan = plan_for(managers, [make_match(number, "laser") for number in range(6)])
    assert sorted(who_takes(plan).values()) == ["Bo", "Bo", "Li", "Li", "Mo", "Mo"]


def test_two_managers_may_share_a_match() -> None:
    managers = [make_manager("Li", "laser"), make_manager("Bo", "battery")]
    plan = plan_for(managers, [make_match(1, "laser")], managers_per_match=2)
    assert [assignment.manager_id for assignment in plan.assignments] == ["Li", "Bo"]


def test_the_promise_decides_what_goes_out_when_time_is_short() -> None:
    matches = [make_match(1, "laser", promise=0.1), make_match(2, "laser", promise=0.8)]
    plan = plan_for([make_manager("Li", "laser", capacity=1)], matches)
    assert who_takes(plan) == {"N2": "Li"}


def test_requiring_all_fails_with_the_limit_named() -> None:
    matches = [make_match(1, "laser"), make_match(2, "laser")]
    with pytest.raises(TerraceError, match=r"the capacities \(1 places for 2 matches\)"):
        plan_for([make_manager("Li", "laser", capacity=1)], matches, require_all=True)


def test_without_managers_it_says_what_to_do() -> None:
    with pytest.raises(TerraceError, match="register a technology manager"):
        plan_for([], [make_match(1, "laser")])


def test_without_matches_the_plan_is_empty() -> None:
    plan = plan_for([make_manager("Li", "laser")], [])
    assert plan.assignments == ()
    assert plan.left_out.is_empty()
    assert to_frame(plan).is_empty()


def test_the_frame_has_a_row_per_assignment() -> None:
    managers = [make_manager("Li", "laser"), make_manager("Bo", "battery")]
    frame = to_frame(plan_for(managers, [make_match(1, "battery"), make_match(2, "laser")]))
    assert frame.select("need_id", "manager_id").rows() == [("N1", "Bo"), ("N2", "Li")]
    assert frame["works"].to_list() == [["Deal on battery"], ["Deal on laser"]]
    assert frame["expertise"].is_between(0, 1).all()


def test_the_plan_does_not_depend_on_the_order_of_managers() -> None:
    managers = [make_manager(name, name) for name in SUBJECTS]
    matches = [make_match(number, subject) for number, subject in enumerate(SUBJECTS)]
    orders = [np.random.default_rng(seed).permutation(3) for seed in range(4)]
    plans = [who_takes(plan_for([managers[i] for i in order], matches)) for order in orders]
    assert all(plan == {"N0": "laser", "N1": "battery", "N2": "corn"} for plan in plans)


def test_an_expert_in_the_field_outweighs_evenness() -> None:
    managers = [make_manager("Li", "laser", capacity=9), make_manager("Bo", "battery", capacity=9)]
    plan = plan_for(managers, [make_match(number, "laser") for number in range(3)], evenness=0.05)
    assert set(who_takes(plan).values()) == {"Li"}


def test_without_a_limit_a_star_may_go_to_everyone() -> None:
    matches = [make_match(number, "laser", achievement_id="star") for number in range(5)]
    plan = plan_for([make_manager("Li", "laser")], matches, exposure_limit=None)
    assert len(plan.assignments) == 5


def test_expertise_can_be_all_that_counts() -> None:
    manager = make_manager("Li", "laser", capacity=1)
    matches = [make_match(1, "corn", promise=1.0), make_match(2, "laser", promise=0.0)]
    assert who_takes(plan_for([manager], matches, promise_weight=0.0)) == {"N2": "Li"}
    assert who_takes(plan_for([manager], matches, promise_weight=5.0)) == {"N1": "Li"}


@settings(max_examples=25, deadline=None)
@given(
    subjects=st.lists(st.sampled_from(sorted(SUBJECTS)), min_size=1, max_size=8),
    capacities=st.lists(st.integers(0, 3), min_size=1, max_size=3),
    stars=st.integers(1, 3),
    limit=st.integers(1, 3),
)
def test_every_match_is_assigned_or_left_out_and_limits_hold(
    subjects: list[str], capacities: list[int], stars: int, limit: int
) -> None:
    managers = [
        make_manager(f"M{n}", "laser", capacity=capacity) for n, capacity in enumerate(capacities)
    ]
    matches = [
        make_match(n, subject, achievement_id=f"A{n % stars}") for n, subject in enumerate(subjects)
    ]
    plan = plan_for(managers, matches, exposure_limit=limit)
    assigned = [assignment.need_id for assignment in plan.assignments]
    assert sorted([*assigned, *plan.left_out["need_id"]]) == sorted(m.need_id for m in matches)
    loads = Counter(assignment.manager_id for assignment in plan.assignments)
    assert all(loads[m.id] <= (m.capacity or 0) for m in managers)
    sent = Counter(assignment.achievement_id for assignment in plan.assignments)
    assert max(sent.values(), default=0) <= limit
    for assignment in plan.assignments:
        assert assignment.load == loads[assignment.manager_id]
