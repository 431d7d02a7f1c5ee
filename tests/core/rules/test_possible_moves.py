from collections.abc import Iterator
from dataclasses import replace
from itertools import product
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from impact_parts import NOVEL, PATENTS, REVENUE, SAID, SHIPPED, Maker, compare, move_of, propose
from rulebook_parts import DAY, company

from terrace.rules import find_rulebook
from terrace.rules.criteria import Criterion, Judged, Together
from terrace.rules.facts import Fact
from terrace.rules.impact import Move, assess_impact
from terrace.rules.labels import Label
from terrace.rules.measures import Catalog
from terrace.rules.proposals import Proposal, edit_figures, find_proposal
from terrace.rules.versions import Version


@pytest.mark.parametrize(
    ("setting", "expected"),
    [("A=90", "may_enter"), ("A=110", "may_leave"), ("A=100", "stays_open")],
)
def test_missing_data_leaves_a_move_possible_one_way_only(
    make_rulebook: Maker, setting: str, expected: str
) -> None:
    found = compare(make_rulebook(REVENUE), setting, {"revenue": None, "rd_spend": 1.0})
    assert move_of(found) == expected


def test_who_waits_for_the_same_expert_before_and_after_does_not_move(
    make_rulebook: Maker,
) -> None:
    rulebook = make_rulebook(f"{REVENUE}\n{NOVEL}")
    assert move_of(compare(rulebook, "A=90", {"revenue": 200.0})) == "stays_open"
    assert move_of(compare(rulebook, "A=90", {"revenue": 95.0})) == "may_enter"
    assert move_of(compare(rulebook, "A=300", {"revenue": 200.0})) == "may_leave"
    said = {"revenue": 95.0, "novel": True}
    assert move_of(compare(rulebook, "A=90", said)) == "enters"


def test_many_open_criteria_do_not_blur_what_cannot_happen(make_rulebook: Maker) -> None:
    others = "\n".join(PATENTS.replace("id: P", f"id: P{n}") for n in range(9))
    rulebook = make_rulebook(f"{REVENUE}\n{others}")
    assert move_of(compare(rulebook, "A=90", {"revenue": 200.0})) == "stays_open"


@pytest.mark.parametrize(
    ("kind", "setting", "expected"),
    [
        ("on_or_before", "D=-30", "may_leave"),
        ("on_or_before", "D=30", "may_enter"),
        ("on_or_after", "D=-30", "may_enter"),
        ("on_or_after", "D=30", "may_leave"),
        ("on_or_after", "D=0", "stays_open"),
    ],
)
def test_a_moved_day_is_stricter_or_looser(
    make_rulebook: Maker, kind: str, setting: str, expected: str
) -> None:
    day = f"- {{id: D, kind: {kind}, measure: certified_until, threshold: as_of, en: D, zh: D}}"
    assert move_of(compare(make_rulebook(day), setting, {"revenue": 1.0})) == expected


def test_ceilings_are_stricter_downwards(make_rulebook: Maker) -> None:
    rulebook = make_rulebook(REVENUE.replace("at_least", "at_most"))
    assert move_of(compare(rulebook, "A=90", {"rd_spend": 1.0})) == "may_leave"
    assert move_of(compare(rulebook, "A=110", {"rd_spend": 1.0})) == "may_enter"


def test_bands_are_shared_as_far_as_their_thresholds_move_one_way(make_rulebook: Maker) -> None:
    banded = """
- id: B
  kind: banded
  relation: at_least
  measure: intensity
  by: revenue
  bands: [{up_to: 100, threshold: 0.05}, {threshold: 0.03}]
  en: Intensity
  zh: 强度
"""
    rulebook = make_rulebook(f"{banded}\n{PATENTS}")
    unknown = {"revenue": None, "patents": 5.0}
    assert move_of(compare(rulebook, "P=3", unknown)) == "stays_open"
    assert move_of(compare(rulebook, "B.0.threshold=0.04", unknown)) == "may_enter"
    assert move_of(compare(rulebook, "B.1.threshold=0.04", unknown)) == "may_leave"
    assert move_of(compare(rulebook, "B.0.up_to=120", unknown)) == "may_do_either"
    crossed = edit_figures(propose(rulebook, "B.0.threshold=0.04"), ["B.1.threshold=0.04"])
    found = assess_impact(propose(rulebook), crossed, company({2025: unknown}), as_of=DAY)
    assert move_of(found) == "may_do_either"


def test_one_answer_does_not_count_for_another_question(make_rulebook: Maker) -> None:
    rulebook = make_rulebook(f"{NOVEL}\n{SAID}")
    other = make_rulebook(NOVEL)
    before, after = propose(rulebook), propose(other)
    found = assess_impact(before, after, company({2025: {"revenue": 1.0}}), as_of=DAY)
    assert move_of(found) == "may_enter"
    back = assess_impact(after, before, company({2025: {"revenue": 1.0}}), as_of=DAY)
    assert move_of(back) == "may_leave"


def test_many_undecided_companies_of_few_patterns_are_quick() -> None:
    old, new = (find_proposal(f"srdi@{year}", SHIPPED) for year in (2022, 2026))
    names = [f"C{number}" for number in range(20_000)]
    frame = pl.DataFrame({"company": names, "fiscal_year": 2025, "is_sme": True})
    found = assess_impact(old, new, frame, as_of=DAY, with_illustrative=True)
    assert found.count_moves()[Move.MAY_DO_EITHER] == 20_000


def test_points_can_be_edited_and_shared(make_rulebook: Maker) -> None:
    scores = """
- {id: total, kind: judged, measure: expert_points, max: 6, en: Points, zh: 得分}
"""
    asked = "- {id: T, kind: at_least, score: total, threshold: 4, en: Points, zh: 得分}"
    rulebook = make_rulebook(asked, scores=scores)
    assert move_of(compare(rulebook, "T=5", {"revenue": 1.0})) == "may_leave"
    assert move_of(compare(rulebook, "T=3", {"revenue": 1.0})) == "may_enter"
    assert move_of(compare(rulebook, "total.min=1", {"expert_points": 0.0})) == "stays_out"
    assert move_of(compare(rulebook, "total.min=4", {"expert_points": 0.0})) == "enters"


# By property: trees of truths, some of them missing, against trying every answer.
NAMES = tuple("abcd")
ONE = Label("x", "x")


def walk_trees(names: tuple[str, ...]) -> st.SearchStrategy[Any]:
    leaf = st.sampled_from(names)
    return st.recursive(
        leaf,
        lambda inner: st.tuples(
            st.sampled_from(["all_of", "any_of"]), st.lists(inner, min_size=1, max_size=3)
        ),
        max_leaves=5,
    )


def to_criterion(tree: Any, numbers: Iterator[int]) -> Criterion:
    name = f"c{next(numbers)}"
    if isinstance(tree, str):
        return Criterion(name, "judged", ONE, "", "verified", Judged(tree))
    parts = tuple(to_criterion(part, numbers) for part in tree[1])
    return Criterion(name, tree[0], ONE, "", "verified", Together(tree[0], parts))


def holds(tree: Any, said: dict[str, bool]) -> bool:
    if isinstance(tree, str):
        return said[tree]
    return (all if tree[0] == "all_of" else any)(holds(part, said) for part in tree[1])


def leaves_of(tree: Any) -> list[str]:
    return [tree] if isinstance(tree, str) else [n for part in tree[1] for n in leaves_of(part)]


def make_proposal(tree: Any) -> Proposal:
    (template,) = (version for version in find_rulebook(SHIPPED, "hnte_tax_relief").versions)
    facts = {n: Fact(n, "truth", "", "current", ONE, ONE, is_judged=True) for n in NAMES}
    version: Version = replace(template, criteria=(to_criterion(tree, iter(range(99))),))
    shipped = find_rulebook(SHIPPED, "tech_sme")
    return Proposal(replace(shipped, versions=(version,), catalog=Catalog(facts, {})), version)


@settings(max_examples=60, deadline=None)
@given(
    walk_trees(NAMES),
    walk_trees(NAMES),
    st.tuples(*[st.sampled_from([True, False, None])] * len(NAMES)),
)
def test_no_possible_move_is_overlooked_and_none_invented(
    old: Any, new: Any, said: tuple[bool | None, ...]
) -> None:
    facts = company({2025: dict(zip(NAMES, said, strict=True))})
    facts = facts.with_columns(pl.col(name).cast(pl.Boolean) for name in NAMES)
    move = move_of(assess_impact(make_proposal(old), make_proposal(new), facts, as_of=DAY))
    answers = [(v,) if v is not None else (True, False) for v in said]
    outcomes = {
        (holds(old, filled), holds(new, filled))
        for combination in product(*answers)
        for filled in [dict(zip(NAMES, combination, strict=True))]
    }
    enters, leaves = (False, True) in outcomes, (True, False) in outcomes
    said_enters = move in ("enters", "may_enter", "may_do_either")
    said_leaves = move in ("leaves", "may_leave", "may_do_either")
    assert said_enters >= enters
    assert said_leaves >= leaves
    is_read_once = all(len(set(leaves_of(t))) == len(leaves_of(t)) for t in (old, new))
    if is_read_once:
        assert (said_enters, said_leaves) == (enters, leaves)
    if move in ("enters", "leaves", "stays_in", "stays_out"):
        assert len({(a, b) for a, b in outcomes}) == 1


MISSING = st.tuples(*[st.sampled_from([True, False, None])] * len(NAMES))


def make_facts(said: tuple[bool | None, ...]) -> pl.DataFrame:
    facts = company({2025: dict(zip(NAMES, said, strict=True))})
    return facts.with_columns(pl.col(name).cast(pl.Boolean) for name in NAMES)


@settings(max_examples=25, deadline=None)
@given(walk_trees(NAMES), walk_trees(NAMES), MISSING)
def test_the_change_undone_is_the_move_undone(
    old: Any, new: Any, said: tuple[bool | None, ...]
) -> None:
    before, after = make_proposal(old), make_proposal(new)
    undone = {
        **{"enters": "leaves", "leaves": "enters"},
        **{"may_enter": "may_leave", "may_leave": "may_enter"},
    }
    there = move_of(assess_impact(before, after, make_facts(said), as_of=DAY))
    back = move_of(assess_impact(after, before, make_facts(said), as_of=DAY))
    assert back == undone.get(there, there)


@settings(max_examples=25, deadline=None)
@given(walk_trees(NAMES), walk_trees(NAMES), MISSING, st.tuples(*[st.booleans()] * len(NAMES)))
def test_what_turns_out_was_possible(
    old: Any, new: Any, said: tuple[bool | None, ...], later: tuple[bool, ...]
) -> None:
    before, after = make_proposal(old), make_proposal(new)
    filled = tuple(b if a is None else a for a, b in zip(said, later, strict=True))
    open_move = move_of(assess_impact(before, after, make_facts(said), as_of=DAY))
    final = move_of(assess_impact(before, after, make_facts(filled), as_of=DAY))
    allowed = {
        "may_enter": {"enters", "stays_in", "stays_out"},
        "may_leave": {"leaves", "stays_in", "stays_out"},
        "may_do_either": {"enters", "leaves", "stays_in", "stays_out"},
        "stays_open": {"stays_in", "stays_out"},
    }
    assert final in allowed.get(open_move, {open_move})


@settings(max_examples=25, deadline=None)
@given(walk_trees(NAMES), walk_trees(NAMES), MISSING)
def test_every_move_has_its_reasons(old: Any, new: Any, said: tuple[bool | None, ...]) -> None:
    found = assess_impact(make_proposal(old), make_proposal(new), make_facts(said), as_of=DAY)
    row = found.moves.row(0, named=True)
    is_moving = not row["move"].startswith("stays")
    sides = {side for side in ("old", "new") if row[f"{side}_result"] != "met"}
    assert set(found.reasons["side"]) == (sides if is_moving else set())
    for reason in found.reasons.iter_rows(named=True):
        is_out = row[f"{reason['side']}_result"] == "unmet"
        assert (reason["result"] == "unmet") == is_out
