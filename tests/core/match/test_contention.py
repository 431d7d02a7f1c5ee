import random
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from terrace.errors import IndexFault
from terrace.match.contention import RIVALS, SCHEMA, Contention

PAIRS = st.lists(
    st.tuples(
        st.sampled_from(["A", "B", "C"]),
        st.sampled_from([f"N{number}" for number in range(8)]),
        st.integers(-5, 20).map(float),
    ),
    unique_by=lambda pair: pair[:2],
    max_size=20,
)


def frame(*pairs: tuple[str, str, float]) -> pl.DataFrame:
    return pl.DataFrame(list(pairs), schema=SCHEMA, orient="row")


def by_hand(pairs: list[tuple[str, str, float]], record_id: str, query_id: str) -> float:
    others = [max(s, 0) for r, q, s in pairs if r == record_id and q != query_id]
    return sum(sorted(others, reverse=True)[:RIVALS]) / RIVALS


def test_it_works() -> None:
    scored = frame(("A", "N1", 3), ("A", "N2", 6), ("B", "N1", 9))

    assert Contention.of(scored).measure(scored).tolist() == [2, 1, 0]


@given(PAIRS)
def test_against_counting_by_hand(pairs: list[tuple[str, str, float]]) -> None:
    scored = frame(*pairs)

    found = Contention.of(scored).measure(scored)

    assert found.tolist() == pytest.approx([by_hand(pairs, r, q) for r, q, _ in pairs])


@given(PAIRS, st.floats(-5, 100))
def test_the_asker_is_never_its_own_rival(
    pairs: list[tuple[str, str, float]], score: float
) -> None:
    without = Contention.of(frame(*pairs))
    within = Contention.of(frame(*pairs, ("A", "asker", score)))
    asked = frame(("A", "asker", 0.0))

    assert within.measure(asked).tolist() == pytest.approx(without.measure(asked).tolist())


@given(PAIRS, st.randoms())
def test_the_order_of_pairs_does_not_matter(
    pairs: list[tuple[str, str, float]], chance: random.Random
) -> None:
    scored, shuffled = frame(*pairs), list(pairs)
    chance.shuffle(shuffled)

    found = Contention.of(frame(*shuffled)).measure(scored)

    assert found.tolist() == pytest.approx(Contention.of(scored).measure(scored).tolist())


@given(PAIRS, PAIRS)
def test_joined_as_if_scored_together(
    first: list[tuple[str, str, float]], second: list[tuple[str, str, float]]
) -> None:
    later = [(r, f"late {q}", s) for r, q, s in second]
    together = frame(*first, *later)

    joined = Contention.of(frame(*first)).joined(frame(*later))

    assert joined.measure(together).tolist() == pytest.approx(
        Contention.of(together).measure(together).tolist()
    )


def test_newer_scores_of_a_query_replace_its_older_ones() -> None:
    older = Contention.of(frame(("A", "N1", 9), ("B", "N1", 9)))
    asked = frame(("A", "N2", 0), ("B", "N2", 0))

    assert older.joined(frame(("A", "N1", 3))).measure(asked).tolist() == [1, 0]


def test_filled_keeps_what_is_known() -> None:
    known = Contention.of(frame(("A", "N1", 9)))
    asked = frame(("A", "N3", 0), ("B", "N3", 0))

    filled = known.filled(frame(("A", "N1", 3), ("B", "N1", 3), ("A", "N2", 6)))

    assert filled.measure(asked).tolist() == [5, 0]


@given(PAIRS)
def test_joining_the_same_again_changes_nothing(pairs: list[tuple[str, str, float]]) -> None:
    scored = frame(*pairs)
    known = Contention.of(scored)

    again = known.joined(scored)

    assert again.measure(scored).tolist() == pytest.approx(known.measure(scored).tolist())


def test_a_poor_fit_is_no_advantage() -> None:
    rivals = Contention.of(frame(("A", "N1", -7)))

    assert rivals.measure(frame(("A", "N2", 1))).tolist() == [0]


def test_nobody_else_asks() -> None:
    assert Contention.empty().measure(frame(("A", "N1", 5))).tolist() == [0]
    assert Contention.empty().measure(frame()).tolist() == []


def test_only_what_counts_is_kept() -> None:
    many = frame(*((("A"), f"N{number}", float(number)) for number in range(50)))

    assert len(Contention.of(many).best) == RIVALS + 1


def test_it_is_saved_and_loaded(tmp_path: Path) -> None:
    scored = frame(("A", "N1", 3), ("编号", "N2", 6.5))
    path = tmp_path / "contention.parquet"
    Contention.of(scored).save(path)

    assert Contention.load(path).best.equals(Contention.of(scored).best)


def test_nothing_saved_is_nobody(tmp_path: Path) -> None:
    assert Contention.load(tmp_path / "absent.parquet").best.is_empty()


@pytest.mark.parametrize("content", [b"", b"PAR1 and no more"])
def test_a_damaged_file_says_what_to_do(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "contention.parquet"
    path.write_bytes(content)

    with pytest.raises(IndexFault, match=r"contention\.parquet is damaged.*delete it"):
        Contention.load(path)


def test_a_foreign_table_says_what_to_do(tmp_path: Path) -> None:
    path = tmp_path / "contention.parquet"
    pl.DataFrame({"id": [1]}).write_parquet(path)

    with pytest.raises(IndexFault, match="delete it"):
        Contention.load(path)
