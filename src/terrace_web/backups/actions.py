"""Making a backup, and going back to one."""

import shutil
from datetime import datetime
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.db import models, transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from terrace.progress import Progress, silent
from terrace_web.accounts.models import User
from terrace_web.audit.actions import record_audit
from terrace_web.backups.archive import Manifest, open_archive, write_archive
from terrace_web.backups.errors import BackupError
from terrace_web.backups.tables import (
    empty_tables,
    let_go_of_lost,
    read_rows,
    reset_sequences,
    stored_models,
)
from terrace_web.index import actions as index
from terrace_web.index.corpora import ranker_path
from terrace_web.market.catalogue import catalogue
from terrace_web.market.models import Change

# So far behind what any process has followed that none takes it for known.
_AHEAD = 10_000


def backup_folder() -> Path:
    """Where backups are kept."""
    return Path(settings.DATA_DIR) / "backups"


def make_backup(
    *, by: User | None, now: datetime, path: Path | None = None, progress: Progress = silent
) -> tuple[Path, Manifest]:
    """Write a backup of everything but the indexes, which are rebuilt.

    Raises:
        TerraceError: the disk is full or not writable.
    """
    target = path or backup_folder() / f"terrace-{now:%Y%m%d-%H%M%S}.tar.gz"
    manifest = write_archive(
        target,
        uploads=Path(settings.MEDIA_ROOT),
        extras={"ranker.json": ranker_path()},
        now=now,
        progress=progress,
    )
    rows = sum(manifest.rows.values())
    record_audit("backup:make", by=by, now=now, subject=target.name, details={"rows": rows})
    return target, manifest


def restore_backup(
    path: Path, *, by: User | None, now: datetime, progress: Progress = silent
) -> Manifest:
    """Make everything as it was in the backup; what is there now is gone afterwards.

    The file is checked before anything changes, and the tables change in one transaction.
    The indexes are emptied; rebuild them afterwards.

    Raises:
        BackupError: the file is no backup, is damaged, or does not fit; all is as before.
    """
    with open_archive(path) as (manifest, folder):
        known = {model._meta.label_lower for model in stored_models()}
        if unknown := sorted(set(manifest.rows) - known):
            said = _("%(file)s has the table '%(table)s', which is not known here")
            raise BackupError(said % {"file": path.name, "table": unknown[0]})
        staged = _stage_uploads(folder)
        _replace_tables(manifest, folder, progress)
        _swap_uploads(staged)
        _replace_ranker(folder)
    index.forget_all()
    catalogue.forget()
    record_audit("backup:restore", by=_still_there(by), now=now, subject=path.name)
    return manifest


def _replace_tables(manifest: Manifest, folder: Path, progress: Progress) -> None:
    chosen = stored_models()
    with transaction.atomic():
        last = Change.objects.aggregate(last=Max("pk"))["last"] or 0
        empty_tables(chosen)
        for place, name in enumerate(manifest.rows, start=1):
            _read_table(apps.get_model(name), folder / "tables" / f"{name}.jsonl")
            progress("Reading tables", place, len(manifest.rows))
        let_go_of_lost(chosen)
        reset_sequences(chosen)
        _announce(last)


def _read_table(model: type[models.Model], path: Path) -> None:
    try:
        with path.open("rb") as file:
            read_rows(model, file)
    except (ValueError, TypeError, KeyError, LookupError) as error:
        said = _("%(file)s does not fit this version (%(error)s)")
        raise BackupError(said % {"file": path.name, "error": error}) from error


def _announce(last: int) -> None:
    """Let every process read its catalogue anew, whatever it has followed so far."""
    newest = Change.objects.aggregate(last=Max("pk"))["last"] or 0
    now = timezone.now()
    Change.objects.create(pk=max(last, newest) + _AHEAD, record_id=None, at=now, applied_at=now)
    reset_sequences([Change])


def _stage_uploads(folder: Path) -> Path:
    """Copied beside their place beforehand: once the tables are changed, nothing may take long."""
    staged = Path(settings.MEDIA_ROOT).with_name("uploads.restored")
    shutil.rmtree(staged, ignore_errors=True)
    staged.mkdir(parents=True)
    if (folder / "uploads").is_dir():
        shutil.copytree(folder / "uploads", staged, dirs_exist_ok=True)
    return staged


def _swap_uploads(staged: Path) -> None:
    uploads = Path(settings.MEDIA_ROOT)
    replaced = uploads.with_name("uploads.replaced")
    shutil.rmtree(replaced, ignore_errors=True)
    if uploads.exists():
        uploads.rename(replaced)
    staged.rename(uploads)
    shutil.rmtree(replaced, ignore_errors=True)


def _replace_ranker(folder: Path) -> None:
    ranker_path().unlink(missing_ok=True)
    if (folder / "extras" / "ranker.json").is_file():
        shutil.copy(folder / "extras" / "ranker.json", ranker_path())


def _still_there(by: User | None) -> User | None:
    return User.objects.filter(pk=by.pk).first() if by else None
