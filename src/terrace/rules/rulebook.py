"""Rulebooks: tiers and policies as dated, cited declarations in a folder of YAML files.

``facts.yaml`` declares the facts and the shared measures; every other ``*.yaml`` is a
rulebook, ``*.cases.yaml`` beside it its hand-computed cases.
"""

import functools
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from importlib import resources
from pathlib import Path
from typing import Any, Literal, get_args

from terrace.criteria.dated import check_versions, holds_on
from terrace.criteria.declarations import Section, read_declaration
from terrace.errors import CriteriaError, NotFound
from terrace.rules.columns import ColumnPlan
from terrace.rules.criteria import Mode
from terrace.rules.facts import read_facts_declared
from terrace.rules.formulas import add_measure
from terrace.rules.labels import Label, read_choice, read_label, read_name, read_optional_number
from terrace.rules.measures import Catalog, read_measures
from terrace.rules.versions import Version, check_unique, read_version

RulebookKind = Literal["tier", "policy", "designation"]
FACTS_FILE = "facts.yaml"
CASES_SUFFIX = ".cases.yaml"


@dataclass(frozen=True, slots=True, eq=False)
class Rulebook:
    """A tier, policy or designation with its versions and the names it may use."""

    id: str
    kind: RulebookKind
    label: Label
    country: str
    certificate_years: float | None
    versions: tuple[Version, ...]
    catalog: Catalog
    path: Path

    def version_at(self, day: date, mode: Mode = "first") -> Version | None:
        """The version that holds on that day in that mode; None where there is none.

        A rulebook that declares nothing for renewals renews by its first-application rules.
        """
        modes = {period.mode for version in self.versions for period in version.periods}
        asked = mode if mode in modes else "first"
        for version in self.versions:
            if any(p.mode == asked and holds_on(p, day) for p in version.periods):
                return version
        return None

    def version(self, version_id: str) -> Version:
        """The version of that id.

        Raises:
            NotFound: there is none.
        """
        for version in self.versions:
            if version.id == version_id:
                return version
        known = ", ".join(version.id for version in self.versions)
        raise NotFound(f"rulebook '{self.id}' has no version '{version_id}'; it has {known}")


def load_rulebooks(folder: Path | None = None) -> tuple[Rulebook, ...]:
    """The rulebooks of a folder, by default those that ship, in order of their ids.

    Raises:
        CriteriaError: a file that is wrong: rulebook, version, criterion and line.
    """
    return _load_shipped() if folder is None else _load_folder(folder)


def shipped_folder() -> Path:
    """Where the rulebooks that ship are."""
    return Path(str(resources.files("terrace") / "data" / "rulebooks"))


def find_rulebook(rulebooks: Sequence[Rulebook], rulebook_id: str) -> Rulebook:
    """The rulebook of that id.

    Raises:
        NotFound: there is none.
    """
    for rulebook in rulebooks:
        if rulebook.id == rulebook_id:
            return rulebook
    known = ", ".join(rulebook.id for rulebook in rulebooks)
    raise NotFound(f"there is no rulebook '{rulebook_id}'; there are {known}")


@functools.cache
def _load_shipped() -> tuple[Rulebook, ...]:
    return _load_folder(shipped_folder())


def _load_folder(folder: Path) -> tuple[Rulebook, ...]:
    catalog = load_catalog(folder)
    paths = [path for path in sorted(folder.glob("*.yaml")) if _is_rulebook(path)]
    if not paths:
        raise CriteriaError.at(
            str(folder), "there are no rulebooks in it", "add a file such as my.yaml"
        )
    return tuple(load_rulebook(path, catalog) for path in paths)


def _is_rulebook(path: Path) -> bool:
    return path.name != FACTS_FILE and not path.name.endswith(CASES_SUFFIX)


def load_catalog(folder: Path) -> Catalog:
    """The facts and shared measures of a folder of rulebooks.

    Raises:
        CriteriaError: facts.yaml is absent or wrong; with the line.
    """
    section = read_plain(folder / FACTS_FILE)
    section.check_keys(("facts",), ("measures",))
    facts = read_facts_declared(section.sections("facts", "fact"))
    return _extend_catalog(section, Catalog(facts, {}))


def _extend_catalog(section: Section, catalog: Catalog) -> Catalog:
    if "measures" not in section.values:
        return catalog
    extended = read_measures(section.sections("measures", "measure"), catalog)
    for name in extended.measures.keys() - catalog.measures.keys():
        # Compiling is what tells whether a formula is one.
        add_measure(ColumnPlan(), extended, name)
    return extended


def read_plain(path: Path) -> Section:
    """A declaration without YAML aliases, so that what is read ends where the file ends.

    Raises:
        CriteriaError: as ``read_declaration``, and where a part is used twice.
    """
    section = read_declaration(path)
    _refuse_aliases(section, section.values, set())
    return Section(section.values, path.name)


def _refuse_aliases(section: Section, value: Any, seen: set[int]) -> None:
    if not isinstance(value, dict | list):
        return
    if id(value) in seen:
        section.refuse("a part is used twice by a YAML alias (*)", "write it out")
    seen.add(id(value))
    for part in value.values() if isinstance(value, dict) else value:
        _refuse_aliases(section, part, seen)


def load_rulebook(path: Path, catalog: Catalog) -> Rulebook:
    """One rulebook.

    Raises:
        CriteriaError: it is wrong: rulebook, version, criterion and line.
    """
    section = read_plain(path)
    section.check_keys(
        ("id", "kind", "en", "zh", "country", "versions"), ("certificate_years", "measures")
    )
    own = _extend_catalog(section, catalog)
    versions = tuple(read_version(entry, own) for entry in section.sections("versions", "version"))
    _check_periods(section, versions)
    return Rulebook(
        id=read_name(section),
        kind=read_choice(section, "kind", get_args(RulebookKind)),
        label=read_label(section),
        country=section.text("country"),
        certificate_years=read_optional_number(section, "certificate_years"),
        versions=versions,
        catalog=own,
        path=path,
    )


def _check_periods(section: Section, versions: Sequence[Version]) -> None:
    check_unique(section, (version.id for version in versions), "version")
    for mode in get_args(Mode):
        periods = [p for version in versions for p in version.periods if p.mode == mode]
        check_versions(periods, where=f"{section.place}, mode {mode}")
