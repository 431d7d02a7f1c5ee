from pathlib import Path

import numpy as np
import pytest

from terrace.errors import EmbedderError
from terrace.match.embedders.lsa import fit_lsa
from terrace.match.spaces import (
    LSA,
    MONOLINGUAL,
    MULTILINGUAL,
    WHITE,
    Space,
    assign_parts,
    is_multilingual,
)
from terrace.match.vectors import VectorCache
from terrace.match.whitening import Whitening
from terrace.testing.embedders import BilingualEmbedder, HashEmbedder

ANY = HashEmbedder(dimension=8)
ENGLISH = HashEmbedder(dimension=16, languages=frozenset({"en"}))
BOTH = BilingualEmbedder(dimension=8)
MIRROR = Whitening(ENGLISH.id, np.zeros(16, np.float32), -np.eye(16, dtype=np.float32))


@pytest.fixture
def cache(tmp_path: Path) -> VectorCache:
    return VectorCache(tmp_path / "vectors.sqlite")


def test_each_embedder_has_its_part() -> None:
    assert assign_parts([ENGLISH, BOTH]) == {MONOLINGUAL: ENGLISH, MULTILINGUAL: BOTH}
    assert assign_parts([]) == {}


@pytest.mark.parametrize(
    ("embedders", "part"),
    [((ANY, BOTH), MULTILINGUAL), ((ENGLISH, ENGLISH), MONOLINGUAL)],
)
def test_two_of_a_kind_are_refused(embedders: tuple[HashEmbedder, ...], part: str) -> None:
    with pytest.raises(EmbedderError, match=f"both {part}; give at most one"):
        assign_parts(embedders)


def test_several_languages_or_any_are_multilingual() -> None:
    assert is_multilingual(ANY)
    assert is_multilingual(BOTH)
    assert not is_multilingual(ENGLISH)


def test_a_space_speaks_its_languages() -> None:
    space = Space(MONOLINGUAL, ENGLISH)

    assert (space.speaks("en"), space.speaks(""), space.speaks("zh")) == (True, True, False)
    assert all(Space(MULTILINGUAL, each).speaks("zh") for each in (ANY, BOTH))


def test_a_whitened_space_has_another_id() -> None:
    plain, white = Space(MONOLINGUAL, ENGLISH), Space(MONOLINGUAL + WHITE, ENGLISH, MIRROR)

    assert plain.id == ENGLISH.id
    assert white.id == MIRROR.id != plain.id


def test_queries_are_whitened_like_documents(cache: VectorCache) -> None:
    plain = Space(MONOLINGUAL, ENGLISH).encode_queries(["pump seal"], cache)
    white = Space(MONOLINGUAL + WHITE, ENGLISH, MIRROR).encode_queries(["pump seal"], cache)

    assert white == pytest.approx(-plain, abs=1e-3)


def test_queries_come_from_the_cache_where_it_has_them(cache: VectorCache) -> None:
    known = -ANY.encode_queries(["pump"])
    cache.put(ANY, ["pump"], known, "query")

    found = Space(MULTILINGUAL, ANY).encode_queries(["pump"], cache)

    assert found == pytest.approx(known, abs=1e-2)


def test_lsa_is_cheap_and_not_cached(cache: VectorCache) -> None:
    lsa = fit_lsa(["pump seal", "pump slurry", "seal slurry", "rail crack", "crack rail"])

    found = Space(LSA, lsa).encode_queries(["pump", ""], cache)

    assert np.linalg.norm(found, axis=1) == pytest.approx([1, 0], abs=1e-5)
    assert cache.counts() == {}


def test_words_of_like_meaning_meet_in_the_bilingual_stand_in() -> None:
    embedder = BilingualEmbedder(meanings={"电池": "battery"})

    chinese, english, other = embedder.encode_documents(["电池", "battery", "rail"])

    assert chinese @ english == pytest.approx(1, abs=1e-5)
    assert abs(chinese @ other) < 0.5
