"""Criteria read from their declaration, every complaint with its line."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import get_args

from terrace.criteria.declarations import Section
from terrace.rules.criteria import (
    RELATIONS,
    Band,
    Banded,
    Compare,
    CompareDate,
    ComparePoints,
    Criterion,
    DateRelation,
    Day,
    Joint,
    Judged,
    Mode,
    OneOf,
    Relation,
    Test,
    Together,
)
from terrace.rules.labels import (
    Status,
    read_choice,
    read_figure,
    read_label,
    read_name,
    read_number,
    read_status,
    to_number,
)
from terrace.rules.measures import Catalog

MAX_DEPTH = 8
_HEAD = ("id", "kind", "en", "zh")
_HEAD_OPTIONAL = ("clause", "status", "only_in", "applies_when", "note")
_DAY = re.compile(r"as_of(?: - (?P<count>\d{1,4}) (?P<unit>year|month|day)s?)?")


@dataclass(frozen=True, slots=True)
class Context:
    """What a criterion is read in: the known names, scores, and inherited clause and status."""

    catalog: Catalog
    scores: frozenset[str]
    clause: str
    status: Status
    depth: int = 0


def read_criterion(section: Section, context: Context) -> Criterion:
    """One criterion of a declaration.

    Raises:
        CriteriaError: an unknown kind, name or key, or a value of the wrong type; with its line.
    """
    if context.depth > MAX_DEPTH:
        section.refuse("criteria are nested too deep", f"nest at most {MAX_DEPTH}")
    kind = read_choice(section, "kind", KINDS)
    required, optional = KEYS[kind]
    section.check_keys((*_HEAD, *required), (*_HEAD_OPTIONAL, *optional))
    inner = Context(
        context.catalog,
        context.scores,
        section.text("clause", context.clause),
        read_status(section, context.status),
        context.depth + 1,
    )
    return Criterion(
        id=read_name(section),
        kind=kind,
        label=read_label(section),
        clause=inner.clause,
        status=inner.status,
        test=_read_test(section, kind, inner),
        only_in=_read_mode(section),
        applies_when=_read_applies(section, inner),
    )


def _read_mode(section: Section) -> Mode | None:
    if "only_in" not in section.values:
        return None
    mode: Mode = read_choice(section, "only_in", get_args(Mode))
    return mode


def _read_applies(section: Section, context: Context) -> Criterion | None:
    if "applies_when" not in section.values:
        return None
    return read_criterion(section.section("applies_when"), context)


def _read_test(section: Section, kind: str, context: Context) -> Test:
    if kind in RELATIONS:
        return _read_comparison(section, context)
    if kind in get_args(Joint):
        return _read_together(section, context)
    if kind in get_args(DateRelation):
        fact = context.catalog.require(section, section.text("measure"), ("date",))
        return CompareDate(_date_relation(section), fact, _read_day(section))
    return _READERS[kind](section, context)


def _date_relation(section: Section) -> DateRelation:
    relation: DateRelation = read_choice(section, "kind", get_args(DateRelation))
    return relation


def read_relation(section: Section, key: str) -> Relation:
    """at_least, more_than, at_most or less_than."""
    relation: Relation = read_choice(section, key, RELATIONS)
    return relation


def _read_comparison(section: Section, context: Context) -> Compare | ComparePoints:
    relation = read_relation(section, "kind")
    if ("score" in section.values) == ("measure" in section.values):
        section.refuse("it has to name a 'measure' or a 'score'", "name one of them")
    if "measure" in section.values:
        measure = context.catalog.require(section, section.text("measure"), ("number",))
        unit = context.catalog.unit_of(measure)
        return Compare(relation, measure, read_figure(section, "threshold", unit))
    score = section.text("score")
    if score not in context.scores:
        section.refuse(f"there is no score '{score}'", f"known are {sorted(context.scores)}")
    return ComparePoints(relation, score, read_number(section, "threshold"))


def _read_banded(section: Section, context: Context) -> Banded:
    names = [
        context.catalog.require(section, section.text(key), ("number",))
        for key in ("measure", "by")
    ]
    units = [context.catalog.unit_of(name) for name in names]
    bands = tuple(_read_band(band, *units) for band in section.sections("bands", "band"))
    edges = [band.up_to for band in bands]
    closed = [edge for edge in edges[:-1] if edge is not None]
    if edges[-1] is not None or len(closed) < len(edges) - 1 or closed != sorted(set(closed)):
        section.refuse(
            "the bands do not rise to an open one",
            "give each but the last an 'up_to' above the one before",
        )
    return Banded(read_relation(section, "relation"), names[0], names[1], bands)


def _read_band(band: Section, unit: str, unit_by: str) -> Band:
    band.check_keys(("threshold",), ("up_to",))
    up_to = read_figure(band, "up_to", unit_by) if "up_to" in band.values else None
    return Band(up_to, read_figure(band, "threshold", unit))


def _read_one_of(section: Section, context: Context) -> OneOf:
    fact = context.catalog.require(section, section.text("measure"), ("text", "truth"))
    values = section.values["values"]
    expected = bool if context.catalog.type_of(fact) == "truth" else str
    choices = context.catalog.facts[fact].choices
    if not isinstance(values, list) or not values or not all(type(v) is expected for v in values):
        section.refuse("'values' does not fit the fact", f"list values such as those of '{fact}'")
    for value in values:
        if choices is not None and value not in choices:
            section.refuse(f"'{fact}' is never '{value}'", f"it is one of {', '.join(choices)}")
    return OneOf(fact, tuple(values))


def _read_day(section: Section) -> Day:
    written = section.values["threshold"]
    if type(written) is date:
        return Day(fixed=written)
    match = _DAY.fullmatch(written) if isinstance(written, str) else None
    if not match:
        section.refuse(
            f"'threshold' is no day ({written!r})", "write 2026-01-31, as_of or as_of - 3 years"
        )
    count, unit = match["count"], {"year": "y", "month": "mo", "day": "d"}
    return Day(offset=f"-{count}{unit[match['unit']]}" if count else "")


def _read_judged(section: Section, context: Context) -> Judged:
    return Judged(context.catalog.require(section, section.text("measure"), ("truth",)))


def _read_together(section: Section, context: Context) -> Together:
    kind: Joint = read_choice(section, "kind", get_args(Joint))
    of = tuple(read_criterion(part, context) for part in section.sections("of", "criterion"))
    if kind != "count":
        return Together(kind, of)
    need = to_number(section, "need", section.values.get("need"))
    if not need.is_integer() or not 1 <= need <= len(of):
        section.refuse(f"'need' is {need:g}", f"it has to be from 1 to {len(of)}")
    return Together(kind, of, int(need))


# What each kind has to say, and may say, beyond what all criteria have.
KEYS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    **dict.fromkeys(RELATIONS, (("threshold",), ("measure", "score"))),
    "banded": (("relation", "measure", "by", "bands"), ()),
    "one_of": (("measure", "values"), ()),
    "on_or_after": (("measure", "threshold"), ()),
    "on_or_before": (("measure", "threshold"), ()),
    "judged": (("measure",), ()),
    "all_of": (("of",), ()),
    "any_of": (("of",), ()),
    "count": (("of", "need"), ()),
}
KINDS = tuple(KEYS)
_READERS: Mapping[str, Callable[[Section, Context], Test]] = {
    "banded": _read_banded,
    "one_of": _read_one_of,
    "judged": _read_judged,
}
