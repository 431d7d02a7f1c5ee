"""The parts of a flow's version read from YAML: conditions, stages and moves."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar, get_args

from terrace.criteria.declarations import Section
from terrace.criteria.expressions import parse_condition
from terrace.flow.flow import SYSTEM, Action, Condition, Due, Fact, Move, Stage, Tone
from terrace.flow.label import Label

ACTIONS = ("notify",)
"""What may happen on entry or when overdue."""
_MOST_DAYS = 1000
_ID = re.compile(r"[a-z][a-z0-9_]{0,59}")


class Identified(Protocol):
    """A part with an id."""

    @property
    def id(self) -> str:
        """The id, unique among its kind."""


Part = TypeVar("Part", bound=Identified)


@dataclass(frozen=True, slots=True)
class Names:
    """What stages and moves may refer to."""

    facts: Mapping[str, Fact]
    conditions: Mapping[str, Condition]
    roles: Mapping[str, Label]


def read_by_id(
    section: Section, key: str, kind: str, read: Callable[[Section], Part]
) -> dict[str, Part]:
    """A list of parts by id, empty where the key is absent; an id given twice is refused."""
    parts: dict[str, Part] = {}
    for entry in section.sections(key, kind) if key in section.values else ():
        part = read(entry)
        if part.id in parts:
            entry.refuse(f"the id '{part.id}' is given twice", "rename one of them")
        parts[part.id] = part
    return parts


def read_id(section: Section) -> str:
    """An id: it is stored, and part of addresses."""
    found = section.text("id")
    if not _ID.fullmatch(found):
        section.refuse(f"the id '{found}' has other signs", "use small letters, digits and '_'")
    return found


def read_label(section: Section, key: str) -> Label:
    """A name or sentence in both languages."""
    part = section.section(key)
    part.check_keys(["en", "zh"])
    return Label(part.text("en"), part.text("zh"))


def read_choice(section: Section, key: str, choices: Sequence[Any], *, default: Any) -> Any:
    """One of the choices; ``default`` where the key is absent."""
    found = section.values.get(key, default)
    if found not in choices:
        section.refuse(f"'{key}' is '{found}'", f"choose one of {', '.join(map(str, choices))}")
    return found


def read_whole(section: Section, key: str) -> int:
    """A whole number of at least one."""
    found = section.values.get(key)
    if type(found) is not int or not 1 <= found <= _MOST_DAYS:
        section.refuse(f"'{key}' is '{found}'", f"write a whole number from 1 to {_MOST_DAYS}")
    return found


def read_condition(section: Section, facts: Mapping[str, Fact]) -> Condition:
    """A condition over the declared facts."""
    section.check_keys(["id", "met", "says"], ["applies"])
    types = {fact.id: fact.type for fact in facts.values()}
    return Condition(
        id=read_id(section),
        met=parse_condition(section.text("met"), types, where=f"{section.place}, met"),
        applies=parse_condition(
            section.text("applies", "true"), types, where=f"{section.place}, applies"
        ),
        says=read_label(section, "says"),
    )


def read_stage(section: Section, names: Names) -> Stage:
    """A stage; what it holds and whom it tells is among the names."""
    section.check_keys(
        ["id", "name"], ["tone", "initial", "final", "due", "holds", "on_entry", "on_overdue"]
    )
    stage = Stage(
        id=read_id(section),
        name=read_label(section, "name"),
        tone=read_choice(section, "tone", get_args(Tone), default="neutral"),
        is_initial=_read_truth(section, "initial"),
        is_final=_read_truth(section, "final"),
        due=_read_due(section, names.facts),
        holds=_read_names(section, "holds", names.conditions, "condition"),
        on_entry=_read_actions(section, "on_entry", names.roles),
        on_overdue=_read_actions(section, "on_overdue", names.roles),
    )
    if stage.on_overdue and stage.due is None:
        section.refuse("'on_overdue' in a stage that is never due", "add 'due'")
    return stage


def read_move(section: Section, names: Names) -> Move:
    """A move; its stages are checked with the whole version."""
    section.check_keys(
        ["id", "name", "from", "to", "who"], ["fills", "when", "note", "confirm", "automatic"]
    )
    move = Move(
        id=read_id(section),
        name=read_label(section, "name"),
        sources=_read_list(section, "from"),
        target=section.text("to"),
        who=_read_names(section, "who", names.roles, "role"),
        fills=_read_names(section, "fills", names.facts, "fact"),
        when=_read_names(section, "when", names.conditions, "condition"),
        needs_note=read_choice(section, "note", ["required", "optional"], default="optional")
        == "required",
        needs_confirmation=_read_truth(section, "confirm"),
        is_automatic=_read_truth(section, "automatic"),
    )
    _check_actors(section, move)
    return move


def _check_actors(section: Section, move: Move) -> None:
    if not move.who:
        section.refuse("nobody may make this move", "name a role in 'who'")
    if move.is_automatic and SYSTEM not in move.who:
        section.refuse(f"it is automatic, but '{SYSTEM}' may not make it", "add it to 'who'")
    if move.is_automatic and move.needs_note:
        section.refuse("it is automatic, but needs a note", "leave out 'note'")


def _read_due(section: Section, facts: Mapping[str, Fact]) -> Due | None:
    if "due" not in section.values:
        return None
    part = section.section("due")
    part.check_keys([], ["working_days", "days", "fact"])
    if sum(key in part.values for key in ("working_days", "days", "fact")) != 1:
        part.refuse("'due' is not one time", "write one of working_days, days or fact")
    if "days" in part.values:
        return Due(days=read_whole(part, "days"))
    if "working_days" in part.values:
        return Due(working_days=read_whole(part, "working_days"))
    dates = [fact.id for fact in facts.values() if fact.type == "date"]
    _check_known(part, [part.text("fact")], dates, "fact that is a date")
    return Due(fact=facts[part.text("fact")])


def _read_actions(section: Section, key: str, roles: Mapping[str, Label]) -> tuple[Action, ...]:
    if key not in section.values:
        return ()
    part = section.section(key)
    part.check_keys([], ACTIONS)
    codes = [code for code in ACTIONS if code in part.values]
    return tuple(Action(code, _read_names(part, code, roles, "role")) for code in codes)


def _read_truth(section: Section, key: str) -> bool:
    return bool(read_choice(section, key, [True, False], default=False))


def _read_names(section: Section, key: str, known: Iterable[str], kind: str) -> tuple[str, ...]:
    names = _read_list(section, key)
    _check_known(section, names, known, kind)
    return names


def _read_list(section: Section, key: str) -> tuple[str, ...]:
    """Texts; a single one needs no brackets."""
    found = section.values.get(key)
    names = (found,) if isinstance(found, str) else section.texts(key)
    if len(set(names)) < len(names):
        section.refuse(f"'{key}' names something twice", "name it once")
    return names


def _check_known(section: Section, names: Iterable[str], known: Iterable[str], kind: str) -> None:
    declared = list(known)
    for name in names:
        if name not in declared:
            there = f"there are {', '.join(declared)}" if declared else "none is declared"
            section.refuse(f"there is no {kind} '{name}'", there)
