"""A file of company facts to a facts frame: whole, or not at all with every bad row named.

Either one row per company and fiscal year with the declared facts as columns (a header may
be a fact's name or its label, and may name a unit: ``revenue [万元]``), or one row per fact
with the columns company, fiscal_year, fact, value and optionally unit. Both may have
recorded (a date), source, confidence (0 to 1), name and note.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from terrace.errors import InputError, Problem, RowErrors
from terrace.rules.cells import BadCell, parse_column
from terrace.rules.facts import UNIT_SCALES, Fact, Facts, suggest_names
from terrace.rules.facts_table import ROW, read_table
from terrace.rules.labels import Label

_KEYS = ("company", "fiscal_year", "recorded")
_NO_LABEL = Label("", "")
# What a file may have beside declared facts; ``company`` and ``fiscal_year`` it has to have.
COMMON: dict[str, Fact] = {
    "company": Fact("company", "text", "", "year", Label("company", "企业"), _NO_LABEL),
    "fiscal_year": Fact(
        "fiscal_year", "number", "", "year", Label("fiscal year", "年度"), _NO_LABEL, 1949, 2100
    ),
    "recorded": Fact("recorded", "date", "", "year", Label("recorded", "登记日期"), _NO_LABEL),
    "source": Fact("source", "text", "", "year", Label("source", "来源"), _NO_LABEL),
    "confidence": Fact(
        "confidence", "number", "fraction", "year", Label("confidence", "可信度"), _NO_LABEL, 0, 1
    ),
    "name": Fact("name", "text", "", "year", Label("name", "名称"), _NO_LABEL),
    "note": Fact("note", "text", "", "year", Label("note", "备注"), _NO_LABEL),
}
_HEADER = re.compile(r"(?P<name>.+?)\s*(?:[\[(（](?P<unit>[^\])）]*)[\])）])?")


@dataclass(frozen=True, slots=True)
class _Column:
    """A column of the file: the fact it holds and the scale of its unit."""

    written: str
    fact: Fact
    scale: float


def read_facts(path: Path, facts: Facts, *, encoding: str | None = None) -> pl.DataFrame:
    """The facts frame of a file (CSV, XLSX, Parquet, JSON or JSONL).

    Returns:
        company, fiscal_year, recorded, source, confidence and the declared facts that
        the file has, typed, in the declared units.

    Raises:
        InputError: the file as a whole cannot be taken: format, encoding, columns.
        RowErrors: every bad row: unreadable or impossible cells, contradictions, gaps in years.
    """
    table = read_table(path, encoding=encoding)
    is_long = {"fact", "value"} <= set(table.columns)
    typed, problems = _type_long(path, table, facts) if is_long else _type_wide(path, table, facts)
    if not problems:
        problems = [*_find_contradictions(path, typed, facts), *_find_year_gaps(path, typed)]
    if problems:
        raise RowErrors(sorted(problems, key=lambda problem: problem.row))
    return typed.drop(ROW)


def _type_wide(path: Path, table: pl.DataFrame, facts: Facts) -> tuple[pl.DataFrame, list[Problem]]:
    columns = [_column_of(path, name, facts) for name in table.columns if name != ROW]
    twice = [c for n, c in enumerate(columns) if c.fact.id in {d.fact.id for d in columns[:n]}]
    if twice:
        raise InputError.of_file(path, f"has '{twice[0].fact.id}' twice", "Keep one of the columns")
    return _type_columns(path, table, columns)


def _type_columns(
    path: Path, table: pl.DataFrame, columns: Sequence[_Column]
) -> tuple[pl.DataFrame, list[Problem]]:
    _require_keys(path, [column.fact.id for column in columns])
    typed, problems = [table[ROW]], []
    for column in columns:
        series, bad = parse_column(table[column.written], column.fact, column.scale)
        typed.append(series)
        problems += [_problem(path, table, column.written, cell) for cell in bad]
    frame = pl.DataFrame(typed)
    problems += _find_empty_keys(path, frame)
    if "recorded" not in frame.columns:
        frame = frame.with_columns(pl.lit(None, dtype=pl.Date).alias("recorded"))
    return frame.with_columns(pl.col("fiscal_year").cast(pl.Int64, strict=False)), problems


def _problem(path: Path, table: pl.DataFrame, column: str, cell: BadCell) -> Problem:
    row = int(table[ROW][cell.place])
    return Problem(str(path), row, column, cell.message, cell.remedy)


def _column_of(path: Path, written: str, facts: Facts) -> _Column:
    match = _HEADER.fullmatch(written.strip())
    name, unit = (match["name"], match["unit"]) if match else (written, None)
    fact = _named_fact(name, facts) or _named_fact(written.strip(), facts)
    if fact is None:
        known = sorted({*facts, *COMMON})
        first = written.partition("_duplicated_")[0]
        if first != written and _named_fact(first, facts):
            raise InputError.of_file(path, f"has the column '{first}' twice", "Keep one of them")
        raise InputError.of_file(
            path,
            f"has a column '{written}' that is no declared fact",
            _begin_sentence(suggest_names(name, known)),
        )
    if unit is None or _named_fact(name, facts) is None:
        return _Column(written, fact, 1.0)
    return _Column(written, fact, _scale_of(path, written, fact, unit))


def _begin_sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def _named_fact(name: str, facts: Facts) -> Fact | None:
    known = {**facts, **COMMON}
    labelled = (fact for fact in known.values() if name in (fact.label.en, fact.label.zh))
    return known.get(name) or next(labelled, None)


def _scale_of(path: Path, written: str, fact: Fact, unit: str) -> float:
    scale = UNIT_SCALES[fact.unit].get(unit.strip().lower())
    if scale is None:
        raise InputError.of_file(
            path, f"gives '{written}' in the unit '{unit}'", f"Use one of: {_list_units(fact)}"
        )
    return scale


def _list_units(fact: Fact) -> str:
    return ", ".join(name for name in UNIT_SCALES[fact.unit] if name) or "none"


def _require_keys(path: Path, names: Iterable[str]) -> None:
    absent = [key for key in ("company", "fiscal_year") if key not in set(names)]
    if absent:
        raise InputError.of_file(
            path, f"has no column '{absent[0]}'", "Start from 'terrace facts template'"
        )


def _find_empty_keys(path: Path, frame: pl.DataFrame) -> list[Problem]:
    return [
        Problem(str(path), int(row), key, "is empty", "Every row needs a company and a fiscal year")
        for key in ("company", "fiscal_year")
        for row in frame.filter(pl.col(key).is_null())[ROW]
    ]


def _type_long(path: Path, table: pl.DataFrame, facts: Facts) -> tuple[pl.DataFrame, list[Problem]]:
    """One row per fact: each fact's rows are typed on their own, then put side by side."""
    table = table.with_columns(pl.col("fact").cast(pl.String).str.strip_chars())
    carried = [name for name in table.columns if name not in ("fact", "value", "unit", ROW)]
    columns = [_column_of(path, column, {}) for column in carried]
    frames, problems = [], []
    grouping = ["fact", "unit"] if "unit" in table.columns else ["fact"]
    for (name, *unit), rows in table.group_by(grouping, maintain_order=True):
        written = str(unit[0]).strip() if unit and unit[0] else ""
        refused = _refuse_fact(str(name), written, facts)
        if refused:
            problems += [Problem(str(path), int(row), *refused) for row in rows[ROW]]
            continue
        fact = facts[str(name)]
        value = _Column("value", fact, UNIT_SCALES[fact.unit][written.lower()] if written else 1.0)
        typed, bad = _type_columns(path, rows, [*columns, value])
        frames.append(typed)
        problems += bad
    joined = pl.concat(frames, how="diagonal") if frames else pl.DataFrame()
    return joined, problems


def _refuse_fact(name: str, unit: str, facts: Facts) -> tuple[str, str, str] | None:
    """The field, what is wrong with it and what to do, where a row cannot be taken."""
    if name not in facts:
        known = _begin_sentence(suggest_names(name, sorted(facts)))
        return "fact", f"'{name}' is no declared fact", known
    if unit and unit.lower() not in UNIT_SCALES[facts[name].unit]:
        return "unit", f"'{unit}' is no unit of '{name}'", f"Use one of: {_list_units(facts[name])}"
    return None


def _find_contradictions(path: Path, typed: pl.DataFrame, facts: Facts) -> list[Problem]:
    """Two values of one fact for the same year, recorded on the same day."""
    names = [name for name in typed.columns if name in facts]
    twice = typed.filter(pl.struct(_KEYS).is_duplicated())
    if twice.is_empty() or not names:
        return []
    groups = twice.group_by(_KEYS).agg(
        pl.col(ROW).max(), *(pl.col(n).drop_nulls().n_unique().alias(n) for n in names)
    )
    return [
        Problem(
            str(path),
            row[ROW],
            name,
            f"contradicts another row of {row['company']}, {row['fiscal_year']}",
            "Keep the right one, or let 'recorded' say which is newer",
        )
        for row in groups.iter_rows(named=True)
        for name in names
        if row[name] > 1
    ]


def _find_year_gaps(path: Path, typed: pl.DataFrame) -> list[Problem]:
    years = typed.group_by("company").agg(
        pl.col("fiscal_year").unique().sort().alias("years"), pl.col(ROW).max()
    )
    spread = pl.col("years").list.last() - pl.col("years").list.first() + 1
    return [
        Problem(
            str(path),
            row[ROW],
            "fiscal_year",
            f"{row['company']} has {row['years'][0]} to {row['years'][-1]} with a gap",
            f"Add a row for {_first_gap(row['years'])}; its cells may be empty",
        )
        for row in years.filter(spread != pl.col("years").list.len()).iter_rows(named=True)
    ]


def _first_gap(years: Sequence[int]) -> int:
    return next(year + 1 for year in years if year + 1 not in years)
