"""A whole file to a frame of records, or to every problem that keeps it from being one."""

import dataclasses
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from terrace.errors import InputError, Problem, RowErrors
from terrace.records import SCHEMAS, Kind
from terrace.sources.catalogue import AUTO, choose_source, layout_of, require_kind
from terrace.sources.cells import Targets, sort_cells
from terrace.sources.drafts import Draft, draft_record
from terrace.sources.files import read_rows
from terrace.sources.mapping import ColumnMapping, require_known_targets
from terrace.sources.rows import Row


@dataclass(frozen=True, slots=True)
class Import:
    """What a file gave: its good rows as a frame, and what was left out.

    ``frame`` has the schema ``SCHEMAS[kind]``; ``skipped`` counts the rows
    that ``problems`` are about; ``encoding`` is '' for a binary format.
    """

    kind: Kind
    frame: pl.DataFrame
    problems: tuple[Problem, ...]
    skipped: int
    source: str
    encoding: str


def read_records(
    kind: str,
    path: Path | str,
    *,
    source: str = AUTO,
    mapping: ColumnMapping | None = None,
    encoding: str | None = None,
    skip_bad: bool = False,
) -> Import:
    """Read and validate a file of records of one kind.

    ``source`` names a public format, ``'plain'`` for columns by name, or
    ``'auto'`` to recognise it. Columns that fill no field are kept in
    ``extra``. Ids have to be unique; every problem of every row is collected.

    Raises:
        InputError: the file as a whole cannot be read.
        RowErrors: some rows cannot be taken and ``skip_bad`` was not said.
    """
    known_kind, path = require_kind(kind), Path(path)
    rows, used_encoding = read_rows(path, encoding=encoding)
    name = choose_source(
        source, kind=known_kind, path=path, rows=rows, has_mapping=mapping is not None
    )
    layout = layout_of(name, kind=known_kind)
    if mapping is not None:
        _require_fitting(mapping, kind=known_kind, path=path, rows=rows)
    joined = _with_source(_merge(layout.mapping, mapping), name)
    drafts = _draft_rows(known_kind, layout.prepare(path, rows), joined)
    return _collect(known_kind, path, drafts, (name, used_encoding), skip_bad=skip_bad)


def _require_fitting(
    mapping: ColumnMapping, *, kind: Kind, path: Path, rows: Sequence[Row]
) -> None:
    require_known_targets(mapping, kind=kind, file="mapping")
    present = {column for row in rows for column in row.values}
    for target, columns in mapping.columns.items():
        missing = [column for column in columns if column not in present]
        if missing and present:
            raise InputError.of_file(
                path,
                f"has no column '{missing[0]}', which the mapping takes for '{target}'",
                f"It has: {', '.join(sorted(present))}",
            )


def _merge(layout: ColumnMapping, own: ColumnMapping | None) -> ColumnMapping:
    if own is None:
        return layout
    return ColumnMapping(
        columns={**layout.columns, **own.columns},
        constants={**layout.constants, **own.constants},
        date_formats=(*own.date_formats, *layout.date_formats),
    )


def _with_source(mapping: ColumnMapping, name: str) -> ColumnMapping:
    return dataclasses.replace(mapping, constants={"source": name, **mapping.constants})


def _draft_rows(
    kind: Kind, rows: Sequence[Row], mapping: ColumnMapping
) -> Iterator[tuple[int, Draft]]:
    targets: Targets = {}
    for row in rows:
        if row.problem:
            yield row.number, Draft(problems=[row.problem])
        else:
            cells = sort_cells(row.values, mapping, kind=kind, targets=targets)
            yield row.number, draft_record(kind, cells, date_formats=mapping.date_formats)


def _collect(
    kind: Kind,
    path: Path,
    drafts: Iterator[tuple[int, Draft]],
    origin: tuple[str, str],
    *,
    skip_bad: bool,
) -> Import:
    good: dict[str, dict[str, object]] = {}
    row_of_id: dict[str, int] = {}
    problems: list[Problem] = []
    skipped = 0
    for number, draft in drafts:
        found = draft.problems or _twice(draft, row_of_id)
        if found:
            skipped += 1
            problems += [dataclasses.replace(p, file=str(path), row=number) for p in found]
        else:
            good[draft.values["id"]] = draft.values
            row_of_id[draft.values["id"]] = number
    if problems and not skip_bad:
        raise RowErrors(problems)
    frame = pl.DataFrame(list(good.values()), schema=SCHEMAS[kind], orient="row")
    return Import(kind, frame, tuple(problems), skipped, *origin)


def _twice(draft: Draft, row_of_id: dict[str, int]) -> list[Problem]:
    record_id = draft.values["id"]
    if record_id not in row_of_id:
        return []
    message = f"'{record_id}' is also the id of row {row_of_id[record_id]}"
    return [Problem("", 0, "id", message, "Give each record an id of its own")]
