from collections.abc import Callable
from pathlib import Path

import pytest

from terrace.errors import CriteriaError
from terrace.rules import Rulebook, load_rulebooks
from terrace.rules.cases import cases_path, group_cases, load_cases, run_cases
from terrace.rules.nudges import find_unguarded

Maker = Callable[..., Rulebook]
SHIPPED = load_rulebooks()
AT_LEAST = "- {id: A, kind: at_least, measure: revenue, threshold: 100, en: Revenue, zh: 收入}"
CASES = """
bases:
  sound: {as_of: 2026-06-01, facts: {revenue: 100}}
cases:
  - {id: at, base: sound, clause: A, arithmetic: 100 >= 100, expect: {result: met, A: met}}
  - id: below
    base: sound
    clause: A
    set: {revenue: 99}
    arithmetic: 99 < 100, 1 short
    expect: {result: unmet, A: unmet, A.gap: 1, A.observed: 99}
"""


@pytest.mark.parametrize("rulebook", SHIPPED, ids=lambda rulebook: rulebook.id)
def test_every_hand_computed_case_comes_out(rulebook: Rulebook) -> None:
    cases = load_cases(rulebook)
    assert len(cases) >= 12
    assert run_cases(rulebook, cases) == []
    assert all(case.clause and case.arithmetic for case in cases)


@pytest.mark.parametrize("rulebook", SHIPPED, ids=lambda rulebook: rulebook.id)
def test_every_figure_has_a_case_that_fails_when_it_is_nudged(rulebook: Rulebook) -> None:
    assert [str(unguarded) for unguarded in find_unguarded(rulebook, load_cases(rulebook))] == []


@pytest.mark.parametrize("rulebook", SHIPPED, ids=lambda rulebook: rulebook.id)
def test_every_version_and_every_criterion_is_looked_at(rulebook: Rulebook) -> None:
    groups = list(group_cases(rulebook, load_cases(rulebook)))
    assert {group.version.id for group in groups} == {v.id for v in rulebook.versions}
    expected = {key.split(".")[0] for case in load_cases(rulebook) for key in case.expect}
    scores = {s.id for v in rulebook.versions for s in v.walk_scores()}
    if not scores:
        named = {c.id for v in rulebook.versions for c in v.walk() if c.kind not in COMBINED}
        assert named - expected <= UNNAMED


COMBINED = ("all_of", "any_of", "count")
# Their three yes-or-no criteria are covered by the whole truth table.
UNNAMED = {"E1", "E2", "E3", "S1a", "S1b", "S1c"}


def with_cases(rulebook: Rulebook, text: str) -> Rulebook:
    cases_path(rulebook).write_text(text, "utf-8")
    return rulebook


def test_cases_that_agree_guard_the_figure(make_rulebook: Maker) -> None:
    rulebook = with_cases(make_rulebook(AT_LEAST), CASES)
    cases = load_cases(rulebook)
    assert run_cases(rulebook, cases) == []
    assert find_unguarded(rulebook, cases) == []


def test_a_changed_threshold_fails_a_case_that_says_its_arithmetic(make_rulebook: Maker) -> None:
    rulebook = with_cases(make_rulebook(AT_LEAST.replace("100", "101")), CASES)
    failures = [str(failure) for failure in run_cases(rulebook, load_cases(rulebook))]
    assert any("result is unmet, expected met" in failure for failure in failures)
    assert any("A.gap is 2, expected 1" in failure for failure in failures)
    assert "line 5" in failures[0]
    assert "100 >= 100" in failures[0]


def test_a_figure_without_its_edge_is_named(make_rulebook: Maker) -> None:
    only_at = CASES[: CASES.index("  - id: below")]
    rulebook = with_cases(make_rulebook(AT_LEAST), only_at)
    (unguarded,) = find_unguarded(rulebook, load_cases(rulebook))
    assert (unguarded.figure.path, unguarded.step) == ("A.threshold", -1)
    assert "add a case at that edge" in str(unguarded)


def test_a_case_that_looks_elsewhere_guards_nothing(make_rulebook: Maker) -> None:
    far = CASES.replace("revenue: 100}", "revenue: 500}").replace("revenue: 99", "revenue: 1")
    far = far.replace(", A.gap: 1, A.observed: 99", "")
    rulebook = with_cases(make_rulebook(AT_LEAST), far)
    assert run_cases(rulebook, load_cases(rulebook)) == []
    assert len(find_unguarded(rulebook, load_cases(rulebook))) == 2


def test_a_version_without_cases_is_unguarded(make_rulebook: Maker) -> None:
    rulebook = make_rulebook(AT_LEAST)
    assert len(find_unguarded(rulebook, load_cases(rulebook))) == 2


def test_a_day_without_law_is_a_failure(make_rulebook: Maker) -> None:
    rulebook = with_cases(make_rulebook(AT_LEAST), CASES.replace("2026-06-01", "2019-06-01"))
    failures = run_cases(rulebook, load_cases(rulebook))
    assert [failure.what for failure in failures] == ["the day", "the day"]


def test_facts_of_a_case_are_of_the_closed_year_or_the_named_one(make_rulebook: Maker) -> None:
    text = CASES.replace("set: {revenue: 99}", "set: {revenue@2025: 99, revenue@2024: 7}")
    (_, below) = load_cases(with_cases(make_rulebook(AT_LEAST), text))
    assert below.facts == {"revenue@2025": 99.0, "revenue@2024": 7.0}


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("set: {revenue: 99}", "set: {revenu: 99}", "no fact 'revenu'.*did you mean revenue"),
        ("set: {revenue: 99}", "set: {revenue: lots}", "is no number"),
        ("set: {revenue: 99}", "set: {revenue@last: 99}", "has no year"),
        ("set: {revenue: 99}", "set: {listed: 1}", "is a truth"),
        ("base: sound\n    clause", "base: unsound\n    clause", "no base 'unsound'"),
        ("expect: {result: unmet", "expect: {result: unmeet", "'result' is 'unmeet'"),
        ("    arithmetic: 99 < 100, 1 short\n", "", "'arithmetic' is missing"),
        ("as_of: 2026-06-01, ", "", "has no day"),
        ("A.gap: 1", "A.gap: [1, 2, 3]", "is no number"),
        ("A.gap: 1", "B.gap: 1", "nothing in the rulebook is called 'B.gap'"),
    ],
)
def test_a_wrong_case_is_refused_with_its_line(
    make_rulebook: Maker, old: str, new: str, complaint: str
) -> None:
    assert old in CASES
    rulebook = with_cases(make_rulebook(AT_LEAST), CASES.replace(old, new))
    with pytest.raises(CriteriaError, match=complaint) as caught:
        load_cases(rulebook)
    assert "line" in str(caught.value)


def test_a_rulebook_without_a_file_of_cases_has_none(make_rulebook: Maker) -> None:
    rulebook = make_rulebook(AT_LEAST)
    assert isinstance(cases_path(rulebook), Path)
    assert load_cases(rulebook) == ()
