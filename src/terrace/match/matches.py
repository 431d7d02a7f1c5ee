"""Pairs with all that it takes to hand them to somebody: words, fields, parties."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl

from terrace.errors import InputError, NotFound
from terrace.records import Achievement, Need, Text


@dataclass(frozen=True, slots=True)
class Match:
    """A pair to be handled: ``promise`` (0 to 1), its words, fields, languages and parties.

    ``parties`` are the ids of both records and of their owners.
    """

    need_id: str
    achievement_id: str
    promise: float
    text: str
    fields: frozenset[str]
    languages: frozenset[str]
    parties: frozenset[str]


def list_matches(
    pairs: pl.DataFrame, needs: Mapping[str, Need], achievements: Mapping[str, Achievement]
) -> list[Match]:
    """The matches of a frame need_id, achievement_id, confidence (or score).

    Confidence is the promise as it is; scores are scaled from 0 (lowest) to 1.

    Raises:
        InputError: neither column is there.
        NotFound: a pair names a record that is not given.
    """
    missing = [
        row
        for row in pairs.select("need_id", "achievement_id").rows()
        if row[0] not in needs or row[1] not in achievements
    ]
    if missing:
        raise NotFound(f"no record for the pair {missing[0]}; give its need and its achievement")
    promises = _read_promises(pairs)
    rows = pairs.select("need_id", "achievement_id").rows()
    return [
        _make_match(needs[need_id], achievements[achievement_id], promise)
        for (need_id, achievement_id), promise in zip(rows, promises, strict=True)
    ]


def _read_promises(pairs: pl.DataFrame) -> list[float]:
    if "confidence" in pairs.columns:
        return [float(value) for value in pairs["confidence"].fill_null(0.0)]
    if "score" not in pairs.columns:
        raise InputError.of_file(
            "pairs", "there is neither confidence nor score", "Add one of the two columns"
        )
    scores = pairs["score"].to_numpy()
    spread = float(np.ptp(scores)) if len(scores) else 0.0
    return [float(s) for s in (scores - scores.min()) / spread] if spread else [0.5] * len(scores)


def _make_match(need: Need, achievement: Achievement, promise: float) -> Match:
    texts = [*need.texts, *achievement.texts]
    parties = {need.id, need.owner, achievement.id, achievement.owner}
    return Match(
        need_id=need.id,
        achievement_id=achievement.id,
        promise=promise,
        text="\n".join(_write_text(text) for text in texts),
        fields=frozenset(need.fields) | frozenset(achievement.fields),
        languages=frozenset(text.language for text in texts if text.language),
        parties=frozenset(parties - {""}),
    )


def _write_text(text: Text) -> str:
    return f"{text.title}\n{text.summary}\n{text.body}".strip()
