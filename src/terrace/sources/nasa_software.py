"""NASA's open source catalogue: software as achievements under open licences."""

from terrace.sources.mapping import ColumnMapping
from terrace.sources.rows import Values
from terrace.sources.source import Layout, Source, prepare_each
from terrace.sources.values import parse_strings

# Centres, the agency and "open source" stand among the categories, but say nothing of the topic.
_NO_TOPICS = frozenset(
    ("nasa", "open source", "hq", "coe", "arc", "gsfc", "jpl", "larc", "msfc", "grc", "jsc")
)
_PLACEHOLDER = "YYYY-MM-DD"


def prepare_software(values: Values) -> Values:
    """Licences as obligations, named once; categories without those that are no topic."""
    licences = parse_strings(values.get("license"))
    categories = parse_strings(values.get("categories"))
    return {
        **values,
        "obligations": [f"Licence: {name}" for name in licences],
        "terms": ["licence"] if licences else [],
        "updated": None if values.get("updated") == _PLACEHOLDER else values.get("updated"),
        "keywords": [name for name in categories if name.lower() not in _NO_TOPICS],
    }


NASA_SOFTWARE = Source(
    "nasa_software",
    {
        "achievement": Layout(
            mapping=ColumnMapping(
                columns={
                    "body": ("text",),
                    "owner": ("center",),
                    "published": ("updated",),
                    "obligations": ("obligations",),
                    "fields": (),
                },
                constants={
                    "language": "en",
                    "region": "US",
                    "owner_name": "NASA",
                    "licensed_exclusively": False,
                },
            ),
            signature=frozenset({"center", "categories", "license", "repo"}),
            prepare=prepare_each(prepare_software),
        )
    },
)
