"""Imports: preview, decision, drafts, undo; nothing of others is overwritten or given away."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import Http404
from django.utils import translation

from terrace_web.audit.models import Entry
from terrace_web.exchange.completing import (
    begin_submitting,
    count_imported,
    submit_imported,
    undo_import,
)
from terrace_web.exchange.errors import ImportRefused, UploadRefused
from terrace_web.exchange.importing import (
    begin_import,
    confirm_import,
    get_import,
    read_import,
    store_import,
)
from terrace_web.exchange.models import Import, Origin
from terrace_web.exchange.previews import shown_problems
from terrace_web.exchange.uploads import upload_path
from terrace_web.market.actions import save_record
from terrace_web.market.models import Record, Version
from terrace_web.market.signals import records_changed
from terrace_web.testing.cast import NOW, Cast, make_record

GOOD = "id,title,summary,fields\nA-1,Seal,Lasts,materials\nA-2,Pump,Moves,energy\n"


def preview_of(job: Import) -> tuple:
    """All that a preview says."""
    return job.state, job.counts, job.head, job.problems, job.total


def test_it_works(cast: Cast, store) -> None:
    job = store(GOOD)

    made = Record.objects.filter(owner=cast.lab).order_by("pk")
    assert job.state == "done" and job.counts["new"] == 2
    assert [(r.title, r.run.stage, r.created_by) for r in made] == [
        ("Seal", "draft", cast.researcher),
        ("Pump", "draft", cast.researcher),
    ]
    assert made[0].content["summary"] == "Lasts" and made[0].fields == ["materials"]
    assert upload_path(job.folder) is None


def test_it_checks_access(cast: Cast) -> None:
    file = SimpleUploadedFile("a.csv", GOOD.encode())

    for user in (cast.colleague, cast.newcomer, cast.manager, cast.administrator):
        with pytest.raises(PermissionDenied):
            begin_import("need", file, owner=cast.lab, by=user, audience=cast.audience(user),
                         now=NOW)  # fmt: skip
    for user in (cast.buyer, cast.other_researcher):
        with pytest.raises(Http404):
            begin_import("need", file, owner=cast.lab, by=user, audience=cast.audience(user),
                         now=NOW)  # fmt: skip


def test_a_preview_changes_nothing_and_counts(cast: Cast, upload) -> None:
    job = upload(GOOD)

    assert job.state == "ready" and job.counts == {
        "new": 2, "updated": 0, "unchanged": 0, "kept": 0, "bad": 0,
    }  # fmt: skip
    assert [row["values"]["title"] for row in job.head] == ["Seal", "Pump"]
    assert not Record.objects.exists() and upload_path(job.folder)


def test_the_same_file_again_changes_nothing(cast: Cast, store, upload) -> None:
    store(GOOD)

    assert upload(GOOD).counts["unchanged"] == 2
    assert store(GOOD).made == {} and Record.objects.count() == 2


def test_a_changed_row_makes_a_version_of_the_draft(cast: Cast, store) -> None:
    store(GOOD)
    job = store(GOOD.replace("Lasts", "Lasts longer"))

    record = Record.objects.get(title="Seal")
    assert job.counts["updated"] == 1 and job.counts["unchanged"] == 1
    assert record.content["summary"] == "Lasts longer" and record.version == 2
    assert Version.objects.get(record=record).values["summary"] == "Lasts"


def test_an_empty_cell_leaves_a_field_as_it_is(cast: Cast, store) -> None:
    store(GOOD)
    store("id,title,summary\nA-1,Better seal,\n")

    record = Record.objects.get(title="Better seal")
    assert record.content["summary"] == "Lasts" and record.fields == ["materials"]


def test_a_record_is_also_known_by_its_code(cast: Cast, store) -> None:
    record = make_record(cast.lab, title="Old", stage="draft")

    job = store(f"id,title\n{record.code},New\n")

    record.refresh_from_db()
    assert job.counts["updated"] == 1 and record.title == "New"


@pytest.mark.parametrize("stage", ["in_review", "published", "withdrawn", "expired"])
def test_what_left_the_draft_stage_stays_and_is_listed(cast: Cast, store, stage: str) -> None:
    record = make_record(cast.lab, title="Old", stage=stage)

    job = store(f"id,title\n{record.code},New\nB,Other\n")

    record.refresh_from_db()
    assert record.title == "Old" and job.counts["kept"] == 1 and job.counts["new"] == 1
    assert job.problems[0]["stops"] is False and record.code in job.problems[0]["message"]


@pytest.mark.parametrize("stage", ["draft", "published"])
@pytest.mark.parametrize("teaser", ["public", "private"])
def test_a_code_of_somebody_else_looks_exactly_like_a_new_one(
    cast: Cast, upload, store, stage: str, teaser: str
) -> None:
    theirs = make_record(
        cast.other_lab, title="Theirs", stage=stage, levels={"teaser": teaser}, code="X-TAKEN"
    )
    taken = upload("id,title\nX-TAKEN,Mine\n")
    free = upload("id,title\nX-UNUSED,Mine\n")
    free.head[0]["key"] = "X-TAKEN"

    assert preview_of(taken) == preview_of(free)

    stored = store("id,title\nX-TAKEN,Mine\nX-UNUSED,Mine too\n")
    theirs.refresh_from_db()
    made = Record.objects.filter(owner=cast.lab)
    assert theirs.title == "Theirs" and stored.counts["new"] == 2
    # Both got codes of the market, so that neither tells whether its own was taken.
    assert {record.code[:2] for record in made} == {"T-"}
    assert {o.number for o in Origin.objects.all()} == {"X-TAKEN", "X-UNUSED"}


def test_two_owners_may_use_one_number(cast: Cast, store) -> None:
    store(GOOD)
    job = store(GOOD, owner=cast.company, by=cast.buyer, kind="need")

    assert job.counts["new"] == 2 and Record.objects.filter(owner=cast.company).count() == 2


def test_a_record_of_another_kind_is_not_meant(cast: Cast, store) -> None:
    record = make_record(cast.lab, "need", title="Old", stage="draft")

    assert store(f"id,title\n{record.code},New\n").counts["new"] == 1


def test_one_bad_row_stops_the_whole_import(cast: Cast, upload) -> None:
    job = upload("id,title,trl\nA,Good,4\nB,Bad,77\n,,\n")

    assert job.counts["new"] == 1 and job.counts["bad"] == 1
    assert job.problems[0] | {"message": "", "other": {}} == {
        "other": {}, "row": 3, "field": "readiness", "message": "", "stops": True,
        "in_mapping": False,
        "remedy": "Write one level from 1 to 9",
    }  # fmt: skip
    with pytest.raises(ImportRefused):
        confirm_import(job, now=NOW)
    assert not Record.objects.exists()


@pytest.mark.parametrize("text", ["id,title\n", "id,title\n# your own number,# a title\n"])
def test_a_file_without_rows_is_over(upload, text: str) -> None:
    job = upload(text)

    assert job.state == "refused" and "rows" in job.problems[0]["message"]


def test_problems_are_kept_in_both_languages(upload) -> None:
    job = upload("id,title,trl,priority date\nA,Good,4,2999-01-01\nB,Bad,77,2020-01-01\n")

    with translation.override("zh-hans"):
        chinese = shown_problems(job, 9)
    assert [each["row"] for each in chinese] == [2, 3]
    for each, english in zip(chinese, shown_problems(job, 9), strict=True):
        assert english["message"] == english["message"].encode("ascii", "ignore").decode()
        assert each["message"] != english["message"] and any(c >= "一" for c in each["message"])


def test_a_failure_in_the_middle_leaves_nothing(cast: Cast, upload, monkeypatch) -> None:
    from terrace_web.exchange import importing
    from terrace_web.market.errors import NotEditable

    job = upload(GOOD)
    confirm_import(job, now=NOW)
    made = []

    def fail_at_the_second(*args, **kwargs):
        if made:
            raise NotEditable()
        made.append(importing_create(*args, **kwargs))
        return made[0]

    importing_create = importing.create_record
    monkeypatch.setattr(importing, "create_record", fail_at_the_second)
    store_import(job, now=NOW)

    job.refresh_from_db()
    assert job.state == "refused" and job.made == {}
    assert not Record.objects.exists() and not Origin.objects.exists()


def test_a_file_that_cannot_be_read_says_why(cast: Cast, upload) -> None:
    job = upload("%PDF-1.7", name="paper.csv")

    assert job.state == "refused" and "PDF" in job.problems[0]["message"]
    with pytest.raises(ImportRefused):
        confirm_import(job, now=NOW)


@pytest.mark.parametrize("name", ["a.exe", "a.html", "a", "a.xls", "../a.sh"])
def test_other_files_are_not_taken(cast: Cast, upload, name: str) -> None:
    with pytest.raises(UploadRefused):
        upload(GOOD, name=name)
    assert not Import.objects.exists()


def test_a_file_that_is_too_large_is_not_taken(cast: Cast, upload, monkeypatch) -> None:
    monkeypatch.setattr("terrace_web.exchange.uploads.upload_limit", lambda: 10)

    with pytest.raises(UploadRefused, match="too large"):
        upload(GOOD)


def test_it_is_stored_once(cast: Cast, upload) -> None:
    job = upload(GOOD)
    again = Import.objects.get(pk=job.pk)
    confirm_import(job, now=NOW)

    with pytest.raises(ImportRefused):
        confirm_import(again, now=NOW)


def test_after_a_day_the_file_is_gone(cast: Cast, upload) -> None:
    job = upload(GOOD)
    later = NOW + timedelta(hours=25)

    with pytest.raises(ImportRefused):
        confirm_import(job, now=later)
    upload(GOOD, now=later)
    assert not Import.objects.filter(pk=job.pk).exists() and upload_path(job.folder) is None


def test_only_who_uploaded_it_finds_it(cast: Cast, upload) -> None:
    job = upload(GOOD)

    assert get_import(cast.researcher, job.pk) == job
    for user in (cast.colleague, cast.buyer, cast.administrator):
        with pytest.raises(Http404):
            get_import(user, job.pk)


def test_who_is_no_editor_any_more_stores_nothing(cast: Cast, upload) -> None:
    job = upload(GOOD)
    confirm_import(job, now=NOW)
    cast.researcher.memberships.all().delete()

    store_import(Import.objects.get(pk=job.pk), now=NOW)

    assert Import.objects.get(pk=job.pk).state == "refused" and not Record.objects.exists()


def test_undo_deletes_only_what_nobody_touched(cast: Cast, store) -> None:
    job = store(GOOD)
    touched, untouched = Record.objects.order_by("pk")
    audience = cast.audience(cast.researcher)
    save_record(touched.code, by=cast.researcher, audience=audience, values={"title": "Mine now"},
                now=NOW)  # fmt: skip

    undone = undo_import(job, by=cast.researcher, audience=audience, now=NOW)

    assert (undone.removed, undone.left) == (1, 1)
    job.refresh_from_db()
    assert (job.standing, len(job.made)) == ("Undone in part", 1)
    assert [r.pk for r in Record.objects.all()] == [touched.pk]
    assert untouched.pk != touched.pk
    with pytest.raises(ImportRefused):
        undo_import(job, by=cast.researcher, audience=audience, now=NOW)


def test_what_is_left_of_it_is_counted_without_reading_it(
    cast: Cast, store, django_assert_num_queries
) -> None:
    job = store(GOOD)
    run = Record.objects.order_by("pk")[0].run
    run.stage = "in_review"
    run.save()

    with django_assert_num_queries(1) as asked:
        assert count_imported(job) == (1, 1)
    assert "content" not in asked.captured_queries[0]["sql"]


def test_a_whole_import_and_its_undoing_are_told_by_one_signal_each(
    cast: Cast, store, django_capture_on_commit_callbacks
) -> None:
    heard: list[list[int]] = []

    def listen(*, ids: list[int], **_signal: object) -> None:
        heard.append(ids)

    records_changed.connect(listen)
    try:
        with django_capture_on_commit_callbacks(execute=True):
            job = store(GOOD)
        made = list(Record.objects.order_by("pk").values_list("pk", flat=True))
        with django_capture_on_commit_callbacks(execute=True):
            audience = cast.audience(cast.researcher)
            undo_import(job, by=cast.researcher, audience=audience, now=NOW)
    finally:
        records_changed.disconnect(listen)

    assert heard == [made, made]


def test_all_are_submitted_and_refusals_are_kept(cast: Cast, store) -> None:
    job = store("id,title,summary,fields\nA,Seal,Lasts,materials\nB,No text,,\n")

    begin_submitting(job)
    submit_imported(job, now=NOW)

    job = Import.objects.get(pk=job.pk)
    stages = dict(Record.objects.values_list("title", "run__stage"))
    assert stages == {"Seal": "in_review", "No text": "draft"}
    assert job.state == "done" and len(job.refusals) == 1
    assert "Public summary" in job.refusals[0]["reason"]


def test_the_trail_says_what_was_imported_and_undone(cast: Cast, store) -> None:
    job = store(GOOD)
    undo_import(job, by=cast.researcher, audience=cast.audience(cast.researcher), now=NOW)

    stored = Entry.objects.get(action="import:store")
    assert stored.user == cast.researcher and stored.details["new"] == 2
    assert "Seal" not in str(stored.details)
    assert Entry.objects.get(action="import:undo").details == {"removed": 2, "left": 0}


def test_messages_are_in_the_language_of_the_upload(cast: Cast, upload) -> None:
    job = upload("title,trl\nSeal,77\n")
    job.language = "zh-hans"
    read_import(job)

    assert "77" in job.problems[0]["message"] and "no readiness" not in job.problems[0]["message"]


def test_levels_of_a_file_are_kept(cast: Cast, store) -> None:
    store("title,visibility_teaser,visibility_identity\nSeal,zone,named\n")

    record = Record.objects.get()
    assert (record.teaser_level, record.identity_level) == ("zone", "named")
