"""Declarations in YAML, read so that every complaint names its line."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import yaml

from terrace.errors import CriteriaError

if TYPE_CHECKING:
    from yaml import SafeLoader
else:
    # libyaml reads the same ten times faster, where it was built in.
    SafeLoader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

MAX_DEPTH = 100
_LINE = "__line__"


@dataclass(frozen=True, slots=True)
class Section:
    """A mapping of a declaration, with its place for messages ("gates.yaml, gate 'budget'")."""

    values: Mapping[str, Any]
    where: str

    @property
    def place(self) -> str:
        """Where the section stands, with its line."""
        return f"{self.where}, line {self.values.get(_LINE, '?')}"

    @property
    def keys(self) -> tuple[str, ...]:
        """What is written here, in order."""
        return tuple(str(key) for key in self.values if key != _LINE)

    def refuse(self, what: str, remedy: str) -> NoReturn:
        """Raise a CriteriaError that names this place."""
        raise CriteriaError.at(self.place, what, remedy)

    def check_keys(self, required: Sequence[str], optional: Sequence[str] = ()) -> None:
        """Refuse keys that are absent or unknown."""
        absent = [key for key in required if key not in self.values]
        unknown = set(self.values) - {*required, *optional, _LINE}
        if absent:
            near = get_close_matches(absent[0], [str(key) for key in unknown], n=1)
            remedy = f"it is written '{near[0]}' here" if near else "add it"
            self.refuse(f"'{absent[0]}' is missing", remedy)
        if unknown:
            known = ", ".join([*required, *optional])
            self.refuse(f"'{min(unknown, key=str)}' is not known here", f"known are {known}")

    def text(self, key: str, default: str | None = None) -> str:
        """A text; numbers and truth values are taken as written."""
        value = self.values.get(key, default)
        if isinstance(value, bool):
            return str(value).lower()
        if isinstance(value, int | float):
            return str(value)
        if not isinstance(value, str) or (default is None and not value.strip()):
            self.refuse(f"'{key}' is not a text", "write one")
        return value

    def day(self, key: str) -> date | None:
        """A date, None where the key is absent."""
        value = self.values.get(key)
        if value is not None and type(value) is not date:
            self.refuse(f"'{key}' is not a date", "write it as 2026-01-31")
        return value

    def section(self, key: str) -> "Section":
        """A mapping inside this one."""
        value = self.values.get(key)
        if not isinstance(value, dict):
            self.refuse(f"'{key}' has to be a mapping", "indent its keys below it")
        return Section(value, f"{self.where}, {key}")

    def sections(self, key: str, name: str) -> Iterator["Section"]:
        """A list of mappings inside this one, called ``name`` and by their id or number."""
        value = self.values.get(key)
        if not isinstance(value, list) or not value:
            self.refuse(f"'{key}' has to be a list", "write its entries below it with '- '")
        for number, entry in enumerate(value, start=1):
            if not isinstance(entry, dict):
                self.refuse(f"entry {number} of '{key}' has no keys", "write 'key: value'")
            yield Section(entry, f"{self.where}, {name} '{entry.get('id', number)}'")

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts, empty where the key is absent."""
        value = self.values.get(key, [])
        if not isinstance(value, list) or not all(isinstance(entry, str) for entry in value):
            self.refuse(f"'{key}' has to be a list of texts", "write [one, another]")
        return tuple(value)


def read_declaration(path: Path) -> Section:
    """The one mapping a YAML file holds.

    Raises:
        CriteriaError: the file is unreadable, not UTF-8 YAML, names a key twice or
            is no mapping; with the line.
    """
    try:
        text = path.read_text("utf-8")
        _check_depth(path, text)
        values = yaml.load(text, Loader=_LineLoader)
    except (OSError, UnicodeDecodeError) as error:
        raise CriteriaError.at(
            str(path), f"cannot be read ({error})", "give a YAML file"
        ) from error
    except yaml.YAMLError as error:
        raise CriteriaError.at(str(path), _yaml_problem(error), "correct the YAML there") from error
    if not isinstance(values, dict):
        raise CriteriaError.at(str(path), "there is no mapping in it", "begin with 'key:'")
    if _is_circular(values, set(), set()):
        raise CriteriaError.at(str(path), "an alias (*) contains itself", "write it out instead")
    return Section(values, path.name)


def _check_depth(path: Path, text: str) -> None:
    """Refuse what would overrun the stack before anything is built of it."""
    depth = 0
    for event in yaml.parse(text, Loader=SafeLoader):
        depth += isinstance(event, yaml.CollectionStartEvent)
        depth -= isinstance(event, yaml.CollectionEndEvent)
        if depth > MAX_DEPTH:
            line = event.start_mark.line + 1 if event.start_mark else "?"
            raise CriteriaError.at(
                str(path), f"line {line} is nested {depth} deep", "write it flatter"
            )


def _yaml_problem(error: yaml.YAMLError) -> str:
    if isinstance(error, yaml.MarkedYAMLError) and error.problem_mark:
        begun = error.context_mark
        within = f" ({error.context} from line {begun.line + 1})" if begun else ""
        return f"line {error.problem_mark.line + 1}: {error.problem}{within}"
    return str(error).split("\n", 1)[0]


def _is_circular(value: Any, above: set[int], known: set[int]) -> bool:
    """Whether a value contains itself; ``known``: places that are free of it."""
    if not isinstance(value, dict | list) or id(value) in known:
        return False
    if id(value) in above:
        return True
    parts = value.values() if isinstance(value, dict) else value
    found = any(_is_circular(part, above | {id(value)}, known) for part in parts)
    known.add(id(value))
    return found


class _LineLoader(SafeLoader):
    """A safe loader whose mappings know their line and refuse a key given twice."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen: set[str] = set()
        for key, _ in node.value:
            if not isinstance(key, yaml.ScalarNode):
                _refuse("a key has to be one word", key)
            if key.value in seen:
                _refuse(f"the key '{key.value}' is given twice", key)
            seen.add(key.value)
        values: dict[Any, Any] = super().construct_mapping(node, deep=deep)
        values[_LINE] = node.start_mark.line + 1
        return values

    def construct_object(self, node: yaml.Node, deep: bool = False) -> Any:
        try:
            return super().construct_object(node, deep=deep)
        except (ValueError, AttributeError) as error:
            return _refuse(f"'{node.value}' is not what it looks like ({error})", node)


def _refuse(what: str, node: yaml.Node) -> NoReturn:
    raise yaml.constructor.ConstructorError(None, None, what, node.start_mark)
