"""A restore gives the same records, histories and matches; a damaged file changes nothing."""

import io
import tarfile
import zlib
from pathlib import Path
from random import Random

import pytest
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection
from django_tasks_db.models import DBTaskResult

from terrace_web.audit.models import Entry
from terrace_web.backups.actions import make_backup, restore_backup
from terrace_web.backups.errors import BackupError
from terrace_web.backups.tables import stored_models
from terrace_web.market.actions import save_record
from terrace_web.market.catalogue import Catalogue
from terrace_web.market.models import Record, Version
from terrace_web.market.moves import move_record
from terrace_web.matching.following import follow_outbox
from terrace_web.matching.models import Decision, Pair
from terrace_web.testing.cast import NOW, Cast, make_organisation, make_record, make_user


@pytest.fixture
def story(cast: Cast) -> Cast:
    """A zone with history: a matched pair, a decision, a version, a file."""
    seal = make_record(
        cast.lab, title="密封环 seal", stage="draft", fields=["materials"], manager=cast.manager
    )
    need = make_record(cast.company, "need", title="Seal")
    audience = cast.audience(cast.researcher)
    save_record(seal.code, by=cast.researcher, audience=audience, values={"readiness": 5}, now=NOW)
    move_record(seal.code, "submit", by=cast.researcher, audience=audience, now=NOW)
    follow_outbox(NOW)
    Decision.objects.create(
        need=need, achievement=seal, choice="shortlist", by=cast.manager, at=NOW
    )
    upload = Path(settings.MEDIA_ROOT) / "a" / "b.txt"
    upload.parent.mkdir(parents=True, exist_ok=True)
    upload.write_text("evidence")
    return cast


def everything() -> dict[str, list]:
    left_out = {"audit.entry", "market.change"}
    return {
        model._meta.label_lower: list(model._default_manager.order_by("pk").values())
        for model in stored_models()
        if model._meta.label_lower not in left_out
    }


def test_it_works(story: Cast, tmp_path: Path) -> None:
    before = everything()
    path, manifest = make_backup(by=story.administrator, now=NOW, path=tmp_path / "b.tar.gz")
    assert manifest.rows["market.record"] == 2

    Pair.objects.all().delete()
    Version.objects.all().delete()
    Record.objects.update(title="Overwritten")
    make_organisation("late", "lab", "Founded after the backup")
    (Path(settings.MEDIA_ROOT) / "a" / "b.txt").write_text("overwritten")
    restore_backup(path, by=story.administrator, now=NOW)

    assert everything() == before
    assert (Path(settings.MEDIA_ROOT) / "a" / "b.txt").read_text() == "evidence"
    assert Entry.objects.filter(action="backup:restore", user=story.administrator).exists()


def test_who_came_after_the_backup_may_have_signed_in(story: Cast, tmp_path: Path) -> None:
    path, _manifest = make_backup(by=story.administrator, now=NOW, path=tmp_path / "b.tar.gz")
    late = make_user("late", "Lea Late", story.lab, "editor")
    for user in (late, story.researcher):
        UserSession.objects.create(user=user, session_key=user.email, ip="127.0.0.1")

    restore_backup(path, by=late, now=NOW)

    connection.check_constraints()
    assert {each.user_id for each in UserSession.objects.all()} == {story.researcher.pk}


def test_what_is_added_afterwards_gets_new_numbers(story: Cast, tmp_path: Path) -> None:
    path, _manifest = make_backup(by=None, now=NOW, path=tmp_path / "b.tar.gz")
    highest = max(Record.objects.values_list("pk", flat=True))
    restore_backup(path, by=None, now=NOW)

    assert make_record(story.lab).pk > highest


def test_other_processes_notice(story: Cast, tmp_path: Path) -> None:
    path, _manifest = make_backup(by=None, now=NOW, path=tmp_path / "b.tar.gz")
    other = Catalogue()
    Record.objects.update(title="Changed")
    for _change in range(600):
        make_record(story.lab) if _change < 3 else None
    other.frame()

    restore_backup(path, by=None, now=NOW)

    assert sorted(other.frame()["title"]) == ["Seal", "密封环 seal"]
    make_record(story.lab, title="Later")
    assert "Later" in other.frame()["title"].to_list()


def test_the_tasks_of_the_worker_are_not_part_of_it(story: Cast, tmp_path: Path) -> None:
    """The restore is itself such a task, and must still be there when it ends."""
    path, _manifest = make_backup(by=None, now=NOW, path=tmp_path / "b.tar.gz")
    task = DBTaskResult.objects.create(
        run_after=NOW, args_kwargs={}, task_path="a.task", queue_name="q", backend_name="default"
    )

    restore_backup(path, by=None, now=NOW)

    assert list(DBTaskResult.objects.all()) == [task]


def damage_content(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 255
    path.write_bytes(bytes(content))


def write_text(path: Path) -> None:
    path.write_text("not a backup")


def cut_short(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-200])


def leave_out_the_manifest(path: Path) -> None:
    with tarfile.open(path, "w:gz"):
        pass


def garble(path: Path) -> None:
    """Bytes in the middle that say nothing to who unpacks."""
    packing, member = zlib.compressobj(wbits=31), tarfile.TarInfo("manifest.json")
    member.size = 100_000
    begun = member.tobuf() + Random(1).randbytes(60_000)
    path.write_bytes(packing.compress(begun) + packing.flush(zlib.Z_FULL_FLUSH) + b"\xff" * 40)


@pytest.mark.parametrize(
    "damage", [damage_content, write_text, cut_short, garble, leave_out_the_manifest, Path.unlink]
)
def test_a_damaged_file_changes_nothing(story: Cast, tmp_path: Path, damage) -> None:
    path, _manifest = make_backup(by=None, now=NOW, path=tmp_path / "b.tar.gz")
    before = everything()
    damage(path)

    with pytest.raises(BackupError, match=r"b\.tar\.gz"):
        restore_backup(path, by=None, now=NOW)

    assert everything() == before


def test_the_commands_say_what_they_did(story: Cast, tmp_path: Path, capsys) -> None:
    path = tmp_path / "zone.tar.gz"
    call_command("backup", str(path))
    call_command("restore", str(path), "--yes", "--no-index")

    said = capsys.readouterr().out
    assert "rows" in said and "zone.tar.gz" in said


def test_the_command_asks_first(story: Cast, tmp_path: Path, monkeypatch) -> None:
    path, _manifest = make_backup(by=None, now=NOW, path=tmp_path / "b.tar.gz")
    monkeypatch.setattr("builtins.input", lambda _question: "no")

    with pytest.raises(CommandError, match="nothing was changed"):
        call_command("restore", str(path))


def test_the_command_misses_the_file_before_it_asks(story: Cast, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"no file .*none\.tar\.gz; nothing was changed"):
        call_command("restore", str(tmp_path / "none.tar.gz"))


def test_where_nobody_answers_the_command_changes_nothing(
    story: Cast, tmp_path: Path, monkeypatch
) -> None:
    path, _manifest = make_backup(by=None, now=NOW, path=tmp_path / "b.tar.gz")
    monkeypatch.setattr("sys.stdin", io.StringIO())

    with pytest.raises(CommandError, match="--yes"):
        call_command("restore", str(path))
