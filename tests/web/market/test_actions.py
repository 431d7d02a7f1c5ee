"""Records are changed by those who may, with nothing lost, and every change is told."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404

from terrace_web.accounts.models import Grant
from terrace_web.audit.models import Entry
from terrace_web.flows.models import Run
from terrace_web.market.actions import create_record, restore_version, save_record
from terrace_web.market.errors import EditConflict, NotEditable
from terrace_web.market.grants import open_to, revoke
from terrace_web.market.models import Change, Record, Version
from terrace_web.market.queries import get_view
from terrace_web.testing.cast import NOW, Cast, make_record

VALUES = {"title": "Seal", "summary": "A seal.", "readiness": 4, "fields": ["materials"]}


def create(cast: Cast, user, **more) -> Record:
    given = {"owner": cast.lab, "values": VALUES, **more}
    return create_record("achievement", by=user, audience=cast.audience(user), now=NOW, **given)


def save(cast: Cast, user, record: Record, **more) -> Record:
    return save_record(record.code, by=user, audience=cast.audience(user), now=NOW, **more)


def test_it_works(cast: Cast) -> None:
    record = create(cast, cast.researcher)

    stored = Record.objects.get(pk=record.pk)
    assert (stored.title, stored.readiness, stored.run.stage) == ("Seal", 4, "draft")
    assert stored.content == {"summary": "A seal."}
    assert Change.objects.filter(record_id=stored.pk, applied_at=None).exists()
    assert Entry.objects.filter(action="record:create", subject=stored.subject).count() == 1


@pytest.mark.parametrize("who", ["buyer", "colleague", "manager", "newcomer", "administrator"])
def test_it_checks_access(cast: Cast, who: str) -> None:
    with pytest.raises((PermissionDenied, Http404)):
        create(cast, getattr(cast, who))
    record = create(cast, cast.researcher)

    with pytest.raises((PermissionDenied, Http404)):
        save(cast, getattr(cast, who), record, values={"title": "Stolen"})
    assert Record.objects.get(pk=record.pk).title == "Seal"


def test_every_save_keeps_what_was_there_before(cast: Cast) -> None:
    record = create(cast, cast.researcher)
    save(cast, cast.researcher, record, values={"title": "Better seal"}, version=1)
    save(cast, cast.researcher, record, values={"title": "Best seal"}, version=2)

    kept = dict(Version.objects.filter(record=record).values_list("number", "values__title"))
    assert kept == {1: "Seal", 2: "Better seal"}
    assert Record.objects.get(pk=record.pk).version == 3


def test_typing_makes_one_version_but_what_was_reviewed_stays(cast: Cast) -> None:
    record = create(cast, cast.researcher)
    for title in ("Seal 2", "Seal 3"):
        save(cast, cast.researcher, record, values={"title": title}, by_itself=True)
    assert record.versions.count() == 1

    later = NOW + timedelta(minutes=2)
    Run.objects.filter(pk=record.run_id).update(stage_since=later)
    for minutes in (3, 4):
        save_record(
            record.code,
            by=cast.researcher,
            audience=cast.audience(cast.researcher),
            values={"title": f"After {minutes}"},
            by_itself=True,
            now=NOW + timedelta(minutes=minutes),
        )

    kept = record.versions.order_by("number").values_list("values__title", flat=True)
    assert list(kept) == ["Seal", "Seal 3"]


def test_line_ends_are_no_difference(cast: Cast) -> None:
    record = create(cast, cast.researcher)
    save(cast, cast.researcher, record, values={"body": "One.\n\nTwo."})
    save(cast, cast.researcher, record, values={"body": "One.\r\n\r\nTwo."})

    stored = Record.objects.get(pk=record.pk)
    assert (stored.version, stored.content["body"]) == (2, "One.\n\nTwo.")


def test_saving_what_is_there_changes_nothing(cast: Cast) -> None:
    record = create(cast, cast.researcher)
    before = Change.objects.count()

    save(cast, cast.researcher, record, values=VALUES)

    assert not Version.objects.filter(record=record).exists()
    assert Change.objects.count() == before


def test_two_who_edit_at_once_lose_nothing(cast: Cast) -> None:
    record = create(cast, cast.researcher)
    save(cast, cast.researcher, record, values={"title": "First"}, version=1)

    with pytest.raises(EditConflict) as caught:
        save(cast, cast.researcher, record, values={"title": "Second"}, version=1)

    assert caught.value.version == 2
    assert Record.objects.get(pk=record.pk).title == "First"


@pytest.mark.parametrize("stage", ["in_review", "published", "withdrawn", "expired"])
def test_only_a_draft_can_be_edited(cast: Cast, stage: str) -> None:
    record = make_record(cast.lab, stage=stage)

    with pytest.raises(NotEditable):
        save(cast, cast.researcher, record, values={"title": "Other"})


def test_an_earlier_version_comes_back_whole(cast: Cast) -> None:
    record = create(cast, cast.researcher, levels={"teaser": "zone", "identity": "named"})
    save(
        cast,
        cast.researcher,
        record,
        values={"title": "Other", "readiness": None},
        levels={"teaser": "public"},
    )

    restore_version(
        record.code, 1, by=cast.researcher, audience=cast.audience(cast.researcher), now=NOW
    )

    stored = Record.objects.get(pk=record.pk)
    assert (stored.title, stored.readiness, stored.teaser_level) == ("Seal", 4, "zone")
    assert Version.objects.filter(record=record).count() == 2


def test_no_group_is_more_open_than_the_one_around_it(cast: Cast) -> None:
    levels = {"teaser": "zone", "identity": "public", "confidential": "public"}

    record = create(cast, cast.researcher, levels=levels)

    assert (record.identity_level, record.confidential_level) == ("zone", "zone")


def test_a_grant_opens_and_its_revocation_closes(cast: Cast) -> None:
    record = make_record(
        cast.company,
        "need",
        levels={"teaser": "public", "identity": "named", "confidential": "named"},
        content={"details": "Plant 7", "contact": "Bo"},
    )
    seen = lambda: get_view(cast.audience(cast.researcher), record.code)  # noqa: E731
    assert seen().owner is None

    grant = open_to(
        record.code,
        cast.lab,
        "identity",
        basis=Grant.Basis.CONSENT,
        by=cast.buyer,
        audience=cast.audience(cast.buyer),
        now=NOW,
    )
    assert seen().owner is not None and seen().owner.name == "Lindgren Pumps"
    assert "details" not in seen().values

    revoke([grant.pk], by=cast.buyer, audience=cast.audience(cast.buyer), now=NOW)
    assert seen().owner is None
    assert set(Entry.objects.values_list("action", flat=True)) >= {"record:open", "record:close"}


@pytest.mark.parametrize("who", ["researcher", "rival", "manager", "officer"])
def test_nobody_else_opens_a_record(cast: Cast, who: str) -> None:
    record = make_record(cast.company, "need", levels={"identity": "named"})
    user = getattr(cast, who)

    with pytest.raises((PermissionDenied, Http404)):
        open_to(
            record.code,
            cast.lab,
            "identity",
            basis=Grant.Basis.CONSENT,
            by=user,
            audience=cast.audience(user),
            now=NOW,
        )
    assert not Grant.objects.exists()
