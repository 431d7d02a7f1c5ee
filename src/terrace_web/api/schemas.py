"""What the API takes and gives; records only as their caller may see them."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any, Literal

from ninja import Field, Schema

from terrace.regions import read_region
from terrace_web.market.facets import FACETS
from terrace_web.market.kinds import fields_of
from terrace_web.market.models import Level
from terrace_web.market.redaction import RecordView
from terrace_web.matching.rows import PairRow

Kind = Literal["achievement", "need", "company", "expert", "equipment", "service"]
Cause = Literal["", "topic", "readiness", "money", "rights", "place", "time", "known", "other"]


class RecordOut(Schema):
    """A record with the fields that are open to the caller; ``owner`` is null where hidden."""

    code: str
    kind: Kind
    stage: str
    language: str
    title: str
    owner: str | None
    owner_code: str | None
    published_at: datetime | None
    updated_at: datetime
    version: int
    open_groups: list[str]
    values: dict[str, Any]

    @classmethod
    def of(cls, view: RecordView) -> "RecordOut":
        """From a view."""
        return cls(
            code=view.code,
            kind=view.kind,  # type: ignore[arg-type]
            stage=view.stage,
            language=view.language,
            title=view.title,
            owner=view.owner.name if view.owner else None,
            owner_code=view.owner.code if view.owner else None,
            published_at=view.published_at,
            updated_at=view.updated_at,
            version=view.version,
            open_groups=sorted(view.groups),
            values={name: _plain(value) for name, value in view.values.items()},
        )


class RecordPage(Schema):
    """One page of a list."""

    total: int
    page: int
    pages: int
    records: list[RecordOut]
    facets: dict[str, list[tuple[str, int]]]


class ListQuery(Schema):
    """How a list is narrowed; facets may be given several times."""

    q: str = ""
    page: int = 1
    order: Literal["best", "newest", "updated", "deadline", "readiness", "title"] = "best"
    mine: bool = False
    fields: list[str] = Field(default_factory=list)
    terms: list[str] = Field(default_factory=list)
    readiness: list[str] = Field(default_factory=list)
    language: list[str] = Field(default_factory=list)
    owner: list[str] = Field(default_factory=list)
    region: list[str] = Field(default_factory=list)
    deadline: list[str] = Field(default_factory=list)

    def chosen(self) -> dict[str, list[str]]:
        """The chosen values by facet."""
        return {name: values for name in FACETS if (values := getattr(self, name))}


class _Given(Schema, extra="forbid"):
    """A body; a name that is written wrongly is refused, not passed over."""


class RecordIn(_Given):
    """A new draft: values by field name, levels by group; no language means that of the text."""

    kind: Kind
    owner_code: str
    language: Literal["en", "zh"] | None = None
    values: dict[str, Any]
    levels: dict[Literal["teaser", "identity", "confidential"], str] = Field(default_factory=dict)


class RecordChange(_Given):
    """Changed values of a draft; ``version`` guards against overwriting somebody else's."""

    values: dict[str, Any] = Field(default_factory=dict)
    levels: dict[Literal["teaser", "identity", "confidential"], str] = Field(default_factory=dict)
    version: int | None = None


class MoveIn(_Given):
    """A note that goes with a move; renewing also takes a later last day, or none."""

    note: str = ""
    expires: date | None = None


class PairOut(Schema):
    """A match; ``claims`` is false where the confidence is too low to claim anything.

    ``rank`` is its place in the list that was asked for, over all pages.
    """

    need: RecordOut
    achievement: RecordOut
    rank: int
    confidence: float
    claims: bool
    gates: str
    failed: list[str]
    open: list[str]
    closes: str
    words: list[str]
    state: str

    @classmethod
    def of(cls, row: PairRow, rank: int) -> "PairOut":
        """From a row of the desk."""
        return cls(
            need=RecordOut.of(row.need),
            achievement=RecordOut.of(row.achievement),
            rank=rank,
            confidence=row.confidence,
            claims=row.claims,
            gates=row.gates,
            failed=row.failed,
            open=row.open,
            closes=row.closes,
            words=list(row.words),
            state=row.state,
        )


class PairPage(Schema):
    """One page of matches."""

    total: int
    page: int
    pages: int
    matches: list[PairOut]


class DecisionIn(_Given):
    """A decision on a match; a rejection has a cause, or a reason in words, or both."""

    need: str
    achievement: str
    choice: Literal["shortlist", "reject", "later", "undo"]
    cause: Cause = ""
    reason: str = Field("", max_length=400)


class DecisionOut(Schema):
    """A decision as it was recorded."""

    need: str
    achievement: str
    choice: str
    cause: str
    reason: str
    at: datetime


class Problem(Schema):
    """What was wrong, and where."""

    detail: str


def check_levels(levels: Mapping[str, str]) -> str:
    """What is wrong with levels by group; '' where nothing is."""
    wrong = [value for value in levels.values() if value not in Level.values]
    return f"'{wrong[0]}' is no level; known are {', '.join(Level.values)}" if wrong else ""


def check_values(kind: str, values: dict[str, Any]) -> str:
    """What is wrong with values by field name; '' where nothing is."""
    known = {field.name: field for field in fields_of(kind)}
    for name, value in values.items():
        if name not in known:
            names = ", ".join(sorted(known))
            return f"'{name}' is no field of records of kind {kind}; known are {names}"
        if problem := _check_type(known[name].type, value):
            return f"'{name}' {problem}"
    return ""


def _check_type(kind: str, value: Any) -> str:
    is_sound, said = _CHECKS.get(kind, (lambda given: isinstance(given, str), "a text"))
    return "" if value is None or is_sound(value) else f"has to be {said}"


def _is_list(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(each, str) for each in value)


def _is_region(value: Any) -> bool:
    return value == "" or (isinstance(value, str) and read_region(value) == value)


def _are_regions(value: Any) -> bool:
    return _is_list(value) and all(map(_is_region, value))


def _is_amount(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and value >= 0


def _is_date(value: Any) -> bool:
    try:
        date.fromisoformat(str(value))
    except ValueError:
        return False
    return True


_CHECKS: Mapping[str, tuple[Callable[[Any], bool], str]] = {
    "list": (_is_list, "a list of texts"),
    "fields": (_is_list, "a list of texts"),
    "terms": (_is_list, "a list of texts"),
    "region": (_is_region, "the code of a region, CN-SN"),
    "regions": (_are_regions, "a list of codes of regions, CN-SN"),
    "level": (lambda value: type(value) is int and 1 <= value <= 9, "a level from 1 to 9"),
    "number": (_is_amount, "a number from 0"),
    "truth": (lambda value: isinstance(value, bool), "true or false"),
    "date": (_is_date, "a date, 2026-01-31"),
}


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
