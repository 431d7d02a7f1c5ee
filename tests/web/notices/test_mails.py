"""When notices are mailed, in which words, and how one gets out of it."""

import smtplib
from datetime import timedelta

import pytest
from django.core import mail
from django.db import transaction
from django.test import Client

from terrace_web.market.models import Record
from terrace_web.notices.actions import notify
from terrace_web.notices.kinds import KINDS
from terrace_web.notices.mailing import mail_soon
from terrace_web.notices.mails import send_daily, send_new, unsubscribe_key
from terrace_web.notices.models import Notice
from terrace_web.testing.cast import NOW, Cast, make_record
from terrace_web.ui.templatetags.ui import listed

DAY = timedelta(days=1)


def choose(user, mails: str) -> None:
    user.mails = mails
    user.save(update_fields=["mails"])


def tell(cast: Cast, kind: str = "published", **columns) -> Record:
    record = make_record(cast.lab, **columns)
    notify([cast.buyer], kind, record=record, now=NOW)
    return record


def test_it_works(cast: Cast) -> None:
    record = tell(cast)

    assert send_new(NOW) == 1

    (sent,) = mail.outbox
    assert sent.to == [cast.buyer.email]
    assert "Ceramic seal for slurry pumps" in sent.body
    assert f"/market/r/{record.code}/" in sent.body


@pytest.mark.parametrize(
    ("mails", "at_once", "daily"), [("at_once", 1, 0), ("daily", 0, 1), ("none", 0, 0)]
)
def test_a_choice_decides_on_when(cast: Cast, mails: str, at_once: int, daily: int) -> None:
    choose(cast.buyer, mails)
    tell(cast)

    assert (send_new(NOW), send_daily(NOW)) == (at_once, daily)
    assert len(mail.outbox) == at_once + daily


def test_a_daily_mail_has_all_and_comes_once_a_day(cast: Cast) -> None:
    choose(cast.buyer, "daily")
    tell(cast, title="First thing")
    tell(cast, title="Second thing")
    assert send_daily(NOW) == 1
    assert "First thing" in mail.outbox[0].body and "Second thing" in mail.outbox[0].body

    tell(cast, title="Third thing")

    assert send_daily(NOW + timedelta(hours=3)) == 0
    assert send_daily(NOW + DAY) == 1
    assert "Third thing" in mail.outbox[1].body and "First thing" not in mail.outbox[1].body


def test_a_record_is_named_as_its_reader_reads(cast: Cast) -> None:
    cast.buyer.language = "zh-hans"
    cast.buyer.save()
    tell(cast, title="Ceramic seal", content={"title_other": "陶瓷密封环"})
    tell(cast, title="Second thing")

    send_new(NOW)

    (sent,) = mail.outbox
    assert sent.subject.endswith("“陶瓷密封环”已发布。（另有1条）")
    assert "“Second thing”已发布。" in sent.body


def test_the_subject_says_what_it_is_about(cast: Cast) -> None:
    tell(cast, title="A\nseal")
    send_new(NOW)
    tell(cast, title="A pump of a very long name " * 9)
    tell(cast)
    tell(cast)
    send_new(NOW)

    assert mail.outbox[0].subject.endswith("] “A seal” was published.")
    assert "“A pump of a very long name" in mail.outbox[1].subject
    assert mail.outbox[1].subject.endswith("… (and 2 more)")


def test_who_turns_mails_on_again_is_not_flooded(cast: Cast) -> None:
    choose(cast.buyer, "none")
    tell(cast)
    send_new(NOW)

    choose(cast.buyer, "at_once")

    assert send_new(NOW) == 0


def test_what_was_read_on_the_site_is_not_mailed(cast: Cast) -> None:
    tell(cast)
    Notice.objects.update(read_at=NOW)

    assert send_new(NOW) == 0


def test_nobody_mails_to_a_closed_account(cast: Cast) -> None:
    tell(cast)
    cast.buyer.is_active = False
    cast.buyer.save()

    assert send_new(NOW) == 0


def test_what_the_mail_server_refuses_is_tried_again_and_holds_up_nobody(
    cast: Cast, monkeypatch
) -> None:
    tell(cast)
    notify([cast.rival], "published", record=Record.objects.get(), now=NOW)
    send = mail.EmailMessage.send

    def refuse(message, *args, **kwargs):
        if message.to == [cast.buyer.email]:
            raise smtplib.SMTPServerDisconnected("gone")
        return send(message, *args, **kwargs)

    monkeypatch.setattr(mail.EmailMessage, "send", refuse)
    assert send_new(NOW) == 1
    monkeypatch.undo()

    assert send_new(NOW) == 1
    assert [message.to for message in mail.outbox] == [[cast.rival.email], [cast.buyer.email]]


def test_a_transaction_mails_once(cast: Cast, django_capture_on_commit_callbacks) -> None:
    with django_capture_on_commit_callbacks() as callbacks, transaction.atomic():
        for _time in range(5):
            mail_soon()

    assert len(callbacks) == 1


def test_telling_nobody_mails_nothing(cast: Cast, django_capture_on_commit_callbacks) -> None:
    with django_capture_on_commit_callbacks() as callbacks:
        notify([], "published", record=make_record(cast.lab), now=NOW)

    assert not [each for each in callbacks if "mailing" in each.__module__]


def test_a_notice_is_mailed_by_the_worker(cast: Cast, django_capture_on_commit_callbacks) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        tell(cast, "access_asked")

    assert "asked to open more" in mail.outbox[0].body


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ("Dear Bo Buyer", "When mails come:", "No more mails:", "was published")),
        ("zh-hans", ("Bo Buyer", "邮件设置", "已发布", "已发布。")),
    ],
)
def test_every_mail_says_how_to_get_out_of_it(cast: Cast, language: str, words) -> None:
    cast.buyer.language = language
    cast.buyer.save()
    tell(cast)

    send_new(NOW)

    (sent,) = mail.outbox
    said = sent.subject + sent.body
    assert all(word in said for word in words), said
    assert "/profile/" in sent.body
    assert f"/notices/unsubscribe/{unsubscribe_key(cast.buyer)}/" in sent.body
    assert sent.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert unsubscribe_key(cast.buyer) in sent.extra_headers["List-Unsubscribe"]


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_every_kind_is_told_in_both_languages(cast: Cast, sign_in, kind: str) -> None:
    record = make_record(cast.lab, title="Open thing")
    notify([cast.buyer], kind, record=record, note=cast.company.name, now=NOW)
    client = sign_in(cast.buyer)

    english = client.get("/notices/").content.decode()
    chinese = client.get("/notices/", headers={"accept-language": "zh-hans"}).content.decode()

    said = str(KINDS[kind].says).format(
        record="Open thing",
        other="another record",
        organisation=cast.company.name,
        roles=listed(each.get_role_display() for each in cast.buyer.memberships.order_by("pk")),
    )
    assert said in english and said not in chinese


@pytest.mark.parametrize("kind", sorted(k for k, v in KINDS.items() if not v.is_about_record))
def test_what_is_about_no_record_leads_somewhere(cast: Cast, sign_in, kind: str) -> None:
    notify([cast.buyer], kind, now=NOW)

    page = sign_in(cast.buyer).get("/notices/")

    assert page.context["notices"][0].url.startswith("/")


def test_a_kind_about_a_record_says_nothing_without_one(cast: Cast, sign_in) -> None:
    notify([cast.buyer], "followed_changed", note="SECRET", now=NOW)

    (shown,) = sign_in(cast.buyer).get("/notices/").context["notices"]

    assert "not open to you any more" in shown.text
    assert (shown.url, shown.note) == ("", "")


def test_a_mail_program_may_unsubscribe_by_itself(cast: Cast) -> None:
    strict = Client(enforce_csrf_checks=True)

    strict.post(f"/notices/unsubscribe/{unsubscribe_key(cast.buyer)}/")

    cast.buyer.refresh_from_db()
    assert cast.buyer.mails == "none"


@pytest.mark.parametrize("key", ["1", "1:abc", "999999:abc", "x"])
def test_a_forged_key_stops_nobodys_mails(cast: Cast, client, key: str) -> None:
    client.post(f"/notices/unsubscribe/{key}/")

    assert not type(cast.buyer).objects.filter(mails="none").exists()


def test_what_somebody_wrote_on_several_lines_stays_under_its_notice(cast: Cast) -> None:
    record = make_record(cast.lab)
    notify([cast.buyer], "returned", record=record, note="Say more.\r\nAnd why.", now=NOW)
    send_new(NOW)

    assert "\n  Say more.\n  And why.\n  http" in mail.outbox[0].body
