"""Bytes to text: what the file declares, else UTF-8, else GB18030 where it must be that.

GB18030 accepts nearly any bytes, so it is taken for a file without a mark only
when almost all that is not ASCII are pairs of the older GB2312, which a
Western single-byte text hardly ever yields.
"""

import codecs
import re
from pathlib import Path

from terrace.errors import InputError

_MARKS: tuple[tuple[bytes, str], ...] = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_WIDE_MARKS = tuple(mark for mark, name in _MARKS if name != "utf-8-sig")
_GB2312_PAIR = re.compile(rb"[\xa1-\xf7][\xa1-\xfe]")
_GB2312_SHARE = 0.95
_WIDE_SHARE = 0.3


def decode_text(path: Path, payload: bytes, *, encoding: str | None = None) -> tuple[str, str]:
    """The text and the name of the encoding it was read in.

    Raises:
        InputError: the bytes are not in ``encoding``, or nothing was said and
            they are neither marked, UTF-8, UTF-16 nor GB18030.
    """
    chosen = encoding or detect_encoding(payload)
    try:
        return payload.decode(chosen).removeprefix("\ufeff"), chosen
    except LookupError as error:
        raise InputError.of_file(
            path, f"no encoding is called '{chosen}'", "Use utf-8, gb18030, utf-16 or latin-1"
        ) from error
    except UnicodeDecodeError as error:
        if encoding is None and b"\0" in payload and not payload.startswith(_WIDE_MARKS):
            raise _no_text(path) from error
        raise _undecodable(path, payload, error) from error


def detect_encoding(payload: bytes) -> str:
    """The encoding a file is most likely in; 'utf-8' also where none fits."""
    for mark, name in _MARKS:
        if payload.startswith(mark):
            return name
    return _wide_encoding(payload[:4096]) or ("gb18030" if _is_gb18030(payload) else "utf-8")


def _wide_encoding(head: bytes) -> str:
    pairs = max(len(head) // 2, 1)
    if head[1::2].count(0) / pairs > _WIDE_SHARE:
        return "utf-16-le"
    return "utf-16-be" if head[0::2].count(0) / pairs > _WIDE_SHARE else ""


def _is_gb18030(payload: bytes) -> bool:
    if _is_utf_8_so_far(payload) or not _decodes(payload, "gb18030"):
        return False
    beyond_ascii = sum(byte > 0x7F for byte in payload[:200_000])
    in_pairs = 2 * len(_GB2312_PAIR.findall(payload[:200_000]))
    return in_pairs >= _GB2312_SHARE * beyond_ascii


def _is_utf_8_so_far(payload: bytes) -> bool:
    # A file that was cut inside its last character is still UTF-8, only damaged.
    try:
        text = codecs.getincrementaldecoder("utf-8")().decode(payload, final=False)
    except UnicodeDecodeError:
        return False
    return not text.isascii() or payload.isascii()


def _decodes(payload: bytes, encoding: str) -> bool:
    try:
        payload.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def _no_text(path: Path) -> InputError:
    return InputError.of_file(
        path, "is no text file", "Save the table as CSV in UTF-8, or as an Excel workbook (.xlsx)"
    )


def _undecodable(path: Path, payload: bytes, error: UnicodeDecodeError) -> InputError:
    line = payload.count(b"\n", 0, error.start) + 1
    if error.reason == "unexpected end of data":
        message = f"ends in the middle of a character (line {line})"
        return InputError.of_file(path, message, "It was cut off: fetch or export it again")
    place = f"byte 0x{payload[error.start]:02X} at offset {error.start} (line {line})"
    return InputError.of_file(
        path,
        f"{place} is not {error.encoding}",
        "Save the file as UTF-8, or say what it is in, e.g. --encoding gb18030 or latin-1",
    )
