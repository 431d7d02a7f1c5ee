"""A mail says once what happened several times, and names nothing that is closed by now."""

from datetime import timedelta

from django.core import mail

from terrace_web.market.models import Record
from terrace_web.notices.actions import notify
from terrace_web.notices.mails import send_new
from terrace_web.testing.cast import NOW, Cast, make_record


def tell(cast: Cast, record: Record, kind: str, minutes: int = 0) -> None:
    notify([cast.buyer], kind, record=record, now=NOW + timedelta(minutes=minutes))


def test_it_works(cast: Cast) -> None:
    first, second = (make_record(cast.lab, title=title) for title in ("Telling one", "Telling two"))
    for place, record in enumerate((first, second)):
        tell(cast, record, "published", place)
    Record.objects.update(teaser_level="private")
    send_new(NOW)

    (sent,) = mail.outbox
    assert sent.body.count("not open to you any more") == 1 and "(2 times since" in sent.body
    assert "more)" not in sent.subject and "Telling" not in sent.body + sent.subject


def test_what_reads_differently_stays_apart(cast: Cast) -> None:
    for title in ("Seal", "Pump"):
        tell(cast, make_record(cast.lab, title=title), "published")
    send_new(NOW)

    assert "times since" not in mail.outbox[0].body
    assert "Seal" in mail.outbox[0].body and "Pump" in mail.outbox[0].body


def test_closing_is_called_closing_without_a_name(cast: Cast) -> None:
    record = make_record(cast.lab, title="Telling one", levels={"teaser": "private"})
    tell(cast, record, "access_revoked")
    send_new(NOW)

    (sent,) = mail.outbox
    assert "A record that was open to you was closed again." in sent.subject
    assert "Telling" not in sent.body and f"/market/r/{record.code}" not in sent.body
