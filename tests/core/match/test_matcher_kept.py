from pathlib import Path

import polars as pl
import pytest

from terrace.errors import InputError, NotFound, RankerError, TerraceError
from terrace.match.matcher import Matcher
from terrace.match.rank import Ranker
from terrace.records import SCHEMAS, to_frame
from terrace.testing.embedders import HashEmbedder
from terrace.testing.records import (
    make_achievement,
    make_need,
    make_text,
    tiny_achievements,
    tiny_needs,
)

MODEL = HashEmbedder(dimension=32)


@pytest.fixture
def matcher() -> Matcher:
    fitted = Matcher(embedders=(MODEL,), ranker=Ranker())
    return fitted.fit(to_frame("achievement", tiny_achievements()))


@pytest.fixture
def needs() -> pl.DataFrame:
    return to_frame("need", tiny_needs())


def test_what_was_saved_matches_as_before(
    matcher: Matcher, needs: pl.DataFrame, tmp_path: Path
) -> None:
    before = matcher.match(needs, top=5)
    matcher.save(tmp_path / "kept")
    matcher.close()

    reopened = Matcher.load(tmp_path / "kept", embedders=(MODEL,))

    assert reopened.match(needs, top=5).equals(before)
    assert reopened.kind == "achievement"


def test_a_loaded_matcher_takes_more_records(matcher: Matcher, tmp_path: Path) -> None:
    matcher.save(tmp_path / "kept")
    reopened = Matcher.load(tmp_path / "kept", embedders=(MODEL,))

    more = make_achievement("NEW", texts=(make_text("Zirconium whisker loom"),))
    reopened.add(to_frame("achievement", [more]))

    assert reopened.search("zirconium whisker", top=1)["achievement_id"].to_list() == ["NEW"]


def test_learned_rivals_are_kept(matcher: Matcher, needs: pl.DataFrame, tmp_path: Path) -> None:
    matcher.learn_rivals(needs)
    alone = matcher.match(needs.head(1), top=3)
    matcher.save(tmp_path / "kept")

    reopened = Matcher.load(tmp_path / "kept", embedders=(MODEL,))

    assert reopened.match(needs.head(1), top=3).equals(alone)


def test_it_does_not_save_over_anything(matcher: Matcher, tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("precious")

    with pytest.raises(TerraceError, match="not empty"):
        matcher.save(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_it_saves_into_its_own_folder(needs: pl.DataFrame, tmp_path: Path) -> None:
    matcher = Matcher(folder=tmp_path / "own", embedders=(MODEL,), ranker=Ranker())
    matcher.fit(to_frame("achievement", tiny_achievements()))
    before = matcher.match(needs, top=5)
    matcher.save(tmp_path / "own")

    assert Matcher.load(tmp_path / "own", embedders=(MODEL,)).match(needs, top=5).equals(before)


def test_nothing_to_load_is_said(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="no saved matcher"):
        Matcher.load(tmp_path, embedders=())


@pytest.mark.parametrize(
    ("name", "error"),
    [("matcher.json", InputError), ("records.parquet", InputError), ("ranker.json", RankerError)],
)
def test_a_damaged_part_is_named(
    matcher: Matcher, tmp_path: Path, name: str, error: type[TerraceError]
) -> None:
    matcher.save(tmp_path / "kept")
    (tmp_path / "kept" / name).write_bytes(b"{half")

    with pytest.raises(error, match=name):
        Matcher.load(tmp_path / "kept", embedders=(MODEL,))


def test_a_pair_can_be_explained(matcher: Matcher, needs: pl.DataFrame) -> None:
    first = matcher.match(needs, top=1).row(0, named=True)

    explanation = matcher.explain(first["need_id"], first["achievement_id"])

    assert (explanation.need_id, explanation.achievement_id) == (
        first["need_id"],
        first["achievement_id"],
    )
    assert explanation.requirements
    assert explanation.summary_en


def test_only_what_was_asked_and_fitted_can_be_explained(
    matcher: Matcher, needs: pl.DataFrame
) -> None:
    matcher.match(needs, top=1)
    known_need, known_achievement = needs["id"][0], tiny_achievements()[0].id

    with pytest.raises(NotFound, match="nobody"):
        matcher.explain("nobody", known_achievement)
    with pytest.raises(NotFound, match="nothing"):
        matcher.explain(known_need, "nothing")


def test_a_removed_record_can_no_longer_be_explained(matcher: Matcher, needs: pl.DataFrame) -> None:
    gone = tiny_achievements()[0].id
    matcher.match(needs, top=1)
    matcher.remove([gone])

    with pytest.raises(NotFound, match=gone):
        matcher.explain(needs["id"][0], gone)


def test_the_temporary_folder_goes_with_the_matcher(matcher: Matcher) -> None:
    folder = matcher.corpus.folder
    matcher.close()

    assert not folder.exists()


def test_a_search_finds_by_words_at_once(matcher: Matcher) -> None:
    matcher.add(to_frame("achievement", [make_achievement("Q", texts=(make_text("Quokka"),))]))

    found = matcher.search("quokka", top=1)

    assert found.columns == ["achievement_id", "score"]
    assert found["achievement_id"].to_list() == ["Q"]


def test_a_search_filters_before_it_ranks(matcher: Matcher) -> None:
    everything = matcher.search("pump seal", top=50)["achievement_id"].to_list()

    found = matcher.search("pump seal", top=50, where=pl.col("record_id") != everything[0])

    assert everything[0] not in found["achievement_id"].to_list()
    assert len(found) == len(everything) - 1


@pytest.mark.parametrize("text", ["", "的", "\x00", "zzzqqq"])
def test_a_search_for_nothing_known_does_no_harm(matcher: Matcher, text: str) -> None:
    assert matcher.search(text, top=3).columns == ["achievement_id", "score"]


def test_an_empty_corpus_can_be_searched_and_asked() -> None:
    empty = Matcher(embedders=(MODEL,), ranker=Ranker())
    empty.fit(SCHEMAS["achievement"].to_frame())

    assert empty.search("pump", top=3).is_empty()
    assert empty.match(to_frame("need", [make_need()]), top=3).is_empty()
