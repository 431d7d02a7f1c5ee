from datetime import date

import pytest

from terrace.match.summary import (
    Coverage,
    compare_sides,
    find_distinctive_words,
    write_chinese,
    write_english,
)
from terrace.records import Achievement, Need, Text


def weigh_alike(_term: str) -> float:
    return 1.0


NEED = Need(
    id="N1",
    texts=(Text(title="A quiet pump for water"),),
    budget_min=50_000,
    budget_max=120_000,
    currency="EUR",
    deadline=date(2027, 3, 1),
)
ACHIEVEMENT = Achievement(
    id="A1",
    texts=(Text(body="A magnetic pump. Magnetic bearings keep the magnetic rotor quiet."),),
    readiness=5,
    owner="inst-7",
    owner_name="Institute of Pumps",
)


def write_lines(need: Need, achievement: Achievement, coverage: Coverage) -> tuple[str, str]:
    sides = compare_sides(need, achievement, coverage, idf=weigh_alike)
    return write_english(sides), write_chinese(sides)


def test_both_sides_are_told() -> None:
    english, chinese = write_lines(NEED, ACHIEVEMENT, Coverage(2, 1, 4))
    lab, company = english.split(". Wanted")
    assert lab.startswith("Offered: TRL 5; owner Institute of Pumps; key words magnetic")
    assert "2 of 4 requirements covered, 1 partly" in company
    assert "budget 50,000 - 120,000 EUR" in company
    assert company.endswith("deadline 2027-03-01.")
    assert "技术成熟度5级" in chinese
    assert "4项要求中已覆盖2项，部分覆盖1项" in chinese


def test_only_what_is_known_is_told() -> None:
    english, chinese = write_lines(Need(id="N1"), Achievement(id="A1"), Coverage(0, 0, 0))
    assert english == ("Offered: nothing stated. Wanted: no requirement could be read.")
    assert chinese == "供方：未说明。需方：未能读出需求要点。"


def test_missing_evidence_is_not_called_a_misfit() -> None:
    english, chinese = write_lines(NEED, ACHIEVEMENT, Coverage(1, 0, 3))
    assert "does not mean that it does not fit" in english
    assert "未见依据不等于不适用" in chinese


def test_the_caveat_is_left_out_where_everything_is_covered() -> None:
    english, chinese = write_lines(NEED, ACHIEVEMENT, Coverage(2, 1, 3))
    assert "does not fit" not in english
    assert "不适用" not in chinese


@pytest.mark.parametrize(
    ("low", "high", "currency", "written"),
    [
        (None, 5e6, "CNY", "budget 5,000,000 CNY"),
        (3e6, 3e6, "EUR", "budget 3,000,000 EUR"),
        (1e3, None, "", "budget 1,000;"),
    ],
)
def test_budgets_are_written_as_far_as_known(
    low: float | None, high: float | None, currency: str, written: str
) -> None:
    need = Need(
        id="N1", budget_min=low, budget_max=high, currency=currency, deadline=date(2027, 1, 1)
    )
    assert written in write_lines(need, ACHIEVEMENT, Coverage(1, 0, 1))[0]


def test_the_owner_is_named_by_id_where_there_is_no_name() -> None:
    achievement = Achievement(id="A1", owner="inst-7")
    assert "owner inst-7" in write_lines(NEED, achievement, Coverage(1, 0, 1))[0]


def test_distinctive_words_are_those_the_need_does_not_say() -> None:
    words = find_distinctive_words(ACHIEVEMENT, NEED, idf=weigh_alike)
    assert words[0].lower() == "magnetic"
    assert not {"pump", "quiet"} & {word.lower() for word in words}
    assert len(words) <= 4


def test_distinctive_words_work_in_chinese() -> None:
    achievement = Achievement(id="A1", texts=(Text(body="磁悬浮轴承，磁悬浮转子。"),))
    words = find_distinctive_words(achievement, NEED, idf=weigh_alike)
    assert any("磁" in word for word in words)


def test_a_unit_is_no_distinctive_word() -> None:
    achievement = Achievement(id="A1", texts=(Text(body="95 per cent, 96 percent of cobalt"),))
    words = find_distinctive_words(achievement, NEED, idf=weigh_alike)
    assert not {"cent", "percent"} & set(words)
    assert "cobalt" in words
