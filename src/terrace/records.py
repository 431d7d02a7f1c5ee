"""The records a zone is made of, each with the schema of its frame.

A record is a frozen dataclass; many records are a Polars frame whose columns
are the dataclass's fields (``SCHEMAS``). Texts are held by language; what an
input had beyond the known columns stays in ``extra`` as JSON.
"""

import dataclasses
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

import polars as pl

from terrace.errors import NotFound

Kind = Literal["achievement", "need", "company", "expert"]
Level = Literal["public", "zone", "named", "private"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """What a record says in one language ('' = to be detected).

    ``summary`` is a need's objective or an achievement's short public text,
    ``body`` the description or abstract. Any of the three may be empty.
    """

    language: str = ""
    title: str = ""
    summary: str = ""
    body: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """One text of a company or an expert: a product, an award, a paper, a deal."""

    id: str = ""
    kind: str = ""
    language: str = ""
    title: str = ""
    body: str = ""
    year: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Visibility:
    """Who may see each group of fields: teaser, identity, confidential."""

    teaser: Level = "public"
    identity: Level = "public"
    confidential: Level = "private"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Record:
    id: str
    fields: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    region: str = ""
    languages: tuple[str, ...] = ()
    visibility: Visibility = Visibility()
    source: str = ""
    extra: str = "{}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Achievement(_Record):
    """A research result that somebody could use.

    ``readiness`` is a technology readiness level, 1 to 9. ``price`` is what
    the owner asks, in ``currency``. ``licensed_exclusively`` is None where
    nobody said. ``obligations`` are a funder's conditions, in its words.
    """

    texts: tuple[Text, ...] = ()
    readiness: int | None = None
    owner: str = ""
    owner_name: str = ""
    terms: tuple[str, ...] = ()
    price: float | None = None
    currency: str = ""
    available_from: date | None = None
    published: date | None = None
    licensed_exclusively: bool | None = None
    export_control: str = ""
    funder: str = ""
    obligations: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Need(_Record):
    """What a company or an agency looks for.

    ``readiness_min`` is the lowest level it can start from. Budgets are in
    ``currency``. ``regions`` lists where the owner may sit, empty = anywhere.
    """

    texts: tuple[Text, ...] = ()
    readiness_min: int | None = None
    owner: str = ""
    owner_name: str = ""
    terms: tuple[str, ...] = ()
    budget_min: float | None = None
    budget_max: float | None = None
    currency: str = ""
    opens: date | None = None
    deadline: date | None = None
    regions: tuple[str, ...] = ()
    wants_exclusive: bool | None = None
    export_control: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Company(_Record):
    """A company, known to matching by its own texts."""

    name: str
    works: tuple[Work, ...] = ()
    employees: int | None = None
    founded: date | None = None
    website: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Expert(_Record):
    """An expert or technology manager, known by publications and past deals.

    ``capacity`` is how many matches at a time; ``conflicts`` are the ids of
    organisations and records that must not be handled.
    """

    name: str = ""
    works: tuple[Work, ...] = ()
    organisation: str = ""
    capacity: int | None = None
    conflicts: tuple[str, ...] = ()


Record = Achievement | Need | Company | Expert
RECORD_TYPES: Mapping[Kind, type[Achievement | Need | Company | Expert]] = {
    "achievement": Achievement,
    "need": Need,
    "company": Company,
    "expert": Expert,
}

_STRING, _STRINGS = pl.String(), pl.List(pl.String())
_TEXTS = pl.List(pl.Struct({f.name: _STRING for f in dataclasses.fields(Text)}))
_WORKS = pl.List(
    pl.Struct(
        {f.name: pl.Int16() if f.name == "year" else _STRING for f in dataclasses.fields(Work)}
    )
)
_VISIBILITY = pl.Struct({f.name: _STRING for f in dataclasses.fields(Visibility)})
_COLUMN_TYPES: Mapping[Any, pl.DataType] = {
    str: _STRING,
    tuple[str, ...]: _STRINGS,
    tuple[Text, ...]: _TEXTS,
    tuple[Work, ...]: _WORKS,
    Visibility: _VISIBILITY,
    int | None: pl.Int64(),
    float | None: pl.Float64(),
    bool | None: pl.Boolean(),
    date | None: pl.Date(),
}


def _schema_of(record_type: type[Record]) -> pl.Schema:
    return pl.Schema({f.name: _COLUMN_TYPES[f.type] for f in dataclasses.fields(record_type)})


SCHEMAS: Mapping[Kind, pl.Schema] = {kind: _schema_of(t) for kind, t in RECORD_TYPES.items()}


def to_frame(kind: Kind, records: Iterable[Record]) -> pl.DataFrame:
    """The frame of these records, with the schema ``SCHEMAS[kind]``."""
    rows = [dataclasses.asdict(record) for record in records]
    return pl.DataFrame(rows, schema=SCHEMAS[kind], orient="row")


def to_records(kind: Kind, frame: pl.DataFrame) -> list[Record]:
    """The records of a frame that has the schema ``SCHEMAS[kind]``."""
    return [_to_record(RECORD_TYPES[kind], row) for row in frame.iter_rows(named=True)]


def _to_record(record_type: type[Record], row: Mapping[str, Any]) -> Record:
    values = {f.name: _to_value(f.type, row[f.name]) for f in dataclasses.fields(record_type)}
    return record_type(**values)


def _to_value(field_type: Any, value: Any) -> Any:
    if field_type == tuple[Text, ...]:
        return tuple(Text(**text) for text in value or ())
    if field_type == tuple[Work, ...]:
        return tuple(Work(**work) for work in value or ())
    if field_type == Visibility:
        return Visibility(**value)
    if field_type == tuple[str, ...]:
        return tuple(value or ())
    return value


def row_of(frame: pl.DataFrame, record_id: str) -> pl.DataFrame:
    """The one row with this id.

    Raises:
        NotFound: no row has it.
    """
    found = frame.filter(pl.col("id") == record_id)
    if found.is_empty():
        raise NotFound(
            f"no record '{record_id}'; known ids look like {frame['id'].head(3).to_list()}"
        )
    return found.head(1)
