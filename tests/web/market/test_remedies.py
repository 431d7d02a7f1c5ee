"""What a refused move says: what has to be done, never that it were done."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from terrace_web.accounts.models import User
from terrace_web.flows.errors import MoveRefused
from terrace_web.market.forms import RecordForm
from terrace_web.market.models import Record
from terrace_web.market.moves import move_record
from terrace_web.testing.cast import NOW, Cast, make_record

SignIn = Callable[[User | None], Client]
SECRET = "The binder is sintered at 1,450 degrees under argon for exactly forty minutes."
OPENED = {"levels": {"confidential": "public"}, "content": {"details": SECRET}}


def draft_of(cast: Cast, **more) -> Record:
    return make_record(cast.lab, stage="draft", **{"fields": ["materials"], **more})


def refusal(cast: Cast, record: Record) -> str:
    audience = cast.audience(cast.researcher)
    with pytest.raises(MoveRefused) as caught:
        move_record(record.code, "submit", by=cast.researcher, audience=audience, now=NOW)
    return str(caught.value)


@pytest.mark.parametrize(
    ("state", "said"),
    [
        ({"title": ""}, "Fill in “Title”."),
        ({"content": {"summary": ""}}, "Fill in “Public summary”."),
        ({"fields": []}, "Choose at least one field of technology."),
        (OPENED, "Enter a priority date or a waiver"),
        ({**OPENED, "priority_date": date(2031, 1, 1)}, "priority date lies in the future"),
        ({"content": {"details": SECRET, "body": SECRET}}, "Take out of the public part"),
        ({"expires": date(2026, 1, 1)}, "“Published until” lies in the past"),
    ],
    ids=["title", "summary", "field", "protection", "future", "repeated", "expired"],
)
def test_it_works(cast: Cast, state: dict, said: str) -> None:
    text = refusal(cast, draft_of(cast, **state))

    assert text.startswith("Not yet possible. Still missing: ")
    assert said in text
    assert "repeats nothing" not in text


def test_several_points_stand_in_a_row(cast: Cast) -> None:
    text = refusal(cast, draft_of(cast, title="", fields=[]))

    assert text.endswith("Fill in “Title”. Choose at least one field of technology.")


def test_the_page_lists_what_to_do_once(cast: Cast, sign_in: SignIn) -> None:
    record = draft_of(cast, content={"details": SECRET, "body": SECRET})
    page = sign_in(cast.researcher).post(f"/market/r/{record.code}/move/submit/").content.decode()

    assert "Not yet possible. Still missing:" in page
    assert page.count("Take out of the public part") == 1
    assert "repeats nothing" not in page and "It has a title." in page
    assert f"/market/r/{record.code}/edit/#id_summary" in page


def test_who_may_not_edit_gives_it_back_with_what_is_missing(cast: Cast, sign_in: SignIn) -> None:
    record = make_record(
        cast.lab, stage="in_review", manager=cast.manager, expires=date(2026, 1, 1)
    )
    client, base = sign_in(cast.manager), f"/market/r/{record.code}"
    page = client.get(f"{base}/move/publish/?next=review").content.decode()
    back = f"{base}/move/return/?for=publish"

    assert "Go to the field" not in page and "/edit/#" not in page
    assert f'href="{back}&amp;next=review"' in page
    assert back in client.get(f"{base}/").content.decode()
    form = client.get(back).content.decode()
    assert "Still missing:\n“Published until” lies in the past" in form
    assert "Still missing" not in client.get(f"{base}/move/return/").content.decode()


def test_the_note_quotes_no_confidential_words(cast: Cast, sign_in: SignIn) -> None:
    leak = {"details": SECRET, "body": SECRET}
    record = make_record(cast.lab, stage="in_review", manager=cast.manager, content=leak)
    url = f"/market/r/{record.code}/move/return/?for=publish"
    note = sign_in(cast.manager).get(url).context["note"]

    assert "Take out of the public part" in note and "argon" not in note


def test_a_last_day_in_the_past_is_refused_in_the_form() -> None:
    today = timezone.localdate()
    form = RecordForm("need", {"expires": (today - timedelta(days=1)).isoformat()})

    assert "lies in the past" in form.errors["expires"][0] and "expires" not in form.values()
    assert RecordForm("need", {"expires": today.isoformat()}).is_valid()
