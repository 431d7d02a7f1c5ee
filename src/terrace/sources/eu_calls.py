"""EU Funding and Tenders portal: calls for proposals, budgets in euros per grant."""

from terrace.sources.mapping import ColumnMapping
from terrace.sources.rows import Values
from terrace.sources.source import Layout, Source, prepare_each

_CLUSTERS = {
    "CL1": "Health",
    "CL2": "Culture, Creativity and Inclusive Society",
    "CL3": "Civil Security for Society",
    "CL4": "Digital, Industry and Space",
    "CL5": "Climate, Energy and Mobility",
    "CL6": "Food, Bioeconomy, Natural Resources, Agriculture and Environment",
}


def prepare_call(values: Values) -> Values:
    """The name of a thematic cluster as the field of technology."""
    name = _CLUSTERS.get(str(values.get("cluster")))
    return {**values, "fields": [name] if name else []}


EU_CALLS = Source(
    "eu_calls",
    {
        "need": Layout(
            mapping=ColumnMapping(
                columns={"body": ("text",)},
                constants={
                    "language": "en",
                    "region": "EU",
                    "currency": "EUR",
                    "owner_name": "European Commission",
                },
            ),
            signature=frozenset({"call", "call_title", "programme", "deadline"}),
            prepare=prepare_each(prepare_call),
        )
    },
)
