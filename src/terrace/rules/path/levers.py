"""What a company can do: levers with cost, duration and effects, as ``levers.yaml`` has them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

from terrace.criteria.declarations import Section
from terrace.rules.labels import (
    Label,
    read_choice,
    read_label,
    read_name,
    read_number,
    read_optional_number,
    to_number,
)
from terrace.rules.measures import Catalog
from terrace.rules.rulebook import Rulebook, read_plain

LEVER_UNITS = ("people", "yuan", "count")


@dataclass(frozen=True, slots=True, eq=False)
class Lever:
    """One lever; costs in yuan per unit of its amount.

    ``lasts``: the amount once reached stays and may only grow; otherwise every year has its own.
    ``steps``: the amounts to choose from, fractions of the fact ``relative_to`` where it is given.
    ``effects``: how much one unit adds to each fact.
    """

    id: str
    label: Label
    unit: str
    lasts: bool
    cost: float
    cost_per_year: float
    lead_months: int
    relative_to: str
    steps: tuple[float, ...]
    effects: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Terms:
    """What applying for a title costs (yuan) and how many months pass until the certificate."""

    cost: float = 1.0
    lead_months: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class Levers:
    """All levers, the terms of titles, and how facts move when nothing is done."""

    levers: tuple[Lever, ...]
    titles: Mapping[str, Terms]
    caps: Mapping[str, str]
    growth: float
    grows: frozenset[str]

    def terms_of(self, title_id: str) -> Terms:
        """The terms of a title; of one that is not listed, at once and for a yuan."""
        return self.titles.get(title_id, Terms())


def load_levers(path: Path | None = None, *, rulebooks: Sequence[Rulebook]) -> Levers:
    """The levers of a file, by default those that ship (illustrative figures).

    Raises:
        CriteriaError: an unknown fact, a figure that is none; with its line.
    """
    shipped = Path(str(resources.files("terrace") / "data" / "levers.yaml"))
    section = read_plain(path or shipped)
    section.check_keys(("levers",), ("outlook", "caps", "titles"))
    catalog = rulebooks[0].catalog
    growth, grows = _read_outlook(section, catalog)
    return Levers(
        levers=_read_levers(section, catalog),
        titles=_read_titles(section),
        caps=_read_caps(section, catalog),
        growth=growth,
        grows=grows,
    )


def _read_levers(section: Section, catalog: Catalog) -> tuple[Lever, ...]:
    levers: dict[str, Lever] = {}
    for entry in section.sections("levers", "lever"):
        lever = _read_lever(entry, catalog)
        if lever.id in levers:
            entry.refuse(f"the lever '{lever.id}' is there twice", "rename one")
        levers[lever.id] = lever
    return tuple(levers.values())


def _read_lever(section: Section, catalog: Catalog) -> Lever:
    section.check_keys(
        ("id", "en", "zh", "unit", "lasts", "cost", "steps", "effects"),
        ("cost_per_year", "lead_months", "relative_to"),
    )
    relative_to = section.text("relative_to", "")
    _require_facts(section, catalog, [relative_to] if relative_to else [])
    return Lever(
        id=read_name(section),
        label=read_label(section),
        unit=read_choice(section, "unit", LEVER_UNITS),
        lasts=section.values["lasts"] is True,
        cost=_read_amount(section, "cost"),
        cost_per_year=_read_amount(section, "cost_per_year"),
        lead_months=int(_read_amount(section, "lead_months")),
        relative_to=relative_to,
        steps=_read_steps(section),
        effects=_read_effects(section, catalog),
    )


def _read_amount(section: Section, key: str) -> float:
    amount = read_optional_number(section, key) or 0.0
    if amount < 0:
        section.refuse(f"'{key}' is {amount:g}", "write 0 or more")
    return amount


def _read_steps(section: Section) -> tuple[float, ...]:
    steps = section.values["steps"]
    if not isinstance(steps, list) or not steps:
        section.refuse("'steps' has to be a list of amounts", "write [1, 2, 5]")
    numbers = tuple(to_number(section, "steps", step) for step in steps)
    if min(numbers) <= 0 or list(numbers) != sorted(set(numbers)):
        section.refuse("'steps' do not rise from above 0", "sort them; 0 is always among them")
    return numbers


def _read_effects(section: Section, catalog: Catalog) -> dict[str, float]:
    inner = section.section("effects")
    names = _keys_of(inner)
    _require_facts(section, catalog, names)
    return {name: read_number(inner, name) for name in names}


def _keys_of(section: Section) -> list[str]:
    return [name for name in section.values if name != "__line__"]


def _require_facts(section: Section, catalog: Catalog, names: Iterable[str]) -> None:
    for name in names:
        if name not in catalog.facts or catalog.facts[name].type != "number":
            section.refuse(f"there is no number fact '{name}'", "see 'terrace facts template'")


def _read_caps(section: Section, catalog: Catalog) -> dict[str, str]:
    if "caps" not in section.values:
        return {}
    inner = section.section("caps")
    caps = {name: inner.text(name) for name in _keys_of(inner)}
    _require_facts(inner, catalog, [*caps, *caps.values()])
    return caps


def _read_outlook(section: Section, catalog: Catalog) -> tuple[float, frozenset[str]]:
    if "outlook" not in section.values:
        return 0.0, frozenset()
    inner = section.section("outlook")
    inner.check_keys(("growth", "grows"))
    _require_facts(inner, catalog, inner.texts("grows"))
    growth = read_number(inner, "growth")
    if not -1 < growth <= 1:
        inner.refuse(f"'growth' is {growth:g}", "write a fraction such as 0.05")
    return growth, frozenset(inner.texts("grows"))


def _read_titles(section: Section) -> dict[str, Terms]:
    if "titles" not in section.values:
        return {}
    return {entry.text("id"): _read_terms(entry) for entry in section.sections("titles", "title")}


def _read_terms(section: Section) -> Terms:
    section.check_keys(("id", "lead_months", "cost"))
    # A useless application has to cost something, or a plan may contain it.
    return Terms(max(_read_amount(section, "cost"), 1.0), int(_read_amount(section, "lead_months")))
