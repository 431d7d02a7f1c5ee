"""What two versions of a record say differently, field by field and word by word."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any, Literal

from django.utils.translation import gettext as _

from terrace_web.accounts.audience import GROUPS
from terrace_web.market.display import (
    GROUP_LABELS,
    LANGUAGE_LABEL,
    LANGUAGES,
    LEVEL_LABELS,
    say_value,
)
from terrace_web.market.kinds import fields_of

_TOKEN = re.compile(r"[\u3400-\u9fff]|\d+(?:[.,]\d+)+|\w+|\s+|[^\w\s]")
_MOST_TOKENS = 6_000
_WHOLE = {"number", "date", "truth", "level", "region"}


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of words that stayed, came or went."""

    change: Literal["same", "added", "removed"]
    text: str


@dataclass(frozen=True, slots=True)
class Difference:
    """One field whose text differs; ``pieces`` tell the way from ``before`` to ``after``."""

    name: str
    label: str
    before: str
    after: str
    pieces: tuple[Piece, ...]

    @property
    def is_whole(self) -> bool:
        """Whether nothing of it stayed."""
        return all(piece.change != "same" for piece in self.pieces)


def compare_versions(
    kind: str, before: Mapping[str, Any], after: Mapping[str, Any]
) -> list[Difference]:
    """The differences in the order of the kind's fields; both as ``editable_values`` gives them."""
    said = [
        (name, label, _say(name, before, field), _say(name, after, field), _is_prose(field))
        for name, label, field in _entries(kind)
    ]
    return [
        Difference(name, label, old, new, tuple(_pieces(old, new) if prose else _swap(old, new)))
        for name, label, old, new, prose in said
        if old != new
    ]


def _entries(kind: str) -> Iterator[tuple[str, str, Any]]:
    for field in fields_of(kind):
        yield field.name, str(field.label), field
    yield "language", str(LANGUAGE_LABEL), None
    for group in GROUPS:
        yield f"{group}_level", _("Who may see: %(part)s") % {"part": GROUP_LABELS[group]}, None


def _say(name: str, values: Mapping[str, Any], field: Any) -> str:
    value = values.get(name)
    if field is not None:
        return say_value(field, value)
    names = LANGUAGES if name == "language" else LEVEL_LABELS
    return str(names.get(str(value), value or ""))


def _is_prose(field: Any) -> bool:
    """Whether it is read word by word; a day or a figure of which a part is struck is not."""
    return field is not None and field.type not in _WHOLE


def _swap(before: str, after: str) -> Iterator[Piece]:
    said = (Piece("removed", before), Piece("added", after))
    return (piece for piece in said if piece.text)


def _pieces(before: str, after: str) -> Iterator[Piece]:
    old, new = _TOKEN.findall(before), _TOKEN.findall(after)
    if len(old) + len(new) > _MOST_TOKENS:
        yield Piece("removed", before)
        yield Piece("added", after)
        return
    for change, i, j, k, m in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if change == "equal":
            yield Piece("same", "".join(old[i:j]))
            continue
        if j > i:
            yield Piece("removed", "".join(old[i:j]))
        if m > k:
            yield Piece("added", "".join(new[k:m]))
