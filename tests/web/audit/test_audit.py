"""The trail is searched and exported by administrators, and never changed."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone

from terrace_web.audit.actions import record_audit
from terrace_web.audit.models import Entry
from terrace_web.testing.cast import NOW, Cast

URL = "/administration/audit/"


@pytest.fixture
def trail(cast: Cast) -> Cast:
    record_audit("record:save", by=cast.researcher, now=NOW, subject="achievement T-1")
    record_audit("record:publish", by=cast.manager, now=NOW, subject="achievement T-2")
    record_audit("token:make", by=cast.buyer, now=NOW, details={"name": "=HYPERLINK(1)"})
    return cast


def test_it_works(trail: Cast, sign_in) -> None:
    page = sign_in(trail.administrator).get(f"{URL}?action=record&who=mei").content.decode()

    assert "Achievement T-2" in page and "T-1" not in page


@pytest.mark.parametrize("who", ["officer", "manager", "researcher", "newcomer", None])
def test_it_checks_access(trail: Cast, sign_in, who: str | None) -> None:
    client = sign_in(getattr(trail, who) if who else None)

    assert client.get(URL).status_code == 403
    assert client.get(f"{URL}export.csv").status_code == 403


def test_days_are_whole(trail: Cast, sign_in) -> None:
    client = sign_in(trail.administrator)
    day = timezone.localdate(NOW)

    inside = client.get(f"{URL}?since={day}&until={day}").content.decode()
    later = client.get(f"{URL}?since={day + timedelta(days=1)}&until={day + timedelta(days=2)}")

    assert "T-1" in inside and "T-1" not in later.content.decode()
    assert client.get(f"{URL}?since=yesterday").status_code == 200
    assert client.get(f"{URL}export.csv?since=yesterday").status_code == 400


def test_an_entry_is_never_changed(trail: Cast) -> None:
    entry = Entry.objects.first()
    assert entry is not None

    with pytest.raises(TypeError):
        entry.save()


def test_old_entries_go_and_that_is_recorded(trail: Cast, capsys) -> None:
    record_audit("old", by=None, now=timezone.now() - timedelta(days=12 * 366))

    call_command("prune_audit")

    assert not Entry.objects.filter(action="old").exists()
    assert Entry.objects.filter(action="record:save").exists()
    assert Entry.objects.get(action="audit:prune").details == {"entries": 1}


def test_it_speaks_chinese(trail: Cast, sign_in) -> None:
    page = sign_in(trail.administrator).get(URL, headers={"accept-language": "zh-hans"})

    assert "审计" in page.content.decode()


def test_long_names_and_addresses_fit_the_columns(cast: Cast) -> None:
    cast.buyer.name, cast.buyer.email = "N" * 120, f"{'a' * 100}@zone.example"
    cast.buyer.save()

    record_audit("webhook:make", by=cast.buyer, now=NOW, subject="https://x.example/" + "p" * 380)

    entry = Entry.objects.get(action="webhook:make")
    entry.full_clean(exclude=["user", "details"])
    assert entry.who.endswith(f" <{cast.buyer.email}>") and entry.who.startswith("NNN")
