"""The codes that records are filed under, with their names in the language of the page."""

from collections.abc import Mapping
from functools import cache

from django.utils.functional import Promise
from django.utils.translation import get_language

from terrace.fields import shipped_fields
from terrace_web.market.kinds import TERMS


def fields() -> Mapping[str, str]:
    """The fields of technology by code."""
    return _fields_in(get_language() or "en")


@cache
def _fields_in(language: str) -> Mapping[str, str]:
    return {field.code: field.name(language) for field in shipped_fields().fields}


def terms() -> Mapping[str, str | Promise]:
    """The terms of transfer by code."""
    return TERMS
