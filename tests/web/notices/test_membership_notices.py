"""Where and what one's role is now stands in the notice, in the language one reads it in."""

import pytest
from django.core import mail
from django.utils import translation

from terrace_web.accounts.models import Membership
from terrace_web.accounts.organisations import change_role, end_belonging
from terrace_web.notices.actions import notify
from terrace_web.notices.mails import send_new
from terrace_web.notices.models import Notice
from terrace_web.notices.queries import list_notices
from terrace_web.testing.cast import NOW, Cast


def read(cast: Cast, language: str) -> tuple[str, str]:
    with translation.override(language):
        [notice], _page, _pages = list_notices(cast.audience(cast.officer))
    return notice.text, notice.note


def given(cast: Cast) -> dict:
    by = cast.administrator
    return {"by": by, "audience": cast.audience(by), "now": NOW}


@pytest.mark.parametrize(
    ("language", "said"),
    [
        (
            "en",
            "Your role in Harbour Innovation Zone was changed; it is now: Technology manager.",
        ),
        ("zh-hans", "您在“港湾创新区”的角色已更改，现为：技术经理人。"),
    ],
)
def test_it_works(cast: Cast, language: str, said: str) -> None:
    change_role(Membership.objects.get(user=cast.officer).pk, "manager", **given(cast))

    assert read(cast, language) == (said, "")


def test_who_belongs_no_more_reads_where(cast: Cast) -> None:
    end_belonging(Membership.objects.get(user=cast.officer).pk, **given(cast))

    assert read(cast, "zh-hans") == ("您已不再是“港湾创新区”的成员。", "")


def test_the_mail_says_it_too(cast: Cast) -> None:
    change_role(Membership.objects.get(user=cast.officer).pk, "manager", **given(cast))

    send_new(NOW)

    assert "Harbour Innovation Zone was changed; it is now:" in mail.outbox[0].subject


def test_a_notice_from_before_names_the_organisation_by_its_note(cast: Cast) -> None:
    Notice.objects.create(user=cast.officer, kind="membership_ended", note="Old Lab", at=NOW)

    assert read(cast, "en") == ("You are no longer a member of Old Lab.", "")


def test_a_notice_from_before_tells_the_role_too(cast: Cast) -> None:
    name = cast.zone.name
    Notice.objects.create(user=cast.officer, kind="role_changed", note=name, at=NOW)

    assert read(cast, "en")[0].endswith("it is now: Zone officer.")


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "An invitation to Harbour Innovation Zone is too old, and a new one is asked for."),
        ("zh-hans", "加入“港湾创新区”的邀请已过期，对方请求重新邀请。"),
    ],
)
def test_a_wanted_invitation_leads_to_the_organisation(
    cast: Cast, language: str, said: str
) -> None:
    guest = "guest@lab.example"
    notify([cast.officer], "invitation_wanted", organisation=cast.zone, note=guest, now=NOW)

    assert read(cast, language) == (said, guest)
    [notice], _page, _pages = list_notices(cast.audience(cast.officer))
    assert notice.url == "/organisations/zone/"
