"""Only administrators get at backups, and nobody restores by a slip."""

from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from terrace_web.backups.actions import backup_folder, make_backup
from terrace_web.backups.models import Job
from terrace_web.market.models import Record
from terrace_web.testing.cast import NOW, Cast, make_record

URL = "/administration/backups/"


@pytest.fixture
def backup(cast: Cast) -> Path:
    make_record(cast.lab)
    return make_backup(by=None, now=NOW)[0]


@pytest.fixture(autouse=True)
def empty_folder():
    yield
    for path in backup_folder().glob("*"):
        path.unlink()


def test_it_works(cast: Cast, sign_in, backup: Path, django_capture_on_commit_callbacks) -> None:
    client = sign_in(cast.administrator)
    assert backup.name in client.get(URL).content.decode()

    with django_capture_on_commit_callbacks(execute=True):
        assert client.post(f"{URL}new").status_code == 302

    assert Job.objects.get().state == "done"
    assert len(list(backup_folder().glob("*.tar.gz"))) == 2


@pytest.mark.parametrize("who", ["officer", "manager", "researcher", "newcomer", None])
def test_it_checks_access(cast: Cast, sign_in, backup: Path, who: str | None) -> None:
    client = sign_in(getattr(cast, who) if who else None)

    for path in ("", f"{backup.name}/download", f"{backup.name}/restore"):
        assert client.get(URL + path).status_code == 403
    for path in ("new", "upload", f"{backup.name}/restore"):
        assert client.post(URL + path).status_code == 403
    assert not Job.objects.exists()


def test_it_speaks_chinese(cast: Cast, sign_in, backup: Path) -> None:
    page = sign_in(cast.administrator).get(URL, headers={"accept-language": "zh-hans"})

    assert "备份" in page.content.decode()


def test_restoring_takes_the_name_of_the_zone(
    cast: Cast, sign_in, backup: Path, django_capture_on_commit_callbacks
) -> None:
    client = sign_in(cast.administrator)
    Record.objects.update(title="Overwritten")

    wrong = client.post(f"{URL}{backup.name}/restore", {"name": "something"})
    assert wrong.status_code == 200 and not Job.objects.exists()
    with django_capture_on_commit_callbacks(execute=True):
        client.post(f"{URL}{backup.name}/restore", {"name": "Terrace"})

    assert Job.objects.get().state == "done"
    assert not Record.objects.filter(title="Overwritten").exists()


def test_a_backup_is_downloaded_whole(cast: Cast, sign_in, backup: Path) -> None:
    answer = sign_in(cast.administrator).get(f"{URL}{backup.name}/download")

    assert b"".join(answer.streaming_content) == backup.read_bytes()


@pytest.mark.parametrize("name", ["none.tar.gz", "..%2Fterrace.sqlite3", "manifest.json"])
def test_no_other_file_can_be_had(cast: Cast, sign_in, backup: Path, name: str) -> None:
    assert sign_in(cast.administrator).get(f"{URL}{name}/download").status_code == 404


def test_what_is_no_backup_is_refused(cast: Cast, sign_in) -> None:
    client = sign_in(cast.administrator)

    for name, said in (("a.zip", "choose a file that ends"), ("a.tar.gz", "is no archive")):
        answer = client.post(f"{URL}upload", {"file": SimpleUploadedFile(name, b"text")})

        assert answer.status_code == 422
        assert said in answer.content.decode()


def test_a_damaged_upload_is_told_and_changes_nothing(
    cast: Cast, sign_in, django_capture_on_commit_callbacks
) -> None:
    client = sign_in(cast.administrator)
    make_record(cast.lab, title="Still here")
    client.post(f"{URL}upload", {"file": SimpleUploadedFile("a.tar.gz", b"\x1f\x8bnothing")})
    name = next(backup_folder().glob("uploaded-*")).name

    with django_capture_on_commit_callbacks(execute=True):
        client.post(f"{URL}{name}/restore", {"name": "Terrace"})

    assert Job.objects.get().state == "failed"
    assert "damaged" in client.get(URL).content.decode()
    assert Record.objects.filter(title="Still here").exists()


def test_while_one_is_made_the_page_asks_for_the_files_too(cast: Cast, sign_in) -> None:
    Job.objects.create(action=Job.Action.BACKUP, began_at=NOW)

    page = sign_in(cast.administrator).get(URL).content.decode()

    assert 'hx-select-oob="#files"' in page and 'id="files"' in page
