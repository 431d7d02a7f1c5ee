from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from terrace.match.evidence import (
    compute_cosines,
    compute_overlap,
    find_shared_words,
    pair_words,
    quote_sentences,
)
from terrace.records import Achievement, Text


def weigh_alike(_term: str) -> float:
    return 1.0


def test_sentences_of_summary_and_body_are_quoted_with_their_place() -> None:
    text = Text(
        title="A pump",
        summary="It moves water quietly.",
        body="The pump is small. It runs for many hours.",
    )
    found = quote_sentences(Achievement(id="A1", texts=(text,)))
    assert [(sentence.part, sentence.text) for sentence in found] == [
        ("summary", "It moves water quietly."),
        ("body", "The pump is small."),
        ("body", "It runs for many hours."),
    ]
    for sentence in found:
        assert getattr(text, sentence.part)[sentence.start : sentence.end] == sentence.text


def test_a_title_is_quoted_only_where_there_is_nothing_else() -> None:
    (sentence,) = quote_sentences(Achievement(id="A1", texts=(Text(title="A quiet pump"),)))
    assert (sentence.part, sentence.text) == ("title", "A quiet pump")


def test_every_language_is_quoted() -> None:
    texts = (Text(body="The pump is very small."), Text(body="该泵体积很小，噪声很低。"))
    found = quote_sentences(Achievement(id="A1", texts=texts))
    assert [sentence.language for sentence in found] == ["en", "zh"]


def test_silence_gives_no_sentences() -> None:
    assert quote_sentences(Achievement(id="A1")) == []
    assert quote_sentences(Achievement(id="A1", texts=(Text(title=" "),))) == []


def test_overlap_is_the_share_of_wanted_terms() -> None:
    overlap = compute_overlap(
        ["quiet water pump", "corn"], ["a quiet pump", "water pumps run quietly"], weigh_alike
    )
    assert overlap.tolist() == [pytest.approx([2 / 3, 1.0]), [0.0, 0.0]]


def test_rare_terms_weigh_more() -> None:
    def weigh(term: str) -> float:
        return 9.0 if term == "stigmergi" else 1.0

    overlap = compute_overlap(["stigmergy control"], ["stigmergy", "control"], weigh)
    assert overlap[0].tolist() == pytest.approx([0.9, 0.1])


def test_a_long_requirement_is_met_by_its_rarest_terms() -> None:
    words = [f"word{letter}" for letter in "abcdefghijklmnop"]
    overlap = compute_overlap([" ".join(words)], [" ".join(words[:8])], weigh_alike)
    assert overlap[0, 0] == 1.0


def test_nothing_wanted_or_offered_overlaps_with_nothing() -> None:
    assert compute_overlap([], ["a pump"], weigh_alike).shape == (0, 1)
    assert compute_overlap(["pump"], [], weigh_alike).shape == (1, 0)
    assert compute_overlap(["..."], ["..."], weigh_alike).tolist() == [[0.0]]


WORDS = st.lists(st.sampled_from(["pump", "water", "corn", "激光", "泵浦"]), max_size=6).map(
    " ".join
)


@given(st.lists(WORDS, min_size=1, max_size=4), st.lists(WORDS, min_size=1, max_size=4))
def test_overlap_is_a_share_and_full_with_itself(wanted: list[str], offered: list[str]) -> None:
    overlap = compute_overlap(wanted, [*offered, *wanted], weigh_alike)
    assert ((overlap >= 0) & (overlap <= 1)).all()
    for row, text in enumerate(wanted):
        assert overlap[row, len(offered) + row] == (1.0 if text else 0.0)


def test_requirements_are_queries_and_sentences_documents() -> None:
    roles: list[str] = []

    def encode(texts: Sequence[str], role: str) -> np.ndarray:
        roles.append(role)
        return np.eye(3, dtype=np.float32)[: len(texts)]

    cosines = compute_cosines(["a", "b"], ["c", "d", "e"], encode)
    assert roles == ["query", "document"]
    assert cosines.tolist() == [[1, 0, 0], [0, 1, 0]]


def test_nothing_is_encoded_where_nothing_is_said() -> None:
    def encode(_texts: Sequence[str], _role: str) -> np.ndarray:
        raise AssertionError("must not be called")

    assert compute_cosines(["a"], [], encode).shape == (1, 0)


def test_shared_words_are_shown_as_the_sentence_writes_them() -> None:
    shared = find_shared_words(
        "prediction of composite materials", "COMPAS predicts Composite parts"
    )
    assert shared == ("predicts", "Composite")


def test_shared_words_come_once_and_work_in_chinese() -> None:
    assert find_shared_words("laser pumps", "Pump by pump, a pump") == ("Pump",)
    assert "激光" in find_shared_words("高功率激光器用激光", "一种激光装置")


def test_hyphenated_words_are_shown_whole() -> None:
    assert find_shared_words("healing wires", "a self-healing cable") == ("self-healing",)


def test_each_term_keeps_its_word() -> None:
    assert pair_words("Running pumps") == [("run", "Running"), ("pump", "pumps")]


def test_a_number_is_one_word_and_shares_no_part_of_it() -> None:
    assert find_shared_words("3,000 hours of seal", "ran 4,000 hours in seals") == (
        "hours",
        "seals",
    )
    assert find_shared_words("a run of 300 hours", "in 300 hours") == ("300", "hours")


def test_chinese_is_no_part_of_a_word_of_other_letters() -> None:
    assert [word for _term, word in pair_words("4,000次.树脂")] == ["4,000", "次", "树脂"]


def test_a_full_stop_joins_figures_but_no_words() -> None:
    words = [word for _term, word in pair_words("occurring.Progenys for 4,000.5 hours")]

    assert words == ["occurring", "Progenys", "4,000.5", "hours"]
