"""Charts of the market as ECharts options, with the figures behind them."""

from collections.abc import Mapping
from textwrap import wrap
from typing import Any

from django.utils.translation import get_language

from terrace.readiness import Scale

_LONGEST_LINE = 14


def readiness_chart(profile: Mapping[str, int], scale: Scale) -> dict[str, Any]:
    """The profile as a radar chart; ``rows`` are (dimension, level) for the table beside it."""
    language = get_language() or "en"
    rows = [(each.name.in_language(language), profile.get(each.id, 0)) for each in scale.dimensions]
    option = {
        "radar": {
            "indicator": [{"name": _in_lines(name), "max": 9} for name, _level in rows],
            "splitNumber": 3,
            "radius": "52%",
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


def _in_lines(name: str) -> str:
    # A chart has no room beside its figure for a long name in one line.
    return "\n".join(wrap(name, _LONGEST_LINE, break_long_words=False)) or name
