import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from terrace.errors import RankerError
from terrace.match.confidence import SHAPE, Calibration
from terrace.match.features.table import FIRST, FeatureTable
from terrace.match.rank import UNLEARNED, Ranker, Variant, shipped_ranker

FIGURES = st.floats(-100, 100, width=32)
NAMES = ("a", "b", FIRST)


def make_table(
    values: list[list[float]], names: tuple[str, ...] = NAMES, hidden: tuple[int, ...] = ()
) -> FeatureTable:
    count = len(values)
    zeros = np.zeros(count, np.float32)
    return FeatureTable(
        np.arange(count),
        names,
        np.array(values, np.float32).reshape(count, len(names)),
        zeros,
        zeros,
        ~np.isin(np.arange(count), hidden),
    )


TABLES = st.lists(st.tuples(*[FIGURES] * 3).map(list), min_size=2, max_size=8)
SOME = Ranker((Variant({"a": 2.0, "b": -1.0}, contention=0.3),), "a zone", {"ndcg": 0.5})


def test_it_works() -> None:
    scores = SOME.score(make_table([[1, 0, 0], [0, 1, 5], [3, 1, 0]]))

    assert np.argsort(-scores).tolist() == [2, 0, 1]


def test_unlearned_the_first_stage_decides() -> None:
    scores = Ranker().score(make_table([[9, 9, 0], [0, 0, 2], [5, 5, 1]]))

    assert np.argsort(-scores).tolist() == [1, 2, 0]


@given(TABLES)
def test_scores_are_standardised(values: list[list[float]]) -> None:
    scores = SOME.score(make_table(values))

    assert scores.mean() == pytest.approx(0, abs=1e-3)
    assert scores.std() == pytest.approx(float(scores.any()), abs=1e-2)


@given(TABLES, st.permutations(range(3)))
def test_the_order_of_columns_does_not_matter(values: list[list[float]], order: list[int]) -> None:
    table = make_table(values)
    shuffled = FeatureTable(
        table.rows,
        tuple(NAMES[at] for at in order),
        table.values[:, order],
        table.cosine,
        table.coverage,
        table.sets_scale,
    )

    assert SOME.score(shuffled) == pytest.approx(SOME.score(table), abs=1e-4)


@given(TABLES, st.tuples(*[FIGURES] * 3).map(list))
def test_a_hidden_candidate_moves_no_score(values: list[list[float]], hidden: list[float]) -> None:
    alone = SOME.score(make_table(values))
    together = SOME.score(make_table([*values, hidden], hidden=(len(values),)))

    assert together[:-1] == pytest.approx(alone, abs=1e-4)


def test_the_variant_that_uses_most_of_the_features_is_chosen() -> None:
    ranker = Ranker((Variant({"a": 1}), Variant({"a": 1, "b": 1}), Variant({"a": 1, "x": 1})))

    assert ranker.choose(("a", "b", FIRST)) == 1
    assert ranker.choose(("a", "x", FIRST)) == 2
    assert ranker.choose(("a", FIRST)) == 0


def test_where_no_variant_fits_the_unlearned_does() -> None:
    ranker = Ranker((Variant({"x": 1, "y": 1}),))

    assert ranker.choices[ranker.choose(("a", FIRST))] == UNLEARNED


@given(
    st.dictionaries(st.text(max_size=8), FIGURES, max_size=4),
    st.floats(0, 2),
    st.text(max_size=20),
)
def test_it_is_saved_and_loaded(
    tmp_path_factory: pytest.TempPathFactory,
    weights: dict[str, float],
    contention: float,
    about: str,
) -> None:
    calibration = Calibration(dict.fromkeys(SHAPE, 0.25), -2.0)
    ranker = Ranker((Variant(weights, contention, calibration),), about, {"recall": 0.75})
    path = tmp_path_factory.mktemp("ranker") / "ranker.json"

    ranker.save(path)

    assert Ranker.load(path) == ranker


def damaged(**changes: object) -> str:
    variant = {"weights": {"a": 1.0}, "contention": 0.5}
    content = {"format": "terrace-ranker-1", "variants": [variant], "trained_on": "", **changes}
    return json.dumps(content)


@pytest.mark.parametrize(
    "content",
    [
        "",
        "{",
        "[]",
        '"terrace-ranker-1"',
        damaged(format="terrace-ranker-9"),
        damaged(variants=3),
        damaged(variants=["a"]),
        damaged(variants=[{}]),
        damaged(variants=[{"weights": {}, "calibration": {}}]),
        damaged(variants=[{"weights": {}, "calibration": None, "unheard of": 1}]),
    ],
)
def test_a_damaged_file_says_what_to_do(tmp_path: Path, content: str) -> None:
    path = tmp_path / "ranker.json"
    path.write_text(content, encoding="utf-8")

    with pytest.raises(RankerError, match=r"ranker\.json.*terrace train"):
        Ranker.load(path)


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b"\x00" * 100])
def test_a_binary_file_says_what_to_do(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "ranker.json"
    path.write_bytes(content)

    with pytest.raises(RankerError, match="terrace train"):
        Ranker.load(path)


def test_a_missing_file_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(RankerError, match=r"no ranker at .*absent\.json.*terrace train"):
        Ranker.load(tmp_path / "absent.json")


def test_an_unknown_shipped_ranker_is_an_error() -> None:
    with pytest.raises(RankerError, match="nobody"):
        shipped_ranker("nobody")
