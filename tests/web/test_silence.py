"""A record that somebody may not see changes nothing of what they are shown.

Every list, page, search, suggestion, count, map, export, feed and API answer is read before
and after the record comes, and has to be the same to the letter; the mails that are due in
between say nothing of it.
"""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client
from test_doors import OUTSIDERS, PLAIN, said, ways_for

from terrace_web.accounts.models import User
from terrace_web.api.models import SCOPES
from terrace_web.api.tokens import make_token
from terrace_web.exchange.digests import send_due_digests
from terrace_web.exchange.models import SavedSearch
from terrace_web.market.display import SLUGS
from terrace_web.market.kinds import KINDS
from terrace_web.market.models import Record
from terrace_web.matching.actions import build_landscape
from terrace_web.matching.following import follow_outbox
from terrace_web.notices.mailing import UNDO_TIME
from terrace_web.notices.mails import send_new
from terrace_web.testing.cast import NOW, Cast, make_record

TEXT = {"summary": "A ceramic seal for abrasive slurry.", "details": "sintered twice"}
LONG_AGO = NOW - timedelta(days=30)
QUERIES = ("seal", "ceramic slurry", "cer", "密封")
# Officers plan by what everybody has in charge, which is a number about people.
PLANS = {"officer": {"/managers/", "/managers/proposals/"}}
# Tokens, and the time of the answer, which prints and feeds without entries give.
_OWN_TO_AN_ANSWER = re.compile(
    r"""(csrfmiddlewaretoken" value="|csrf-token" content="|nonce-|csrftoken=)[A-Za-z0-9+/=_-]+"""
    r"""|<(lastBuildDate|updated)>[^<]*<|'(Last-Modified|Expires)': '[^']*'"""
    r"""|As it stood on [^<]*|found since [^<]*"""
)


@pytest.fixture
def market(cast: Cast) -> list[Record]:
    """What everybody may see, some of it matching what will be hidden.

    Two achievements: a third one shows in suggestions, which have room for three.
    """
    made = [
        make_record(cast.lab, title=f"Ceramic seal {number}", content=TEXT, fields=["materials"])
        for number in range(2)
    ]
    made.append(make_record(cast.company, "need", title="Seal wanted", content=TEXT))
    made.append(make_record(cast.other_company, "need", title="Rail sensor", content=TEXT))
    follow_outbox(NOW)
    build_landscape()
    return made


def hide(cast: Cast, who: str = "officer") -> list[Record]:
    """An achievement and a need like the others, hidden from somebody in each way there is."""
    common = {"content": TEXT, "fields": ["materials"], "manager": cast.manager}
    made = []
    for how in ways_for(who):
        made.append(make_record(cast.lab, title="Ceramic seal of ours", **common, **how))
        made.append(make_record(cast.company, "need", title="Wanted by us", **common, **how))
    follow_outbox(NOW)
    build_landscape()
    return made


def addresses(market: list[Record]) -> Iterator[str]:
    """All doors: pages, searches, exports, feeds, maps, and what is like a public record."""
    yield from (f"/{path}" for path in PLAIN)
    for query in QUERIES:
        yield from (f"/{path}?q={query}" for path in ("search/", "market/suggest", "map/"))
    for kind in KINDS:
        yield from (f"/market/export/{kind}.{ending}" for ending in ("csv", "json"))
        yield from (f"/market/feeds/{kind}.{ending}" for ending in ("rss", "atom"))
        yield f"/sitemap-{SLUGS[kind]}.xml"
    for name in ("achievements", "needs"):
        yield from (f"/market/{name}/?q={query}&fields=materials" for query in QUERIES)
        yield from (f"/market/{name}/?order={order}" for order in ("title", "newest", "readiness"))
    for record in market:
        for part in ("", "similar/", "export.json", "print/", "files/"):
            yield f"/market/r/{record.code}/{part}"
        yield f"/desk/{record.code}/"
        yield f"/desk/{record.code}/scenarios/"


def read_all(client: Client, market: list[Record]) -> dict[str, str]:
    """What each address says, but for what is drawn anew for every answer."""
    return {
        address: _OWN_TO_AN_ANSWER.sub("", said(client.get(address)))
        for address in addresses(market)
    }


@pytest.mark.parametrize("who", OUTSIDERS)
def test_no_page_changes(
    cast: Cast,
    market: list[Record],
    sign_in: Callable[[User | None], Client],
    who: str,
) -> None:
    client = sign_in(cast.everybody()[who])
    # Some pages say when one was there last.
    read_all(client, market)
    before = read_all(client, market)

    hide(cast, who)
    after = read_all(client, market)

    changed = _changed(before, after)
    assert {each: changed[each] for each in set(changed) - PLANS.get(who, set())} == {}


def test_the_comparison_can_fail(
    cast: Cast, market: list[Record], sign_in: Callable[[User | None], Client]
) -> None:
    client = sign_in(None)
    before = read_all(client, market)

    make_record(cast.lab, title="Ceramic seal for all", content=TEXT, fields=["materials"])
    follow_outbox(NOW)
    after = read_all(client, market)

    changed = set(_changed(before, after))
    assert {"/market/achievements/", "/search/?q=seal", "/market/suggest?q=cer"} <= changed
    assert "/market/feeds/achievement.rss" in changed
    assert f"/market/r/{market[0].code}/similar/" in changed


@pytest.mark.parametrize("who", ["rival", "other_manager", "officer"])
def test_no_api_answer_changes(cast: Cast, market: list[Record], client: Client, who: str) -> None:
    paths = [f"records?kind={kind}&q={query}" for kind in KINDS for query in ("", *QUERIES)]
    paths += [f"records/{record.code}" for record in market]
    paths += [f"records/{record.code}/matches" for record in market]

    user = cast.everybody()[who]
    assert user is not None
    audience = cast.audience(user)
    secret = make_token("t", list(SCOPES), by=user, audience=audience, now=NOW)
    headers = {"authorization": f"Bearer {secret}"}

    def ask() -> dict[str, str]:
        return {path: said(client.get(f"/api/v1/{path}", headers=headers)) for path in paths}

    before = ask()
    hide(cast, who)

    assert _changed(before, ask()) == {}


def test_no_mail_tells_of_it(cast: Cast, market: list[Record]) -> None:
    outsiders = [cast.everybody()[who] for who in OUTSIDERS if who != "visitor"]
    for user in outsiders:
        SavedSearch.objects.create(
            user=user,
            kind="achievement",
            query="q=ceramic",
            name="Seals",
            created_at=LONG_AGO,
            last_run_at=LONG_AGO,
        )
    hidden = hide(cast)
    mail.outbox.clear()

    send_new(NOW + UNDO_TIME)
    send_due_digests(NOW)

    told = {address for sent in mail.outbox if _tells(sent.body, hidden) for address in sent.to}
    assert mail.outbox
    assert told.isdisjoint(user.email for user in outsiders if user)


def _changed(before: dict[str, str], after: dict[str, str]) -> dict[str, list[str]]:
    """The addresses with another answer, each with the lines that are new."""
    return {
        address: [line for line in after[address].splitlines() if line not in said_before]
        for address, said_before in before.items()
        if after[address] != said_before
    }


def _tells(body: str, hidden: list[Record]) -> bool:
    return any(record.code in body or record.title in body for record in hidden)
