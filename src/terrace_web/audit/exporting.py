"""The trail as CSV: for people in their language, and beside it, unchanged, for programs.

Words change with languages and releases; whoever files the trail as evidence or reads it
by a program needs the codes, so they follow as the last columns, under the same names always.
"""

import csv
import json
from collections.abc import Iterator
from itertools import islice

from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from terrace_web.accounts.audience import Audience
from terrace_web.audit.models import Entry
from terrace_web.audit.queries import EntryView, say_entries
from terrace_web.ui.cells import neutralised

_BATCH = 500
_CODES = ("at", "action", "subject", "details")


class _Line:
    """What a csv writer writes to: gives back the line."""

    def write(self, line: str) -> str:
        return line


def write_csv(entries: Iterator[Entry], audience: Audience, language: str) -> Iterator[str]:
    """Its parts, each made in the reader's language: answers are sent after the page's is gone."""
    writer = csv.writer(_Line())
    with translation.override(language):
        # Excel reads UTF-8 only where a file begins with this mark.
        yield "\ufeff" + writer.writerow([*_headings(), *_CODES])
    while batch := list(islice(entries, _BATCH)):
        with translation.override(language):
            said = say_entries(batch, audience)
            lines = [
                writer.writerow([neutralised(cell) for cell in [*_words(view), *_codes(entry)]])
                for entry, view in zip(batch, said, strict=True)
            ]
        yield "".join(lines)


def _headings() -> list[str]:
    return [_("At"), _("Who"), _("Action"), pgettext("audit", "About"), _("Details")]


def _words(view: EntryView) -> list[str]:
    # Written so that spreadsheets of all languages take it for a time.
    at = f"{timezone.localtime(view.at):%Y-%m-%d %H:%M:%S}"
    who = f"{view.name} <{view.email}>" if view.email else view.name
    subjects = " · ".join(str(each) for each in view.subjects)
    return [at, who, view.action, subjects, " · ".join(view.details)]


def _codes(entry: Entry) -> list[str]:
    details = json.dumps(entry.details, ensure_ascii=False)
    return [entry.at.isoformat(), entry.action, entry.subject, details]
