"""UK innovation challenges of the KTN Innovation Exchange and its partners."""

from terrace.sources.mapping import ColumnMapping
from terrace.sources.source import Layout, Source

UK_CHALLENGES = Source(
    "uk_challenges",
    {
        "need": Layout(
            mapping=ColumnMapping(
                columns={
                    "body": ("text",),
                    "deadline": ("closes",),
                    "keywords": ("topics",),
                    "owner_name": ("sponsor",),
                },
                constants={"language": "en", "region": "GB"},
            ),
            signature=frozenset({"closes", "sponsor", "topics", "url"}),
        )
    },
)
