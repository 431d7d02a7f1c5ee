"""The facts of a need."""

from collections.abc import Sequence

from terrace.match.reading import money, places, readiness
from terrace.match.reading.fact_columns import Facts
from terrace.match.reading.quotes import Passage, Reading, passages_with
from terrace.match.reading.shared_facts import joined, quoted, read_shared, stated_value
from terrace.match.reading.terms import wanted_terms


def read_need(row: Facts, passages: Sequence[Passage]) -> Facts:
    """All columns of a need's facts but its id."""
    return {
        **read_shared(row, passages),
        **_need_readiness(row, passages),
        **_need_budget(row, passages),
        **quoted("deadline", stated_value(row, "deadline")),
        "deadline": row["deadline"],
        **_need_terms(row),
        **_need_places(row, passages),
    }


def _need_readiness(row: Facts, passages: Sequence[Passage]) -> Facts:
    named = passages_with(readiness.HINTS, passages)
    reading = stated_value(row, "readiness_min") or readiness.read_floor(named)
    target = readiness.read_target(named)
    return {
        **quoted("readiness", reading or target),
        "readiness_min": reading and reading.value,
        "readiness_certain": reading and reading.certain,
        "readiness_target": target and target.value,
    }


def _need_budget(row: Facts, passages: Sequence[Passage]) -> Facts:
    reading = _stated_budget(row) or money.read_budget(passages_with(money.HINTS, passages))
    return {
        **quoted("budget", reading),
        "budget_max": reading and reading.value.value,
        "budget_certain": reading and reading.certain,
        "currency": (reading and reading.value.currency) or None,
    }


def _stated_budget(row: Facts) -> Reading[money.Amount] | None:
    words = stated_value(row, "budget_max", "currency")
    amount = money.Amount(row["budget_max"], row["currency"].upper())
    return Reading(amount, True, words.quote, words.field) if words else None


def _need_terms(row: Facts) -> Facts:
    terms = wanted_terms(row["terms"] or ())
    return {
        **quoted("terms", stated_value(row, "terms")),
        "terms": joined(terms),
        "term_list": terms,
        "exclusive_only": terms == ["exclusive_licence"],
        **quoted("exclusive", stated_value(row, "wants_exclusive")),
        "wants_exclusive": row["wants_exclusive"],
    }


def _need_places(row: Facts, passages: Sequence[Passage]) -> Facts:
    reading = stated_value(row, "regions")
    allowed = places.allowed_places(row["regions"] or ())
    if not reading:
        reading = places.read_allowed_places(passages_with(places.HINTS, passages))
        allowed = reading.value if reading else []
    return {
        **quoted("region", reading),
        "regions": joined(allowed),
        "regions_certain": reading and reading.certain,
        "places_known": all(places.is_known(place) for place in allowed),
        "place_list": allowed,
        "partial_list": places.partly_allowed(allowed),
    }
