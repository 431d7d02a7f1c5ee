"""The site map: pages and records that everybody may see."""

from datetime import datetime

from django.contrib.sitemaps import Sitemap
from django.db.models import Max
from django.urls import reverse

from terrace_web.accounts.audience import VISITOR
from terrace_web.market.display import SLUGS
from terrace_web.market.queries import visible_to

_PAGES = ("home", "market:index", *(f"market:{slug}" for slug in SLUGS.values()))
Line = tuple[str, datetime]


class PageMap(Sitemap):
    """The start page and the lists."""

    def items(self) -> list[str]:
        """The names of their addresses."""
        return list(_PAGES)

    def location(self, item: str) -> str:
        """The address of one."""
        return reverse(item)


class RecordMap(Sitemap):
    """The public records of one kind."""

    limit = 5_000

    def __init__(self, kind: str) -> None:
        self.kind = kind

    def items(self) -> list[Line]:
        """Code and time of the last change of each; nothing else is read."""
        found = visible_to(VISITOR).filter(kind=self.kind).order_by("pk")
        return list(found.values_list("code", "updated_at"))

    def location(self, item: Line) -> str:
        """The page of one."""
        return reverse("market:record", args=[item[0]])

    def lastmod(self, item: Line) -> datetime:
        """When it was changed."""
        return item[1]

    def get_latest_lastmod(self) -> datetime | None:
        """When any of them was changed."""
        last: datetime | None = (
            visible_to(VISITOR).filter(kind=self.kind).aggregate(last=Max("updated_at"))["last"]
        )
        return last


SITEMAPS: dict[str, Sitemap] = {"pages": PageMap(), **{slug: RecordMap(kind)
                                for kind, slug in SLUGS.items()}}  # fmt: skip
