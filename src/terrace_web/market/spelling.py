"""What was probably meant where nothing has the words looked for."""

import dataclasses
import re
from datetime import date
from difflib import get_close_matches

import polars as pl

from terrace_web.accounts.audience import Audience
from terrace_web.market.catalogue import catalogue
from terrace_web.market.facets import Filters
from terrace_web.market.kinds import KINDS
from terrace_web.market.search import search_ids
from terrace_web.market.visible import Visible, kept

_SHORTEST, _LENGTHS_APART = 4, 2
_WORD = re.compile(rf"[A-Za-z]{{{_SHORTEST},}}")
_CLOSE = 0.78


def meant_query(audience: Audience, filters: Filters, *, today: date) -> str:
    """The query with words of visible titles for those no title has; '' if that finds nothing."""
    visible = kept.get(catalogue.by_kind()[filters.kind], audience, filters, today=today)
    respelt = respell(filters.query, visible)
    if respelt == filters.query:
        return ""
    found = search_ids(audience, dataclasses.replace(filters, query=respelt), today=today)
    return respelt if found else ""


def meant_anywhere(audience: Audience, text: str, *, today: date) -> str:
    """The first that ``meant_query`` finds among all kinds."""
    asked = (Filters(kind=kind, query=text) for kind in KINDS)
    return next(filter(None, (meant_query(audience, each, today=today) for each in asked)), "")


def respell(query: str, visible: Visible) -> str:
    """Each unknown word of Latin letters by the nearest one, if any is near."""
    return _WORD.sub(lambda found: _nearest(found[0], visible.title_words), query)


def _nearest(word: str, known: pl.Series) -> str:
    lower = word.lower()
    shortest, longest = len(lower) - _LENGTHS_APART, len(lower) + _LENGTHS_APART
    has_length = known.str.len_chars().is_between(shortest, longest)
    near = known.filter(has_length & known.str.starts_with(lower[0])).to_list()
    if lower in near:
        return word
    return next(iter(get_close_matches(lower, near, n=1, cutoff=_CLOSE)), word)
