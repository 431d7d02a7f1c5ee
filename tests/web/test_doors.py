"""Every door at once: nobody learns a word, a code or a count of what is not visible to them.

A new page needs no line here: all addresses without arguments are walked, and those about
one record are asked with a hidden record's code.
"""

from itertools import product

import pytest

from terrace_web.api.models import SCOPES
from terrace_web.api.tokens import make_token
from terrace_web.managers.models import Assignment
from terrace_web.market.models import Record
from terrace_web.matching.actions import build_landscape
from terrace_web.matching.following import follow_outbox
from terrace_web.matching.models import Pair
from terrace_web.notices.actions import notify
from terrace_web.testing.cast import NOW, Cast, make_record
from terrace_web.testing.walk import list_addresses

WORDS = ("QUILLON", "ZYMURGY", "XERODERMA")
TITLE = "Seal of QUILLON ceramic"
HIDDEN = {
    "draft": {"stage": "draft"},
    "in_review": {"stage": "in_review"},
    "withdrawn": {"stage": "withdrawn"},
    "expired": {"stage": "expired"},
    "private": {"levels": {"teaser": "private"}},
    "named": {"levels": {"teaser": "named", "identity": "named", "confidential": "named"}},
}
OUTSIDERS = ("visitor", "newcomer", "rival", "other_researcher", "other_manager", "officer")
LEFT_OUT = ("i18n/", "accounts/", "ui/")


ALL = [path for path in list_addresses() if not path.startswith(LEFT_OUT)]
PLAIN = [path for path in ALL if "<" not in path and "{" not in path]
OF_RECORD = [path for path in ALL if path.count("<") == 1 and "<code>" in path]


def ways_for(who: str) -> list[dict]:
    """How a record is hidden from somebody; officers may decide on what is in review."""
    return [how for name, how in HIDDEN.items() if (who, name) != ("officer", "in_review")]


@pytest.fixture
def hidden(cast: Cast, request: pytest.FixtureRequest) -> list[Record]:
    """One record hidden in each way, with a pair, a proposal and notices about it."""
    given = getattr(request.node, "callspec", None)
    who = given.params["who"] if given else ""
    need = make_record(cast.company, "need", title="Seal", content={"summary": "ceramic seal"})
    made = [_hide(cast, how) for how in ways_for(who)]
    follow_outbox(NOW)
    build_landscape()
    for record in made:
        Pair.objects.get_or_create(
            need=need,
            achievement=record,
            defaults={
                "score": 1.0,
                "confidence": 0.9,
                "gates": "met",
                "computed_at": NOW,
                "found_at": NOW,
            },
        )
        Assignment.objects.create(record=record, manager=cast.manager, fit=0.5, proposed_at=NOW)
        people = [user for user in cast.everybody().values() if user is not None]
        notify(people, "match_found", record=record, other=need, now=NOW)
    return made


def _hide(cast: Cast, how: dict) -> Record:
    return make_record(
        cast.lab,
        title=TITLE,
        content={"summary": "ZYMURGY seal", "details": "XERODERMA", "contact": "QUILLON desk"},
        fields=["materials"],
        manager=cast.manager,
        **how,
    )


def said(answer) -> str:
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return content.decode("utf-8", errors="replace") + str(dict(answer.headers))


def assert_silent(records: list[Record], text: str, where: str) -> None:
    codes = [record.code for record in records]
    leaked = [word for word in (*WORDS, *codes) if word.lower() in text.lower()]
    assert leaked == [], f"{where} tells {leaked}"


@pytest.mark.parametrize("who", OUTSIDERS)
def test_no_page_tells_of_a_hidden_record(
    cast: Cast, sign_in, hidden: list[Record], who: str
) -> None:
    client = sign_in(cast.everybody()[who])

    for path in PLAIN:
        answer = client.get(f"/{path}?fields=materials")
        assert answer.status_code < 500, path
        assert_silent(hidden, said(answer), f"/{path} for {who}")


@pytest.mark.parametrize("who", OUTSIDERS)
def test_a_hidden_record_is_not_there(cast: Cast, sign_in, hidden: list[Record], who: str) -> None:
    client = sign_in(cast.everybody()[who])

    for path in OF_RECORD:
        none = client.get("/" + path.replace("<code>", "T-NOSUCH99"))
        for record in hidden:
            mine = client.get("/" + path.replace("<code>", record.code))
            assert mine.status_code == none.status_code, f"{path} for {who}"
            assert not [word for word in WORDS if word in said(mine)]


@pytest.mark.parametrize("who", OUTSIDERS)
def test_searching_for_it_finds_nothing(
    cast: Cast, sign_in, hidden: list[Record], who: str
) -> None:
    client = sign_in(cast.everybody()[who])

    for path, query in product(("search/", "market/suggest", "market/achievements/"), WORDS[:2]):
        text = said(client.get(f"/{path}", {"q": query}))
        assert TITLE not in text
        assert not [record.code for record in hidden if record.code in text]


@pytest.mark.parametrize("who", ["rival", "other_manager", "officer"])
def test_the_api_is_as_silent(cast: Cast, client, hidden: list[Record], who: str) -> None:
    user = cast.everybody()[who]
    assert user is not None
    secret = make_token("t", list(SCOPES), by=user, audience=cast.audience(user), now=NOW)
    headers = {"authorization": f"Bearer {secret}"}

    for path in ("records?kind=achievement", "records?kind=achievement&q=QUILLON", "me"):
        answer = client.get(f"/api/v1/{path}", headers=headers)
        assert answer.status_code == 200
        assert_silent(hidden, answer.content.decode(), path)
    for record in hidden:
        for path in (f"records/{record.code}", f"records/{record.code}/matches"):
            assert client.get(f"/api/v1/{path}", headers=headers).status_code == 404


def test_the_owner_finds_it_by_the_same_doors(cast: Cast, sign_in, hidden: list[Record]) -> None:
    client = sign_in(cast.researcher)

    for record in hidden:
        assert TITLE in said(client.get(f"/market/r/{record.code}/"))
        assert record.code in said(client.get("/market/mine/"))
