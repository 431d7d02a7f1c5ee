"""CSL, Chinese scientific literature: abstracts, some with title, keywords, discipline."""

from terrace.sources.mapping import ColumnMapping
from terrace.sources.rows import Values
from terrace.sources.source import Layout, Source, prepare_each
from terrace.sources.values import parse_string

_CONSTANTS = {"language": "zh"}


def prepare_abstract(values: Values) -> Values:
    """A discipline of two names as two fields."""
    names = parse_string(values.get("discipline")).split("/")
    return {**values, "discipline": [name for name in names if name]}


CSL = Source(
    "csl",
    {
        "need": Layout(mapping=ColumnMapping(constants=_CONSTANTS)),
        "achievement": Layout(
            mapping=ColumnMapping(
                columns={"body": ("abstract",), "fields": ("discipline",)}, constants=_CONSTANTS
            ),
            prepare=prepare_each(prepare_abstract),
        ),
    },
)
