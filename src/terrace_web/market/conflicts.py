"""Two people edited a record at once: what differs, and what the second one chooses."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import QueryDict

from terrace_web.market.differences import Piece, compare_versions
from terrace_web.market.forms import RecordForm

_PREFIX = "keep_"


@dataclass(frozen=True, slots=True)
class Clash:
    """A field in which the stored text and the user's differ."""

    name: str
    label: str
    theirs: str
    mine: str
    pieces: tuple[Piece, ...]


def list_clashes(form: RecordForm, stored: Mapping[str, Any]) -> list[Clash]:
    """The fields that differ between what is stored and what the form says."""
    entered = {name: _plain(value) for name, value in form.values().items()}
    levels = {f"{group}_level": level for group, level in form.levels().items()}
    language = {"language": form.cleaned_data.get("language") or stored["language"]}
    mine = {**stored, **entered, **levels, **language}
    return [
        Clash(each.name, each.label, theirs=each.before, mine=each.after, pieces=each.pieces)
        for each in compare_versions(form.kind, stored, mine)
    ]


def read_choices(given: QueryDict) -> frozenset[str]:
    """The names of the fields of which the user's own text is kept."""
    return frozenset(
        name.removeprefix(_PREFIX)
        for name, value in given.items()
        if name.startswith(_PREFIX) and value == "mine"
    )


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
