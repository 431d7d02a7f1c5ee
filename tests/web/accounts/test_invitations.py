"""Invitations: sent again, withdrawn, too old, and what the invited person reads then."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core import mail
from django.http import Http404
from django.test import Client

from terrace_web.accounts.invitations import (
    InvitationClosed,
    accept_invitation,
    find_invitation,
    invite,
    resend_invitation,
    state_of,
    waiting_invitations,
    want_invitation,
    withdraw_invitation,
)
from terrace_web.accounts.models import INVITATION_DAYS, Invitation, User
from terrace_web.accounts.organisations import MembershipRefused
from terrace_web.audit.models import Entry
from terrace_web.notices.models import Notice
from terrace_web.testing.cast import NOW, Cast

SignIn = Callable[[User | None], Client]
DAYS = timedelta(days=INVITATION_DAYS)
GUEST = "noor@lab.example"


def make(cast: Cast, email: str = GUEST, language: str = "en", role: str = "editor") -> Invitation:
    return invite(
        email,
        cast.lab,
        role,
        language=language,
        by=cast.researcher,
        audience=cast.audience(cast.researcher),
        now=NOW,
    )


def age(invitation: Invitation, by: timedelta) -> None:
    Invitation.objects.filter(pk=invitation.pk).update(sent_at=invitation.sent_at - by)


def test_it_works(cast: Cast, sign_in: SignIn, django_capture_on_commit_callbacks) -> None:
    invitation = make(cast)
    with django_capture_on_commit_callbacks(execute=True):
        page = sign_in(cast.researcher).post(f"/invitations/{invitation.pk}/resend/", follow=True)

    assert f"sent to {GUEST} again" in page.content.decode()
    assert [message.to for message in mail.outbox] == [[GUEST]]
    assert f"/invitations/{invitation.key}/" in mail.outbox[0].body


@pytest.mark.parametrize("action", ["resend", "withdraw"])
@pytest.mark.parametrize("who", ["colleague", "buyer", "manager", "officer", "newcomer", None])
def test_it_checks_access(cast: Cast, sign_in: SignIn, who: str | None, action: str) -> None:
    invitation = make(cast)
    client = sign_in(getattr(cast, who) if who else None)

    answer = client.post(f"/invitations/{invitation.pk}/{action}/")

    assert answer.status_code == (403 if who else 302)
    invitation.refresh_from_db()
    assert (invitation.sent_at, invitation.withdrawn_at) == (NOW, None)


@pytest.mark.parametrize("action", ["resend", "withdraw"])
def test_only_a_post_changes_something(cast: Cast, sign_in: SignIn, action: str) -> None:
    invitation = make(cast)

    assert (
        sign_in(cast.researcher).get(f"/invitations/{invitation.pk}/{action}/").status_code == 405
    )


def test_sending_again_opens_an_expired_one_for_all_of_its_days(cast: Cast) -> None:
    invitation = make(cast)
    later = NOW + DAYS + timedelta(days=3)
    with pytest.raises(InvitationClosed):
        find_invitation(invitation.key, later)

    resend_invitation(
        invitation.pk, by=cast.researcher, audience=cast.audience(cast.researcher), now=later
    )

    assert find_invitation(invitation.key, later + DAYS - timedelta(seconds=1)) == invitation
    with pytest.raises(InvitationClosed):
        find_invitation(invitation.key, later + DAYS)


def test_the_last_second_still_counts(cast: Cast) -> None:
    invitation = make(cast)

    assert state_of(invitation, NOW + DAYS - timedelta(seconds=1)) == "open"
    assert state_of(invitation, NOW + DAYS) == "expired"


@pytest.mark.parametrize("change", ["accept", "withdraw"])
def test_what_is_over_is_neither_sent_nor_withdrawn_again(cast: Cast, change: str) -> None:
    invitation = make(cast)
    given = {"by": cast.researcher, "audience": cast.audience(cast.researcher), "now": NOW}
    if change == "accept":
        cast.newcomer.emailaddress_set.create(email=GUEST, verified=True)
        accept_invitation(invitation, by=cast.newcomer, now=NOW)
    else:
        withdraw_invitation(invitation.pk, **given)

    assert not waiting_invitations(cast.lab).exists()
    for action in (resend_invitation, withdraw_invitation):
        with pytest.raises(InvitationClosed):
            action(invitation.pk, **given)


def test_nobody_is_invited_twice_to_the_same(cast: Cast) -> None:
    make(cast)

    with pytest.raises(MembershipRefused, match="was invited already"):
        make(cast, email="NOOR@lab.example ")
    assert make(cast, role="member").pk


def test_nobody_is_invited_to_what_they_are(cast: Cast, sign_in: SignIn) -> None:
    with pytest.raises(MembershipRefused, match="has this role there already"):
        make(cast, email=cast.colleague.email, role="member")

    given = {"email": cast.colleague.email, "role": "member", "language": "en"}
    page = sign_in(cast.researcher).post("/organisations/lab/invite/", given, follow=True)
    assert "has this role there already" in page.content.decode()


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ("invites you to join", "as: Editor", "until 15 June 2026", "do nothing")),
        ("zh-hans", ("邀请您加入", "编辑", "2026年6月15日", "无需理会")),
    ],
)
def test_the_mail_says_who_what_until_when_and_what_else(
    cast: Cast, django_capture_on_commit_callbacks, language: str, words: tuple[str, ...]
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        make(cast, language=language)

    said = mail.outbox[0].subject + mail.outbox[0].body
    assert all(word in said for word in words), said
    assert cast.researcher.name in said


@pytest.mark.parametrize(
    ("language", "expired", "withdrawn", "used"),
    [
        ("en", "This invitation is too old", "was withdrawn", "was used already"),
        ("zh-hans", "该邀请已过期", "该邀请已被撤回", "该邀请已被使用"),
    ],
)
def test_a_closed_one_says_why_and_what_to_do(
    cast: Cast, sign_in: SignIn, language: str, expired: str, withdrawn: str, used: str
) -> None:
    invitation = make(cast)
    url, client = f"/invitations/{invitation.key}/", sign_in(None)

    def read() -> str:
        answer = client.get(url, headers={"accept-language": language})
        assert answer.status_code == 409
        return answer.content.decode()

    said = read()
    assert expired in said and f"{url}again/" in said and cast.researcher.name in said
    Invitation.objects.update(withdrawn_at=NOW)
    said = read()
    assert withdrawn in said and f"{url}again/" not in said
    Invitation.objects.update(withdrawn_at=None, accepted_at=NOW)
    assert used in read()


def test_an_expired_one_is_asked_for_anew_once(cast: Cast, sign_in: SignIn) -> None:
    invitation = make(cast)
    client = sign_in(None)

    for _time in range(2):
        assert client.post(f"/invitations/{invitation.key}/again/").status_code == 302

    notice = Notice.objects.get(kind="invitation_wanted")
    assert notice.user == cast.researcher
    assert (notice.note, notice.organisation) == (GUEST, cast.lab)
    Notice.objects.update(read_at=NOW)
    client.post(f"/invitations/{invitation.key}/again/")
    assert Notice.objects.filter(kind="invitation_wanted").count() == 2


@pytest.mark.parametrize("change", [{"withdrawn_at": NOW}, {"accepted_at": NOW}, {}])
def test_only_an_expired_one_is_asked_for_anew(cast: Cast, change) -> None:
    invitation = make(cast)
    Invitation.objects.update(**change)

    with pytest.raises(Http404):
        want_invitation(invitation.key, NOW)
    assert not Notice.objects.filter(kind="invitation_wanted").exists()


def test_who_is_signed_in_with_another_address_is_told_so(
    cast: Cast, sign_in: SignIn, monkeypatch
) -> None:
    invitation = make(cast)
    monkeypatch.setattr("terrace_web.accounts.views.invitations.timezone.now", lambda: NOW)

    page = sign_in(cast.newcomer).get(f"/invitations/{invitation.key}/").content.decode()

    assert f"signed in as {cast.newcomer.email}" in page
    assert "/accounts/email/" in page and ">Join<" not in page


def test_the_organisation_lists_what_waits_and_what_is_too_old(
    cast: Cast, sign_in: SignIn, monkeypatch
) -> None:
    make(cast)
    age(make(cast, email="old@lab.example"), DAYS)
    monkeypatch.setattr("terrace_web.accounts.views.organisations.timezone.now", lambda: NOW)

    page = sign_in(cast.researcher).get("/organisations/lab/").content.decode()

    assert GUEST in page and "old@lab.example" in page
    assert page.count("too old") == 1 and page.count("Send again") == 2
    assert GUEST not in sign_in(cast.colleague).get("/organisations/lab/").content.decode()


def test_every_step_is_in_the_trail(cast: Cast) -> None:
    given = {"by": cast.researcher, "audience": cast.audience(cast.researcher), "now": NOW}
    invitation = make(cast)
    resend_invitation(invitation.pk, **given)
    withdraw_invitation(invitation.pk, **given)

    found = Entry.objects.order_by("pk")
    assert [each.action for each in found] == [
        "invitation:make",
        "invitation:resend",
        "invitation:withdraw",
    ]
    assert {each.subject for each in found} == {GUEST}


class TestAnOldPage:
    """A page that is older than what happened since says so, and leads on."""

    @pytest.mark.parametrize("asked", ["resend", "withdraw"])
    def test_an_invitation_that_is_over_is_named(
        self, cast: Cast, sign_in: SignIn, asked: str
    ) -> None:
        invitation = make(cast)
        client = sign_in(cast.researcher)
        client.post(f"/invitations/{invitation.pk}/withdraw/")
        sent = len(mail.outbox)

        page = client.post(f"/invitations/{invitation.pk}/{asked}/", follow=True)

        said = f"The invitation of {GUEST} was withdrawn meanwhile."
        assert said in page.content.decode() and len(mail.outbox) == sent

    def test_a_role_that_ended_is_no_dead_end(self, cast: Cast, sign_in: SignIn) -> None:
        given = {"stay": "1", "all": "1"}

        answer = sign_in(cast.researcher).post("/members/999999/", given, follow=True)

        assert answer.status_code == 200
        assert "Nothing was changed: that role ended meanwhile." in answer.content.decode()
