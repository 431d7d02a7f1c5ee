"""Days in the sentences of the core, which writes them as 2026-01-31, as pages write days."""

import re
from datetime import date

from django.utils import formats

_DAY = re.compile(r"(?<![\d-])\d{4}-\d\d-\d\d(?![\d-])")


def write_days(sentence: str) -> str:
    """The sentence with its days in the language of the page; what is no day stays."""
    return _DAY.sub(_write, sentence)


def _write(found: re.Match[str]) -> str:
    try:
        return formats.date_format(date.fromisoformat(found.group()), "DATE_FORMAT")
    except ValueError:
        return found.group()
