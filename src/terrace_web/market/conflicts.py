"""Two people edited a record at once: what goes together, and what somebody has to choose."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import QueryDict

from terrace_web.market.differences import Difference, Piece, compare_versions
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

    @property
    def sides(self) -> list[tuple[str, list[Piece]]]:
        """The choices ``theirs`` and ``mine``, each with the pieces that make up its text."""
        return [("theirs", self._without("added")), ("mine", self._without("removed"))]

    @property
    def is_close(self) -> bool:
        """Whether enough is the same that marking the rest helps."""
        same = sum(len(each.text) for each in self.pieces if each.change == "same")
        return same * 2 > max(len(self.theirs), len(self.mine))

    def _without(self, change: str) -> list[Piece]:
        return [each for each in self.pieces if each.change != change]


@dataclass(frozen=True, slots=True)
class Meeting:
    """Two changes of one text: the fields only the user changed, and those both did."""

    mine: frozenset[str]
    clashes: list[Clash]


def meet(form: RecordForm, stored: Mapping[str, Any], base: Mapping[str, Any] | None) -> Meeting:
    """What the form and the stored text changed of ``base``, the text the user began with.

    Where that is not known any more, every difference is a clash.
    """
    if base is None:
        return Meeting(frozenset(), list_clashes(form, stored))
    mine = {each.name for each in _compare(form, base)}
    theirs = {each.name for each in compare_versions(form.kind, base, stored)}
    return Meeting(frozenset(mine - theirs), list_clashes(form, stored, mine & theirs))


def list_clashes(
    form: RecordForm, stored: Mapping[str, Any], among: Collection[str] | None = None
) -> list[Clash]:
    """The fields (of some, or of all) that differ between what is stored and what the form says."""
    return [
        Clash(each.name, each.label, theirs=each.before, mine=each.after, pieces=each.pieces)
        for each in _compare(form, stored)
        if among is None or each.name in among
    ]


def read_choices(given: QueryDict) -> dict[str, bool]:
    """By field whether the user's own text is kept; fields nothing was chosen for are left out."""
    return {
        name.removeprefix(_PREFIX): value == "mine"
        for name, value in given.items()
        if name.startswith(_PREFIX)
    }


def _compare(form: RecordForm, before: Mapping[str, Any]) -> list[Difference]:
    """From ``before`` to what the form says; what it does not ask for stayed."""
    entered = {name: _plain(value) for name, value in form.values().items()}
    levels = {f"{group}_level": level for group, level in form.levels().items()}
    language = {"language": form.cleaned_data.get("language") or before["language"]}
    return compare_versions(form.kind, before, {**before, **entered, **levels, **language})


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
