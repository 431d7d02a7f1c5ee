"""The facts of an achievement."""

import dataclasses
from collections.abc import Sequence
from functools import lru_cache

from terrace.match.reading import places, readiness, rights
from terrace.match.reading.fact_columns import Facts
from terrace.match.reading.quotes import Passage, Reading, passages_with
from terrace.match.reading.shared_facts import (
    joined,
    passages_of,
    quoted,
    read_shared,
    stated_value,
)
from terrace.match.reading.terms import offered_terms, wanted_terms
from terrace.records import Achievement

_RESTRICTIVE = {"bayh_dole", "government_rights", "transfer_approval", "joint_ownership", "other"}
_SHARED_RIGHTS = {"government_rights", "joint_ownership"}


def read_achievement(row: Facts, passages: Sequence[Passage]) -> Facts:
    """All columns of an achievement's facts but its id."""
    return {
        **read_shared(row, passages),
        **_achievement_readiness(row, passages),
        **quoted("price", stated_value(row, "price", "currency")),
        "price": row["price"],
        "currency": row["currency"].upper() or None,
        **_achievement_terms(row),
        **_achievement_licence(row, passages),
        **_achievement_owner(row),
        **_achievement_obligations(row, passages),
        **quoted("region", stated_value(row, "region")),
        "place_list": places.places_within(row["region"] or ""),
    }


@lru_cache(maxsize=2_000)
def shares_rights(achievement: Achievement) -> bool:
    """Whether others than the owner have rights in it, by its fields and texts; remembered."""
    row = dataclasses.asdict(achievement)
    return bool(_achievement_obligations(row, passages_of(row))["shared_rights"])


def _achievement_readiness(row: Facts, passages: Sequence[Passage]) -> Facts:
    named = passages_with(readiness.HINTS, passages)
    reading = stated_value(row, "readiness") or readiness.read_level(named)
    return {
        **quoted("readiness", reading),
        "readiness": reading and reading.value,
        "readiness_certain": reading and reading.certain,
    }


def _achievement_terms(row: Facts) -> Facts:
    offered = offered_terms(row["terms"] or ())
    return {
        **quoted("terms", stated_value(row, "terms")),
        "terms": joined(offered),
        "term_list": offered,
        "offers_licence": "licence" in wanted_terms(row["terms"] or ()),
    }


def _achievement_licence(row: Facts, passages: Sequence[Passage]) -> Facts:
    named = passages_with(rights.LICENCE_HINTS, passages)
    reading = stated_value(row, "licensed_exclusively") or rights.read_exclusive_licence(named)
    return {
        **quoted("licence", reading),
        "licensed_exclusively": reading and reading.value,
        "licence_certain": reading and reading.certain,
    }


def _achievement_owner(row: Facts) -> Facts:
    name = row["owner_name"] or row["owner"]
    return {
        **quoted("owner", stated_value(row, "owner_name" if row["owner_name"] else "owner")),
        "owner": name or None,
        "owner_known": True if name else None,
    }


def _achievement_obligations(row: Facts, passages: Sequence[Passage]) -> Facts:
    readings = [
        Reading(rights.classify_obligation(words), True, words, "obligations")
        for words in row["obligations"] or ()
    ]
    readings += rights.read_obligations(passages_with(rights.OBLIGATION_HINTS, passages))
    kinds = list(dict.fromkeys(reading.value for reading in readings))
    return {
        **quoted("obligations", readings[0] if readings else stated_value(row, "funder")),
        "funder": row["funder"] or None,
        "obligations": joined(kinds),
        "obligations_known": bool(kinds) or None,
        "open_source": "open_source" in kinds,
        "restrictive": bool(_RESTRICTIVE.intersection(kinds)),
        "shared_rights": bool(_SHARED_RIGHTS.intersection(kinds)),
    }
