"""Measures: formulas over declared facts and their fiscal years.

A formula is an expression of ``terrace.criteria`` whose facts may carry a window,
and that may be one quotient:

    revenue                              the last closed fiscal year
    revenue 2 years ago                  two years before that
    revenue this year                    the running year
    sum of rd_spend over 3 years         also mean, lowest, highest
    sum of rd_spend over up to 3 years   years before the founding need no figure
    growth of revenue over 2 years       (last / earlier) ** (1/2) - 1
    mean growth of revenue over 2 years  the mean of the yearly growths
    fiscal_years                         fiscal years since the founding, the first included

A window over a measure takes that measure year by year. A missing year makes the
whole missing; so do a quotient by zero and a growth from nothing or from a loss.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from terrace.criteria.declarations import Section
from terrace.criteria.tokens import FUNCTIONS, KEYWORDS, FactType
from terrace.rules.facts import RESERVED, UNITS, Facts, suggest_names
from terrace.rules.labels import Label, read_choice, read_label, read_name

MAX_YEARS = 10
_YEARS = r"(?P<{0}>\d+) years?"
WINDOW = re.compile(
    r"(?:(?P<kind>sum|mean growth|mean|lowest|highest|growth) of (?P<of>\w+) over "
    rf"(?P<up_to>up to )?{_YEARS.format('over')})"
    rf"|(?P<back>[^\W\d]\w*) {_YEARS.format('ago')} ago"
    r"|(?P<now>[^\W\d]\w*) this year"
)
NAME = re.compile(r"'(?:[^']|'')*'|(?P<name>[^\W\d]\w*(?:\.\w+)*)")

CALL = re.compile(r"'(?:[^']|'')*'|\b(?P<name>[^\W\d]\w*)\b(?:\s*(?P<bracket>\())?")


@dataclass(frozen=True, slots=True)
class Branch:
    """A formula, ``numerator`` or ``numerator / denominator``, and when it is used."""

    numerator: str
    denominator: str = ""
    when: str = ""


@dataclass(frozen=True, slots=True)
class Measure:
    """A named figure; the first branch whose ``when`` holds gives its value."""

    id: str
    label: Label
    unit: str
    branches: tuple[Branch, ...]
    place: str

    @property
    def is_quotient(self) -> bool:
        """Whether a gap can be said in the numerator's unit."""
        return len(self.branches) == 1 and bool(self.branches[0].denominator)


@dataclass(frozen=True, slots=True)
class Catalog:
    """The facts and measures that criteria may name."""

    facts: Facts
    measures: Mapping[str, Measure]

    def label_of(self, name: str) -> Label:
        """The label of a fact or measure."""
        known = self.measures.get(name) or self.facts[name]
        return known.label

    def unit_of(self, name: str) -> str:
        """The unit of a fact or measure."""
        known = self.measures.get(name) or self.facts[name]
        return known.unit

    def gap_unit_of(self, name: str) -> str:
        """The unit in which what is short is said: of a quotient, its numerator's."""
        measure = self.measures.get(name)
        if measure is None or not measure.is_quotient:
            return self.unit_of(name)
        named = [n for n in _names_in(measure.branches[0].numerator) if n in self._known()]
        return self.gap_unit_of(named[0]) if named else measure.unit

    def type_of(self, name: str) -> FactType:
        """The type of a fact; a measure is a number."""
        return "number" if name in self.measures else self.facts[name].type

    def _known(self) -> set[str]:
        return {*self.facts, *self.measures}

    def require(self, section: Section, name: str, kinds: Iterable[FactType]) -> str:
        """The same name, if it is known and of one of these types."""
        if name not in self._known():
            known = sorted(self._known())
            section.refuse(f"there is no fact or measure '{name}'", suggest_names(name, known))
        if self.type_of(name) not in tuple(kinds):
            section.refuse(f"'{name}' is a {self.type_of(name)}", "use another kind of criterion")
        return name


def read_measures(sections: Iterable[Section], catalog: Catalog) -> Catalog:
    """The catalog with the measures of a declaration added; grammar is checked where compiled.

    Raises:
        CriteriaError: an unknown name, a formula that is none, a circle; with the line.
    """
    declared = [(section, _read_measure(section)) for section in sections]
    measures = dict(catalog.measures)
    for section, measure in declared:
        if measure.id in measures or measure.id in catalog.facts or measure.id in RESERVED:
            section.refuse(f"the name '{measure.id}' is taken", "choose another one")
        measures[measure.id] = measure
    extended = Catalog(catalog.facts, measures)
    for section, measure in declared:
        _check_circle(section, measure, extended, (measure.id,))
    for section, measure in declared:
        _check_formula(section, measure, extended)
    return extended


def _read_measure(section: Section) -> Measure:
    section.check_keys(("id", "unit", "en", "zh"), ("is", "cases"))
    if ("is" in section.values) == ("cases" in section.values):
        section.refuse("a measure has either 'is' or 'cases'", "keep one of them")
    branches = (
        (_read_branch(section, section.text("is")),)
        if "is" in section.values
        else tuple(_read_case(case) for case in section.sections("cases", "case"))
    )
    unit = read_choice(section, "unit", UNITS)
    return Measure(read_name(section), read_label(section), unit, branches, section.place)


def _read_case(case: Section) -> Branch:
    case.check_keys(("use",), ("when",))
    return _read_branch(case, case.text("use"), case.text("when", ""))


def _read_branch(section: Section, formula: str, when: str = "") -> Branch:
    parts = _split_quotient(" ".join(formula.split()))
    if len(parts) > 2:
        section.refuse(f"'{formula}' divides twice", "declare one quotient as a measure of its own")
    if not all(parts):
        section.refuse(f"'{formula}' is no expression", "write facts, numbers and + - * /")
    return Branch(parts[0], parts[1] if len(parts) == 2 else "", " ".join(when.split()))


def _split_quotient(formula: str) -> list[str]:
    """The formula cut at each '/' that stands outside brackets, before a name or bracket."""
    parts, depth, start = [], 0, 0
    for place, sign in enumerate(formula):
        depth += (sign == "(") - (sign == ")")
        if sign == "/" and depth == 0 and not formula[place + 1 :].lstrip()[:1].isdigit():
            parts.append(formula[start:place].strip())
            start = place + 1
    return [*parts, formula[start:].strip()]


def _names_in(formula: str) -> list[str]:
    """The facts and measures that a formula names, windows taken off."""
    plain = WINDOW.sub(lambda m: m["of"] or m["back"] or m["now"], formula)
    names = [m["name"] for m in NAME.finditer(plain) if m["name"]]
    return [n for n in names if n.lower() not in KEYWORDS | FUNCTIONS and n != "fiscal_years"]


def _texts_of(measure: Measure) -> list[str]:
    parts = ((b.numerator, b.denominator, b.when) for b in measure.branches)
    return [text for branch in parts for text in branch if text]


def _check_circle(
    section: Section, measure: Measure, catalog: Catalog, path: tuple[str, ...]
) -> None:
    for name in (name for text in _texts_of(measure) for name in _names_in(text)):
        if name in path:
            circle = " -> ".join((*path, name))
            section.refuse(f"the measures go in a circle ({circle})", "break it")
        if name in catalog.measures:
            _check_circle(section, catalog.measures[name], catalog, (*path, name))


def _check_formula(section: Section, measure: Measure, catalog: Catalog) -> None:
    for text in _texts_of(measure):
        _check_calls(section, text)
        for name in _names_in(text):
            catalog.require(section, name, ("number", "truth", "text"))
        for window in WINDOW.finditer(text):
            _check_window(section, window, catalog)


def _check_calls(section: Section, text: str) -> None:
    """Refuse what SQL would know and a rulebook must not use."""
    for match in CALL.finditer(text):
        name = match["name"] or ""
        if name.lower() == "select":
            section.refuse(f"'{text}' holds a subquery", "use facts and measures only")
        if match["bracket"] and name.lower() not in KEYWORDS | FUNCTIONS:
            allowed = ", ".join(sorted(FUNCTIONS))
            section.refuse(f"there is no function '{name}'", f"allowed are {allowed}")


def _check_window(section: Section, window: re.Match[str], catalog: Catalog) -> None:
    years = int(window["over"] or window["ago"] or 1)
    if not 1 <= years <= MAX_YEARS:
        section.refuse(f"'{window[0]}' spans {years} years", f"use 1 to {MAX_YEARS}")
    if window["of"]:
        catalog.require(section, window["of"], ("number",))
    if window["up_to"] and window["kind"].endswith("growth"):
        section.refuse(f"'{window[0]}' is a growth over 'up to' years", "use 'cases' instead")
    if window["up_to"] and "founded" not in catalog.facts:
        section.refuse(f"'{window[0]}' needs the fact 'founded'", "declare it, a date")
