"""The files of imports between preview and decision: in folders of their own, for a day."""

import secrets
import shutil
from collections.abc import Iterable
from pathlib import Path

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from terrace_web.exchange.errors import UploadRefused
from terrace_web.ui.templatetags.ui import listed

_FORMATS = (".csv", ".tsv", ".xlsx", ".jsonl", ".ndjson", ".json", ".parquet", ".csv.gz",
            ".jsonl.gz")  # fmt: skip
_MAPPING, _PROGRESS = "mapping.yaml", "progress"


def store_upload(file: UploadedFile, mapping: UploadedFile | None) -> str:
    """Keep an uploaded file; the name of its folder, which nobody guesses.

    Raises:
        UploadRefused: too large, or of a format that no reader knows.
    """
    suffix = _suffix_of(file.name or "")
    _require_small(file)
    folder = secrets.token_hex(16)
    path = _folder(folder)
    path.mkdir(parents=True, mode=0o700)
    _write(file, path / f"records{suffix}")
    if mapping is not None:
        _require_small(mapping)
        _write(mapping, path / _MAPPING)
    return folder


def upload_path(folder: str) -> Path | None:
    """The file to import, None where it is no longer kept."""
    return next(iter(_folder(folder).glob("records.*")), None)


def mapping_path(folder: str) -> Path | None:
    """The mapping that came with it, if one did."""
    path = _folder(folder) / _MAPPING
    return path if path.exists() else None


def drop_upload(folder: str) -> None:
    """Remove the files of an import."""
    shutil.rmtree(_folder(folder), ignore_errors=True)


def drop_uploads(folders: Iterable[str]) -> None:
    """Remove the files of several."""
    for folder in folders:
        drop_upload(folder)


def note_progress(folder: str, done: int) -> None:
    """Say how many rows are done; a file, since the import's own transaction shows nothing yet."""
    path = _folder(folder)
    if path.exists():
        (path / _PROGRESS).write_text(str(done))


def read_progress(folder: str) -> int:
    """How many rows are done."""
    try:
        return int((_folder(folder) / _PROGRESS).read_text() or 0)
    except (OSError, ValueError):
        return 0


def upload_limit() -> int:
    """The largest upload, in bytes."""
    return int(settings.CONFIG.upload_megabytes) * 1024 * 1024


def _folder(name: str) -> Path:
    return Path(settings.MEDIA_ROOT) / "imports" / name


def _suffix_of(name: str) -> str:
    found = [suffix for suffix in _FORMATS if name.lower().endswith(suffix)]
    if not found:
        known = listed(_FORMATS)
        raise UploadRefused(
            _("This file cannot be read; its name has to end in one of %(known)s.")
            % {"known": known}
        )
    return max(found, key=len)


def _require_small(file: UploadedFile) -> None:
    if (file.size or 0) > upload_limit():
        raise UploadRefused(
            _("The file is too large: at most %(n)s MB.") % {"n": settings.CONFIG.upload_megabytes}
        )


def _write(file: UploadedFile, path: Path) -> None:
    with path.open("wb") as target:
        for chunk in file.chunks():
            target.write(chunk)
