"""Empty files to fill in: one line of headings, one that says what goes where."""

import csv
import io
from collections.abc import Sequence
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from terrace_web.exchange.columns import entered_fields
from terrace_web.market.display import GROUP_LABELS
from terrace_web.market.kinds import TERMS, Field

FORMATS = ("csv", "xlsx")
HELP_MARK = "#"
_SEVERAL = ("list", "fields", "regions")


def specimen_rows(kind: str) -> list[list[str]]:
    """Headings in the language of the page, and a line of help that an import leaves out."""
    fields = entered_fields(kind)
    groups = [f"visibility_{group}" for group in GROUP_LABELS]
    headings = ["id", *(str(field.label) for field in fields), *groups]
    number = _("your own number, so that the same file can be imported again")
    return [
        headings,
        [f"{HELP_MARK} {number}", *(_help_of(field) for field in fields), *_levels()],
    ]


def write_specimen(kind: str, file_format: str) -> bytes:
    """The file for this kind as CSV or XLSX."""
    rows = specimen_rows(kind)
    return _as_xlsx(rows) if file_format == "xlsx" else _as_csv(rows)


def is_help(values: Sequence[Any]) -> bool:
    """Whether a row is the line of help of such a file."""
    first = next(iter(values), None)
    return isinstance(first, str) and first.startswith(f"{HELP_MARK} ")


def _help_of(field: Field) -> str:
    # How the page takes several in one field does not hold in a file.
    several = field.type in _SEVERAL
    said = [_form_of(field), "" if several else str(field.help)]
    if field.needed:
        said.insert(0, _("needed to publish"))
    return _sentence_end().join(filter(None, (each.rstrip(".。") for each in said)))


def _levels() -> list[str]:
    levels = _("public, zone, named or private; empty: as usual")
    said = _("who may see “%(group)s”: %(levels)s")
    return [said % {"group": label, "levels": levels} for label in GROUP_LABELS.values()]


def _sentence_end() -> str:
    return "。" if (get_language() or "").startswith("zh") else ". "


def _form_of(field: Field) -> str:
    said = {
        "date": _("a date: 2026-03-31"),
        "number": _("a number"),
        "truth": _("yes or no"),
        "level": _("one level from 1 to 9"),
        "list": _("several between semicolons"),
        "fields": _("several between semicolons"),
        "regions": _("countries or provinces between semicolons; empty: anywhere"),
        "terms": _("of: %(terms)s") % {"terms": "; ".join(TERMS)},
    }
    return said.get(field.type, "")


def _as_csv(rows: Sequence[Sequence[str]]) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    # The mark makes Excel read UTF-8.
    return text.getvalue().encode("utf-8-sig")


def _as_xlsx(rows: Sequence[Sequence[str]]) -> bytes:
    import xlsxwriter  # type: ignore[import-untyped]

    payload = io.BytesIO()
    book = xlsxwriter.Workbook(payload, {"in_memory": True})
    sheet = book.add_worksheet()
    head = book.add_format({"bold": True, "bottom": 1})
    quiet = book.add_format({"italic": True, "font_color": "#666666", "text_wrap": True})
    sheet.write_row(0, 0, rows[0], head)
    sheet.write_row(1, 0, rows[1], quiet)
    sheet.set_column(0, len(rows[0]) - 1, 24)
    sheet.freeze_panes(1, 1)
    book.close()
    return payload.getvalue()
