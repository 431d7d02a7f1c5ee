"""Frames to files: the format by the name's ending, written whole or not at all."""

import io
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import BinaryIO

import polars as pl

from terrace.errors import TerraceError
from terrace.files import write_atomically

_EXCEL_ROWS = 1_048_575
Write = Callable[[pl.DataFrame, BinaryIO], object]


def _write_csv(frame: pl.DataFrame, file: BinaryIO, separator: str = ",") -> None:
    text = _spell_lists(frame).write_csv(separator=separator)
    # Without the mark, Excel takes what is not ASCII for another encoding.
    file.write(text.encode("utf-8" if text.isascii() else "utf-8-sig"))


def _write_excel(frame: pl.DataFrame, file: BinaryIO) -> None:
    if frame.height > _EXCEL_ROWS:
        raise TerraceError(
            f"{frame.height} rows are more than an Excel sheet holds ({_EXCEL_ROWS}); "
            "write .parquet or .csv, or ask for fewer"
        )
    buffer = io.BytesIO()
    try:
        _spell_lists(frame).write_excel(buffer, autofit=True)
    except ModuleNotFoundError as error:
        raise TerraceError(
            "writing Excel needs an extra: pip install 'terrace-zone[excel]'"
        ) from error
    file.write(buffer.getvalue())


def _spell_lists(frame: pl.DataFrame) -> pl.DataFrame:
    lists = [name for name, dtype in frame.schema.items() if isinstance(dtype, pl.List)]
    return frame.with_columns(pl.col(name).list.join("; ") for name in lists)


_WRITERS: Mapping[str, Write] = {
    ".parquet": lambda frame, file: frame.write_parquet(file),
    ".csv": _write_csv,
    ".tsv": lambda frame, file: _write_csv(frame, file, "\t"),
    ".json": lambda frame, file: file.write(frame.write_json().encode()),
    ".jsonl": lambda frame, file: frame.write_ndjson(file),
    ".xlsx": _write_excel,
}


def require_writable(path: Path) -> None:
    """Refuse now what could not be written after a long run.

    Raises:
        TerraceError: unknown ending, a folder, or a place that cannot be written.
    """
    if path.suffix.lower() not in _WRITERS:
        raise TerraceError(f"cannot write {path}: let its name end in {', '.join(_WRITERS)}")
    if path.is_dir():
        raise TerraceError(f"cannot write {path}: it is a folder; name a file")
    folder = next(above for above in path.absolute().parents if above.exists())
    if not folder.is_dir() or not os.access(folder, os.W_OK):
        raise TerraceError(f"cannot write {path}: {folder} is no folder that can be written")


def write_frame(path: Path, frame: pl.DataFrame) -> None:
    """Write a frame; a list becomes text joined by '; ' where the format has no lists.

    Raises:
        TerraceError: as ``require_writable``, or the disk is full; ``path`` is as before.
    """
    require_writable(path)
    write = _WRITERS[path.suffix.lower()]
    frame = frame.with_columns(pl.col(pl.Enum).cast(pl.String))
    write_atomically(path, lambda file: write(frame, file))
