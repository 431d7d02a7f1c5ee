"""The Cranfield collection: abstracts on aerodynamics, and questions put to them."""

from terrace.sources.mapping import ColumnMapping
from terrace.sources.source import Layout, Source

_MAPPING = ColumnMapping(columns={"body": ("text",)}, constants={"language": "en"})

CRANFIELD = Source(
    "cranfield", {"need": Layout(mapping=_MAPPING), "achievement": Layout(mapping=_MAPPING)}
)
