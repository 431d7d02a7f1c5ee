"""The public formats that are known, and the choice of one for a file."""

from collections.abc import Mapping, Sequence
from itertools import islice
from pathlib import Path

from terrace.errors import InputError
from terrace.records import RECORD_TYPES, Kind
from terrace.sources.cranfield import CRANFIELD
from terrace.sources.csl import CSL
from terrace.sources.eu_calls import EU_CALLS
from terrace.sources.horizon import HORIZON
from terrace.sources.mapping import ColumnMapping
from terrace.sources.nasa_software import NASA_SOFTWARE
from terrace.sources.reviewer_gold import REVIEWER_GOLD
from terrace.sources.rows import Row
from terrace.sources.sbir import SBIR, SBIR_LARGE
from terrace.sources.source import Layout, Source
from terrace.sources.uk_challenges import UK_CHALLENGES

AUTO, PLAIN = "auto", "plain"
"""To recognise the source by its columns; to read columns by name and mapping only."""

SOURCES: Mapping[str, Source] = {
    source.name: source
    for source in (
        SBIR,
        SBIR_LARGE,
        HORIZON,
        EU_CALLS,
        UK_CHALLENGES,
        NASA_SOFTWARE,
        CSL,
        CRANFIELD,
        REVIEWER_GOLD,
    )
}
_ROWS_LOOKED_AT = 20


def source_names() -> tuple[str, ...]:
    """Everything that ``source`` may be."""
    return (AUTO, PLAIN, *SOURCES)


def require_kind(kind: str) -> Kind:
    """The same kind, if there are such records.

    Raises:
        InputError: there are none.
    """
    for known in RECORD_TYPES:
        if kind == known:
            return known
    raise InputError.of_file(f"kind '{kind}'", "is not known", f"Use {', '.join(RECORD_TYPES)}")


def choose_source(
    name: str, *, kind: Kind, path: Path, rows: Sequence[Row], has_mapping: bool
) -> str:
    """The name of the source to read these rows as.

    A mapping of the user's own means ``PLAIN`` unless a source is named.

    Raises:
        InputError: the named source is not known, or has no such records.
    """
    if name == AUTO:
        return PLAIN if has_mapping else _recognise(kind, path, rows)
    if name != PLAIN and name not in SOURCES:
        known = ", ".join(source_names())
        raise InputError.of_file(f"source '{name}'", "is not known", f"Use {known}")
    if name != PLAIN and kind not in SOURCES[name].layouts:
        known = ", ".join(SOURCES[name].layouts)
        raise InputError.of_file(f"source '{name}'", f"has no {kind}", f"It has: {known}")
    return name


def layout_of(source: str, *, kind: Kind) -> Layout:
    """How this source lays out records of this kind."""
    return Layout(mapping=ColumnMapping()) if source == PLAIN else SOURCES[source].layouts[kind]


def _recognise(kind: Kind, path: Path, rows: Sequence[Row]) -> str:
    readable = islice((row.values for row in rows if not row.problem), _ROWS_LOOKED_AT)
    columns = {column for values in readable for column in values}
    layouts = {name: source.layouts.get(kind) for name, source in SOURCES.items()}
    fitting = {
        name: len(layout.signature)
        for name, layout in layouts.items()
        if layout and layout.fits(path, columns)
    }
    return max(fitting, key=lambda name: fitting[name], default=PLAIN)
