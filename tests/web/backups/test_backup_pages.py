"""Only administrators get at backups, and nobody restores by a slip."""

import tarfile
from io import BytesIO
from pathlib import Path
from unittest.mock import Mock

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from terrace_web.audit.models import Entry
from terrace_web.backups import tasks
from terrace_web.backups.actions import backup_folder, make_backup
from terrace_web.backups.models import Job
from terrace_web.backups.tasks import begin
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
    for path in ("new", "upload", f"{backup.name}/restore", f"{backup.name}/delete"):
        assert client.post(URL + path).status_code == 403
    assert backup.exists()
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
    cast: Cast, sign_in, backup: Path, django_capture_on_commit_callbacks
) -> None:
    client = sign_in(cast.administrator)
    make_record(cast.lab, title="Still here")
    cut = backup.read_bytes()[:-200]
    client.post(f"{URL}upload", {"file": SimpleUploadedFile("a.tar.gz", cut)})
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


def other_archive() -> bytes:
    packed = BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as archive:
        archive.addfile(tarfile.TarInfo("letters.txt"))
    return packed.getvalue()


@pytest.mark.parametrize("content", [other_archive(), b"\x1f\x8bnothing"])
def test_another_archive_is_not_taken_in(cast: Cast, sign_in, content: bytes) -> None:
    file = SimpleUploadedFile("photos.tar.gz", content)

    answer = sign_in(cast.administrator).post(f"{URL}upload", {"file": file})

    assert answer.status_code == 422
    assert "photos.tar.gz is no backup of Terrace" in answer.content.decode()
    assert not list(backup_folder().glob("uploaded-*"))


def test_a_backup_can_be_brought_back(cast: Cast, sign_in, backup: Path) -> None:
    file = SimpleUploadedFile("mine.tar.gz", backup.read_bytes())

    sign_in(cast.administrator).post(f"{URL}upload", {"file": file})

    assert next(backup_folder().glob("uploaded-*")).read_bytes() == backup.read_bytes()


def test_a_backup_can_be_let_go(cast: Cast, sign_in, backup: Path) -> None:
    client = sign_in(cast.administrator)
    assert f"Delete {backup.name}?" in client.get(URL).content.decode()

    page = client.post(f"{URL}{backup.name}/delete", follow=True).content.decode()

    assert f"The backup {backup.name} is gone." in page and not backup.exists()
    assert Entry.objects.filter(action="backup:delete", subject=backup.name).exists()
    again = client.post(f"{URL}{backup.name}/delete", follow=True).content.decode()
    assert f"The backup {backup.name} is gone." in again


class TestWhyItFailed:
    """Nobody waits for what is over, and the reason is in the administrator's language."""

    def test_it_is_said_in_their_language(
        self, cast: Cast, backup: Path, django_capture_on_commit_callbacks
    ) -> None:
        type(cast.administrator).objects.update(language="zh-hans")
        backup.write_bytes(other_archive())

        with django_capture_on_commit_callbacks(execute=True):
            begin(Job.Action.RESTORE, by=cast.administrator, file=backup.name)

        assert "不是 Terrace 的备份" in Job.objects.get().message

    def test_an_unforeseen_fault_ends_it_too(
        self, cast: Cast, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(tasks, "make_backup", Mock(side_effect=OSError("no space left")))
        job = Job.objects.create(action=Job.Action.BACKUP, began_at=NOW)

        with pytest.raises(OSError, match="no space left"):
            tasks.run_job.call(job.pk)

        job.refresh_from_db()
        assert job.state == "failed" and "the log of the server" in job.message


@pytest.mark.parametrize(("done", "restores"), [(0, 1), (1, 0)])
def test_what_was_restored_before_a_kill_is_not_restored_again(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, done: int, restores: int
) -> None:
    """What people entered since then stays; the indexes are made anew."""
    asked: list[str] = []
    monkeypatch.setattr(tasks, "restore_backup", lambda *_a, **_k: asked.append("restore"))
    monkeypatch.setattr(tasks, "call_command", asked.append)
    job = Job.objects.create(action="restore", file="x.tar.gz", done=done, began_at=NOW)

    tasks.run_job.call(job.pk)

    job.refresh_from_db()
    assert asked == ["restore"] * restores + ["rebuild_index"]
    assert job.state == "done"
