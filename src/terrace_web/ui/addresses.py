"""Addresses of the same page with another selection: pages, order, filters."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from django.http import QueryDict

AriaSort = Literal["ascending", "descending", "none"]
_AROUND = 2


@dataclass(frozen=True, slots=True)
class PageLink:
    """A page's number and address; number None stands for the pages left out."""

    number: int | None
    query: str
    is_current: bool = False


@dataclass(frozen=True, slots=True)
class Chip:
    """A chosen value of a facet, and the address without it."""

    title: str
    label: str
    query: str


def page_links(query: QueryDict, page: int, pages: int) -> list[PageLink]:
    """Links to the first, the last and the neighbouring pages, gaps between them."""
    return [
        PageLink(number, with_values(query, page=number) if number else "", number == page)
        for number in page_numbers(page, pages)
    ]


def page_numbers(current: int, last: int) -> list[int | None]:
    """First, last and what surrounds the current page; None where pages are left out."""
    near = range(max(current - _AROUND, 1), min(current + _AROUND, last) + 1)
    numbers: list[int | None] = []
    before = 0
    for number in sorted({1, *near, last} if last else set()):
        if number - before > 1:
            numbers.append(None)
        numbers.append(number)
        before = number
    return numbers


def order_address(query: QueryDict, name: str) -> tuple[str, AriaSort]:
    """The address that orders by ``name`` (turned round where it does so now), and aria-sort."""
    order = query.get("order", "")
    states: dict[str, AriaSort] = {name: "ascending", f"-{name}": "descending"}
    wanted = f"-{name}" if order == name else name
    return with_values(query, order=wanted, page=None), states.get(order, "none")


def chips_of(
    query: QueryDict, facets: Iterable[tuple[str, str, Sequence[tuple[str, str, int]]]]
) -> list[Chip]:
    """What is chosen in these facets (name, title, (value, label, count) ...)."""
    return [
        Chip(title, str(label), toggled(query, name, value))
        for name, title, counts in facets
        for value, label, _count in counts
        if str(value) in query.getlist(name)
    ]


def with_values(query: QueryDict, **changes: object) -> str:
    """``?...`` with some parameters set; None removes one, a list sets several values."""
    changed = query.copy()
    for name, value in changes.items():
        values = value if isinstance(value, list | tuple) else [value]
        changed.setlist(name, [str(each) for each in values if each is not None])
    return f"?{changed.urlencode()}"


def toggled(query: QueryDict, name: str, value: object) -> str:
    """``?...`` with this value of ``name`` added or removed, at the first page."""
    values, one = query.getlist(name), str(value)
    kept = [each for each in values if each != one] if one in values else [*values, one]
    return with_values(query, **{name: kept, "page": None})
