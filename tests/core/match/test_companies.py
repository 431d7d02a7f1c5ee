from pathlib import Path

import polars as pl
import pytest

from terrace.match.companies import find_own_companies, match_companies
from terrace.match.matcher import Matcher
from terrace.match.rank import Ranker
from terrace.records import Company, Work, to_frame
from terrace.testing.records import make_achievement, make_company, tiny_companies


def work(title: str, work_id: str = "") -> Work:
    return Work(id=work_id, language="en", title=title)


SLURRY = (
    make_company("C1", "Lindgren Pumps", works=(work("Pumps for abrasive slurry"),)),
    make_company("C2", "Slurry Seals", works=(work("Seals for abrasive slurry"),)),
    make_company("C3", "Clearwell", works=(work("Filters for well water"),)),
)


def find(achievement_fields: dict[str, str], *companies: Company) -> list[tuple[str, str]]:
    achievements = to_frame("achievement", [make_achievement("A1", **achievement_fields)])
    return find_own_companies(achievements, to_frame("company", companies)).rows()


def match(achievement_fields: dict[str, str], tmp_path: Path, top: int = 10) -> pl.DataFrame:
    achievement = make_achievement(
        "A1", "Ring", "It survives abrasive slurry.", **achievement_fields
    )
    companies = to_frame("company", SLURRY)
    matcher = Matcher(
        kind="company", asked_by="achievement", folder=tmp_path, embedders=(), ranker=Ranker()
    )
    matcher.fit(companies)
    found = match_companies(matcher, to_frame("achievement", [achievement]), companies, top=top)
    matcher.close()
    return found


def test_it_works(tmp_path: Path) -> None:
    found = match({}, tmp_path)
    assert found.columns == ["achievement_id", "company_id", "rank", "score", "confidence"]
    assert set(found["company_id"].head(2)) == {"C1", "C2"}
    assert found["rank"].to_list() == list(range(1, len(found) + 1))


@pytest.mark.parametrize("fields", [{"owner": "C1"}, {"owner_name": " lindgren PUMPS"}])
def test_its_own_company_is_left_out_and_the_next_moves_up(
    fields: dict[str, str], tmp_path: Path
) -> None:
    found = match(fields, tmp_path, top=1)
    assert found["company_id"].to_list() == ["C2"]
    assert found["rank"].to_list() == [1]


def test_a_company_owns_what_is_among_its_works() -> None:
    assert find({}, make_company("C9", works=(work("Ring", "A1"),))) == [("A1", "C9")]


def test_several_signs_of_one_owner_count_once() -> None:
    company = make_company("C1", "Lindgren Pumps", works=(work("Ring", "A1"),))
    assert find({"owner": "C1", "owner_name": "Lindgren Pumps"}, company) == [("A1", "C1")]


def test_an_achievement_without_an_owner_is_nobodys() -> None:
    assert find({}, *tiny_companies()) == []
