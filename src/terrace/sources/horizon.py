"""Horizon Europe: call topics (needs, titles only) and projects by their public deliverables."""

from terrace.sources.mapping import ColumnMapping
from terrace.sources.rows import Values
from terrace.sources.source import Layout, Source, prepare_each
from terrace.sources.values import parse_strings

_CONSTANTS = {"language": "en", "region": "EU"}


def prepare_project(values: Values) -> Values:
    """Fields without their leading stroke."""
    fields = [path.strip("/") for path in parse_strings(values.get("fields"))]
    return {**values, "fields": fields}


HORIZON = Source(
    "horizon",
    {
        "need": Layout(mapping=ColumnMapping(constants=_CONSTANTS)),
        "achievement": Layout(
            mapping=ColumnMapping(
                columns={"body": ("text",)},
                constants={**_CONSTANTS, "funder": "European Commission"},
            ),
            signature=frozenset({"acronym", "deliverables", "programme", "text"}),
            prepare=prepare_each(prepare_project),
        ),
    },
)
