import pytest

from terrace.rules.amounts import (
    write_gap,
    write_observed,
    write_points,
    write_relation,
    write_value,
)
from terrace.rules.facts import UNITS


def both(written: object, *arguments: object) -> tuple[str, str]:
    return written(*arguments, "en"), written(*arguments, "zh")  # type: ignore[operator]


@pytest.mark.parametrize(
    ("value", "unit", "en", "zh"),
    [
        (12_345_678.0, "yuan", "12,345,678 yuan", "12,345,678元"),
        (143_694.3, "yuan", "143,694.3 yuan", "143,694.3元"),
        (2_008_956.6667, "yuan", "2,008,956.67 yuan", "2,008,956.67元"),
        (0.029999, "fraction", "2.9999%", "2.9999%"),
        (-0.05, "fraction", "-5%", "-5%"),
        (1.0, "people", "1 person", "1人"),
        (1.0, "usd", "1 US dollar", "1美元"),
        (2.0, "count", "2", "2项"),
        (3.0, "rank", "place 3", "第3名"),
        (None, "yuan", "", ""),
    ],
)
def test_a_figure_is_written_with_its_unit(
    value: float | None, unit: str, en: str, zh: str
) -> None:
    assert both(write_value, value, unit) == (en, zh)


@pytest.mark.parametrize(
    ("relation", "gap", "unit", "en", "zh"),
    [
        ("at_least", 0.12, "fraction", "12 percentage points short", "还差12个百分点"),
        ("at_most", 0.01, "fraction", "1 percentage point too much", "超出1个百分点"),
        ("at_least", 0.120001, "fraction", "12 percentage points short", "还差12个百分点"),
        ("at_least", 0.00001, "fraction", "0.01 percentage points short", "还差0.01个百分点"),
        ("at_least", 391_043.3333, "yuan", "391,043.33 yuan short", "还差391,043.33元"),
        ("at_least", 2.4, "people", "3 people short", "还差3人"),
        ("at_least", 3.0000000004, "people", "3 people short", "还差3人"),
        ("more_than", 0.4, "count", "1 short", "还差1项"),
        ("at_most", 2.0, "rank", "2 places behind", "相差2名"),
        ("at_most", 1.0, "rank", "1 place behind", "相差1名"),
        ("on_or_after", 1613.0, "days", "1,613 days too early", "早1,613天"),
        ("on_or_before", 1.0, "days", "1 day too late", "晚1天"),
        ("less_than", 5.5, "yuan", "5.5 yuan too much", "超出5.5元"),
        ("at_least", 1.0, "points", "1 point short", "还差1分"),
    ],
)
def test_what_is_short_is_said_in_a_unit_that_fits(
    relation: str, gap: float, unit: str, en: str, zh: str
) -> None:
    assert both(write_gap, relation, gap, unit) == (en, zh)


@pytest.mark.parametrize(
    ("relation", "value", "unit", "en", "zh"),
    [
        ("at_least", 0.05, "fraction", "at least 5%", "不低于5%"),
        ("more_than", 0.05, "fraction", "more than 5%", "超过5%"),
        ("at_least", 3.0, "count", "at least 3", "不少于3项"),
        ("less_than", 500.0, "people", "less than 500 people", "少于500人"),
        ("at_most", 3.0, "rank", "place 3 or better", "进入前3名"),
        ("less_than", 3.0, "rank", "better than place 3", "高于第3名"),
        ("at_least", 3.0, "rank", "at least place 3", "不低于第3名"),
    ],
)
def test_a_threshold_is_said_with_its_relation(
    relation: str, value: float, unit: str, en: str, zh: str
) -> None:
    assert both(write_relation, relation, value, unit) == (en, zh)


@pytest.mark.parametrize(
    ("observed", "required", "written"),
    [
        (0.500002, 0.8, "50%"),
        (0.029999, 0.03, "2.9999%"),
        (0.03, 0.03, "3%"),
        (0.123456, None, "12.3456%"),
    ],
)
def test_a_share_has_two_decimals_unless_they_hide_a_difference(
    observed: float, required: float | None, written: str
) -> None:
    assert write_observed(observed, required, "fraction", "en") == written


def test_an_interval_names_its_unit_once() -> None:
    assert both(write_points, 73.0, 88.0) == ("73 to 88 points", "73至88分")
    assert both(write_points, 88.0, 73.0) == ("73 to 88 points", "73至88分")
    assert both(write_points, 5.0, 5.0) == ("5 points", "5分")


@pytest.mark.parametrize("unit", UNITS)
def test_every_unit_can_be_short(unit: str) -> None:
    for relation in ("at_least", "more_than", "at_most", "less_than"):
        en, zh = both(write_gap, relation, 2.0, unit)
        assert "2" in en
        assert "2" in zh
