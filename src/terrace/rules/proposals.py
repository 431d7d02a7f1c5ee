"""What an impact compares: a version of a rulebook, as it stands or with figures edited."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

import polars as pl

from terrace.errors import CriteriaError, InputError, NotFound
from terrace.rules.cells import parse_column
from terrace.rules.criteria import Banded, Mode, Together
from terrace.rules.facts import Fact, suggest_names
from terrace.rules.labels import Label
from terrace.rules.rulebook import (
    FACTS_FILE,
    Rulebook,
    find_rulebook,
    load_catalog,
    load_rulebook,
    shipped_folder,
)
from terrace.rules.standing import Applied, apply_version
from terrace.rules.thresholds import Figure
from terrace.rules.verdicts import Compiled, compile_version
from terrace.rules.versions import Version

_SUFFIXES = (".yaml", ".yml")
_FIGURE_ENDS = ("threshold", "need")
_NO_LABEL = Label("", "")


@dataclass(frozen=True, slots=True, eq=False)
class Proposal:
    """A version of a rulebook; ``edits`` are the figures that differ from it, by path."""

    rulebook: Rulebook
    version: Version
    edits: Mapping[str, float] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """How it is called: ``srdi@2026`` or ``srdi@2026, S4a1.threshold = 2e+07``."""
        edited = (f", {path} = {value:.12g}" for path, value in self.edits.items())
        return f"{self.rulebook.id}@{self.version.id}{''.join(edited)}"

    def compile(self, mode: Mode, *, with_illustrative: bool) -> Compiled:
        """The columns of the version, its figures being columns too."""
        return compile_version(
            self.rulebook,
            self.version,
            mode=mode,
            with_illustrative=with_illustrative,
            figures_are_parameters=True,
        )

    def value_of(self, figure: Figure) -> float:
        """The figure as proposed."""
        return self.edits.get(figure.path, figure.value)


@dataclass(frozen=True, slots=True)
class Change:
    """A figure to which two proposals give different values."""

    figure: Figure
    old: float
    new: float


def list_changes(old: Proposal, new: Proposal) -> list[Change]:
    """The figures of both that differ; days and names of criteria are not compared."""
    figures = [one.compile("first", with_illustrative=True).figures for one in (old, new)]
    before = {figure.path: old.value_of(figure) for figure in figures[0]}
    return [
        Change(figure, before[figure.path], new.value_of(figure))
        for figure in figures[1]
        if before.get(figure.path, new.value_of(figure)) != new.value_of(figure)
    ]


def find_proposal(
    text: str, rulebooks: Sequence[Rulebook], *, day: date | None = None, mode: Mode = "first"
) -> Proposal:
    """The proposal that ``text`` names.

    Args:
        text: ``rulebook@version``, or a YAML file with or without ``@version``; its facts
            are those of the ``facts.yaml`` beside it, else those that ship.
        rulebooks: where an id is looked up.
        day, mode: of several versions, where none is named, the one that holds then.

    Raises:
        NotFound: no such rulebook, version or file.
        CriteriaError: the file is no rulebook.
    """
    # A folder's name may hold an @ too.
    name, version_id = (text, "") if _is_file(text) else _split_version(text)
    rulebook = _load_file(Path(name)) if _is_file(name) else find_rulebook(rulebooks, name)
    if version_id:
        return Proposal(rulebook, rulebook.version(version_id))
    return Proposal(rulebook, _choose_version(name, rulebook, day, mode))


def _is_file(text: str) -> bool:
    return Path(text).suffix.lower() in _SUFFIXES


def _split_version(text: str) -> tuple[str, str]:
    name, at, version_id = text.rpartition("@")
    return (name, version_id) if at else (text, "")


def _load_file(path: Path) -> Rulebook:
    if not path.is_file():
        raise NotFound(f"there is no file {path}; give a rulebook's YAML file or rulebook@version")
    has_facts = (path.parent / FACTS_FILE).is_file()
    return load_rulebook(path, load_catalog(path.parent if has_facts else shipped_folder()))


def _choose_version(name: str, rulebook: Rulebook, day: date | None, mode: Mode) -> Version:
    if len(rulebook.versions) == 1:
        return rulebook.versions[0]
    in_force = rulebook.version_at(day, mode) if day else None
    if in_force is None:
        known = ", ".join(f"{name}@{version.id}" for version in rulebook.versions)
        raise NotFound(f"'{name}' has several versions; write one of {known}")
    return in_force


def edit_figures(proposal: Proposal, settings: Sequence[str]) -> Proposal:
    """The proposal with some figures set.

    Args:
        proposal: what is edited.
        settings: such as ``S4a1=20000000``, ``S5b=4%`` or ``S4a1=2000万元`` for a criterion's
            one threshold (or its ``need``; of a date: the days by which it moves), or a
            figure's whole path, such as ``H5.0.threshold=0.06``.

    Raises:
        CriteriaError: no such figure, a value that is none, or bands out of order.
    """
    compiled = proposal.compile("first", with_illustrative=True)
    figures = {figure.path: figure for figure in compiled.figures}
    edits = dict(proposal.edits)
    for setting in settings:
        name, _, written = setting.partition("=")
        figure = _find_figure(setting, name.strip(), figures)
        edits[figure.path] = _read_value(setting, written, figure)
    edited = replace(proposal, edits=edits)
    _check_order(edited, figures)
    return edited


def _find_figure(setting: str, name: str, figures: Mapping[str, Figure]) -> Figure:
    paths = (name, *(f"{name}.{end}" for end in _FIGURE_ENDS))
    found = next((figures[path] for path in paths if path in figures), None)
    if found is None:
        within = [path for path in figures if path.startswith(f"{name}.")]
        near = suggest_names(name, list(figures), otherwise="see 'terrace rules show'")
        hint = f"it has {', '.join(within)}" if within else near
        raise CriteriaError(f"'{setting}': there is no one figure '{name}'; {hint}")
    return found


def _read_value(setting: str, written: str, figure: Figure) -> float:
    most = 1.0 if figure.unit == "fraction" else None
    fact = Fact(figure.path, "number", figure.unit, "year", _NO_LABEL, _NO_LABEL, maximum=most)
    values, bad = parse_column(pl.Series([written]), fact)
    if bad:
        raise CriteriaError(f"'{setting}': {bad[0].message}; {bad[0].remedy}")
    if values[0] is None:
        raise CriteriaError(f"'{setting}' gives no value; write {figure.path}=VALUE")
    return float(values[0])


def _check_order(proposal: Proposal, figures: Mapping[str, Figure]) -> None:
    for criterion in proposal.version.walk():
        test = criterion.test
        if isinstance(test, Banded):
            paths = [f"{criterion.id}.{n}.up_to" for n in range(len(test.bands) - 1)]
            edges = [proposal.value_of(figures[path]) for path in paths]
            if edges != sorted(set(edges)):
                raise CriteriaError(
                    f"the bands of '{criterion.id}' do not rise; edit their edges together"
                )
        if isinstance(test, Together) and test.kind == "count":
            need = proposal.value_of(figures[f"{criterion.id}.need"])
            if not need.is_integer() or not 1 <= need <= len(test.of):
                raise CriteriaError(
                    f"'{criterion.id}' cannot need {need:g}; it has {len(test.of)} parts"
                )


def apply_proposal(proposal: Proposal, compiled: Compiled, snapshot: pl.DataFrame) -> Applied:
    """Run a proposal over a snapshot, with all figures that its results rest on."""
    frame = add_figures(proposal, compiled, snapshot)
    return apply_version(proposal.rulebook, proposal.version, compiled, frame, with_figures=True)


def add_figures(proposal: Proposal, compiled: Compiled, snapshot: pl.DataFrame) -> pl.DataFrame:
    """The snapshot with the proposal's figures beside it."""
    return snapshot.with_columns(
        pl.lit(proposal.value_of(figure)).alias(figure.column) for figure in compiled.figures
    )


def require_companies(facts: pl.DataFrame, where: str) -> None:
    """Refuse facts without any company, over which nothing can be compared."""
    if facts.is_empty():
        raise InputError.of_file(where, "has no companies", "Give facts of one or more companies")
