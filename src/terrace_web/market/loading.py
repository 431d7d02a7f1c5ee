"""Loading the records of the core into the market: the sample zone, or any zone folder."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from itertools import islice
from typing import Any

import polars as pl
from django.db import transaction

from terrace.fields import shipped_fields
from terrace.progress import Progress, silent
from terrace.records import Kind
from terrace_web.accounts.models import Organisation
from terrace_web.flows.models import Event, Run
from terrace_web.market.kinds import TERMS
from terrace_web.market.models import Record
from terrace_web.market.outbox import note_everything

_AT_ONCE = 1_000
_LOADED: tuple[Kind, ...] = ("company", "need", "achievement")
_OWNER_KINDS = {"company": "company", "need": "company", "achievement": "lab"}
_KEPT = ("summary", "body", "title_other", "summary_other")
_PLAIN = {
    "achievement": ("price", "currency", "licensed_exclusively", "export_control", "funder"),
    "need": ("budget_min", "budget_max", "currency", "wants_exclusive", "export_control"),
    "company": ("employees", "website"),
    "expert": (),
}
_LISTS = {
    "achievement": ("obligations",),
    "need": ("regions",),
    "company": (),
    "expert": ("languages",),
}
_DATES = {"achievement": ("available_from",), "need": (), "company": ("founded",), "expert": ()}


@dataclass(frozen=True, slots=True)
class Loaded:
    """How many records of a kind were added; those that were there already are not touched."""

    kind: str
    added: int


def load_zone(
    frames: Mapping[Kind, pl.DataFrame],
    *,
    fallback: Organisation,
    now: datetime,
    progress: Progress = silent,
) -> list[Loaded]:
    """Add the records of these frames as published ones, all or none.

    A record's owner becomes an organisation; ``fallback`` owns those that name none.
    Records whose code is there already stay as they are, so that it may be run again.
    """
    with transaction.atomic():
        loaded = [
            Loaded(kind, _load_kind(kind, frames[kind], fallback, now, progress))
            for kind in (*_LOADED, "expert")
            if kind in frames
        ]
        if any(each.added for each in loaded):
            note_everything(now)
    return loaded


def _load_kind(
    kind: Kind, frame: pl.DataFrame, fallback: Organisation, now: datetime, progress: Progress
) -> int:
    known = set(Record.objects.filter(kind=kind).values_list("code", flat=True))
    rows = [row for row in frame.iter_rows(named=True) if row["id"] not in known]
    owners = _make_owners(kind, rows)
    done = 0
    for batch in _batches(rows):
        _create(kind, batch, owners, fallback, now)
        done += len(batch)
        progress(f"Loading: {kind}", done, len(rows))
    return done


def _make_owners(kind: Kind, rows: Sequence[Mapping[str, Any]]) -> dict[str, Organisation]:
    """The organisations that own these records, by the code of the core."""
    named = {_owner_code(kind, row): _owner_name(kind, row) for row in rows}
    named.pop("", None)
    known = {each.code: each for each in Organisation.objects.filter(code__in=list(named))}
    regions = {_owner_code(kind, row): row["region"] for row in rows}
    new = [
        Organisation(
            code=code,
            kind=_OWNER_KINDS.get(kind, "lab"),
            name=name[:200],
            region=regions[code][:60],
        )
        for code, name in named.items()
        if code not in known
    ]
    Organisation.objects.bulk_create(new, batch_size=500)
    return known | {each.code: each for each in new}


def _owner_code(kind: Kind, row: Mapping[str, Any]) -> str:
    if kind == "company":
        return str(row["id"])[:120]
    return str(row.get("owner") or row.get("owner_name") or "")[:120]


def _owner_name(kind: Kind, row: Mapping[str, Any]) -> str:
    said = row["name"] if kind == "company" else row.get("owner_name") or row.get("owner")
    department = row.get("owner") if kind == "need" else None
    return str(department or said or "")


def _create(
    kind: Kind,
    rows: Sequence[Mapping[str, Any]],
    owners: Mapping[str, Organisation],
    fallback: Organisation,
    now: datetime,
) -> None:
    times = [_published(row, now) for row in rows]
    runs = Run.objects.bulk_create(
        Run(flow="publication", version=1, stage="published", began_at=at, stage_since=at)
        for at in times
    )
    Event.objects.bulk_create(
        Event(run=run, move="", to_stage="published", at=at)
        for run, at in zip(runs, times, strict=True)
    )
    Record.objects.bulk_create(
        _record(kind, row, run, owners.get(_owner_code(kind, row), fallback), at)
        for row, run, at in zip(rows, runs, times, strict=True)
    )


def _record(
    kind: Kind, row: Mapping[str, Any], run: Run, owner: Organisation, at: datetime
) -> Record:
    texts = _texts(kind, row)
    return Record(
        code=row["id"],
        kind=kind,
        owner=owner,
        run=run,
        language=texts["language"],
        title=texts["title"][:300],
        fields=_fields(row, texts),
        terms=[term for term in row.get("terms") or [] if term in TERMS],
        region=row["region"][:60],
        readiness=row.get("readiness") or row.get("readiness_min"),
        deadline=row.get("deadline"),
        content=_content(kind, row, texts),
        source=row["source"],
        created_at=at,
        updated_at=at,
        published_at=at,
    )


def _texts(kind: Kind, row: Mapping[str, Any]) -> dict[str, str]:
    """Title, summary and body in the record's language, and title and summary in the other."""
    if kind in ("company", "expert"):
        works = row["works"] or []
        summary = "; ".join(work["title"] for work in works[:3] if work["title"])
        language = works[0]["language"] if works else "en"
        return {"language": language or "en", "title": row["name"], "summary": summary, "body": ""}
    own, *others = row["texts"] or [{"language": "en", "title": "", "summary": "", "body": ""}]
    found = {name: own[name] for name in ("language", "title", "summary", "body")}
    if others:
        found |= {"title_other": others[0]["title"], "summary_other": others[0]["summary"]}
    return {**found, "language": found["language"] or "en"}


def _fields(row: Mapping[str, Any], texts: Mapping[str, str]) -> list[str]:
    """As the source files it, else as its words do; nobody reads this for a fact."""
    codes, _unknown = shipped_fields().file_names(row["fields"] or [])
    said = "\n".join(texts.get(name, "") for name in ("title", "summary", "body"))
    return codes or shipped_fields().file_text(said)


def _content(kind: Kind, row: Mapping[str, Any], texts: Mapping[str, str]) -> dict[str, Any]:
    said: dict[str, Any] = {name: texts.get(name, "") for name in _KEPT}
    said |= {name: row[name] for name in _PLAIN[kind]}
    said |= {name: list(row[name] or []) for name in ("keywords", *_LISTS[kind])}
    said |= {name: row[name].isoformat() for name in _DATES[kind] if row[name]}
    if kind in ("company", "expert"):
        said["works"] = row["works"] or []
    return {name: value for name, value in said.items() if value not in (None, "", [])}


def _published(row: Mapping[str, Any], now: datetime) -> datetime:
    day: date | None = row.get("published") or row.get("opens")
    at = datetime.combine(day, time(9), UTC) if day else now
    return min(at, now)


def _batches(rows: Sequence[Mapping[str, Any]]) -> Iterator[list[Mapping[str, Any]]]:
    remaining = iter(rows)
    while batch := list(islice(remaining, _AT_ONCE)):
        yield batch
