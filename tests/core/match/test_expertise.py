from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from terrace.errors import TerraceError
from terrace.match.expertise import (
    ExpertiseConfig,
    average_best,
    compare_vectors,
    compare_words,
    compute_expertise,
)
from terrace.records import Expert, Work


def weigh_by_length(term: str) -> float:
    return float(len(term))


WORDS = compare_words(weigh_by_length)


def make_expert(*works: str, **known: object) -> Expert:
    titled = tuple(Work(title=work) for work in works)
    return Expert(id="E", works=titled, **known)  # type: ignore[arg-type]


def test_it_works() -> None:
    experts = [make_expert("fiber laser amplifiers"), make_expert("corn breeding in dry soils")]
    expertise = compute_expertise(experts, ["a pulsed laser", "breeding of corn"], {"words": WORDS})
    assert expertise.shape == (2, 2)
    assert expertise.dtype == np.float32
    assert expertise[0, 0] > expertise[0, 1]
    assert expertise[1, 1] > expertise[1, 0]


def test_values_lie_between_0_and_1() -> None:
    experts = [make_expert("laser"), make_expert("corn"), make_expert()]
    expertise = compute_expertise(experts, ["laser", "corn", ""], {"words": WORDS})
    assert (expertise > 0).all()
    assert (expertise < 1).all()


def test_many_other_works_do_not_drown_the_fitting_ones() -> None:
    versatile = make_expert("laser pump", "laser diode", *(f"corn study {n}" for n in range(6)))
    stranger = make_expert(*(f"corn study {n}" for n in range(8)))
    expertise = compute_expertise([versatile, stranger], ["laser"], {"words": WORDS})
    assert expertise[0, 0] > expertise[1, 0]


@pytest.mark.parametrize(
    ("share", "expected"), [(0.25, [1.0]), (0.5, [0.85]), (1.0, [0.5]), (0.01, [1.0])]
)
def test_the_best_share_is_averaged(share: float, expected: list[float]) -> None:
    similarities = np.array([[0.1, 1.0, 0.7, 0.2]])
    assert average_best(similarities, share).tolist() == pytest.approx(expected)


def test_without_works_fields_and_keywords_speak() -> None:
    expert = make_expert(fields=("laser",), keywords=("optics",))
    other = make_expert("corn")
    expertise = compute_expertise([expert, other], ["laser optics"], {"words": WORDS})
    assert expertise[0, 0] > expertise[1, 0]


def test_nothing_known_counts_as_the_least() -> None:
    experts = [make_expert("laser"), make_expert("corn"), make_expert()]
    expertise = compute_expertise(experts, ["laser"], {"words": WORDS})
    assert expertise[2, 0] == expertise.min()


def test_nothing_known_of_anybody_makes_all_equal() -> None:
    expertise = compute_expertise([make_expert(), make_expert()], ["laser"], {"words": WORDS})
    assert expertise.tolist() == [[0.5], [0.5]]


def test_no_experts_or_no_texts_give_an_empty_answer() -> None:
    assert compute_expertise([], ["laser"], {"words": WORDS}).shape == (0, 1)
    assert compute_expertise([make_expert("laser")], [], {"words": WORDS}).shape == (1, 0)


def test_without_a_similarity_it_says_so() -> None:
    with pytest.raises(TerraceError, match="needs a similarity"):
        compute_expertise([make_expert("laser")], ["laser"], {})


def make_constant(rows: dict[str, list[float]]) -> object:
    def compare(texts: Sequence[str], works: Sequence[str]) -> np.ndarray:
        return np.array([[rows[work][0] for work in works] for _ in texts], dtype=np.float32)

    return compare


def test_weights_decide_between_models_that_disagree() -> None:
    models = {
        "first": make_constant({"laser": [1.0], "corn": [0.0]}),
        "second": make_constant({"laser": [0.0], "corn": [1.0]}),
    }
    experts = [make_expert("laser"), make_expert("corn")]
    for favoured, better in (("first", 0), ("second", 1)):
        config = ExpertiseConfig(weights={favoured: 2.0})
        expertise = compute_expertise(experts, ["text"], models, config)  # type: ignore[arg-type]
        assert expertise[:, 0].argmax() == better


def test_models_on_other_scales_weigh_the_same() -> None:
    small = make_constant({"laser": [0.001], "corn": [0.0]})
    large = make_constant({"laser": [0.0], "corn": [900.0]})
    experts = [make_expert("laser"), make_expert("corn")]
    expertise = compute_expertise(experts, ["x"], {"a": small, "b": large})  # type: ignore[dict-item]
    assert expertise[0, 0] == pytest.approx(expertise[1, 0])


def test_vectors_are_compared_by_cosine() -> None:
    vectors = {"laser": [1.0, 0.0], "light": [0.8, 0.6], "corn": [0.0, 1.0]}

    def encode(texts: Sequence[str], role: str) -> np.ndarray:
        assert role == "document"
        return np.array([vectors[text] for text in texts], dtype=np.float32)

    similarity = compare_vectors(encode)
    assert similarity(["laser"], ["light", "corn"]).tolist() == [pytest.approx([0.8, 0.0])]


def test_the_same_words_are_fully_alike_and_others_not_at_all() -> None:
    found = WORDS(["laser diode", "corn"], ["diode laser", "soil"])
    assert found.tolist() == [pytest.approx([1.0, 0.0]), pytest.approx([0.0, 0.0])]


def test_a_text_without_terms_is_like_nothing() -> None:
    assert WORDS(["", "..."], ["laser", ""]).tolist() == [[0.0, 0.0], [0.0, 0.0]]


TEXTS = st.lists(
    st.lists(st.sampled_from(["laser", "diode", "corn", "soil", "激光"]), max_size=5).map(" ".join),
    min_size=1,
    max_size=5,
)


@settings(max_examples=40, deadline=None)
@given(TEXTS)
def test_similarity_of_words_is_a_cosine(texts: list[str]) -> None:
    found = WORDS(texts, texts)
    assert np.allclose(found, found.T, atol=1e-6)
    assert (found >= 0).all()
    assert (found <= 1 + 1e-6).all()
    for row, text in enumerate(texts):
        assert found[row, row] == pytest.approx(1.0 if text else 0.0, abs=1e-6)
