"""A file to rows of a kind's fields: by the core's readers, then checked as the form checks."""

import dataclasses
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from terrace.errors import InputError, Problem
from terrace.sources import AUTO, ColumnMapping
from terrace.sources.catalogue import choose_source, layout_of
from terrace.sources.cells import Cells, Targets, sort_cells
from terrace.sources.drafts import Draft, draft_record
from terrace.sources.files import read_rows
from terrace.sources.mapping import require_known_targets
from terrace.sources.rows import Row, Values
from terrace.sources.tables import FIRST_ROW
from terrace_web.accounts.audience import GROUPS
from terrace_web.exchange.columns import Columns, fit_columns, split_mapping, target_of
from terrace_web.exchange.specimens import is_help
from terrace_web.exchange.values import Said, read_values
from terrace_web.market.kinds import Field
from terrace_web.market.snapshots import CORE_KINDS

# They are stored in one transaction, for which other writers wait (30 s at most).
MOST_ROWS = 5_000
MAPPING = "mapping"
_EVERY = 50
_OPENNESS = ("private", "named", "zone", "public")
_LEVELS = ("visibility", "visibility_teaser", "visibility_identity", "visibility_confidential")


@dataclass(slots=True)
class ReadRow:
    """One row: what it says, or its problems; ``number`` is its row in the file.

    ``key`` is the number the file gives the record, '' where it gives none. ``notes``
    are problems that do not stand against the import.
    """

    number: int
    key: str = ""
    values: dict[str, Any] = field(default_factory=dict)
    levels: dict[str, str] = field(default_factory=dict)
    language: str = ""
    problems: list[Problem] = field(default_factory=list)
    notes: list[Problem] = field(default_factory=list)


def read_file(
    kind: str,
    path: Path,
    *,
    name: str,
    mapping: ColumnMapping | None = None,
    note_progress: Callable[[int], None] = lambda _done: None,
) -> list[ReadRow]:
    """All rows of a file that users know as ``name``, good and bad ones.

    Raises:
        InputError: the file as a whole cannot be read.
    """
    try:
        rows, columns = _prepare(kind, path, mapping)
    except InputError as error:
        raise _renamed(error, str(path), name) from error
    if len(rows) > MOST_ROWS:
        raise InputError.of_file(
            name, f"has more than {MOST_ROWS:,} rows", "Split it into several files"
        )
    read = []
    for row in _read_rows(kind, rows, columns):
        read.append(_placed(row, name))
        if row.number % _EVERY == 0:
            note_progress(row.number)
    _refuse_repetitions(read, name)
    _note_unknown(read, columns.unknown, name)
    return read


def _prepare(kind: str, path: Path, mapping: ColumnMapping | None) -> tuple[Sequence[Row], Columns]:
    core_kind = CORE_KINDS[kind]
    rows: Sequence[Row] = [row for row in read_rows(path)[0] if not is_help([*row.values.values()])]
    source = choose_source(
        AUTO, kind=core_kind, path=path, rows=rows, has_mapping=mapping is not None
    )
    layout = layout_of(source, kind=core_kind)
    rows = layout.prepare(path, rows)
    if mapping is not None:
        mapping, rows = _spread_constants(kind, mapping, rows)
        require_known_targets(split_mapping(kind, mapping)[0], kind=core_kind, file=MAPPING)
    present = dict.fromkeys(column for row in rows for column in row.values)
    _require_columns(path, mapping or layout.mapping, present, is_own=mapping is not None)
    columns = fit_columns(kind, present, mapping or layout.mapping)
    if present and len(columns.unknown) == len(present):
        raise InputError.of_file(
            path,
            f"has no column that is known: {', '.join(present)}",
            "Use the headings of the empty file, or a mapping",
        )
    return rows, columns


def _spread_constants(
    kind: str, mapping: ColumnMapping, rows: Sequence[Row]
) -> tuple[ColumnMapping, Sequence[Row]]:
    """Constants of fields that the core does not know become cells, where a row has none."""
    named = {name: target_of(kind, name) for name in mapping.constants}
    said = {name: mapping.constants[name] for name, to in named.items() if isinstance(to, Field)}
    left = {name: value for name, value in mapping.constants.items() if name not in said}
    filled = [
        dataclasses.replace(row, values={**row.values, **said, **_without_blanks(row.values)})
        for row in rows
    ]
    return dataclasses.replace(mapping, constants=left), filled if said else rows


def _without_blanks(values: Values) -> dict[str, Any]:
    return {column: value for column, value in values.items() if value not in (None, "")}


def _require_columns(
    path: Path, mapping: ColumnMapping, present: dict[str, None], *, is_own: bool
) -> None:
    named = [column for columns in mapping.columns.values() for column in columns]
    missing = [column for column in named if column not in present]
    if is_own and missing and present:
        raise InputError.of_file(
            path,
            f"has no column '{missing[0]}', which the mapping names",
            f"It has: {', '.join(present)}",
        )


def _read_rows(kind: str, rows: Sequence[Row], columns: Columns) -> Iterator[ReadRow]:
    targets: Targets = {}
    for row in rows:
        if row.problem:
            yield ReadRow(row.number, problems=[row.problem])
        else:
            core_kind = CORE_KINDS[kind]
            cells = sort_cells(row.values, columns.mapping, kind=core_kind, targets=targets)
            yield _read_row(kind, row.number, cells, columns)


def _read_row(kind: str, number: int, cells: Cells, columns: Columns) -> ReadRow:
    key = str(cells.first("id") or "").strip()
    # Without a number of its own a row is a new record; the core wants one to tell rows apart.
    cells.by_target.setdefault("id", [f"row {number}"])
    _name_after_title(kind, cells)
    draft: Draft = draft_record(CORE_KINDS[kind], cells, date_formats=columns.mapping.date_formats)
    if draft.problems:
        beside = _problems_beside(kind, draft, cells, columns)
        return ReadRow(number, key, problems=[*draft.problems, *beside])
    said: Said = read_values(kind, draft, cells, columns)
    given = draft.values["visibility"] if any(cells.first(name) for name in _LEVELS) else {}
    return ReadRow(
        number, key, said.values, _nested(given), said.language, said.problems, said.notes
    )


def _problems_beside(kind: str, draft: Draft, cells: Cells, columns: Columns) -> list[Problem]:
    """What is wrong in the other cells of a row that the core refuses: all is told at once."""
    known = {problem.field for problem in draft.problems}
    try:
        said = read_values(kind, draft, cells, columns)
    except InputError:
        # Its texts, of which the core says what is wrong.
        return []
    return [problem for problem in said.problems if problem.field not in known]


def _nested(given: Mapping[str, str]) -> dict[str, str]:
    """The levels as a record keeps them: no group is more open than the one around it."""
    widest, nested = len(_OPENNESS), {}
    for group in GROUPS:
        if group in given:
            widest = min(_OPENNESS.index(given[group]), widest)
            nested[str(group)] = _OPENNESS[widest]
    return nested


def _name_after_title(kind: str, cells: Cells) -> None:
    """A company's or an expert's title is its name; the core keeps both apart."""
    if CORE_KINDS[kind] in ("company", "expert") and "name" not in cells.by_target:
        slot = next((each for each in cells.by_target if each.startswith("title")), None)
        if slot is not None:
            cells.by_target["name"] = cells.by_target.pop(slot)[:1]


def _placed(row: ReadRow, name: str) -> ReadRow:
    row.problems = [dataclasses.replace(p, file=name, row=row.number) for p in row.problems]
    row.notes = [dataclasses.replace(p, file=name, row=row.number) for p in row.notes]
    return row


def _note_unknown(rows: Sequence[ReadRow], columns: Sequence[str], name: str) -> None:
    """Said once, at the first row, by whose name it is."""
    for column in columns if rows else ():
        message, remedy = (
            "is no column that is known and is left out",
            "Rename it if it should count",
        )
        rows[0].notes.append(Problem(name, FIRST_ROW - 1, column, message, remedy))


def _refuse_repetitions(rows: Sequence[ReadRow], name: str) -> None:
    first: dict[str, int] = {}
    for row in rows:
        if row.key and first.setdefault(row.key, row.number) != row.number:
            message = f"'{row.key}' is also the id of row {first[row.key]}"
            remedy = "Give each record an id of its own"
            row.problems.append(Problem(name, row.number, "id", message, remedy))


def _renamed(error: InputError, path: str, name: str) -> InputError:
    problem = error.problems[0]
    return InputError(dataclasses.replace(problem, file=problem.file.replace(path, name)))
