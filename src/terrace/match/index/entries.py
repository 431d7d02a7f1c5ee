"""What is put into an index, and the checks it has to pass before anything is written."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from terrace.errors import IndexFault


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One record to be found by its text.

    ``counted`` is False for a hidden record: a search whose mask admits it finds
    it, but it is no part of the corpus statistics, so it moves nobody's scores.
    """

    id: str
    text: str
    counted: bool = True


def check_change(upsert: Sequence[Entry], delete: Sequence[str]) -> None:
    """Refuse a change that is ambiguous or cannot be stored.

    Raises:
        IndexFault: an id twice, in both lists, empty, or not valid Unicode.
    """
    ids = [entry.id for entry in upsert]
    _refuse(_repeated(ids), "twice among the entries", "keep one entry per id")
    _refuse(set(ids).intersection(delete), "both to be written and deleted", "decide for one")
    _refuse({i for i in ids if not _is_storable(i)}, "no usable id", "give a non-empty Unicode id")


def align_attributes(entries: Sequence[Entry], attributes: pl.DataFrame | None) -> pl.DataFrame:
    """The attributes in the order of the entries; the ids alone where there are none.

    Raises:
        IndexFault: no ``id`` column, or not exactly one row per entry.
    """
    ids = pl.DataFrame({"id": [entry.id for entry in entries]}, schema={"id": pl.String})
    if attributes is None:
        return ids
    if attributes.schema.get("id") != pl.String:
        raise IndexFault("the attributes have no text column 'id'; add the ids of the entries")
    given = attributes["id"].to_list()
    _refuse(_repeated(given), "twice among the attributes", "keep one row per entry")
    _refuse(set(given) ^ set(ids["id"]), "not in both entries and attributes", "give both")
    return ids.join(attributes, on="id", how="left", maintain_order="left")


def check_columns(given: pl.Schema, known: pl.Schema) -> None:
    """Refuse a column that has another type than the index holds under that name.

    Raises:
        IndexFault: naming the column and both types.
    """
    for name, data_type in given.items():
        held = known.get(name, data_type)
        if held != data_type and pl.Null not in (held, data_type):
            raise IndexFault(
                f"attribute column '{name}' is {data_type}, but the index holds {held}; "
                f"cast it to {held}, or rebuild the index with the new type"
            )


def _repeated(ids: Sequence[str | None]) -> set[str | None]:
    if len(set(ids)) == len(ids):
        return set()
    return {record_id for record_id, times in Counter(ids).items() if times > 1}


def _is_storable(record_id: str) -> bool:
    try:
        return bool(record_id.encode())
    except UnicodeEncodeError:
        return False


def _refuse(ids: set[str] | set[str | None], what: str, remedy: str) -> None:
    if ids:
        some = ", ".join(repr(i) for i in sorted(ids, key=str)[:5])
        raise IndexFault(f"{len(ids)} ids are {what}: {some}; {remedy}. Nothing was written")
