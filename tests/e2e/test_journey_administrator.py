"""An administrator invites somebody, and goes back to a backup."""

import re
from collections.abc import Iterator

import pytest
from django.core import mail

from terrace_web.accounts.models import Membership, User
from terrace_web.backups.actions import backup_folder
from terrace_web.flows.models import Event
from terrace_web.market.models import Record
from terrace_web.testing.browser import Enter, Visit
from terrace_web.testing.cast import Cast, make_record

GUEST, SECRET = "guest@elsewhere.example", "a-long-way-to-the-harbour"
TITLE = "Ceramic seal for slurry pumps"
LINK = re.compile(r"https?://[^/\s]+(/\S+)")


@pytest.fixture(autouse=True)
def empty_folder() -> Iterator[None]:
    yield
    for path in backup_folder().glob("*"):
        path.unlink()


def path_in_last_mail(to: str) -> str:
    sent = [each for each in mail.outbox if each.to == [to]]
    found = LINK.search(sent[-1].body)
    assert found, sent[-1].body
    return found[1]


def sign_up(guest: Visit, path: str) -> None:
    page = guest.open(path)
    page.locator("#content a[href^='/accounts/signup/']").click()
    assert page.locator("#id_email").input_value() == GUEST
    page.locator("#id_name").fill("Gao Guest")
    for name in ("password1", "password2"):
        page.locator(f"#id_{name}").fill(SECRET)
    guest.send("#content form")


def test_who_is_invited_makes_an_account_and_has_the_role(cast: Cast, enter: Enter) -> None:
    administrator, guest = enter(cast.administrator), enter()
    page = administrator.open(f"/organisations/{cast.company.code}/")
    page.locator("#id_email").fill(GUEST)
    page.locator("#id_role").select_option("editor")
    administrator.send("form[action$='/invite/']")
    invitation = path_in_last_mail(GUEST)

    sign_up(guest, invitation)
    # The invitation's link proved the address: nothing more is confirmed by mail.
    assert path_in_last_mail(GUEST) == invitation
    assert guest.page.url.endswith(invitation)
    guest.send("#content form")

    joined = Membership.objects.get(user__email=GUEST)
    assert joined.organisation == cast.company and joined.role == "editor"
    assert guest.open("/market/new/need/").locator("#record-form").count() == 1


def edit_title(lab: Visit, code: str, title: str) -> None:
    page = lab.open(f"/market/r/{code}/edit/")
    page.locator("#id_title").fill(title)
    page.locator("button[name=close]").click()
    page.wait_for_url(f"**/market/r/{code}/")
    page.locator("h1", has_text=title).wait_for()


def restore(administrator: Visit, name: str, zone: str) -> None:
    page = administrator.open("/administration/backups/")
    page.locator(f"a[href$='{name}/restore']").click()
    page.locator("#id_name").fill(zone)
    administrator.send("#content form")


def test_a_restored_backup_takes_a_change_back(cast: Cast, enter: Enter, settings) -> None:
    record = make_record(cast.lab, title=TITLE, stage="draft")
    administrator, lab = enter(cast.administrator), enter(cast.researcher)
    edit_title(lab, record.code, "A better seal")
    administrator.open("/administration/backups/")
    administrator.send("form[action$='/new']")
    (file,) = backup_folder().glob("*.tar.gz")
    before = list(Event.objects.values_list("move", "to_stage", "at"))
    edit_title(lab, record.code, "A spoilt seal")

    restore(administrator, file.name, settings.CONFIG.zone_name)

    after = Record.objects.get(code=record.code)
    assert after.title == "A better seal"
    assert after.versions.get().values["title"] == TITLE
    assert list(Event.objects.values_list("move", "to_stage", "at")) == before
    assert User.objects.filter(pk=cast.newcomer.pk).exists()
    shown = lab.open(f"/market/r/{record.code}/versions/").locator("#content").inner_text()
    assert "A better seal" in shown and "A spoilt seal" not in shown
