"""One process writes, others read: what the platform relies on."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from terrace.match import Matcher
from terrace.match.corpus import Corpus
from terrace.match.index import Entry, Index
from terrace.match.lookup import look_up
from terrace.match.vectors import VectorCache
from terrace.records import to_frame
from terrace.testing.embedders import BilingualEmbedder
from terrace.testing.records import make_achievement, make_need, make_text, tiny_achievements

_REMOVE = """
import sys
from pathlib import Path
from terrace.match.corpus import Corpus
from terrace.match.vectors import VectorCache
folder = Path(sys.argv[1])
Corpus(folder, VectorCache(folder / "vectors.sqlite"), ()).remove([sys.argv[2]])
"""


@pytest.fixture
def corpus(tmp_path: Path) -> Iterator[Corpus]:
    opened = Corpus(tmp_path, VectorCache(tmp_path / "vectors.sqlite"), ())
    opened.put(to_frame("achievement", tiny_achievements()))
    yield opened
    opened.close()


def found(corpus: Corpus, text: str) -> list[str]:
    allowed = corpus.passages()["record_id"].unique()
    return list(look_up(corpus, text, allowed=allowed, top=50))


def test_what_another_process_removes_is_gone_at_the_next_look(corpus: Corpus) -> None:
    corpus.put(to_frame("achievement", [make_achievement("GONE", "Quokka tracking")]))
    assert found(corpus, "quokk") == ["GONE"]
    subprocess.run([sys.executable, "-c", _REMOVE, str(corpus.folder), "GONE"], check=True)
    assert found(corpus, "quokk") == []


def test_many_single_writes_leave_few_segments(corpus: Corpus) -> None:
    for number in range(60):
        corpus.put(to_frame("achievement", [make_achievement(f"S{number}", f"sample{number}")]))
    view = corpus.view()
    assert len(view.shards) <= 9
    assert view.live.sum() == len(tiny_achievements()) + 60


def test_one_record_written_again_and_again_stays_one(corpus: Corpus) -> None:
    before = len(corpus.view())
    for number in range(40):
        corpus.put(to_frame("achievement", [make_achievement("SAME", f"version{number}")]))
    assert found(corpus, "version39") == ["SAME"]
    assert found(corpus, "version38 ") == []
    assert len(corpus.view()) < 2 * before + 40


def test_scores_of_several_queries_are_those_of_each(tmp_path: Path) -> None:
    with Index.open(tmp_path / "index") as index:
        texts = ["pump seal", "laser diode", "seal for laser pumps"]
        index.write([Entry(id=str(n), text=text) for n, text in enumerate(texts)])
        index.write(delete=["1"])
        view, queries = index.view(), [["pump"], {"laser": 2.0}, ["unknown"]]
        expected = np.stack([view.lexical(query) for query in queries])
        np.testing.assert_array_equal(view.lexical_each(queries), expected)
        assert view.lexical_each([]).shape == (0, len(view))
        assert view.count_documents(["pump", "diod", "seal", "unknown"]).tolist() == [2, 0, 2, 0]


class Asked(BilingualEmbedder):
    """Counts how many texts it was given."""

    def encode_documents(self, texts: list[str]) -> np.ndarray:
        TEXTS.extend(texts)
        return super().encode_documents(texts)

    def encode_queries(self, texts: list[str]) -> np.ndarray:
        TEXTS.extend(texts)
        return super().encode_queries(texts)


TEXTS: list[str] = []


def test_a_warm_matcher_embeds_nothing_but_the_query() -> None:
    with_chinese = make_achievement("ZH", texts=(make_text("水泵 密封 水泵 密封", language="zh"),))
    again = make_achievement("ZH2", texts=(make_text("水泵 密封", language="zh"),))
    matcher = Matcher(embedders=(Asked(dimension=16),))
    matcher.fit(to_frame("achievement", [*tiny_achievements(), with_chinese, again]))
    matcher.warm_up()
    TEXTS.clear()
    need = to_frame("need", [make_need("N", "Quiet seal for pumps")])
    assert not matcher.match(need, top=3).is_empty()
    assert "水泵" not in TEXTS
    assert "Quiet seal for pumps" in TEXTS
    matcher.close()


def test_a_match_is_of_one_view_while_others_write(corpus: Corpus) -> None:
    matcher = Matcher(folder=corpus.folder, embedders=())
    before = matcher.corpus.pinned()
    corpus.remove([tiny_achievements()[0].id])
    pairs = matcher.match(to_frame("need", [make_need()]), top=50)
    live = corpus.passages().filter(pl.Series(corpus.view().live))["record_id"]
    assert set(pairs["achievement_id"]) <= set(live)
    assert len(before.passages()) == len(tiny_achievements())
