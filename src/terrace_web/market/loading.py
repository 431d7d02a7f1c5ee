"""Loading the records of the core into the market: the sample zone, or any zone folder."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any

import polars as pl
from django.db import transaction
from django.utils import timezone

from terrace.fields import shipped_fields
from terrace.progress import Progress, silent
from terrace_web.accounts.models import Organisation
from terrace_web.flows.models import Event, Run
from terrace_web.flows.queries import flows
from terrace_web.market.kinds import TERMS
from terrace_web.market.models import Record
from terrace_web.market.outbox import note_everything

_AT_ONCE = 1_000
_MOST_FIELDS = 3
_LOADED = ("company", "need", "achievement", "expert", "equipment", "service")
_OWNER_KINDS = {
    "company": "company",
    "need": "company",
    "achievement": "lab",
    "expert": "lab",
    "equipment": "lab",
    "service": "provider",
}
_KEPT = ("summary", "body", "title_other", "summary_other")
_PLAIN: Mapping[str, tuple[str, ...]] = {
    "achievement": ("price", "currency", "licensed_exclusively", "export_control", "funder"),
    "need": ("budget_min", "budget_max", "currency", "wants_exclusive", "export_control"),
    "company": ("employees", "website"),
    "expert": ("organisation",),
    "equipment": ("price", "currency"),
    "service": ("price", "currency"),
}
_LISTS: Mapping[str, tuple[str, ...]] = {
    "achievement": ("obligations",),
    "need": ("regions",),
    "expert": ("languages",),
}
_DATES: Mapping[str, tuple[str, ...]] = {
    "achievement": ("available_from",),
    "company": ("founded",),
}


@dataclass(frozen=True, slots=True)
class Loaded:
    """How many records of a kind were added; those that were there already are not touched.

    ``unknown_fields`` are what sources call a field and the zone's classification does not
    know; no record is filed under them.
    """

    kind: str
    added: int
    unknown_fields: tuple[str, ...] = ()


def load_zone(
    frames: Mapping[str, pl.DataFrame], *, now: datetime, progress: Progress = silent
) -> list[Loaded]:
    """Add the records of these frames as ones published now, all or none.

    ``frames`` are the core's, by kind; equipment and services have the columns of an
    achievement. A record's owner becomes an organisation, or else the source it comes from;
    organisations that are there already keep their names. Records whose code is there
    stay as they are, so that it may be run again.
    """
    with transaction.atomic():
        loaded = [
            _load_kind(kind, frames[kind], now, progress) for kind in _LOADED if kind in frames
        ]
        if any(each.added for each in loaded):
            note_everything(now)
    return loaded


def _load_kind(kind: str, frame: pl.DataFrame, now: datetime, progress: Progress) -> Loaded:
    known = set(Record.objects.filter(kind=kind).values_list("code", flat=True))
    # Mixed, so that the newest of a list are not all of one source.
    mixed = frame.filter(~pl.col("id").is_in(list(known))).sort(pl.col("id").hash(seed=0))
    rows = list(mixed.iter_rows(named=True))
    owners, version = _make_owners(kind, rows), _flow_version(now)
    done = 0
    for batch in _batches(rows):
        _create(kind, batch, owners, version, now)
        done += len(batch)
        progress(f"Loading: {kind}", done, len(rows))
    return Loaded(kind, done, _unknown_fields(frame))


def _unknown_fields(frame: pl.DataFrame) -> tuple[str, ...]:
    names = sorted(frame["fields"].explode().drop_nulls().unique())
    return tuple(shipped_fields().file_names(names)[1])


def _flow_version(now: datetime) -> int:
    return flows()["publication"].version_at(timezone.localdate(now)).number


def _make_owners(kind: str, rows: Sequence[Mapping[str, Any]]) -> dict[str, Organisation]:
    """The organisations that own these records, by the code of the core."""
    named = {_owner_code(kind, row): row for row in rows}
    found = Organisation.objects.in_bulk(field_name="code") if named else {}
    new = [
        Organisation(
            code=code,
            kind=_OWNER_KINDS[kind],
            name=_owner_name(kind, row)[:200],
            region=row["region"][:60],
        )
        for code, row in named.items()
        if code not in found
    ]
    Organisation.objects.bulk_create(new, batch_size=_AT_ONCE)
    return found | {each.code: each for each in new}


def _owner_code(kind: str, row: Mapping[str, Any]) -> str:
    if kind == "company":
        return str(row["id"])[:120]
    said = row.get("owner") or row.get("owner_name") or row.get("organisation") or row["source"]
    return str(said)[:120]


def _owner_name(kind: str, row: Mapping[str, Any]) -> str:
    """A company's name; of a need's agency the department, since its code says that."""
    if kind == "company":
        return str(row["name"])
    named = row.get("owner_name") if kind != "need" else ""
    return str(named or _owner_code(kind, row))


def _create(
    kind: str,
    rows: Sequence[Mapping[str, Any]],
    owners: Mapping[str, Organisation],
    version: int,
    now: datetime,
) -> None:
    runs = Run.objects.bulk_create(
        Run(flow="publication", version=version, stage="published", began_at=now, stage_since=now)
        for _row in rows
    )
    Event.objects.bulk_create(Event(run=run, move="", to_stage="published", at=now) for run in runs)
    Record.objects.bulk_create(
        _record(kind, row, run, owners[_owner_code(kind, row)], now)
        for row, run in zip(rows, runs, strict=True)
    )


def _record(
    kind: str, row: Mapping[str, Any], run: Run, owner: Organisation, at: datetime
) -> Record:
    texts = _texts(kind, row)
    return Record(
        code=row["id"],
        kind=kind,
        owner=owner,
        run=run,
        language=texts["language"],
        title=texts["title"][:300],
        fields=_file(row, texts),
        terms=[term for term in row.get("terms") or [] if term in TERMS],
        region=row["region"][:60],
        readiness=row.get("readiness") or row.get("readiness_min"),
        deadline=row.get("deadline"),
        content=_content(kind, row, texts),
        source=row["source"],
        **{f"{group}_level": level for group, level in row["visibility"].items()},
        created_at=at,
        updated_at=at,
        published_at=at,
    )


def _texts(kind: str, row: Mapping[str, Any]) -> dict[str, str]:
    """Title, summary and body in the record's language, and title and summary in the other."""
    if kind in ("company", "expert"):
        works = row["works"] or []
        # Two phases of a project bear one title.
        titles = list(dict.fromkeys(work["title"] for work in works if work["title"]))
        summary = "; ".join(titles[:3])
        language = works[0]["language"] if works else "en"
        return {"language": language or "en", "title": row["name"], "summary": summary, "body": ""}
    own, *others = row["texts"] or [{"language": "en", "title": "", "summary": "", "body": ""}]
    found = {name: own[name] for name in ("language", "title", "summary", "body")}
    if others:
        found |= {"title_other": others[0]["title"], "summary_other": others[0]["summary"]}
    return {**found, "language": found["language"] or "en"}


def _file(row: Mapping[str, Any], texts: Mapping[str, str]) -> list[str]:
    """The fields a record says, else those its keywords name, else those its words speak for."""
    classification = shipped_fields()
    for names in (row["fields"], row["keywords"]):
        if codes := classification.file_names(names or [])[0]:
            return codes[:_MOST_FIELDS]
    # Twice the title: it is said on purpose.
    said = (texts["title"], texts["title"], texts["summary"], texts["body"], *_work_texts(row))
    return classification.file_text("\n".join(said))


def _work_texts(row: Mapping[str, Any]) -> Iterator[str]:
    for work in row.get("works") or []:
        yield work["title"]
        yield work["body"]


def _content(kind: str, row: Mapping[str, Any], texts: Mapping[str, str]) -> dict[str, Any]:
    said: dict[str, Any] = {name: texts.get(name, "") for name in _KEPT}
    said |= {name: row[name] for name in _PLAIN[kind]}
    said |= {name: list(row[name] or []) for name in ("keywords", *_LISTS.get(kind, ()))}
    said |= {name: row[name].isoformat() for name in _DATES.get(kind, ()) if row[name]}
    if kind in ("company", "expert"):
        said["works"] = row["works"] or []
    return {name: value for name, value in said.items() if value not in (None, "", [])}


def _batches(rows: Sequence[Mapping[str, Any]]) -> Iterator[list[Mapping[str, Any]]]:
    remaining = iter(rows)
    while batch := list(islice(remaining, _AT_ONCE)):
        yield batch
