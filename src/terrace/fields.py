"""The fields of technology that records are filed under, read from ``data/fields.yaml``."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from importlib import resources
from pathlib import Path

from terrace.criteria.declarations import Section, read_declaration
from terrace.errors import CriteriaError

_MOST_FIELDS = 2
_FEWEST_WORDS = 2
_CHINESE = re.compile(r"[\u3400-\u9fff]")
_BETWEEN_WORDS = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class TechnologyField:
    """One field: its stable code, its names, what sources call it, the words that speak for it."""

    code: str
    name_en: str
    name_zh: str
    aliases: tuple[str, ...]
    words: tuple[str, ...]

    def name(self, language: str) -> str:
        """The name in a language ('zh...' is Chinese)."""
        return self.name_zh if language.startswith("zh") else self.name_en


@dataclass(frozen=True)
class Classification:
    """All fields in their order."""

    fields: tuple[TechnologyField, ...]

    @cached_property
    def by_code(self) -> Mapping[str, TechnologyField]:
        """The fields by code."""
        return {field.code: field for field in self.fields}

    def file_names(self, names: Iterable[str]) -> tuple[list[str], list[str]]:
        """The codes that a source's names of fields stand for, and the names not known here."""
        found = {name: self._alias_codes.get(name.strip().lower()) for name in names}
        codes = dict.fromkeys(code for code in found.values() if code)
        return list(codes), [name for name, code in found.items() if not code]

    def file_text(self, text: str) -> list[str]:
        """The codes, at most two, that at least two words of a text speak for."""
        said = f" {_BETWEEN_WORDS.sub(' ', text.lower())} "
        counted = Counter(
            {code: sum(map(said.count, words)) for code, words in self._words.items()}
        )
        best = counted.most_common(_MOST_FIELDS)
        return [code for code, count in best if count >= max(_FEWEST_WORDS, best[0][1] / 2)]

    @cached_property
    def _alias_codes(self) -> Mapping[str, str]:
        found = {field.code: field.code for field in self.fields}
        for field in self.fields:
            for name in (field.name_en, field.name_zh, *field.aliases):
                found[name.lower()] = field.code
        return found

    @cached_property
    def _words(self) -> Mapping[str, tuple[str, ...]]:
        """Per code what is counted in a text: English at the beginning of a word only."""
        return {
            field.code: tuple(w if _CHINESE.search(w) else f" {w.lower()}" for w in field.words)
            for field in self.fields
        }


@cache
def shipped_fields() -> Classification:
    """The classification that ships."""
    return read_fields(Path(str(resources.files("terrace") / "data" / "fields.yaml")))


def read_fields(path: Path) -> Classification:
    """The classification in a YAML file.

    Raises:
        CriteriaError: what is wrong, with file and line; a code or an alias is there twice.
    """
    fields = tuple(
        _read_field(section) for section in read_declaration(path).sections("fields", "field")
    )
    names = Counter(name for f in fields for name in _names_of(f))
    names.update(code for code, count in Counter(f.code for f in fields).items() if count > 1)
    twice = [name for name, count in names.items() if count > 1]
    if twice:
        raise CriteriaError(f"{path.name}: '{twice[0]}' is there twice; keep one of them")
    return Classification(fields)


def _read_field(section: Section) -> TechnologyField:
    section.check_keys(("code", "name"), ("aliases", "words"))
    name = section.section("name")
    # An unquoted comma in a name would end it, and the rest would be another key.
    name.check_keys(("en", "zh"))
    return TechnologyField(
        code=section.text("code"),
        name_en=name.text("en"),
        name_zh=name.text("zh"),
        aliases=section.texts("aliases"),
        words=section.texts("words"),
    )


def _names_of(field: TechnologyField) -> set[str]:
    return {name.lower() for name in (field.code, *field.aliases)}
