"""Files to frames of records: public formats, and plain tables with a column mapping."""

from terrace.sources.catalogue import AUTO, PLAIN, SOURCES, source_names
from terrace.sources.imports import Import, read_records
from terrace.sources.mapping import ColumnMapping, read_mapping

__all__ = [
    "AUTO",
    "PLAIN",
    "SOURCES",
    "ColumnMapping",
    "Import",
    "read_mapping",
    "read_records",
    "source_names",
]
