"""The catalogue is at every use what the table is."""

from datetime import timedelta

from django.db import connection

from terrace_web.market import catalogue as module
from terrace_web.market.catalogue import Catalogue
from terrace_web.market.models import Change, Record
from terrace_web.market.outbox import note_change, note_everything, note_many
from terrace_web.testing.cast import NOW, Cast, make_record


def test_it_works(cast: Cast) -> None:
    record = make_record(cast.lab, fields=["materials"], terms=["licence"], readiness=4)

    row = Catalogue().frame().row(0, named=True)

    assert row["code"] == record.code
    assert (row["fields"], row["terms"], row["readiness"]) == (["materials"], ["licence"], 4)
    assert row["stage"] == "published"


def test_it_follows_additions_changes_and_deletions(cast: Cast) -> None:
    catalogue = Catalogue()
    first, second = make_record(cast.lab), make_record(cast.company, "need")
    assert catalogue.frame().height == 2

    third = make_record(cast.lab, title="Third")
    Record.objects.filter(pk=first.pk).update(title="Changed")
    note_change(first.pk, NOW)
    note_change(second.pk, NOW)
    second.delete()

    assert dict(catalogue.frame().select("id", "title").iter_rows()) == {
        first.pk: "Changed",
        third.pk: "Third",
    }


def test_a_number_that_shows_up_late_is_not_missed(cast: Cast, monkeypatch) -> None:
    monkeypatch.setattr("terrace_web.market.catalogue._LATE_NUMBERS", {connection.vendor: 500})
    catalogue = Catalogue()
    late = make_record(cast.lab, title="Before")
    Change.objects.all().delete()
    Change.objects.create(pk=900, record_id=late.pk, at=NOW)
    catalogue.frame()

    Record.objects.filter(pk=late.pk).update(title="After")
    Change.objects.create(pk=899, record_id=late.pk, at=NOW)

    assert catalogue.frame()["title"].to_list() == ["After"]


def test_a_change_of_everything_reads_all_anew(cast: Cast) -> None:
    catalogue = Catalogue()
    record = make_record(cast.lab)
    catalogue.frame()
    Record.objects.filter(pk=record.pk).update(title="Quietly changed")

    note_everything(NOW)

    assert catalogue.frame()["title"].to_list() == ["Quietly changed"]


def test_many_changes_are_followed_one_by_one(cast: Cast, monkeypatch) -> None:
    catalogue = Catalogue()
    records = [make_record(cast.lab) for _place in range(5)]
    catalogue.frame()
    Record.objects.update(readiness=7, updated_at=NOW + timedelta(days=1))

    note_many([record.pk for record in records], NOW)
    assert catalogue.frame()["readiness"].to_list() == [7] * 5

    monkeypatch.setattr(module, "_ALL_ANEW", 2)
    Record.objects.update(readiness=8)
    note_many([record.pk for record in records], NOW)
    assert catalogue.frame()["readiness"].to_list() == [8] * 5


def test_without_changes_it_is_the_same_frame(cast: Cast, django_assert_num_queries) -> None:
    catalogue = Catalogue()
    make_record(cast.lab)
    before = catalogue.frame()

    with django_assert_num_queries(1):
        assert catalogue.frame() is before
