"""Feeds of what is published: a kind with the filters of its list, as a visitor sees it."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.syndication.views import Feed
from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.feedgenerator import Atom1Feed, Rss201rev2Feed
from django.utils.translation import gettext as _

from terrace_web.accounts.audience import Audience
from terrace_web.exchange.following import kept_query
from terrace_web.exchange.tables import url_of
from terrace_web.market.display import KIND_PLURALS, SLUGS, field_label
from terrace_web.market.facets import Filters
from terrace_web.market.kinds import KINDS
from terrace_web.market.listing import read_filters
from terrace_web.market.queries import views_by_id
from terrace_web.market.redaction import RecordView
from terrace_web.market.search import search_ids
from terrace_web.market.structured import description_of

_SHOWN = 30


class RssFeed(Feed):
    """The newest records of a list as RSS.

    Whoever asks is a visitor here: readers of feeds do not sign in, and pass on what they got.
    """

    feed_type = Rss201rev2Feed
    name = "rss"

    def get_object(self, request: HttpRequest, kind: str) -> dict[str, Any]:
        """What the address asks for."""
        if kind not in KINDS:
            raise Http404
        return {
            "filters": replace(read_filters(kind, request.GET), order="newest"),
            "query": kept_query(request.GET),
            "language": getattr(request, "LANGUAGE_CODE", "en"),
        }

    def title(self, feed: dict[str, Any]) -> str:
        """The kind, and the words searched for."""
        filters: Filters = feed["filters"]
        plural = str(KIND_PLURALS[filters.kind])
        if not filters.query:
            return plural
        return _("%(kind)s: %(words)s") % {"kind": plural, "words": filters.query}

    def feed_url(self, feed: dict[str, Any]) -> str:
        """Its own address with its filters: without them it would be another feed."""
        path = reverse(f"exchange:{self.name}", args=[feed["filters"].kind])
        return f"{path}?{feed['query']}" if feed["query"] else path

    def link(self, feed: dict[str, Any]) -> str:
        """The list."""
        filters: Filters = feed["filters"]
        path = reverse(f"market:{SLUGS[filters.kind]}")
        return f"{path}?{feed['query']}" if feed["query"] else path

    def description(self, feed: dict[str, Any]) -> str:
        """What is in it."""
        return _("What was published last, newest first.")

    def items(self, feed: dict[str, Any]) -> list[RecordView]:
        """The newest, as a visitor sees them."""
        visitor = Audience(language=feed["language"])
        today = timezone.localdate()
        return views_by_id(visitor, search_ids(visitor, feed["filters"], today=today)[:_SHOWN])

    def item_title(self, item: RecordView) -> str:
        """The record's title, in the feed's language where it has one."""
        return item.title_first

    def item_description(self, item: RecordView) -> str:
        """Its public summary in one line."""
        return description_of(item)

    def item_link(self, item: RecordView) -> str:
        """Its page."""
        return url_of(item)

    def item_guid(self, item: RecordView) -> str:
        """Its page and when it was published: published anew, it is new."""
        at = int(item.published_at.timestamp()) if item.published_at else 0
        return f"{url_of(item)}#{at}"

    item_guid_is_permalink = False

    def item_pubdate(self, item: RecordView) -> datetime | None:
        """When it was published."""
        return item.published_at

    def author_name(self, feed: dict[str, Any]) -> str:
        """The site: an author without a name is none, and an entry may have none of its own."""
        return settings.CONFIG.zone_name

    def item_author_name(self, item: RecordView) -> str | None:
        """Its owner, where a visitor may know."""
        return item.owner.name if item.owner else None

    def item_categories(self, item: RecordView) -> list[str]:
        """Its fields."""
        return [field_label(code) for code in item.values.get("fields") or []]


class AtomFeed(RssFeed):
    """The same as Atom."""

    feed_type = Atom1Feed  # type: ignore[assignment]
    name = "atom"

    def subtitle(self, feed: dict[str, Any]) -> str:
        """What is in it."""
        return self.description(feed)

    def item_updateddate(self, item: RecordView) -> datetime | None:
        """When it was published."""
        return item.published_at
