"""What a user may see of a record: the only shape in which records leave this app."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.translation import get_language

from terrace_web.accounts.audience import GROUPS, VISITOR, Audience, Group
from terrace_web.market.kinds import Field, fields_of
from terrace_web.market.models import Level, Record
from terrace_web.permissions import GROUP_PERMISSIONS, holds
from terrace_web.predicates import is_in_charge


@dataclass(frozen=True, slots=True)
class Owner:
    """The organisation a record belongs to, where it may be named."""

    id: int
    code: str
    kind: str
    name: str


@dataclass(frozen=True, slots=True)
class RecordView:
    """A record as one audience sees it; ``values`` has the fields of ``groups`` and no other.

    ``owner`` and ``manager`` are None where the identity is not open.
    """

    id: int
    code: str
    kind: str
    title: str
    language: str
    values: Mapping[str, Any]
    groups: frozenset[Group]
    owner: Owner | None
    manager: str | None
    stage: str
    due_on: date | None
    published_at: datetime | None
    updated_at: datetime
    version: int
    is_mine: bool
    in_charge: bool

    @property
    def summary(self) -> str:
        """The public summary, else the beginning of the description."""
        return str(self.values.get("summary") or self.values.get("body") or "")

    @property
    def title_read(self) -> str:
        """The title in the page's language, where the record is in the other and has one."""
        return self._read("title_other")

    @property
    def title_first(self) -> str:
        """The title a reader of this page reads most easily."""
        return self.title_read or self.title

    @property
    def title_second(self) -> str:
        """The record's own title, where ``title_first`` is in the other language."""
        return self.title if self.title_read else ""

    @property
    def language_first(self) -> str:
        """The language of ``title_first``; ``title_second`` is in the record's own."""
        return (get_language() or "en") if self.title_read else self.language

    @property
    def summary_read(self) -> str:
        """The summary in the page's language, where the record is in the other and has one."""
        return self._read("summary_other")

    def _read(self, name: str) -> str:
        is_own = (get_language() or "en")[:2] == self.language[:2]
        return "" if is_own else str(self.values.get(name) or "")

    @property
    def is_blind(self) -> bool:
        """Whether the owner is hidden from this audience."""
        return self.owner is None

    def shown(self, *groups: Group) -> list[tuple[Field, Any]]:
        """The filled fields of these groups in their order, as far as they are open."""
        return [
            (field, self.values[field.name])
            for field in fields_of(self.kind, *groups)
            if field.type != "assessment" and self.values.get(field.name) not in (None, "", [])
        ]


def view_for(audience: Audience, record: Record) -> RecordView:
    """The record as this audience sees it; ``run``, ``owner`` and ``manager`` should be fetched.

    Raises:
        PermissionError: the audience may not see the record at all; query with ``visible_to``.
    """
    groups = open_groups(audience, record)
    if "teaser" not in groups:
        raise PermissionError(f"record {record.code} was asked for without visible_to")
    return _view(audience, record, groups)


def teaser_of(record: Record) -> RecordView:
    """The record as indexes and matches read it: its teaser, whatever its stage and level.

    What comes of it is shown to users only beside a record they may see.
    """
    return _view(VISITOR, record, frozenset({"teaser"}))


def openly_named(record: Record) -> RecordView:
    """Its teaser, with the owner's name where the record names it to everybody."""
    groups: set[Group] = {"teaser"}
    if record.identity_level == Level.PUBLIC:
        groups.add("identity")
    return _view(VISITOR, record, frozenset(groups))


def views_for(audience: Audience, records: Iterable[Record]) -> list[RecordView]:
    """``view_for`` for each of them."""
    return [view_for(audience, record) for record in records]


def open_groups(audience: Audience, record: Record) -> frozenset[Group]:
    """The groups of fields that are open to this audience."""
    return frozenset(group for group in GROUPS if holds(audience, GROUP_PERMISSIONS[group], record))


def _view(audience: Audience, record: Record, groups: frozenset[Group]) -> RecordView:
    named = "identity" in groups
    return RecordView(
        id=record.pk,
        code=record.code,
        kind=record.kind,
        title=record.title,
        language=record.language,
        values=_values_of(record, groups),
        groups=groups,
        owner=_owner_of(audience, record) if named else None,
        manager=str(record.manager) if named and record.manager else None,
        stage=record.run.stage,
        due_on=record.run.due_on,
        published_at=record.published_at,
        updated_at=record.updated_at,
        version=record.version,
        is_mine=record.owner_id in audience.member_of,
        in_charge=is_in_charge.test(audience, record),
    )


def _values_of(record: Record, groups: frozenset[Group]) -> dict[str, Any]:
    shown = (field for field in fields_of(record.kind) if field.group in groups)
    return {field.name: value_of(record, field) for field in shown}


def value_of(record: Record, field: Field) -> Any:
    """What a record says in one field, whoever asks; for forms of its owner."""
    if field.is_column:
        return getattr(record, field.name)
    return _read_stored(record.content.get(field.name), field)


def _read_stored(value: Any, field: Field) -> Any:
    if field.type == "date" and isinstance(value, str):
        return date.fromisoformat(value)
    return value


def _owner_of(audience: Audience, record: Record) -> Owner:
    owner = record.owner
    return Owner(owner.pk, owner.code, owner.kind, owner.name_in(audience.language))
