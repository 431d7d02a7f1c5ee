"""Declarations with dates: which version of a rule holds on a day."""

from collections.abc import Iterable, Sequence
from datetime import date
from itertools import pairwise
from typing import Protocol, TypeVar

from terrace.errors import CriteriaError


class Dated(Protocol):
    """Something that holds from one day through another, both included.

    None means it always held, or holds until further notice.
    """

    @property
    def valid_from(self) -> date | None:
        """The first day on which it holds."""

    @property
    def valid_to(self) -> date | None:
        """The last day on which it holds."""


Version = TypeVar("Version", bound=Dated)


def holds_on(version: Dated, day: date) -> bool:
    """Whether the version holds on that day."""
    return _first_day(version) <= day <= _last_day(version)


def version_at(versions: Iterable[Version], day: date) -> Version | None:
    """The version that holds on that day, None where there is none."""
    return next((version for version in versions if holds_on(version, day)), None)


def check_versions(versions: Sequence[Dated], *, where: str) -> None:
    """Make sure that no version ends before it begins and no two hold on one day.

    Gaps are allowed: a rule may lapse and come back.

    Raises:
        CriteriaError: naming ``where`` and the dates that clash.
    """
    for version in versions:
        if _first_day(version) > _last_day(version):
            raise CriteriaError.at(
                where, f"the version {_period(version)} ends before it begins", "swap the dates"
            )
    for earlier, later in pairwise(sorted(versions, key=_first_day)):
        if _first_day(later) <= _last_day(earlier):
            raise CriteriaError.at(
                where,
                f"the versions {_period(earlier)} and {_period(later)} overlap",
                "end the earlier one the day before the later one begins",
            )


def _first_day(version: Dated) -> date:
    return version.valid_from or date.min


def _last_day(version: Dated) -> date:
    return version.valid_to or date.max


def _period(version: Dated) -> str:
    return f"[{version.valid_from or 'always'} .. {version.valid_to or 'further notice'}]"
