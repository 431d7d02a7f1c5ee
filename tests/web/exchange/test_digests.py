"""Mails about saved searches: only what is new, only what may be seen, easy to stop."""

import re
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.core import mail
from django.core.management import call_command
from django.http import QueryDict
from django.test import Client

from terrace_web.accounts.models import Grant
from terrace_web.exchange.digests import search_of_token, send_due_digests, stop_token
from terrace_web.exchange.following import save_search
from terrace_web.exchange.models import SavedSearch
from terrace_web.market.models import Record
from terrace_web.market.queries import visible_to
from terrace_web.market.redaction import views_for
from terrace_web.testing.cast import NOW, Cast, make_record

DAY = timedelta(days=1)


def save(cast: Cast, user, query: str = "", kind: str = "need", frequency: str = "daily"):
    return save_search(
        kind, QueryDict(query), name="Pumps", frequency=frequency, by=user,
        audience=cast.audience(user), now=NOW,
    )  # fmt: skip


def test_it_works(cast: Cast) -> None:
    make_record(cast.company, "need", title="Old pump")
    search = save(cast, cast.researcher, "q=pump")
    fresh = make_record(cast.company, "need", title="New pump")
    make_record(cast.company, "need", title="New laser")

    assert send_due_digests(NOW + DAY) == 1

    [sent] = mail.outbox
    assert sent.to == ["researcher@zone.example"] and "Pumps" in sent.subject
    assert "New pump (Lindgren Pumps)" in sent.body and f"/market/r/{fresh.code}/" in sent.body
    assert "Old pump" not in sent.body and "New laser" not in sent.body
    search.refresh_from_db()
    assert search.last_run_at == NOW + DAY and fresh.pk in search.seen
    assert send_due_digests(NOW + 2 * DAY) == 0 and len(mail.outbox) == 1


def test_it_speaks_as_its_reader(cast: Cast) -> None:
    cast.researcher.language = "zh-hans"
    cast.researcher.save()
    save(cast, cast.researcher)
    make_record(cast.company, "need", title="New pump", content={"title_other": "新型泵"})

    send_due_digests(NOW + DAY)

    [sent] = mail.outbox
    assert sent.subject.endswith("新结果：Pumps")
    assert "Pumps——1 条新记录：" in sent.body
    assert "新型泵（林德格伦泵业）" in sent.body


def test_nobody_is_mailed_what_they_may_not_see(cast: Cast, shelf: list[Record]) -> None:
    users = [user for user in cast.everybody().values() if user is not None]
    for user in users:
        save(cast, user)
    SavedSearch.objects.update(seen=[])

    send_due_digests(NOW + DAY)

    bodies = {each.to[0]: each.body for each in mail.outbox}
    for user in users:
        audience = cast.audience(user)
        published = visible_to(audience).filter(kind="need", run__stage="published")
        views = {view.title: view for view in views_for(audience, published)}
        lines = [each[2:] for each in bodies.get(user.email, "").splitlines() if each[:2] == "- "]
        titles = {line.split(" (")[0] for line in lines}
        assert titles <= set(views) and len(titles) == min(10, len(views)), user
        assert f"{len(views)} new record" in bodies[user.email]
        for line in lines:
            assert ("Lindgren" in line) == (not views[line.split(" (")[0]].is_blind), line


def test_it_is_what_may_be_seen_when_it_is_sent(cast: Cast) -> None:
    save(cast, cast.researcher)
    closed = make_record(cast.company, "need", title="Closed again")
    opened = make_record(cast.company, "need", title="Opened later", levels={"teaser": "named"})
    Record.objects.filter(pk=closed.pk).update(teaser_level="private")
    Grant.objects.create(record=opened, organisation=cast.lab, group="teaser", basis="listed",
                         granted_by=cast.buyer, granted_at=NOW)  # fmt: skip

    send_due_digests(NOW + DAY)

    assert "Opened later" in mail.outbox[0].body and "Closed again" not in mail.outbox[0].body


@pytest.mark.parametrize(
    ("frequency", "days", "count"),
    [("none", 30, 0), ("daily", 0.5, 0), ("daily", 1, 1), ("weekly", 6, 0), ("weekly", 7, 1)],
)
def test_it_comes_as_often_as_was_asked(
    cast: Cast, frequency: str, days: float, count: int
) -> None:
    save(cast, cast.researcher, frequency=frequency)
    make_record(cast.company, "need")

    assert send_due_digests(NOW + days * DAY) == count


def test_one_mail_has_all_searches_of_a_user(cast: Cast) -> None:
    save(cast, cast.researcher, "q=pump")
    save(cast, cast.researcher, "q=laser")
    make_record(cast.company, "need", title="Pump")
    make_record(cast.company, "need", title="Laser")

    assert send_due_digests(NOW + DAY) == 1
    assert "Pump" in mail.outbox[0].body and "Laser" in mail.outbox[0].body


def test_what_several_searches_find_is_listed_once(cast: Cast) -> None:
    save(cast, cast.researcher, "q=pump")
    save(cast, cast.researcher)
    make_record(cast.company, "need", title="Steel pump")
    make_record(cast.company, "need", title="Laser")

    send_due_digests(NOW + DAY)

    body = mail.outbox[0].body
    assert body.count("- Steel pump") == body.count("- Laser") == 1
    assert body.startswith("Dear ") and "1 of them is listed above." in body
    assert "?\n" not in body


def test_a_mail_about_several_searches_can_be_stopped_by_its_header(cast: Cast) -> None:
    save(cast, cast.researcher, "q=pump")
    save(cast, cast.researcher)
    make_record(cast.company, "need", title="Steel pump")
    send_due_digests(NOW + DAY)
    headers = mail.outbox[0].extra_headers

    url = urlsplit(headers["List-Unsubscribe"].strip("<>")).path
    answer = Client(enforce_csrf_checks=True).post(url, {"List-Unsubscribe": "One-Click"})

    assert answer.status_code == 200
    cast.researcher.refresh_from_db()
    assert cast.researcher.mails == "none"


@pytest.mark.parametrize("change", [{"is_active": False}, {"mails": "none"}])
def test_who_left_or_wants_no_mail_gets_none(cast: Cast, change: dict[str, bool]) -> None:
    save(cast, cast.researcher)
    make_record(cast.company, "need")
    type(cast.researcher).objects.filter(pk=cast.researcher.pk).update(**change)

    assert send_due_digests(NOW + DAY) == 0


def test_a_mail_that_failed_is_tried_again(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    search = save(cast, cast.researcher)
    make_record(cast.company, "need")

    def fail(_mail) -> int:
        raise OSError("no server")

    with monkeypatch.context() as patched:
        patched.setattr("django.core.mail.EmailMessage.send", fail)
        assert send_due_digests(NOW + DAY) == 0
    search.refresh_from_db()
    assert search.last_run_at == NOW and send_due_digests(NOW + DAY) == 1


def test_it_is_in_the_language_of_the_user(cast: Cast) -> None:
    type(cast.researcher).objects.filter(pk=cast.researcher.pk).update(language="zh-hans")
    save(cast, cast.researcher)
    make_record(cast.company, "need", title="耐磨泵")

    send_due_digests(NOW + DAY)

    body = mail.outbox[0].body
    assert "您好" in body and "Pumps——1 条新记录：" in body and "林德格伦泵业" in body


def test_a_name_cannot_add_headers(cast: Cast) -> None:
    search = save(cast, cast.researcher)
    SavedSearch.objects.filter(pk=search.pk).update(name="Pumps\r\nBcc: all@zone.example")
    make_record(cast.company, "need")

    send_due_digests(NOW + DAY)

    assert "\n" not in mail.outbox[0].subject and mail.outbox[0].bcc == []


def test_the_command_sends_them(cast: Cast, capsys: pytest.CaptureFixture[str]) -> None:
    search = save(cast, cast.researcher)
    SavedSearch.objects.filter(pk=search.pk).update(last_run_at=NOW - 900 * DAY)
    make_record(cast.company, "need")

    call_command("send_digests")

    assert "1 digest sent" in capsys.readouterr().out and len(mail.outbox) == 1


class TestStop:
    def address(self) -> str:
        found = re.search(r"\S+/market/following/stop/\S+", mail.outbox[0].body)
        assert found is not None
        return urlsplit(found[0]).path

    @pytest.fixture
    def search(self, cast: Cast) -> SavedSearch:
        search = save(cast, cast.researcher)
        make_record(cast.company, "need")
        send_due_digests(NOW + DAY)
        return search

    def test_it_works(self, search: SavedSearch, client: Client) -> None:
        page = client.get(self.address())
        assert "Stop these mails" in page.content.decode()
        search.refresh_from_db()
        assert search.frequency == "daily"

        stopped = client.post(self.address())

        search.refresh_from_db()
        assert "No more mails" in stopped.content.decode() and search.frequency == "none"

    def test_it_checks_access(self, search: SavedSearch, client: Client) -> None:
        token = stop_token(search)
        for wrong in ("x", token[:-2], token.replace(":", "a", 1), f"{token}x"):
            page = client.post(f"/market/following/stop/{wrong}/")
            assert page.status_code == 404 and "Nothing was changed" in page.content.decode()
        search.refresh_from_db()
        assert search.frequency == "daily"

    def test_a_mail_program_does_it_with_one_click(self, search: SavedSearch) -> None:
        strict = Client(enforce_csrf_checks=True)
        headers = mail.outbox[0].extra_headers

        assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        url = urlsplit(headers["List-Unsubscribe"].strip("<>")).path
        assert strict.post(url, {"List-Unsubscribe": "One-Click"}).status_code == 200
        search.refresh_from_db()
        assert search.frequency == "none"

    def test_a_search_that_is_gone_says_so(self, search: SavedSearch, client: Client) -> None:
        address = self.address()
        token = stop_token(search)
        search.delete()

        assert client.get(address).status_code == 404 and search_of_token(token) is None
