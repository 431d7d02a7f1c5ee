from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terrace.criteria.dated import check_versions, holds_on, version_at
from terrace.errors import CriteriaError


@dataclass(frozen=True)
class Rule:
    valid_from: date | None = None
    valid_to: date | None = None
    name: str = ""


OLD = Rule(date(2020, 1, 1), date(2022, 12, 31), "old")
NEW = Rule(date(2023, 1, 1), None, "new")
days = st.dates(date(2000, 1, 1), date(2050, 12, 31))


@pytest.mark.parametrize(
    ("day", "name"),
    [
        (date(2020, 1, 1), "old"),
        (date(2021, 6, 1), "old"),
        (date(2022, 12, 31), "old"),
        (date(2023, 1, 1), "new"),
        (date(2099, 1, 1), "new"),
    ],
)
def test_the_version_of_a_day_includes_its_first_and_last(day: Any, name: Any) -> None:
    assert version_at([NEW, OLD], day).name == name


def test_before_the_first_version_there_is_none() -> None:
    assert version_at([OLD, NEW], date(2019, 12, 31)) is None
    assert version_at([], date(2020, 1, 1)) is None


def test_a_rule_may_lapse_and_come_back() -> None:
    again = Rule(date(2024, 1, 1), None, "again")
    check_versions([OLD, again], where="rule")
    assert version_at([OLD, again], date(2023, 6, 1)) is None


def test_no_dates_mean_always() -> None:
    assert holds_on(Rule(), date.min)
    assert holds_on(Rule(), date.max)


@pytest.mark.parametrize(
    "versions",
    [
        [OLD, Rule(date(2022, 12, 31), None)],
        [Rule(None, date(2021, 1, 1)), OLD],
        [Rule(), Rule()],
        [NEW, Rule(date(2030, 1, 1), date(2031, 1, 1))],
    ],
)
def test_overlaps_are_refused_with_place_and_remedy(versions: Any) -> None:
    with pytest.raises(CriteriaError, match=r"gate 'x', line 4: .*overlap; end the earlier"):
        check_versions(versions, where="gate 'x', line 4")


def test_a_version_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(CriteriaError, match="ends before it begins; swap"):
        check_versions([Rule(date(2022, 1, 1), date(2021, 1, 1))], where="rule")


def test_versions_back_to_back_are_fine_in_any_order() -> None:
    check_versions([NEW, OLD], where="rule")


@given(st.lists(days, min_size=2, max_size=8, unique=True), days)
def test_versions_that_follow_one_another_give_one_answer(firsts: Any, day: Any) -> None:
    ordered = sorted(firsts)
    ends = [later - timedelta(days=1) for later in ordered[1:]]
    versions = [Rule(a, b) for a, b in zip(ordered, [*ends, None], strict=True)]
    check_versions(versions, where="rule")
    holding = [version for version in versions if holds_on(version, day)]
    assert len(holding) == (day >= ordered[0])
    assert version_at(versions, day) == (holding[0] if holding else None)


@given(days, days, days, days, days)
def test_two_versions_pass_only_where_no_day_has_both(
    a: Any, b: Any, c: Any, d: Any, day: Any
) -> None:
    one, two = Rule(min(a, b), max(a, b)), Rule(min(c, d), max(c, d))
    try:
        check_versions([one, two], where="rule")
    except CriteriaError:
        return
    assert not (holds_on(one, day) and holds_on(two, day))
