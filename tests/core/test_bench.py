import sys
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

BENCH = Path(__file__).parents[2] / "bench"
sys.path.insert(0, str(BENCH))

from peers import PEERS, Peer  # noqa: E402
from trial.corpus import (  # noqa: E402
    carry_links,
    count_links,
    frame_documents,
    frame_queries,
    merge_documents,
    normalise,
)
from trial.embedding import keep_timing  # noqa: E402
from trial.enlarge import resize_documents, resize_vectors  # noqa: E402
from trial.inputs import WANTED, Inputs, load_inputs, save_inputs  # noqa: E402
from trial.measures import (  # noqa: E402
    check_filter,
    measure_agreement,
    measure_quality,
    rate_of_product,
    summarise_latency,
)
from trial.memory import read_own_peak_mb, sum_shares_mb  # noqa: E402
from trial.process import EngineFailed, EngineProcess, find_processes  # noqa: E402
from trial.report import Setting, find_shared_needs, summarise_runs  # noqa: E402
from trial.schedule import Plan, Run, Turns, choose_batch  # noqa: E402
from trial.tables import lay_out, write_report  # noqa: E402

LARGE = [
    {"id": "L1", "abstract": "Blast sensor, small.", "year": 2004, "phase": "Phase I"},
    {"id": "L2", "abstract": "A coating against ice", "year": 2012, "phase": "Phase II"},
]
LINKED = [
    {"id": "S1", "abstract": "BLAST SENSOR SMALL", "award_year": 2017, "phase": "Phase I"},
    {"id": "S2", "abstract": "Laser welding of titanium", "award_year": 2018, "phase": "Phase II"},
]
QRELS = pl.DataFrame(
    {"need_id": ["N1", "N1", "N2"], "achievement_id": ["S1", "S2", "S2"], "relevance": [1, 1, 0]}
)


@pytest.fixture
def documents() -> pl.DataFrame:
    return merge_documents(frame_documents(LARGE), frame_documents(LINKED))


def make_vectors(rows: int, dimension: int = 8) -> np.ndarray:
    vectors = np.random.default_rng(rows).standard_normal((rows, dimension)).astype(np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def make_inputs(folder: Path, rows: int = 60) -> Inputs:
    words = ["laser", "ice", "sensor", "coating", "titanium", "blast"]
    texts = [f"{words[row % 6]} {words[row % 5]} number{row}" for row in range(rows)]
    years = [2000 + row % 12 for row in range(rows)]
    phases = ["Phase I" if row % 2 else "Phase II" for row in range(rows)]
    inputs = Inputs(
        documents=pl.DataFrame({"text": texts, "year": years, "phase": phases}),
        vectors=make_vectors(rows),
        queries=pl.DataFrame({"id": ["N1", "N2"], "title": ["laser ice", "number7"]}),
        query_vectors={"title": make_vectors(2)},
    )
    save_inputs(folder, inputs)
    return inputs


class TestCorpus:
    def test_says_the_same_document_once(self, documents: pl.DataFrame) -> None:
        assert documents["id"].to_list() == ["L1", "L2", "S2"]
        assert documents["row"].to_list() == [0, 1, 2]
        assert documents["year"].to_list() == [2004, 2012, 2018]

    def test_carries_links_over_identical_abstracts(self, documents: pl.DataFrame) -> None:
        links = carry_links(QRELS, frame_documents(LINKED), documents)
        assert links.rows() == [("N1", "S1", 0), ("N1", "S2", 2)]
        assert count_links(QRELS, links) == {
            "links": 2,
            "links_carried": 2,
            "needs_with_links": 1,
            "documents_linked": 2,
        }

    def test_asks_title_alone_and_with_objective(self) -> None:
        queries = frame_queries([{"id": "N1", "title": "Ice", "objective": "Keep it off."}])
        assert queries.rows() == [("N1", "Ice", "Ice. Keep it off.")]

    @given(st.text())
    def test_space_and_punctuation_make_no_difference(self, text: str) -> None:
        assert normalise(f" {text},\n") == normalise(text)
        assert not any(character in normalise(text) for character in " .,;\n")


class TestMeasures:
    def test_latency_is_the_median_over_rounds(self) -> None:
        figures = summarise_latency([[1.0] * 10, [2.0] * 10, [90.0] * 10])
        assert figures == {"p50_ms": 2.0, "p99_ms": 2.0, "queries": 30}

    def test_filter_violations_and_short_answers_are_counted(self) -> None:
        allowed = np.array([True, False, True, True])
        assert check_filter([[0, 1], [0, 2], []], allowed, k=2) == {
            "forbidden_rows": 1,
            "short_answers": 1,
        }

    def test_no_answer_is_short_where_the_filter_leaves_fewer(self) -> None:
        allowed = np.array([True, False, False])
        assert check_filter([[0]], allowed, k=10)["short_answers"] == 0

    def test_agreement_is_the_share_of_the_reference(self) -> None:
        exact = {0: [1, 2, 3, 4], 1: [5, 6]}
        assert measure_agreement({0: [4, 3, 9, 8], 1: [6, 5]}, exact, 4) == 0.75
        assert measure_agreement({}, exact, 4) == 0.0

    def test_quality_counts_the_asked_needs_with_links(self) -> None:
        links = pl.DataFrame({"need_id": ["N1", "N3"], "row": [7, 8]})
        figures = measure_quality({0: [7, 1], 1: [2, 3]}, ["N1", "N2", "N3"], links)
        assert figures["nDCG@10"] == pytest.approx(1.0)
        assert figures["needs"] == 1

    def test_quality_is_empty_without_links(self) -> None:
        links = pl.DataFrame({"need_id": ["N9"], "row": [7]})
        assert measure_quality({0: [7]}, ["N1"], links) == {}

    def test_rate_counts_two_operations_a_number(self) -> None:
        assert rate_of_product(10, 100, 50, seconds=1e-4) == pytest.approx(1.0)

    def test_memory_of_this_process_is_seen(self) -> None:
        import os

        assert read_own_peak_mb() > 10
        assert 1 < sum_shares_mb([os.getpid()]) <= read_own_peak_mb() * 1.5
        assert sum_shares_mb([2**22 + 1]) == 0


class TestPlan:
    def test_a_fast_engine_gets_every_query(self) -> None:
        assert choose_batch([[1.0, 2.0]], 990, Plan(kinds=["title"])) == list(range(990))

    def test_an_engine_that_answers_no_query_gets_every_query(self) -> None:
        assert choose_batch([], 3, Plan(kinds=["title"])) == [0, 1, 2]

    def test_a_slow_engine_gets_the_same_sample_every_time(self) -> None:
        plan = Plan(kinds=["title"], slow_s=10)
        asked = choose_batch([[1000.0]], 990, plan)
        assert len(asked) == 10 == len(set(asked))
        assert asked == choose_batch([[1000.0]], 990, plan)

    def test_what_is_not_installed_is_skipped_with_a_reason(self, tmp_path: Path) -> None:
        PEERS["absent"] = Peer("nowhere:Nobody", "lexical", ("no_such_package",), "nothing")  # type: ignore[index]
        try:
            runs = Turns(["absent"], tmp_path, 2, Plan(kinds=["title"]), tell=print).take_all()
        finally:
            del PEERS["absent"]  # type: ignore[attr-defined]
        assert runs["absent"].failure == "not installed: no_such_package"


class TestEnlarging:
    def test_a_smaller_corpus_is_a_sample(self) -> None:
        frame = pl.DataFrame({"text": [f"text {n}" for n in range(20)], "year": range(20)})
        sample = resize_documents(frame, 5, np.random.default_rng(1))
        assert sample.height == 5
        assert sample.join(frame, on=["text", "year"], how="anti").is_empty()

    def test_a_larger_corpus_begins_with_the_original(self) -> None:
        texts = [f"alpha beta gamma delta {n} " * 10 for n in range(4)]
        frame = pl.DataFrame({"text": texts, "year": range(4)})
        larger = resize_documents(frame, 11, np.random.default_rng(1))
        assert larger["text"].to_list()[:4] == texts
        assert larger["year"].to_list() == [row % 4 for row in range(11)]
        assert not set(larger["text"].to_list()[4:]) & set(texts)

    def test_texts_and_vectors_are_sampled_alike(self) -> None:
        vectors = make_vectors(20)
        frame = pl.DataFrame({"text": [str(n) for n in range(20)]})
        texts = resize_documents(frame, 6, np.random.default_rng(6))["text"]
        sampled = resize_vectors(vectors, 6, np.random.default_rng(6))
        assert np.array_equal(sampled, vectors[[int(text) for text in texts]])

    @given(st.integers(1, 50))
    def test_vectors_stay_unit_and_near(self, size: int) -> None:
        vectors = make_vectors(10)
        resized = resize_vectors(vectors, size, np.random.default_rng(0))
        assert np.allclose(np.linalg.norm(resized, axis=1), 1, atol=1e-5)
        if size >= 10:
            assert (np.sum(resized * vectors[np.arange(size) % 10], axis=1) > 0.7).all()


class TestTrial:
    def test_inputs_come_back_as_they_were(self, tmp_path: Path) -> None:
        inputs = make_inputs(tmp_path)
        loaded = load_inputs(tmp_path)
        assert loaded.documents.equals(inputs.documents)
        assert np.array_equal(loaded.vectors, inputs.vectors)
        assert np.array_equal(loaded.query_vectors["title"], inputs.query_vectors["title"])

    def test_engines_take_turns_and_are_reported(self, tmp_path: Path) -> None:
        inputs = make_inputs(tmp_path)
        plan = Plan(kinds=["title"], builds=1, rounds=1, batches=1, queries=2, threads=1)
        peers = ["terrace-hybrid", "product"]
        told: list[str] = []
        runs = Turns(peers, tmp_path, 2, plan, tell=told.append).take_all()
        assert not any(run.failure for run in runs.values()), told
        allowed = WANTED.select_rows(inputs.documents)
        links = pl.DataFrame({"need_id": ["N2"], "row": [7]})
        setting = Setting(60, 8, allowed, ["N1", "N2"], links)
        figures = summarise_runs(runs, plan, setting)
        title = figures["engines"]["terrace-hybrid"]["title"]
        assert title["forbidden_rows"] == title["short_answers"] == 0
        assert title["batch_queries"] == 2
        assert title["recall@100"] == 1.0
        assert title["same_of_10"] == 1.0
        assert figures["matrix_gflops"] > 0
        report = write_report(figures | make_context())
        assert "terrace-hybrid" in report
        assert "1,359" in report

    def test_an_engine_that_fails_says_why_and_is_ended(self, tmp_path: Path) -> None:
        process = EngineProcess("product", tmp_path / "nothing here", threads=1, work=tmp_path)
        with pytest.raises(EngineFailed, match=r"FileNotFoundError|No such file"):
            process.call("build", 60, {})
        assert not list(tmp_path.glob("bench-*"))

    def test_an_engine_that_takes_too_long_is_ended(self, tmp_path: Path) -> None:
        make_inputs(tmp_path / "inputs")
        process = EngineProcess("product", tmp_path / "inputs", threads=1, work=tmp_path)
        with pytest.raises(EngineFailed, match="stopped after 0 s"):
            process.call("build", 0.0, {})
        assert not list(tmp_path.glob("bench-*"))
        assert not find_processes(str(tmp_path / "bench-"))


class TestReport:
    def test_quality_is_compared_over_the_needs_everybody_was_asked(self) -> None:
        runs = {name: Run(name) for name in ("a", "b", "silent")}
        runs["a"].ranked["title"] = {0: [1], 1: [2], 2: [3]}
        runs["b"].ranked["title"] = {2: [1], 0: [7]}
        assert find_shared_needs(runs, "title") == [0, 2]
        assert find_shared_needs(runs, "objective") == []

    def test_columns_line_up(self) -> None:
        lines = lay_out(["engine", "ms"], [["terrace", "1.0"], ["x", "12.5"]]).splitlines()
        assert len({len(line) for line in lines}) == 1
        assert lines[2].startswith("| terrace |")

    def test_embedding_time_adds_up_over_runs(self, tmp_path: Path) -> None:
        path = tmp_path / "out" / "embedding.json"
        keep_timing(path, "use", 100, 2.0)
        assert keep_timing(path, "use", 50, 1.0) == {"embedded": 150, "seconds": 3.0}
        assert keep_timing(path, "other", 0, 0.0) == {"embedded": 0, "seconds": 0.0}


def make_context() -> dict[str, object]:
    counts = {"links": 1359, "links_carried": 1359, "needs_with_links": 608}
    return {
        "documents": 60,
        "queries": 2,
        "kinds": {"title": "the title"},
        "filter": "year >= 2005",
        "allowed": 20,
        "carried": counts | {"documents_linked": 1359, "large": 40, "added": 20},
        "embedding": {"embedded": 60, "seconds": 2.0, "query_p50_ms": 9.0, "query_p99_ms": 12.0},
        "machine": "test",
    }
