"""Charts of the market as ECharts options, with the figures behind them."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import get_language

from terrace.readiness import Scale


def readiness_chart(profile: Mapping[str, int], scale: Scale) -> dict[str, Any]:
    """The profile as a radar chart; ``rows`` are (dimension, level) for the table beside it."""
    language = get_language() or "en"
    rows = [(each.name.in_language(language), profile.get(each.id, 0)) for each in scale.dimensions]
    option = {
        "radar": {
            "indicator": [{"name": name, "max": 9} for name, _level in rows],
            "splitNumber": 3,
            "radius": "64%",
        },
        "series": [
            {
                "type": "radar",
                "areaStyle": {"opacity": 0.25},
                "data": [{"value": [level for _name, level in rows]}],
            }
        ],
    }
    return {"option": option, "rows": rows}
