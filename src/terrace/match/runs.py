"""Pairs and links read from files, checked before anything is measured.

Pairs are what a run proposes: ``need_id``, ``achievement_id`` and ``rank``
(1 = best) or ``score`` (higher is better), perhaps ``confidence``. Links
(qrels) are what is known to belong together: ``need_id``,
``achievement_id``, ``relevance`` (above 0 = linked).
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path

import polars as pl

from terrace.errors import InputError, Problem, RowErrors

IDS = ("need_id", "achievement_id")
_READERS: Mapping[str, Callable[[Path], pl.DataFrame]] = {
    ".parquet": pl.read_parquet,
    ".csv": lambda path: pl.read_csv(path, infer_schema_length=None),
    ".tsv": lambda path: pl.read_csv(path, separator="\t", infer_schema_length=None),
    ".jsonl": lambda path: pl.read_ndjson(path, infer_schema_length=None),
}


def read_pairs(path: Path) -> pl.DataFrame:
    """The pairs of a .parquet, .csv, .tsv or .jsonl file, checked by ``check_pairs``.

    Raises:
        InputError: the file is missing, unreadable, empty or lacks a column.
        RowErrors: rows without an id, a number, or said twice.
    """
    return check_pairs(_read_table(path), source=str(path))


def read_qrels(
    path: Path,
    *,
    need_ids: Collection[str] | None = None,
    achievement_ids: Collection[str] | None = None,
) -> pl.DataFrame:
    """The links of a .tsv (or .csv, .parquet, .jsonl) file, checked by ``check_qrels``.

    Raises:
        InputError: the file is missing, unreadable, empty or lacks a column.
        RowErrors: rows without an id, a number, said twice, or naming ids
            that are not among ``need_ids`` and ``achievement_ids``.
    """
    links = check_qrels(_read_table(path), source=str(path))
    known = {"need_id": need_ids, "achievement_id": achievement_ids}
    problems = [
        problem
        for column, ids in known.items()
        if ids is not None
        for problem in _find_unknown(links, column, ids, source=str(path))
    ]
    if problems:
        raise RowErrors(problems)
    return links


def check_pairs(pairs: pl.DataFrame, *, source: str = "pairs") -> pl.DataFrame:
    """The pairs with text ids and numeric columns; the other columns stay.

    Raises:
        InputError: no rows, or a column is missing.
        RowErrors: rows without an id, a number, or said twice.
    """
    order = next((name for name in ("rank", "score") if name in pairs.columns), None)
    if order is None:
        raise _missing_columns(source, ["rank or score"], pairs.columns)
    numbers = [name for name in ("rank", "score", "confidence") if name in pairs.columns]
    return _check_table(pairs, numbers, source)


def check_qrels(qrels: pl.DataFrame, *, source: str = "qrels") -> pl.DataFrame:
    """The links with text ids and a numeric ``relevance``.

    Raises:
        InputError: no rows, or a column is missing.
        RowErrors: rows without an id, a number, or said twice.
    """
    return _check_table(qrels, ["relevance"], source)


def order_pairs(pairs: pl.DataFrame) -> pl.DataFrame:
    """The pairs sorted by need and place, ``rank`` counted anew from 1 within each need.

    ``rank`` decides where there is one, else ``score``; equal ones follow
    their achievement's id, so that a run is always measured the same.
    """
    by_rank = "rank" in pairs.columns
    place = pl.col("rank") if by_rank else -pl.col("score")
    ordered = pairs.sort(pl.col("need_id"), place, pl.col("achievement_id"))
    return ordered.with_columns(rank=pl.int_range(1, pl.len() + 1).over("need_id"))


def _read_table(path: Path) -> pl.DataFrame:
    read = _READERS.get(path.suffix.lower())
    if read is None:
        raise InputError.of_file(
            path, f"the kind '{path.suffix}' is not known", f"Give one of {', '.join(_READERS)}"
        )
    if not path.is_file():
        raise InputError.of_file(path, "there is no such file", "Check the path")
    _refuse_disguised_parquet(path)
    try:
        return read(path)
    except (pl.exceptions.PolarsError, OSError, UnicodeDecodeError) as error:
        reason = str(error).strip().splitlines() or [type(error).__name__]
        raise InputError.of_file(
            path, f"it cannot be read ({reason[0]})", "Save it anew, in UTF-8"
        ) from error


def _refuse_disguised_parquet(path: Path) -> None:
    with path.open("rb") as file:
        is_parquet = file.read(4) == b"PAR1"
    if is_parquet and path.suffix.lower() != ".parquet":
        raise InputError.of_file(path, "this is a Parquet file", "Rename it to end in .parquet")


def _check_table(frame: pl.DataFrame, numbers: Sequence[str], source: str) -> pl.DataFrame:
    missing = [name for name in (*IDS, *numbers) if name not in frame.columns]
    if missing:
        raise _missing_columns(source, missing, frame.columns)
    if frame.is_empty():
        raise InputError.of_file(source, "it has no rows", "Give at least one")
    checked = frame.with_columns(
        *(pl.col(name).cast(pl.String) for name in IDS),
        *(pl.col(name).cast(pl.Float64, strict=False).fill_nan(None) for name in numbers),
    )
    problems = [*_find_gaps(checked, numbers, source), *_find_repeats(checked, source)]
    if problems:
        raise RowErrors(problems)
    return checked


def _missing_columns(source: str, missing: Sequence[str], columns: Sequence[str]) -> InputError:
    return InputError.of_file(
        source,
        f"the columns {', '.join(missing)} are missing",
        f"It has {', '.join(columns) or 'none'}; rename or add them",
    )


def _find_gaps(frame: pl.DataFrame, numbers: Sequence[str], source: str) -> list[Problem]:
    return [
        Problem(source, row + 1, name, "nothing usable stands here", f"Give {wanted}")
        for name, wanted in [*((n, "an id") for n in IDS), *((n, "a number") for n in numbers)]
        for row in frame[name].is_null().arg_true()
    ]


def _find_repeats(frame: pl.DataFrame, source: str) -> list[Problem]:
    repeated = ~frame.select(pl.struct(IDS).is_first_distinct()).to_series()
    return [
        Problem(source, row + 1, "achievement_id", "this pair was said before", "Keep one of them")
        for row in repeated.arg_true()
    ]


def _find_unknown(
    frame: pl.DataFrame, column: str, known: Collection[str], *, source: str
) -> list[Problem]:
    unknown = ~frame[column].is_in(list(known))
    return [
        Problem(source, row + 1, column, f"no record has the id '{frame[column][row]}'", "Mend it")
        for row in unknown.arg_true()
    ]
