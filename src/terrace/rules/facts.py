"""The declared facts about a company: what a column means, in which unit and period."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Literal, get_args

import polars as pl

from terrace.criteria.declarations import Section
from terrace.criteria.expressions import DTYPES
from terrace.criteria.tokens import FactType
from terrace.rules.labels import (
    Label,
    read_choice,
    read_label,
    read_name,
    read_optional_number,
)

Period = Literal["year", "year_end", "current"]
"""year: over a fiscal year; year_end: at its end; current: holds until a newer value."""

UNITS: Mapping[str, Label] = {
    "yuan": Label("yuan", "元"),
    "usd": Label("US dollars", "美元"),
    "people": Label("people", "人"),
    "count": Label("", "项"),
    "fraction": Label("%", "%"),
    "years": Label("years", "年"),
    "points": Label("points", "分"),
    "days": Label("days", "天"),
    "rank": Label("place", "名次"),
    "": Label("", ""),
}

# How many of the declared unit one of the written unit is.
UNIT_SCALES: Mapping[str, Mapping[str, float]] = {
    "yuan": {"yuan": 1, "cny": 1, "元": 1, "万元": 1e4, "wan_yuan": 1e4, "亿元": 1e8},
    "usd": {"usd": 1, "美元": 1, "万美元": 1e4, "亿美元": 1e8},
    "people": {"people": 1, "人": 1},
    "count": {"count": 1, "项": 1, "件": 1},
    "fraction": {"fraction": 1, "percent": 0.01, "%": 0.01},
    "years": {"years": 1, "年": 1},
    "points": {"points": 1, "分": 1},
    "days": {"days": 1, "天": 1},
    "rank": {"rank": 1, "名": 1, "名次": 1},
    "": {"": 1},
}
RESERVED = frozenset(
    (
        *("company", "name", "fiscal_year", "recorded", "source", "confidence", "note"),
        *("fact", "value", "unit", "as_of", "this", "fiscal_years"),
    )
)


@dataclass(frozen=True, slots=True, eq=False)
class Fact:
    """One declared fact; a text has ``choices`` (code to label) where they are closed.

    ``is_judged`` says that an expert decides it: where it is missing, judgement
    is needed rather than data.
    """

    id: str
    type: FactType
    unit: str
    period: Period
    label: Label
    note: Label
    minimum: float | None = None
    maximum: float | None = None
    choices: Mapping[str, Label] | None = None
    is_judged: bool = False

    @property
    def dtype(self) -> pl.DataType:
        """The type of its column."""
        return DTYPES[self.type]


Facts = Mapping[str, Fact]

_REQUIRED = ("id", "type", "en", "zh")
_OPTIONAL = ("unit", "period", "min", "max", "choices", "judged", "note_en", "note_zh")


def read_facts_declared(sections: Iterable[Section]) -> dict[str, Fact]:
    """The facts of a declaration by id.

    Raises:
        CriteriaError: a fact that is declared twice, or wrongly; with its line.
    """
    facts: dict[str, Fact] = {}
    for section in sections:
        fact = _read_fact(section)
        if fact.id in facts or fact.id in RESERVED:
            section.refuse(f"the name '{fact.id}' is taken", "choose another one")
        facts[fact.id] = fact
    return facts


def _read_fact(section: Section) -> Fact:
    section.check_keys(_REQUIRED, _OPTIONAL)
    return Fact(
        id=read_name(section),
        type=read_choice(section, "type", get_args(FactType)),
        unit=read_choice(section, "unit", UNITS) if "unit" in section.values else "",
        period=read_choice(section, "period", get_args(Period), "year"),
        label=read_label(section),
        note=Label(section.text("note_en", ""), section.text("note_zh", "")),
        minimum=read_optional_number(section, "min"),
        maximum=read_optional_number(section, "max"),
        choices=_read_choices(section),
        is_judged=section.values.get("judged") is True,
    )


def _read_choices(section: Section) -> Mapping[str, Label] | None:
    if "choices" not in section.values:
        return None
    return {
        choice.text("id"): _read_choice(choice) for choice in section.sections("choices", "choice")
    }


def _read_choice(choice: Section) -> Label:
    choice.check_keys(("id", "en", "zh"))
    return read_label(choice)


def suggest_names(
    name: str, known: Sequence[str], *, otherwise: str = "see 'terrace facts template'"
) -> str:
    """What somebody who wrote ``name`` may have meant."""
    near = get_close_matches(name, known, n=3, cutoff=0.6)
    return f"did you mean {', '.join(near)}?" if near else otherwise
