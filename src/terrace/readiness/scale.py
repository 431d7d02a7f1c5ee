"""The scale of readiness as it is declared in YAML, checked before anything is assessed."""

import functools
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

from terrace.criteria.declarations import Section, read_declaration
from terrace.errors import InputError, Problem

LEVELS = 9


@dataclass(frozen=True, slots=True)
class Words:
    """The same words in English and Chinese."""

    en: str
    zh: str

    def in_language(self, language: str) -> str:
        """The Chinese words for 'zh' and its variants ('zh-hans'), else the English ones."""
        return self.zh if language.lower().startswith("zh") else self.en


@dataclass(frozen=True, slots=True)
class ReadinessLevel:
    """One level: its number (1 to 9), its name, what must be true, what shows it, a case."""

    number: int
    name: Words
    must_hold: Words
    evidence: Words
    example: Words


@dataclass(frozen=True, slots=True)
class Dimension:
    """A dimension with its nine levels in order; ``levels[n - 1]`` is level n."""

    id: str
    name: Words
    question: Words
    levels: tuple[ReadinessLevel, ...]


@dataclass(frozen=True, slots=True)
class Scale:
    """The dimensions, and the lower-case words that are no evidence ('ok', '待定')."""

    dimensions: tuple[Dimension, ...]
    no_evidence: frozenset[str]

    def dimension(self, dimension_id: str) -> Dimension:
        """The dimension of this id.

        Raises:
            InputError: there is none; the known ones are named.
        """
        for dimension in self.dimensions:
            if dimension.id == dimension_id:
                return dimension
        known = ", ".join(dimension.id for dimension in self.dimensions)
        message = "there is no such dimension of readiness"
        raise InputError(Problem("readiness", 0, dimension_id, message, f"Known are {known}"))


def load_scale(path: Path | None = None) -> Scale:
    """The scale of a YAML file, or the one that ships.

    Raises:
        CriteriaError: names the file, the dimension, the line and what to do.
    """
    return _shipped_scale() if path is None else _read_scale(path)


@functools.cache
def _shipped_scale() -> Scale:
    with resources.as_file(resources.files("terrace") / "data" / "readiness.yaml") as path:
        return _read_scale(path)


def _read_scale(path: Path) -> Scale:
    declaration = read_declaration(path)
    declaration.check_keys(["dimensions"], ["no_evidence"])
    dimensions: dict[str, Dimension] = {}
    for section in declaration.sections("dimensions", "dimension"):
        dimension = _read_dimension(section)
        if dimension.id in dimensions:
            section.refuse(f"the id '{dimension.id}' is given twice", "rename one of them")
        dimensions[dimension.id] = dimension
    no_evidence = (word.lower() for word in declaration.texts("no_evidence"))
    return Scale(tuple(dimensions.values()), frozenset(no_evidence))


def _read_dimension(section: Section) -> Dimension:
    section.check_keys(["id", "name", "question", "levels"])
    levels = tuple(_read_level(part) for part in section.sections("levels", "level"))
    if [level.number for level in levels] != list(range(1, LEVELS + 1)):
        section.refuse("the levels are not numbered 1 to 9", "give each of the nine once, in order")
    name, question = _read_words(section, "name"), _read_words(section, "question")
    return Dimension(section.text("id"), name, question, levels)


def _read_level(section: Section) -> ReadinessLevel:
    parts = ("name", "must_hold", "evidence", "example")
    section.check_keys(["number", *parts])
    number = section.values["number"]
    if type(number) is not int:
        section.refuse("'number' is not a whole number", "write 1 to 9")
    return ReadinessLevel(number, *(_read_words(section, part) for part in parts))


def _read_words(section: Section, key: str) -> Words:
    words = section.section(key)
    words.check_keys(["en", "zh"])
    return Words(words.text("en"), words.text("zh"))
