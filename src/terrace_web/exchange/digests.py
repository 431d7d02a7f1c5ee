"""Mails about what saved searches found since their last run."""

import logging
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby

from django.conf import settings
from django.core import signing
from django.core.mail import EmailMessage
from django.db.models import Q
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from terrace_web.accounts.audience import Audience, audience_of
from terrace_web.accounts.models import User
from terrace_web.exchange.following import find_ids
from terrace_web.exchange.models import SavedSearch
from terrace_web.exchange.tables import url_of
from terrace_web.market.display import SLUGS
from terrace_web.market.queries import views_by_id
from terrace_web.market.redaction import RecordView
from terrace_web.notices.mails import unsubscribe_key
from terrace_web.ui.templatetags.ui import listed

_log = logging.getLogger(__name__)
_SALT = "exchange.stop"
_SHOWN = 10
Frequency = SavedSearch.Frequency
# A little less than the span: a run that is late one day must not move the next ones.
_SPANS = {Frequency.DAILY: timedelta(hours=20), Frequency.WEEKLY: timedelta(days=6, hours=12)}


@dataclass(frozen=True, slots=True)
class Hits:
    """What one saved search found anew: the first views, how many, and where to stop it.

    ``listed_above`` is how many of the new ones another search of the same mail shows.
    """

    search: SavedSearch
    views: list[tuple[RecordView, str]]
    count: int
    listed_above: int
    list_url: str
    stop_url: str


def send_due_digests(now: datetime) -> int:
    """Run every search that is due, and mail each user its new hits; how many mails."""
    sent = 0
    for user, searches in _due(now):
        try:
            sent += _send_digest(user, searches, now)
        except OSError as error:
            # Also every error of the mail server; the next run tries this user again.
            _log.warning("the digest of user %s could not be mailed: %s", user.pk, error)
    return sent


def stop_token(search: SavedSearch) -> str:
    """What an address that stops a search's mails carries; only this site can make it."""
    return signing.dumps([search.pk, search.user_id], salt=_SALT)


def search_of_token(token: str) -> SavedSearch | None:
    """The search that such an address is about, None where it was altered or is gone."""
    try:
        search_id, user_id = signing.loads(token, salt=_SALT)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return SavedSearch.objects.filter(pk=search_id, user_id=user_id).first()


def stop_mails(search: SavedSearch) -> None:
    """No more mails about this search; it stays saved."""
    search.frequency = Frequency.NONE
    search.save(update_fields=["frequency"])


def _due(now: datetime) -> Iterator[tuple[User, list[SavedSearch]]]:
    due = Q(pk__in=[])
    for frequency, span in _SPANS.items():
        due |= Q(frequency=frequency, last_run_at__lte=now - span)
    found = SavedSearch.objects.filter(due, user__is_active=True)
    found = found.exclude(user__mails=User.Mails.NONE)
    ordered = found.select_related("user").order_by("user_id", "name", "pk")
    for user, searches in groupby(ordered, key=lambda each: each.user):
        yield user, list(searches)


def _send_digest(user: User, searches: list[SavedSearch], now: datetime) -> int:
    with translation.override(_language_of(user)):
        audience = audience_of(user, _language_of(user))
        found = {search.pk: find_ids(search, audience, now) for search in searches}
        hits = _find_hits(audience, searches, found)
        if hits:
            _mail(user, hits).send()
    # After the mail: one that could not be sent is tried again with the next run.
    for search in searches:
        search.seen, search.last_run_at = found[search.pk], now
    SavedSearch.objects.bulk_update(searches, ["seen", "last_run_at"])
    return int(bool(hits))


def _find_hits(
    audience: Audience, searches: list[SavedSearch], found: dict[int, list[int]]
) -> list[Hits]:
    """What each search found anew; a record that several found is shown under the first."""
    hits, shown = [], set[int]()
    for search in searches:
        seen = set(search.seen)
        fresh = [pk for pk in found[search.pk] if pk not in seen]
        unshown = [pk for pk in fresh if pk not in shown]
        views = views_by_id(audience, unshown[:_SHOWN])
        shown |= {view.id for view in views}
        if views or len(unshown) < len(fresh):
            hits.append(_hits(search, views, len(fresh), len(fresh) - len(unshown)))
    return hits


def _hits(search: SavedSearch, views: list[RecordView], count: int, listed_above: int) -> Hits:
    path = reverse(f"market:{SLUGS[search.kind]}")
    query = f"?{search.query}" if search.query else ""
    return Hits(
        search=search,
        views=[(view, url_of(view)) for view in views],
        count=count,
        listed_above=listed_above,
        list_url=f"{_base()}{path}{query}",
        stop_url=f"{_base()}{reverse('exchange:stop', args=[stop_token(search)])}",
    )


def _mail(user: User, hits: Iterable[Hits]) -> EmailMessage:
    found = list(hits)
    names = listed(each.search.name for each in found)
    context = {
        "name": user.name,
        "hits": found,
        "zone": settings.CONFIG.zone_name,
        "settings_url": f"{_base()}{reverse('exchange:following')}",
    }
    subject = _("New in %(searches)s") % {"searches": names}
    mail = EmailMessage(
        # A name with a line break would end the header early.
        subject=f"[{settings.CONFIG.zone_name}] {' '.join(subject.split())}"[:200],
        body=render_to_string("exchange/digest.txt", context),
        to=[user.email],
    )
    mail.extra_headers["List-Unsubscribe"] = f"<{_unsubscribe_url(user, found)}>"
    mail.extra_headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    return mail


def _unsubscribe_url(user: User, found: list[Hits]) -> str:
    """What a mail program's own button asks for: one search's mails to stop, or all mails."""
    if len(found) == 1:
        return found[0].stop_url
    return f"{_base()}{reverse('notices:unsubscribe', args=[unsubscribe_key(user)])}"


def _language_of(user: User) -> str:
    return "zh-hans" if user.language.startswith("zh") else "en"


def _base() -> str:
    return str(settings.CONFIG.base_url).rstrip("/")
