"""The file of a backup: a tar with a manifest, one file per table, and the uploads.

The manifest has the size and digest of every member, so that a damaged file is found
before anything is changed.
"""

import hashlib
import io
import json
import tarfile
import tempfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

from django.utils.translation import gettext as _

from terrace.files import write_atomically
from terrace.progress import Progress, silent
from terrace_web.backups.errors import BackupError
from terrace_web.backups.tables import one_state, stored_models, write_rows

FORMAT = 1
_MANIFEST = "manifest.json"


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup holds: rows per table, and the digest of each member by name."""

    made_at: str
    rows: Mapping[str, int]
    digests: Mapping[str, str]


def write_archive(
    path: Path,
    *,
    uploads: Path,
    extras: Mapping[str, Path],
    now: datetime,
    progress: Progress = silent,
) -> Manifest:
    """Write a backup of all tables, uploads and extra files; whole or not at all.

    Raises:
        TerraceError: the disk is full or not writable.
    """
    with tempfile.TemporaryDirectory(prefix="terrace-backup-") as folder:
        with one_state():
            rows = _dump_tables(Path(folder), progress)
        members = {f"tables/{name}.jsonl": Path(folder) / f"{name}.jsonl" for name in rows}
        members |= {f"uploads/{each.relative_to(uploads)}": each for each in _files_in(uploads)}
        members |= {f"extras/{name}": each for name, each in extras.items() if each.is_file()}
        digests = {name: _digest(each) for name, each in members.items()}
        manifest = Manifest(now.isoformat(), rows, digests)
        path.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(path, lambda file: _pack(file, manifest, members))
    return manifest


@contextmanager
def open_archive(path: Path) -> Iterator[tuple[Manifest, Path]]:
    """A checked backup: its manifest, and the folder it was unpacked to for the time being.

    Raises:
        BackupError: it is no backup, is damaged, or is of a newer version.
    """
    with tempfile.TemporaryDirectory(prefix="terrace-restore-") as folder:
        target = Path(folder)
        try:
            with tarfile.open(path, "r:gz") as archive:
                archive.extractall(target, filter="data")
        except (OSError, tarfile.TarError, EOFError, zlib.error) as error:
            said = _("%(file)s is no backup or is damaged (%(error)s)")
            raise BackupError(said % {"file": path.name, "error": error}) from error
        try:
            head = (target / _MANIFEST).read_bytes()
        except OSError as error:
            raise _without_manifest(path.name) from error
        manifest = _read_manifest(head, path.name)
        _check(target, manifest, path)
        yield manifest, target


def peek(file: BinaryIO, name: str) -> Manifest:
    """The manifest of what somebody hands in as a backup; its members are not checked yet.

    Raises:
        BackupError: it is no backup, or is of another version.
    """
    try:
        with tarfile.open(fileobj=file, mode="r:gz") as archive:
            first = archive.next()
            member = archive.extractfile(first) if first and first.name == _MANIFEST else None
            head = member.read() if member else b""
    except (OSError, tarfile.TarError, EOFError, zlib.error) as error:
        raise _without_manifest(name) from error
    return _read_manifest(head, name)


def _dump_tables(folder: Path, progress: Progress) -> dict[str, int]:
    rows, chosen = {}, stored_models()
    for place, model in enumerate(chosen, start=1):
        name = model._meta.label_lower
        with (folder / f"{name}.jsonl").open("wb") as file:
            rows[name] = write_rows(model, file)
        progress("Writing tables", place, len(chosen))
    return rows


def _pack(file: Any, manifest: Manifest, members: Mapping[str, Path]) -> None:
    said = {"format": FORMAT, "made_at": manifest.made_at, "rows": manifest.rows}
    head = json.dumps({**said, "digests": manifest.digests}, indent=1).encode()
    with tarfile.open(fileobj=file, mode="w:gz", compresslevel=6) as archive:
        entry = tarfile.TarInfo(_MANIFEST)
        entry.size = len(head)
        archive.addfile(entry, io.BytesIO(head))
        for name, each in members.items():
            archive.add(each, name, recursive=False)


def _without_manifest(name: str) -> BackupError:
    return BackupError(_("%(file)s is no backup of Terrace: it has no manifest") % {"file": name})


def _read_manifest(head: bytes, name: str) -> Manifest:
    try:
        said = json.loads(head)
        version, manifest = said["format"], Manifest(said["made_at"], said["rows"], said["digests"])
    except (ValueError, KeyError, TypeError) as error:
        raise _without_manifest(name) from error
    if version != FORMAT:
        said = _(
            "%(file)s is of format %(version)s, this version reads %(format)s; "
            "install the version that wrote it"
        )
        raise BackupError(said % {"file": name, "version": version, "format": FORMAT})
    return manifest


def _check(folder: Path, manifest: Manifest, archive: Path) -> None:
    for name, digest in manifest.digests.items():
        member = folder / name
        if not member.is_file() or _digest(member) != digest:
            said = _("%(file)s is damaged: %(member)s is not as it was written")
            raise BackupError(said % {"file": archive.name, "member": name})


def _files_in(folder: Path) -> list[Path]:
    return sorted(each for each in folder.rglob("*") if each.is_file()) if folder.is_dir() else []


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
