"""Is an uploaded file what its name says, and of a kind that is taken?"""

import re
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import IO

from django.utils.translation import gettext as _

from terrace_web.exchange.errors import UploadRefused
from terrace_web.ui.templatetags.ui import listed

_LONGEST_NAME = 160
_HEAD = 64 * 1024
_MARKUP = re.compile(rb"<\s*(?:!doctype|html|script|svg|iframe|body)\b", re.I)
_UNSAFE = re.compile(r"[\x00-\x1f\x7f/\\:*?\"<>|\u202a-\u202e\u2066-\u2069]")
_OOXML = "application/vnd.openxmlformats-officedocument."


@dataclass(frozen=True, slots=True)
class FileType:
    """A kind of file: its content type, and whether bytes are of it."""

    content_type: str
    is_like: Callable[[IO[bytes]], bool]


def _starts(*marks: bytes) -> Callable[[IO[bytes]], bool]:
    return lambda file: _head(file).startswith(marks)


def _is_webp(file: IO[bytes]) -> bool:
    head = _head(file)
    return head[:4] == b"RIFF" and head[8:12] == b"WEBP"


def _is_office(folder: str) -> Callable[[IO[bytes]], bool]:
    def test(file: IO[bytes]) -> bool:
        try:
            with zipfile.ZipFile(file) as archive:
                names = archive.namelist()
        except (zipfile.BadZipFile, OSError, ValueError):
            return False
        has_macros = any(name.lower().endswith("vbaproject.bin") for name in names)
        known = "[Content_Types].xml" in names and any(n.startswith(folder) for n in names)
        return known and not has_macros

    return test


def _is_text(file: IO[bytes]) -> bool:
    head = _head(file)
    return (
        b"\x00" not in head
        and not head.startswith((b"MZ", b"\x7fELF", b"#!", b"%PDF"))
        and (_MARKUP.search(head) is None)
    )


ACCEPTED: Mapping[str, FileType] = {
    ".pdf": FileType("application/pdf", _starts(b"%PDF-")),
    ".png": FileType("image/png", _starts(b"\x89PNG\r\n\x1a\n")),
    ".jpg": FileType("image/jpeg", _starts(b"\xff\xd8\xff")),
    ".jpeg": FileType("image/jpeg", _starts(b"\xff\xd8\xff")),
    ".webp": FileType("image/webp", _is_webp),
    ".docx": FileType(f"{_OOXML}wordprocessingml.document", _is_office("word/")),
    ".xlsx": FileType(f"{_OOXML}spreadsheetml.sheet", _is_office("xl/")),
    ".pptx": FileType(f"{_OOXML}presentationml.presentation", _is_office("ppt/")),
    ".csv": FileType("text/csv", _is_text),
    ".txt": FileType("text/plain", _is_text),
}
"""By the ending of the name; nothing that runs, and nothing a browser would run."""


def check_file(name: str, file: IO[bytes]) -> tuple[str, str]:
    """The name a file may keep, and its content type.

    Raises:
        UploadRefused: of no kind that is taken, or its content is not what its name says.
    """
    kept = clean_name(name)
    suffix = PurePosixPath(kept).suffix.lower()
    if suffix not in ACCEPTED:
        known = listed(each.lstrip(".").upper() for each in ACCEPTED)
        raise UploadRefused(
            _("Files of this kind are not taken; use %(known)s.") % {"known": known}
        )
    file.seek(0)
    if not ACCEPTED[suffix].is_like(file):
        raise UploadRefused(
            _("The content of this file is not what its ending %(suffix)s says.")
            % {"suffix": suffix}
        )
    file.seek(0)
    return kept, ACCEPTED[suffix].content_type


def clean_name(name: str) -> str:
    """A file's name without folders or signs that mislead, its ending kept when it is cut."""
    base = _UNSAFE.sub("_", re.split(r"[/\\]", name)[-1]).strip(" .") or "file"
    path = PurePosixPath(base)
    return f"{path.stem[: _LONGEST_NAME - len(path.suffix)]}{path.suffix}"[-_LONGEST_NAME:]


def _head(file: IO[bytes]) -> bytes:
    file.seek(0)
    return file.read(_HEAD)
