"""Words, icons and colours for codes that every page shows the same way."""

import re
from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

Label = str | Promise
_CHINESE = re.compile("[\u4e00-\u9fff]")

STAGES: Mapping[str, tuple[Label, str]] = {
    "draft": (_("Draft"), "neutral"),
    "in_review": (_("In review"), "info"),
    "published": (_("Published"), "good"),
    "withdrawn": (_("Withdrawn"), "warn"),
    "expired": (_("Expired"), "warn"),
}
"""Stage of a record: its label and tone."""

LEVELS: Mapping[str, tuple[Label, str, str]] = {
    "public": (pgettext_lazy("who sees it", "Public"), "world", "good"),
    "zone": (pgettext_lazy("who sees it", "Zone members"), "building-community", "info"),
    "named": (pgettext_lazy("who sees it", "Named organisations"), "users", "warn"),
    "private": (pgettext_lazy("who sees it", "Private"), "lock", "neutral"),
}
"""Who may see something: label, icon and tone."""

RESULTS: Mapping[str, tuple[Label, str, str]] = {
    "met": (_("met"), "circle-check", "good"),
    "unmet": (_("not met"), "circle-x", "bad"),
    "unknown": (_("unknown"), "help", "warn"),
    "needs_judgement": (_("to judge"), "scale", "info"),
    "not_applicable": (_("not applicable"), "minus", "neutral"),
}
"""The five results of a criterion: label, icon and tone."""


def script_language_of(text: str) -> str:
    """The language of a text nobody noted one for: "zh" where it has Chinese characters."""
    return "zh" if _CHINESE.search(str(text)) else "en"


def html_language_of(code: str) -> str:
    """A language code as HTML wants it: "zh-hans" becomes "zh-Hans"."""
    language, _dash, script = str(code or "en").partition("-")
    return f"{language}-{script.title()}" if script else language
