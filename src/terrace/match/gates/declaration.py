"""Gates as they are declared in YAML, checked before anything is evaluated."""

import functools
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from importlib import resources
from pathlib import Path
from typing import Literal

from terrace.criteria.dated import check_versions
from terrace.criteria.declarations import Section, read_declaration
from terrace.criteria.expressions import Expression, parse_condition, parse_expression
from terrace.criteria.results import Result
from terrace.match.gates.pairs import GATE_FACT_TYPES
from terrace.match.reading.fact_columns import TOPICS
from terrace.regions import region_names

Language = Literal["en", "zh"]
LANGUAGES: tuple[Language, ...] = ("en", "zh")
FIGURES = ("observed", "required", "gap", "unit")
_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
_SOURCES = frozenset(f"{kind}.{topic}" for kind, topics in TOPICS.items() for topic in topics)


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence template per language; placeholders are facts and figures in braces."""

    en: str
    zh: str


Vocabularies = Mapping[str, Mapping[str, Sentence]]


@dataclass(frozen=True, slots=True)
class GateVersion:
    """What a gate asks in one period.

    ``applies`` false: not applicable; missing: unknown. Then ``judge`` true: needs
    judgement. Then ``met``: true met, false unmet, missing unknown. ``near`` says that
    an unmet gate is a near miss, and ``closes`` what would close it. ``quotes`` are
    the topics whose words are quoted (``need.budget``). ``names`` are what the sentences
    call the codes that ``observed`` and ``required`` list.
    """

    valid_from: date | None
    valid_to: date | None
    applies: Expression
    judge: Expression
    met: Expression
    near: Expression
    observed: Expression | None
    required: Expression | None
    gap: Expression | None
    unit: Expression | None
    quotes: tuple[str, ...]
    says: Mapping[Result, Sentence]
    closes: Sentence | None
    names: Mapping[str, Sentence]


@dataclass(frozen=True, slots=True)
class Gate:
    """A gate: a stable id, its name in both languages, its versions."""

    id: str
    name: Sentence
    versions: tuple[GateVersion, ...]


def load_gates(path: Path | None = None) -> tuple[Gate, ...]:
    """The gates of a YAML file, or those that ship.

    Raises:
        CriteriaError: names the file, the gate, the line and what to do.
    """
    return _shipped_gates() if path is None else _read_gates(path)


@functools.cache
def _shipped_gates() -> tuple[Gate, ...]:
    with resources.as_file(resources.files("terrace") / "data" / "gates.yaml") as path:
        return _read_gates(path)


def _read_gates(path: Path) -> tuple[Gate, ...]:
    declaration = read_declaration(path)
    declaration.check_keys(["gates"], ["names"])
    names = {"regions": _name_regions(), **_read_names(declaration)}
    gates = dict[str, Gate]()
    for section in declaration.sections("gates", "gate"):
        gate = _read_gate(section, names)
        if gate.id in gates:
            section.refuse(f"the id '{gate.id}' is given twice", "rename one of them")
        gates[gate.id] = gate
    return tuple(gates.values())


def _name_regions() -> Mapping[str, Sentence]:
    english, chinese = region_names("en"), region_names("zh")
    return {code: Sentence(name, chinese[code]) for code, name in english.items()}


def _read_names(declaration: Section) -> Vocabularies:
    """By vocabulary and code; a code is written as ``joined`` shows it."""
    if "names" not in declaration.values:
        return {}
    lists = declaration.section("names")
    return {
        name: {
            code: _read_sentence(lists.section(name).section(code), {})
            for code in lists.section(name).keys
        }
        for name in lists.keys
    }


def _read_gate(section: Section, names: Vocabularies) -> Gate:
    section.check_keys(["id", "name", "versions"])
    parts = section.sections("versions", "version")
    versions = tuple(_read_version(part, names) for part in parts)
    check_versions(versions, where=section.place)
    return Gate(section.text("id"), _read_sentence(section.section("name"), {}), versions)


def _read_version(section: Section, names: Vocabularies) -> GateVersion:
    section.check_keys(
        ["met", "says"],
        ["from", "to", "applies", "judge", "near", *FIGURES, "names", "quotes", "closes"],
    )
    figures = {key: _read_figure(section, key) for key in FIGURES}
    return GateVersion(
        valid_from=section.day("from"),
        valid_to=section.day("to"),
        applies=_read_condition(section, "applies", default="true"),
        judge=_read_condition(section, "judge"),
        met=_read_condition(section, "met"),
        near=_read_condition(section, "near"),
        **figures,
        quotes=_read_quotes(section),
        says=_read_says(section.section("says"), figures),
        closes=_read_closes(section, figures),
        names=_choose_names(section, names),
    )


def _choose_names(section: Section, names: Vocabularies) -> Mapping[str, Sentence]:
    chosen = section.text("names", "")
    if chosen and chosen not in names:
        section.refuse(f"there are no names '{chosen}'", f"known are {', '.join(sorted(names))}")
    return names.get(chosen, {})


def _read_condition(section: Section, key: str, default: str = "false") -> Expression:
    text = section.text(key, default)
    return parse_condition(text, GATE_FACT_TYPES, where=f"{section.place}, {key}")


def _read_figure(section: Section, key: str) -> Expression | None:
    if key not in section.values:
        return None
    where = f"{section.place}, {key}"
    return parse_expression(section.text(key), GATE_FACT_TYPES, where=where)


def _read_quotes(section: Section) -> tuple[str, ...]:
    topics = section.texts("quotes")
    unknown = set(topics) - _SOURCES
    if unknown:
        section.refuse(
            f"nothing is quoted for '{min(unknown)}'", f"known are {', '.join(sorted(_SOURCES))}"
        )
    return topics


def _read_says(
    section: Section, figures: Mapping[str, Expression | None]
) -> dict[Result, Sentence]:
    section.check_keys([], [result.value for result in Result])
    return {
        result: _read_sentence(section.section(result.value), figures)
        for result in Result
        if result.value in section.values
    }


def _read_closes(section: Section, figures: Mapping[str, Expression | None]) -> Sentence | None:
    if "closes" not in section.values:
        return None
    return _read_sentence(section.section("closes"), figures)


def _read_sentence(section: Section, figures: Mapping[str, Expression | None]) -> Sentence:
    section.check_keys(LANGUAGES)
    sentence = Sentence(section.text("en"), section.text("zh"))
    known = {*GATE_FACT_TYPES, *(name for name, figure in figures.items() if figure)}
    for name in placeholders(sentence.en) + placeholders(sentence.zh):
        if name not in known:
            section.refuse(f"there is no fact or figure '{name}' to fill in", "correct the name")
    return sentence


def placeholders(template: str) -> list[str]:
    """The names in braces, in order."""
    return _PLACEHOLDER.findall(template)
