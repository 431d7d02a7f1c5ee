"""The agreement under which confidential fields are opened; our own wording, by version."""

import re
import unicodedata

from django.utils.translation import gettext_lazy as _

VERSION = "2026-1"
"""Raise it with every change of the text: each request keeps the version it was made under."""

CLAUSES = (
    _(
        "What the owner marks as confidential is used only to decide on working together on this "
        "record."
    ),
    _(
        "It is shown to those of our people who need it for that, and to nobody outside our "
        "organisation."
    ),
    _(
        "It is kept secret for five years, unless it becomes public without our doing or the "
        "owner allows more in writing."
    ),
    _(
        "No right to use, copy or protect it passes to us; documents are destroyed when the owner "
        "asks for it."
    ),
    _(
        "The platform records who accepted this, when and in which version, and who looked at the "
        "confidential fields."
    ),
)


def signs_as(typed: str, name: str) -> bool:
    """Whether a signature is the account's name, whatever its case, spaces and order.

    Where the account has no name it has to look like one: two words, or two characters of Chinese.
    """
    if name.strip():
        return _parts(typed) == _parts(name) or _joined(typed) == _joined(name)
    has_chinese = len(re.findall(r"[\u3400-\u9fff]", typed)) >= 2
    return has_chinese or len(_parts(typed)) >= 2


def _parts(name: str) -> list[str]:
    return sorted(re.findall(r"\w+", unicodedata.normalize("NFKC", name).casefold()))


def _joined(name: str) -> str:
    # 陈 立 is 陈立.
    return "".join(re.findall(r"\w", unicodedata.normalize("NFKC", name).casefold()))
