"""Taking access back tells whom it concerns, and nothing of what is closed."""

import pytest
from django.core import mail
from django.urls import reverse

from terrace_web.accounts.models import Grant
from terrace_web.market.grants import concerned_by, open_to, revoke
from terrace_web.market.models import AccessRequest, Record
from terrace_web.market.redaction import open_groups
from terrace_web.notices.mails import send_new
from terrace_web.notices.models import Notice
from terrace_web.testing.cast import NOW, Cast, make_record


def open_part(cast: Cast, group: str, basis: Grant.Basis, **levels: str) -> Grant:
    record = make_record(
        cast.lab, title="Open thing", levels={group: "named", **levels}, content={"body": "x"}
    )
    return open_to(
        record.code,
        cast.company,
        group,  # type: ignore[arg-type]
        basis=basis,
        by=cast.researcher,
        audience=cast.audience(cast.researcher),
        now=NOW,
    )


def close(cast: Cast, grant: Grant) -> None:
    revoke([grant.pk], by=cast.researcher, audience=cast.audience(cast.researcher), now=NOW)


def told() -> list[tuple[str, str]]:
    return sorted(Notice.objects.values_list("user__name", "kind"))


@pytest.mark.parametrize(
    ("group", "basis"),
    [
        ("identity", Grant.Basis.CONSENT),
        ("confidential", Grant.Basis.NDA),
        ("confidential", Grant.Basis.LISTED),
    ],
)
def test_it_works(cast: Cast, group: str, basis: Grant.Basis) -> None:
    grant = open_part(cast, group, basis)
    Notice.objects.all().delete()

    close(cast, grant)

    assert told() == [("Bo Buyer", "access_revoked")]


def test_who_asked_is_told_too(cast: Cast) -> None:
    from terrace_web.testing.cast import make_user

    asker = make_user("asker", "Ana Asker", cast.company, "member")
    make_user("silent", "Sam Silent", cast.company, "member")
    grant = open_part(cast, "confidential", Grant.Basis.NDA)
    AccessRequest.objects.create(
        record=grant.record,
        organisation=cast.company,
        group="confidential",
        reason="to look",
        asked_by=asker,
        asked_at=NOW,
    )

    assert {user.name for user in concerned_by(grant)} == {"Bo Buyer", "Ana Asker"}


def test_who_left_the_organisation_is_not_told(cast: Cast) -> None:
    grant = open_part(cast, "confidential", Grant.Basis.NDA)
    cast.buyer.memberships.all().delete()

    assert concerned_by(grant) == []


def test_naming_an_organisation_tells_it_and_an_answer_does_not_tell_twice(cast: Cast) -> None:
    open_part(cast, "confidential", Grant.Basis.LISTED)
    assert told() == [("Bo Buyer", "access_granted")]

    open_part(cast, "confidential", Grant.Basis.NDA)
    assert told() == [("Bo Buyer", "access_granted")]


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_mail_names_the_record_only_where_it_is_still_open(cast: Cast, language: str) -> None:
    cast.buyer.language = language
    cast.buyer.save()
    still_open = open_part(cast, "confidential", Grant.Basis.NDA)
    gone = open_part(cast, "teaser", Grant.Basis.LISTED)
    Record.objects.filter(pk=gone.record_id).update(title="Hidden thing")
    Notice.objects.all().delete()

    close(cast, still_open)
    close(cast, gone)
    send_new(NOW)

    body = mail.outbox[0].body
    assert "Open thing" in body and "Hidden thing" not in body
    assert gone.record.code not in body
    assert ("closed again" in body) == (language == "en")
    assert ("已关闭" in body) == (language == "zh-hans")


@pytest.mark.parametrize("takes_all", [True, False])
def test_what_another_grant_opens_stays_open_and_is_said_so(
    cast: Cast, sign_in, takes_all: bool
) -> None:
    named = {"identity": "named", "confidential": "named"}
    identity = open_part(cast, "identity", Grant.Basis.CONSENT, **named)
    record, company = identity.record, cast.company
    owner = {"by": cast.researcher, "audience": cast.audience(cast.researcher), "now": NOW}
    open_to(record.code, company, "confidential", basis=Grant.Basis.NDA, **owner)
    client = sign_in(cast.researcher)
    url = reverse("market:revoke", args=[identity.pk])
    page = client.get(url).content.decode()
    assert "Lindgren Pumps goes on seeing “Identity”" in page and "no longer see" not in page

    client.post(url, {"all": "1"} if takes_all else {})

    sees = "identity" in open_groups(cast.audience(cast.buyer), record)
    assert sees is not takes_all
    assert Notice.objects.filter(kind="access_revoked").exists() is takes_all
    said = client.get(f"/market/r/{record.code}/").content.decode()
    assert ("another grant keeps this part open" in said) is not takes_all
