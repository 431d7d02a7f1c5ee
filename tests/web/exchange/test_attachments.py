"""Files of records: what is taken, who may fetch them, what is written down."""

import io
import zipfile

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import translation

from terrace_web.audit.models import Entry
from terrace_web.exchange import attachments
from terrace_web.exchange.attachments import add_attachment, delete_attachment
from terrace_web.exchange.checks import check_file, clean_name
from terrace_web.exchange.errors import UploadRefused
from terrace_web.exchange.models import Attachment
from terrace_web.market.actions import delete_draft
from terrace_web.market.models import Record
from terrace_web.market.queries import visible_to
from terrace_web.market.redaction import open_groups
from terrace_web.testing.cast import NOW, Cast, make_record

PDF = b"%PDF-1.7 body"


def office(*names: str) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name in ("[Content_Types].xml", *names):
            archive.writestr(name, "x")
    return target.getvalue()


GOOD = {
    "a.pdf": PDF,
    "a.PNG": b"\x89PNG\r\n\x1a\n rest",
    "a.jpg": b"\xff\xd8\xff\xe0 rest",
    "a.webp": b"RIFF\x00\x00\x00\x00WEBPVP8 ",
    "a.docx": office("word/document.xml"),
    "a.xlsx": office("xl/workbook.xml"),
    "a.pptx": office("ppt/presentation.xml"),
    "a.csv": "名称,值\n密封,1\n".encode("gb18030"),
    "a.txt": b"plain words",
}
BAD = {
    "a.exe": b"MZ\x90",
    "a.html": b"<html>",
    "a.svg": b"<svg onload=alert(1)>",
    "a.zip": office("word/document.xml"),
    "a": PDF,
    "a.pdf": b"MZ\x90 no pdf",
    "b.pdf": b"<html>%PDF-",
    "a.png": PDF,
    "a.txt": b"MZ\x90\x00",
    "b.txt": b"<!DOCTYPE html><script>alert(1)</script>",
    "c.txt": b"#!/bin/sh",
    "a.docx": office("xl/workbook.xml"),
    "b.docx": office("word/document.xml", "word/vbaProject.bin"),
    "c.docx": b"PK\x03\x04 broken",
    "a.pdf.exe": PDF,
}


def add(cast: Cast, record: Record, group: str = "teaser", *, by=None, name="a.pdf", content=PDF):
    user = by or cast.researcher
    return add_attachment(
        record.code,
        SimpleUploadedFile(name, content),
        group,
        by=user,
        audience=cast.audience(user),
        now=NOW,
    )


@pytest.fixture
def draft(cast: Cast) -> Record:
    return make_record(cast.lab, stage="draft")


def test_it_works(cast: Cast, draft: Record, sign_in) -> None:
    file = SimpleUploadedFile("../Data sheet.pdf", PDF)
    url = f"/market/r/{draft.code}/files/"

    page = sign_in(cast.researcher).post(
        url, {"file-file": file, "file-group": "teaser"}, follow=True
    )
    kept = Attachment.objects.get()
    fetched = sign_in(cast.colleague).get(f"{url}{kept.pk}/")

    assert "Data sheet.pdf" in page.content.decode()
    assert b"".join(fetched.streaming_content) == PDF
    assert fetched["X-Content-Type-Options"] == "nosniff"
    assert fetched["Content-Disposition"] == 'attachment; filename="Data sheet.pdf"'
    assert kept.size == len(PDF) and len(kept.sha256) == 64


def test_it_checks_access(cast: Cast, shelf: list[Record], sign_in) -> None:
    files = {}
    for record in shelf[::2]:
        for group in ("teaser", "identity", "confidential"):
            files[record, group] = Attachment.objects.create(
                record=record, group=group, name=f"{group}.pdf", size=1, sha256="", at=NOW,
                content_type="application/pdf", file=SimpleUploadedFile("x", PDF),
            )  # fmt: skip
    for name, user in cast.everybody().items():
        audience = cast.audience(user)
        seen = set(visible_to(audience).values_list("pk", flat=True))
        client = sign_in(user)
        listed = {
            record: client.get(f"/market/r/{record.code}/files/").content.decode()
            for record in shelf[::2]
        }
        for (record, group), file in files.items():
            fetched = client.get(f"/market/r/{record.code}/files/{file.pk}/")
            is_open = record.pk in seen and group in open_groups(audience, record)
            assert (fetched.status_code == 200) == is_open, (name, record.title, group)
            assert fetched.status_code in (200, 404)
            list(fetched)
            assert (f"{group}.pdf" in listed[record]) == is_open


def test_a_file_is_found_only_under_its_own_record(cast: Cast, draft: Record, sign_in) -> None:
    kept = add(cast, draft)
    other = make_record(cast.lab)

    assert sign_in(None).get(f"/market/r/{other.code}/files/{kept.pk}/").status_code == 404


@pytest.mark.parametrize("name", GOOD)
def test_good_files_are_taken(name: str) -> None:
    kept, content_type = check_file(name, io.BytesIO(GOOD[name]))

    assert kept == name and "/" in content_type


@pytest.mark.parametrize("name", BAD)
def test_other_files_are_refused(name: str) -> None:
    with pytest.raises(UploadRefused):
        check_file(name, io.BytesIO(BAD[name]))


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../etc/passwd.txt", "passwd.txt"),
        ("C:\\temp\\a.pdf", "a.pdf"),
        ("a\u202efdp.txt", "a_fdp.txt"),
        ('x"\r\nSet-Cookie: y.pdf', "x___Set-Cookie_ y.pdf"),
        ("密封件.pdf", "密封件.pdf"),
        ("", "file"),
    ],
)
def test_names_do_not_mislead(name: str, kept: str) -> None:
    assert clean_name(name) == kept


def test_a_long_name_keeps_its_ending() -> None:
    assert clean_name("x" * 500 + ".pdf").endswith("x.pdf")
    assert len(clean_name("x" * 500 + ".pdf")) <= 160


def test_files_lie_under_names_that_say_nothing(cast: Cast, draft: Record) -> None:
    kept = add(cast, draft, name="Secret plan.pdf")

    assert "Secret" not in kept.file.name and "." not in kept.file.name


def test_the_public_part_changes_only_in_a_draft(cast: Cast) -> None:
    record = make_record(cast.lab, stage="published")

    with pytest.raises(UploadRefused, match="back to draft"):
        add(cast, record, "teaser")
    kept = add(cast, record, "confidential")
    audience = cast.audience(cast.researcher)
    delete_attachment(record.code, kept.pk, by=cast.researcher, audience=audience, now=NOW)
    assert not Attachment.objects.exists()


def test_a_reviewed_file_cannot_be_taken_away(cast: Cast, draft: Record, sign_in) -> None:
    kept = add(cast, draft)
    draft.run.stage = "published"
    draft.run.save()

    page = sign_in(cast.researcher).post(
        f"/market/r/{draft.code}/files/{kept.pk}/delete/", follow=True
    )

    assert "back to draft first" in page.content.decode() and Attachment.objects.exists()


def test_only_owning_editors_add_and_delete(cast: Cast, sign_in) -> None:
    record = make_record(cast.lab, manager=cast.manager)
    kept = add(cast, record, "identity")
    url = f"/market/r/{record.code}/files/"

    for user in (cast.colleague, cast.buyer, cast.manager, cast.administrator, None):
        client = sign_in(user)
        file = SimpleUploadedFile("b.pdf", PDF)
        added = client.post(url, {"file-file": file, "file-group": "identity"})
        deleted = client.post(f"{url}{kept.pk}/delete/")
        assert added.status_code in (302, 403, 404) and deleted.status_code in (302, 403, 404)
    assert Attachment.objects.count() == 1


def test_deleting_asks_first_and_removes_the_file(
    cast: Cast, draft: Record, sign_in, django_capture_on_commit_callbacks
) -> None:
    kept = add(cast, draft)
    url = f"/market/r/{draft.code}/files/{kept.pk}/delete/"
    client = sign_in(cast.researcher)

    assert "Delete a.pdf?" in client.get(url).content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        client.post(url)
    assert not Attachment.objects.exists() and not default_storage.exists(kept.file.name)


def test_a_deleted_draft_takes_its_files_along(
    cast: Cast, draft: Record, django_capture_on_commit_callbacks
) -> None:
    kept = add(cast, draft)

    with django_capture_on_commit_callbacks(execute=True):
        delete_draft(
            draft.code, by=cast.researcher, audience=cast.audience(cast.researcher), now=NOW
        )
    assert not default_storage.exists(kept.file.name)


def test_confidential_downloads_of_others_are_written_down(cast: Cast, sign_in) -> None:
    record = make_record(cast.lab, levels={"confidential": "zone"})
    secret, open_one = add(cast, record, "confidential"), add(cast, record, "identity")

    for user in (cast.researcher, cast.rival):
        for file in (secret, open_one):
            list(sign_in(user).get(f"/market/r/{record.code}/files/{file.pk}/"))

    entry = Entry.objects.get(action="attachment:download")
    assert entry.user == cast.rival and entry.subject == record.subject
    assert "a.pdf" not in str(entry.details)


def test_too_large_empty_and_too_many_are_refused(
    cast: Cast, draft: Record, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(UploadRefused, match="empty"):
        add(cast, draft, content=b"")
    monkeypatch.setattr(attachments, "MOST_FILES", 1)
    add(cast, draft)
    with pytest.raises(UploadRefused, match="at most 1 files"):
        add(cast, draft)
    monkeypatch.setattr(attachments, "upload_limit", lambda: 5)
    with pytest.raises(UploadRefused, match="too large"):
        add(cast, draft)


def test_the_same_file_is_taken_once(cast: Cast, draft: Record) -> None:
    add(cast, draft)
    with pytest.raises(UploadRefused, match="already"):
        add(cast, draft)

    add(cast, draft, "confidential")
    add(cast, draft, content=b"%PDF-1.7 another")
    assert draft.attachments.count() == 3


def test_a_preview_lists_what_its_reader_would_fetch(cast: Cast, draft: Record, sign_in) -> None:
    add(cast, draft, name="open.pdf")
    add(cast, draft, "confidential", name="secret.pdf")
    url = f"/market/r/{draft.code}/preview/"

    for viewer in ("visitor", "member"):
        page = sign_in(cast.researcher).get(url, {"as": viewer}).content.decode()
        assert "open.pdf" in page and "secret.pdf" not in page
        assert "Add a file" not in page


def test_a_refusal_is_shown_at_the_field(cast: Cast, draft: Record, sign_in) -> None:
    file = SimpleUploadedFile("a.pdf", b"no pdf")

    page = sign_in(cast.researcher).post(
        f"/market/r/{draft.code}/files/", {"file-file": file, "file-group": "teaser"}
    )

    assert page.status_code == 422 and "is not what its ending .pdf says" in page.content.decode()


def test_htmx_gets_the_list_alone(cast: Cast, draft: Record, sign_in) -> None:
    page = sign_in(cast.researcher).post(
        f"/market/r/{draft.code}/files/",
        {"file-file": SimpleUploadedFile("a.pdf", PDF), "file-group": "teaser"},
        headers={"HX-Request": "true"},
    )

    text = page.content.decode()
    assert "<html" not in text and "a.pdf" in text and "was added" in page["HX-Trigger"]


def test_the_record_page_lists_them(
    cast: Cast, client: Client, django_assert_max_num_queries
) -> None:
    record = make_record(cast.lab)
    add(cast, record, "identity")

    with django_assert_max_num_queries(30):
        text = client.get(f"/market/r/{record.code}/").content.decode()
    assert "a.pdf" in text and "Add a file" not in text


def test_it_speaks_chinese(cast: Cast, draft: Record, sign_in) -> None:
    page = sign_in(cast.researcher).get(
        f"/market/r/{draft.code}/files/", headers={"Accept-Language": "zh-Hans"}
    )

    assert "添加文件" in page.content.decode()


def test_a_file_that_is_missing_on_disk_is_not_found(cast: Cast, sign_in, caplog) -> None:
    record = make_record(cast.lab)
    attachment = add(cast, record, "identity")
    default_storage.delete(attachment.file.name)

    answer = sign_in(cast.researcher).get(f"/market/r/{record.code}/files/{attachment.pk}/")

    assert answer.status_code == 404
    assert attachment.file.name in caplog.text


@pytest.mark.parametrize(
    ("language", "said"), [("en", "PDF, PNG, JPG"), ("zh-hans", "PDF、PNG、JPG")]
)
def test_what_is_taken_is_listed_as_the_language_does(language: str, said: str) -> None:
    with translation.override(language), pytest.raises(UploadRefused, match=said):
        check_file("setup.exe", io.BytesIO(b"MZ"))
