from collections.abc import Iterator

import polars as pl
import pytest

from terrace.errors import NotFound, TerraceError
from terrace.match.assign import AssignConfig
from terrace.match.matcher import Matcher
from terrace.match.plans import plan_assignments, select_pairs
from terrace.match.rank import Ranker
from terrace.records import to_frame
from terrace.testing.embedders import HashEmbedder
from terrace.testing.records import tiny_achievements, tiny_experts, tiny_needs

NEEDS, ACHIEVEMENTS = to_frame("need", tiny_needs()), to_frame("achievement", tiny_achievements())
STAFF = to_frame("expert", tiny_experts())
PAIRS = pl.DataFrame(
    {
        "need_id": ["N1", "N1", "N2"],
        "achievement_id": ["A1", "A6", "A2"],
        "rank": [1, 2, 1],
        "confidence": [0.9, 0.4, 0.2],
    }
)


@pytest.fixture(scope="module")
def matcher() -> Iterator[Matcher]:
    made = Matcher(embedders=(HashEmbedder(),), ranker=Ranker())
    yield made.fit(ACHIEVEMENTS)
    made.close()


def plan(matcher: Matcher, pairs: pl.DataFrame, staff: pl.DataFrame = STAFF) -> dict[str, str]:
    made = plan_assignments(
        matcher, staff, pairs, needs=NEEDS, achievements=ACHIEVEMENTS, config=AssignConfig()
    )
    return {each.need_id: each.manager_id for each in made.assignments}


def test_it_works(matcher: Matcher) -> None:
    assert plan(matcher, select_pairs(PAIRS, top=1)) == {"N1": "E1", "N2": "E2"}


def test_only_the_first_pairs_of_enough_confidence_go_out() -> None:
    chosen = select_pairs(PAIRS, top=2, min_confidence=0.3)
    assert chosen["achievement_id"].to_list() == ["A1", "A6"]


def test_without_confidence_the_place_alone_decides() -> None:
    chosen = select_pairs(PAIRS.drop("confidence"), top=1, min_confidence=0.3)
    assert chosen["achievement_id"].to_list() == ["A1", "A2"]


def test_a_pair_of_unknown_records_is_refused(matcher: Matcher) -> None:
    unknown = PAIRS.with_columns(need_id=pl.lit("N99"))
    with pytest.raises(NotFound, match="N99"):
        plan(matcher, unknown)


def test_somebody_has_to_be_there(matcher: Matcher) -> None:
    with pytest.raises(TerraceError, match="nobody"):
        plan(matcher, PAIRS, STAFF.clear())
