"""What people follow: records and saved searches."""

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import parse_qsl

from django.db.models import QuerySet
from django.http import Http404, QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _

from terrace_web.accounts.audience import Audience
from terrace_web.accounts.models import User
from terrace_web.exchange.errors import SearchRefused
from terrace_web.exchange.models import Follow, SavedSearch
from terrace_web.market.facets import FACETS, Filters
from terrace_web.market.kinds import KINDS
from terrace_web.market.listing import read_filters
from terrace_web.market.queries import get_record, views_by_id
from terrace_web.market.redaction import RecordView
from terrace_web.market.search import search_ids
from terrace_web.permissions import require

_KEPT = ("q", "order", *FACETS)
_LONGEST_QUERY, _MOST_SEARCHES = 2_000, 50


@dataclass(frozen=True, slots=True)
class Followed:
    """A followed record; ``view`` is None where it is not open to the user any more."""

    follow: Follow
    view: RecordView | None


def follow(code: str, *, by: User, audience: Audience, now: datetime) -> None:
    """Follow a record.

    Raises:
        Http404: it is not visible to the user.
        PermissionDenied: the user is not signed in.
    """
    require(audience, "market:follow")
    record = get_record(audience, code)
    Follow.objects.get_or_create(user=by, record=record, defaults={"since": now})


def unfollow(code: str, *, by: User) -> None:
    """Follow a record no longer, whether or not it is still visible."""
    Follow.objects.filter(user=by, record__code=code).delete()


def drop_follow(follow_id: int, *, by: User) -> None:
    """Take a line off the list of what is followed."""
    Follow.objects.filter(user=by, pk=follow_id).delete()


def is_followed(user: User, record_id: int) -> bool:
    """Whether this user follows a record."""
    return Follow.objects.filter(user=user, record_id=record_id).exists()


def list_followed(user: User, audience: Audience, most: int = 200) -> list[Followed]:
    """What this user follows, newest first, as far as it may be seen now."""
    follows = list(Follow.objects.filter(user=user)[:most])
    views = {view.id: view for view in views_by_id(audience, [f.record_id for f in follows])}
    return [Followed(each, views.get(each.record_id)) for each in follows]


def searches_of(user: User) -> QuerySet[SavedSearch]:
    """The saved searches of a user, by name."""
    return SavedSearch.objects.filter(user=user)


def get_search(user: User, search_id: int) -> SavedSearch:
    """A saved search of this user.

    Raises:
        Http404: there is none, or it is somebody else's.
    """
    found = searches_of(user).filter(pk=search_id).first()
    if found is None:
        raise Http404
    return found


def save_search(
    kind: str,
    query: QueryDict,
    *,
    name: str,
    frequency: str,
    by: User,
    audience: Audience,
    now: datetime,
) -> SavedSearch:
    """Keep a list with its filters; what it finds now is not new.

    Raises:
        SearchRefused: the user has saved the same list already.
        Http404: there is no such kind, or the user has too many already.
        PermissionDenied: the user is not signed in.
    """
    require(audience, "market:follow")
    _refuse_repetition(by, kind, kept_query(query))
    if kind not in KINDS or searches_of(by).count() >= _MOST_SEARCHES:
        raise Http404
    search = SavedSearch(user=by, kind=kind, name=name, frequency=frequency, created_at=now)
    search.query = kept_query(query)
    search.last_run_at = now
    search.seen = find_ids(search, audience, now)
    search.save()
    return search


def _refuse_repetition(user: User, kind: str, query: str) -> None:
    """In whatever order its filters were chosen, it is the same list."""
    parts = sorted(parse_qsl(query))
    for each in searches_of(user).filter(kind=kind):
        if sorted(parse_qsl(each.query)) == parts:
            said = _("You have saved this list already, as “%(name)s”.") % {"name": each.name}
            raise SearchRefused(said)


def kept_query(given: QueryDict) -> str:
    """The part of a list's query string that narrows and orders it."""
    kept = QueryDict(mutable=True)
    for name in _KEPT:
        kept.setlist(name, [value for value in given.getlist(name) if value])
    return kept.urlencode()[:_LONGEST_QUERY]


def filters_of(search: SavedSearch) -> Filters:
    """The filters that a saved search stands for."""
    return read_filters(search.kind, QueryDict(search.query))


def find_ids(search: SavedSearch, audience: Audience, now: datetime) -> list[int]:
    """The ids of all that it finds now for this audience."""
    return search_ids(audience, filters_of(search), today=timezone.localdate(now))
