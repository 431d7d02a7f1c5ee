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
    """The name of a thematic cluster as the field of technology; the title as it was meant.

    The portal's titles may end in half a no-break space that was read as Latin-1.
    """
    name = _CLUSTERS.get(str(values.get("cluster")))
    title = str(values.get("title") or "").rstrip(" \u00a0\u00c2")
    return {**values, "title": title, "fields": [name] if name else []}


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
