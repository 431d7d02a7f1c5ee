"""The desk of a technology manager: pairs with what it takes to judge them at a glance."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

import polars as pl

from terrace.match.evidence import Idf, find_shared_words, terms_of_word
from terrace.match.gates import evaluate_gates, summarise_gates
from terrace.match.general import is_telling
from terrace.records import Achievement, Need, Text, to_records

_MOST_WORDS = 5
_TITLE_CHARS = 100
_GATED_AT_ONCE = 20_000


@dataclass(frozen=True, slots=True)
class DeskRow:
    """One pair to look at; ``gates`` is the code of all gates together.

    ``failed`` has the ids of unmet gates, ``open`` those of gates that are unknown
    or need judgement, ``closes`` what would close a near miss ('' where it is
    none), ``shared`` the rarest words that the achievement has in common with
    the need, as the achievement writes them.
    """

    need: Need
    achievement: Achievement
    rank: int
    confidence: float
    gates: str
    failed: tuple[str, ...]
    open: tuple[str, ...]
    closes: str
    shared: tuple[str, ...]


def lay_out(
    pairs: pl.DataFrame,
    needs: pl.DataFrame,
    achievements: pl.DataFrame,
    *,
    idf: Idf,
    today: date,
) -> list[DeskRow]:
    """The pairs (need_id, achievement_id, rank, confidence) with gates and shared words, in order.

    Raises:
        NotFound: a pair names a record that is not given.
    """
    if pairs.is_empty():
        return []
    need_of = find_needs(needs, pairs["need_id"])
    achievement_of = find_achievements(achievements, pairs["achievement_id"])
    summary = summarise_gates(evaluate_gates(pairs, needs, achievements, today=today))
    gated = pairs.join(summary, on=["need_id", "achievement_id"], how="left", maintain_order="left")
    return [
        DeskRow(
            need=(need := need_of[row["need_id"]]),
            achievement=(achievement := achievement_of[row["achievement_id"]]),
            rank=row["rank"],
            confidence=row["confidence"],
            gates=row["result"],
            failed=tuple(row["unmet"]),
            open=(*row["needs_judgement"], *row["unknown"]),
            closes=row["closes_en"],
            shared=find_telling_words(need, achievement, idf=idf),
        )
        for row in gated.iter_rows(named=True)
    ]


def add_gates(
    pairs: pl.DataFrame, needs: pl.DataFrame, achievements: pl.DataFrame, *, today: date
) -> pl.DataFrame:
    """The pairs with the columns ``gates`` (all gates together) and ``near_miss``.

    Raises:
        NotFound: a pair names a record that is not given.
    """
    parts = [
        summarise_gates(evaluate_gates(part, needs, achievements, today=today))
        for part in pairs.iter_slices(_GATED_AT_ONCE)
        if len(part)
    ]
    if not parts:
        return pairs.with_columns(
            gates=pl.lit(None, dtype=pl.String), near_miss=pl.lit(None, dtype=pl.Boolean)
        )
    keys = ["need_id", "achievement_id"]
    summary = pl.concat(parts).select(*keys, "near_miss", gates=pl.col("result").cast(pl.String))
    joined = pairs.join(summary, on=keys, how="left", maintain_order="left")
    return joined.select(*pairs.columns, "gates", "near_miss")


def find_needs(frame: pl.DataFrame, ids: Iterable[str]) -> dict[str, Need]:
    """The needs of these ids among the rows of a frame, by id."""
    named = frame.filter(pl.col("id").is_in(set(ids)))
    return {each.id: each for each in to_records("need", named) if isinstance(each, Need)}


def find_achievements(frame: pl.DataFrame, ids: Iterable[str]) -> dict[str, Achievement]:
    """The achievements of these ids among the rows of a frame, by id."""
    named = frame.filter(pl.col("id").is_in(set(ids)))
    found = to_records("achievement", named)
    return {each.id: each for each in found if isinstance(each, Achievement)}


def title_of(record: Need | Achievement) -> str:
    """What a record is called: a title, else the beginning of its text."""
    titles = [text.title for text in record.texts if text.title]
    bodies = [text.summary or text.body for text in record.texts]
    return " / ".join(titles) or next((body[:_TITLE_CHARS] for body in bodies if body), record.id)


def owner_of(record: Need | Achievement) -> str:
    """Whose it is, by name where there is one; '' where nobody says."""
    return record.owner_name or record.owner


def find_telling_words(need: Need, achievement: Achievement, *, idf: Idf) -> tuple[str, ...]:
    """The rarest words of the achievement that the need has too."""
    shared = _find_common(_write_texts(need.texts), _write_texts(achievement.texts))
    # The mean, so that "well-known" does not count for two.
    rarity = {word: -sum(map(idf, found)) / len(found) for word, found in shared}
    return tuple(sorted(rarity, key=lambda word: (rarity[word], word))[:_MOST_WORDS])


# A list of pairs is shown again after each decision.
@lru_cache(maxsize=1_000)
def _find_common(wanted: str, offered: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """The words that two texts share and that say something, each with its terms."""
    telling = filter(is_telling, find_shared_words(wanted, offered))
    return tuple((word, terms_of_word(word)) for word in _drop_parts(list(telling)))


def _drop_parts(words: Sequence[str]) -> list[str]:
    """A long Chinese word is found by its parts too, which say nothing beside it."""
    others = [word for word in words if not word.isascii()]
    parts = {word for word in others for other in others if word != other and word in other}
    return [word for word in words if word not in parts]


def _write_texts(texts: Sequence[Text]) -> str:
    return "\n".join(f"{text.title}\n{text.summary}\n{text.body}" for text in texts)
