"""Records as the core reads them, and the frames made of them."""

from collections.abc import Iterable
from datetime import date
from typing import Any

import polars as pl

from terrace.records import (
    RECORD_TYPES,
    Kind,
    Record,
    Text,
    Visibility,
    Work,
    to_frame,
)
from terrace_web.market.kinds import fields_of
from terrace_web.market.models import Record as StoredRecord
from terrace_web.market.redaction import RecordView, openly_named, teaser_of

CORE_KINDS: dict[str, Kind] = {
    "achievement": "achievement",
    "need": "need",
    "company": "company",
    "expert": "expert",
    # Equipment and services are searched like achievements.
    "equipment": "achievement",
    "service": "achievement",
}
_TEXT_FIELDS = {"title", "summary", "body", "title_other", "summary_other"}
_OTHER = {"en": "zh", "zh": "en"}


def snapshot(kind: str, records: Iterable[StoredRecord]) -> pl.DataFrame:
    """The teasers of records of one kind as a frame of the core; ``id`` is the code."""
    return to_frame(CORE_KINDS[kind], [core_record(teaser_of(r), r.teaser_level) for r in records])


def named_snapshot(kind: str, records: Iterable[StoredRecord]) -> pl.DataFrame:
    """The same with the owners that everybody may know, for gates."""
    found = [core_record(openly_named(r), r.teaser_level) for r in records]
    return to_frame(CORE_KINDS[kind], found)


def core_record(view: RecordView, teaser_level: str = "public") -> Record:
    """What a view says, as the core's record of its kind; only teaser texts are in it."""
    values = {
        **_plain_values(view),
        "id": view.code,
        "visibility": Visibility(teaser=teaser_level),  # type: ignore[arg-type]
        "owner": view.owner.code if view.owner else "",
        "owner_name": view.owner.name if view.owner else "",
        "published": view.published_at.date() if view.published_at else None,
        "texts": _texts_of(view),
        "name": view.title,
    }
    core_kind = CORE_KINDS[view.kind]
    if core_kind in ("company", "expert"):
        values["works"] = (*_works_of(view.values.get("works") or []), *_own_text(view))
    record_type = RECORD_TYPES[core_kind]
    known = set(record_type.__dataclass_fields__)
    return record_type(**{name: value for name, value in values.items() if name in known})


def _plain_values(view: RecordView) -> dict[str, Any]:
    found = {}
    for field in fields_of(view.kind, "teaser"):
        value = view.values.get(field.name)
        if field.name not in _TEXT_FIELDS and field.type != "works" and value not in (None, ""):
            found[field.core or field.name] = _core_value(value)
    return found


def _core_value(value: Any) -> Any:
    if isinstance(value, list):
        return tuple(value)
    return value if isinstance(value, bool | int | float | date) else str(value)


def _texts_of(view: RecordView) -> tuple[Text, ...]:
    said = view.values
    own = Text(
        language=view.language,
        title=str(said.get("title") or ""),
        summary=str(said.get("summary") or ""),
        body=str(said.get("body") or ""),
    )
    other = Text(
        language=_OTHER.get(view.language, ""),
        title=str(said.get("title_other") or ""),
        summary=str(said.get("summary_other") or ""),
    )
    return (own, other) if other.title or other.summary else (own,)


def _works_of(works: list[dict[str, Any]]) -> tuple[Work, ...]:
    return tuple(Work(**work) for work in works)


def _own_text(view: RecordView) -> tuple[Work, ...]:
    """What a company or an expert says of itself, as one more text to be found by."""
    text = _texts_of(view)[0]
    body = f"{text.summary}\n{text.body}".strip()
    return (Work(id=view.code, language=text.language, title=text.title, body=body),)
