"""The ladder: a graph of titles with what each presupposes and excludes; not a rank.

``ladder.yaml`` lists the titles. ``requires_any`` are alternatives of which one has to be
held; ``excludes`` are titles that bar this one; ``branch`` says whether a title stands on
the main stem, aside (a side branch) or is local.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from importlib import resources
from pathlib import Path
from typing import Literal, get_args

from terrace.criteria.declarations import Section
from terrace.errors import CriteriaError, NotFound
from terrace.rules.labels import Label, Status, read_choice, read_label, read_name, read_status
from terrace.rules.rulebook import Rulebook, read_plain

Branch = Literal["stem", "side", "local"]


@dataclass(frozen=True, slots=True)
class Title:
    """One title: the rulebook that grants it and its place among the others."""

    id: str
    rulebook: str
    label: Label
    branch: Branch
    requires_any: tuple[str, ...]
    excludes: tuple[str, ...]
    held_until: str
    status: Status


@dataclass(frozen=True, slots=True)
class Ladder:
    """The titles by id, what is presupposed before what presupposes it."""

    titles: Mapping[str, Title]

    def title(self, title_id: str) -> Title:
        """The title of that id.

        Raises:
            NotFound: there is none.
        """
        if title_id not in self.titles:
            known = ", ".join(self.titles)
            raise NotFound(f"there is no title '{title_id}' on the ladder; there are {known}")
        return self.titles[title_id]

    def prerequisites_of(self, title_id: str) -> tuple[str, ...]:
        """All titles that may have to come before, nearest last."""
        before: set[str] = set()
        waiting = list(self.title(title_id).requires_any)
        while waiting:
            name = waiting.pop()
            if name not in before:
                before.add(name)
                waiting += self.title(name).requires_any
        return tuple(name for name in self.titles if name in before)

    def open_titles(self, held: Collection[str]) -> tuple[str, ...]:
        """The titles that can be applied for by who holds these: not held, not barred."""
        return tuple(title.id for title in self.titles.values() if _is_open(title, set(held)))


def _is_open(title: Title, held: set[str]) -> bool:
    is_reachable = not title.requires_any or bool(held & set(title.requires_any))
    return title.id not in held and is_reachable and not held & set(title.excludes)


def load_ladder(path: Path | None = None, *, rulebooks: Sequence[Rulebook]) -> Ladder:
    """The ladder of a file, by default the one that ships.

    Raises:
        CriteriaError: an unknown rulebook, fact or title, or prerequisites in a circle.
    """
    chosen = path or Path(str(resources.files("terrace") / "data" / "ladder.yaml"))
    section = read_plain(chosen)
    section.check_keys(("titles",))
    known = {rulebook.id: rulebook for rulebook in rulebooks}
    titles = {}
    for entry in section.sections("titles", "title"):
        title = _read_title(entry, known)
        if title.id in titles:
            entry.refuse(f"the title '{title.id}' is there twice", "rename one")
        titles[title.id] = title
    return Ladder({name: titles[name] for name in _order(section, titles)})


def _read_title(section: Section, rulebooks: Mapping[str, Rulebook]) -> Title:
    section.check_keys(
        ("id", "rulebook", "en", "zh", "branch", "held_until"),
        ("requires_any", "excludes", "status"),
    )
    rulebook = section.text("rulebook")
    if rulebook not in rulebooks:
        section.refuse(f"there is no rulebook '{rulebook}'", f"known are {', '.join(rulebooks)}")
    catalog = rulebooks[rulebook].catalog
    held_until = section.text("held_until", "")
    if held_until:
        catalog.require(section, held_until, ("date",))
    return Title(
        id=read_name(section),
        rulebook=rulebook,
        label=read_label(section),
        branch=read_choice(section, "branch", get_args(Branch)),
        requires_any=section.texts("requires_any"),
        excludes=section.texts("excludes"),
        held_until=held_until,
        status=read_status(section, "secondary"),
    )


def _order(section: Section, titles: Mapping[str, Title]) -> list[str]:
    for title in titles.values():
        unknown = {*title.requires_any, *title.excludes} - set(titles)
        if unknown:
            section.refuse(
                f"title '{title.id}' names '{min(unknown)}', which is no title", "correct its name"
            )
    try:
        graph = {title.id: title.requires_any for title in titles.values()}
        return list(TopologicalSorter(graph).static_order())
    except CycleError as error:
        circle = " -> ".join(error.args[1])
        raise CriteriaError.at(
            section.where, f"the titles go in a circle ({circle})", "break it"
        ) from error
