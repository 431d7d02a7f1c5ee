from pathlib import Path

import numpy as np
import pytest

from terrace.match.gloss import Glossary, build_glossary, gloss_texts
from terrace.match.spaces import MULTILINGUAL, Space
from terrace.match.vectors import VectorCache
from terrace.testing.embedders import BilingualEmbedder

MEANINGS = {"电池": "battery", "泵": "pump", "密封": "seal", "激光": "laser"}
SPACE = Space(MULTILINGUAL, BilingualEmbedder(meanings=MEANINGS))
TEXTS = ("A pump seal for slurry", "A battery pump", "Battery and laser", "The laser seal")


@pytest.fixture
def cache(tmp_path: Path) -> VectorCache:
    return VectorCache(tmp_path / "vectors.sqlite")


@pytest.fixture
def glossary(cache: VectorCache) -> Glossary:
    return build_glossary("en", TEXTS, SPACE, cache)


def test_words_of_two_texts_make_the_glossary(glossary: Glossary) -> None:
    assert set(glossary.terms) == {"pump", "seal", "battery", "laser"}
    assert glossary.vectors.shape == (4, SPACE.embedder.dimension)


def test_a_foreign_word_becomes_the_nearest_of_the_corpus(
    glossary: Glossary, cache: VectorCache
) -> None:
    (told,) = gloss_texts(["电池"], glossary, SPACE, cache)

    assert told.split()[0] == "battery"


def test_words_of_the_corpus_language_stay(glossary: Glossary, cache: VectorCache) -> None:
    (told,) = gloss_texts(["GaN 12"], glossary, SPACE, cache)

    assert told == "gan 12"


def test_a_word_that_is_near_nothing_is_left_out(glossary: Glossary, cache: VectorCache) -> None:
    (told,) = gloss_texts(["疫苗"], glossary, SPACE, cache)

    assert told == ""


def test_order_follows_the_text(glossary: Glossary, cache: VectorCache) -> None:
    (told,) = gloss_texts(["激光 电池"], glossary, SPACE, cache)

    words = told.split()
    assert words.index("laser") < words.index("battery")


def test_each_text_is_told_alike_alone_and_among_others(
    glossary: Glossary, cache: VectorCache
) -> None:
    texts = ["电池", "激光", "", "泵"]

    together = gloss_texts(texts, glossary, SPACE, cache)

    assert together == [gloss_texts([text], glossary, SPACE, cache)[0] for text in texts]


def test_an_empty_corpus_glosses_nothing_away(cache: VectorCache) -> None:
    empty = build_glossary("en", [], SPACE, cache)

    assert empty.terms == ()
    assert gloss_texts(["电池"], empty, SPACE, cache) == ["电池"]


def test_the_glossary_does_not_depend_on_the_order_of_texts(cache: VectorCache) -> None:
    forward = build_glossary("en", TEXTS, SPACE, cache)
    backward = build_glossary("en", TEXTS[::-1], SPACE, cache)

    assert forward.terms == backward.terms
    assert np.array_equal(forward.vectors, backward.vectors)
