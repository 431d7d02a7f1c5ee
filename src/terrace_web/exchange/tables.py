"""Views of records as rows of a table, and tables as CSV, XLSX and JSON."""

import csv
import io
import json
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import IO, Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from terrace_web.exchange.columns import entered_fields
from terrace_web.market.display import KIND_PLURALS, LANGUAGES, field_label, term_label
from terrace_web.market.kinds import Field, fields_of
from terrace_web.market.redaction import RecordView
from terrace_web.ui.cells import neutralised
from terrace_web.ui.labels import STAGES
from terrace_web.ui.regions import region_label

CONTENT_TYPES: Mapping[str, str] = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "json": "application/json",
}
_LONGEST_CELL, _LONGEST_SHEET_NAME = 32_000, 31
# Excel counts days from here.
_FIRST_YEAR = 1900
_LAST_NARROW = "\u02ff"
_EXCEL_BOM = "\ufeff"


def headings(kind: str) -> list[str]:
    """The columns of a table of records: names that an import understands."""
    names = [field.name for field in entered_fields(kind)]
    return ["id", *names, "language", "owner_name", "stage", "published", "changed", "url"]


def labels(kind: str) -> list[str]:
    """The same columns in the language of the page, for people; an import knows these too."""
    named = [str(field.label) for field in entered_fields(kind)]
    about = (
        _("Language"),
        _("Owner"),
        _("Stage"),
        _("Published on"),
        _("Last changed"),
        _("Web page"),
    )
    return [_("Number"), *named, *about]


def row_of(view: RecordView) -> list[Any]:
    """One record as cells in the order of ``headings``; closed fields stay empty."""
    return [_cell(value) for value in _values_of(view)]


def _values_of(view: RecordView) -> list[Any]:
    """What the cells hold; days are those of the site, as its pages show them."""
    values = [_value_of(view, field) for field in entered_fields(view.kind)]
    owner = view.owner.name if view.owner else ""
    published = timezone.localdate(view.published_at) if view.published_at else ""
    changed = timezone.localdate(view.updated_at)
    return [view.code, *values, view.language, owner, view.stage, published, changed, url_of(view)]


def _value_of(view: RecordView, field: Field) -> Any:
    value = view.values.get(field.name)
    if field.type == "date" and isinstance(value, str) and value:
        return date.fromisoformat(value)
    return value


def record_json(view: RecordView) -> dict[str, Any]:
    """One record with all that is open of it; closed groups have no keys at all."""
    known = fields_of(view.kind, *view.groups)
    return {
        "id": view.code,
        "kind": view.kind,
        "url": url_of(view),
        "language": view.language,
        "stage": view.stage,
        "published_at": view.published_at,
        "updated_at": view.updated_at,
        "owner": {"code": view.owner.code, "name": view.owner.name} if view.owner else None,
        **{field.name: view.values.get(field.name) for field in known},
    }


def url_of(view: RecordView) -> str:
    """The address of a record's page, with the site's name."""
    path = reverse("market:record", args=[view.code])
    return f"{settings.CONFIG.base_url.rstrip('/')}{path}"


def as_csv(kind: str, views: Iterable[RecordView]) -> Iterator[str]:
    """A CSV table line by line; its mark makes Excel read it as UTF-8."""
    yield _EXCEL_BOM + _csv_line(headings(kind))
    for view in views:
        yield _csv_line([neutralised(cell) for cell in row_of(view)])


def as_json(kind: str, views: Iterable[RecordView]) -> Iterator[str]:
    """A JSON array record by record."""
    del kind
    yield "["
    for place, view in enumerate(views):
        yield (",\n" if place else "\n") + dump(record_json(view))
    yield "\n]\n"


def as_xlsx(kind: str, views: Iterable[RecordView]) -> IO[bytes]:
    """A workbook in a file on disk, written row by row; its headings are ``labels``.

    Codes of fields, terms, regions, languages and stages are written by their names.
    """
    import xlsxwriter  # type: ignore[import-untyped]

    # The answer that sends the file closes it.
    target = tempfile.TemporaryFile()  # noqa: SIM115
    book = xlsxwriter.Workbook(target, {"constant_memory": True, "strings_to_formulas": False})
    sheet = book.add_worksheet(str(KIND_PLURALS[kind])[:_LONGEST_SHEET_NAME])
    _set_widths(sheet, kind)
    _write_row(sheet, 0, labels(kind), book.add_format({"bold": True}))
    days, number = book.add_format({"num_format": "yyyy-mm-dd", "align": "left"}), 0
    for number, view in enumerate(views, 1):
        _write_row(sheet, number, _values_of(_in_words(view)), days=days)
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, number, len(labels(kind)) - 1)
    book.close()
    target.seek(0)
    return target


def _set_widths(sheet: Any, kind: str) -> None:
    long = {field.name for field in entered_fields(kind) if field.type in ("line", "text", "list")}
    for column, (name, label) in enumerate(zip(headings(kind), labels(kind), strict=True)):
        # A Chinese sign is as wide as two others; the filter's button needs room too.
        least = sum(1 + (sign > _LAST_NARROW) for sign in label) + 4
        sheet.set_column(column, column, max(least, 40 if name in long else 14))


def _in_words(view: RecordView) -> RecordView:
    named = {"fields": field_label, "terms": term_label, "regions": region_label}
    said: dict[str, Any] = {
        name: [say(code) for code in view.values.get(name) or ()] for name, say in named.items()
    }
    said["region"] = region_label(view.values.get("region") or "")
    stage = str(STAGES[view.stage][0]) if view.stage in STAGES else view.stage
    language = LANGUAGES.get(view.language, view.language)
    return replace(view, values={**view.values, **said}, stage=stage, language=language)


def dump(said: Mapping[str, Any], *, indent: int | None = None) -> str:
    """JSON with dates as ISO text."""
    return json.dumps(said, ensure_ascii=False, default=_iso, indent=indent)


def _iso(value: Any) -> str:
    if isinstance(value, date | datetime):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} is no JSON")


def _cell(value: Any) -> Any:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list):
        plain = all(isinstance(each, str) for each in value)
        return "; ".join(value) if plain else json.dumps(value, ensure_ascii=False)
    return value


def _csv_line(cells: Sequence[Any]) -> str:
    line = io.StringIO()
    csv.writer(line).writerow(cells)
    return line.getvalue()


def _write_row(
    sheet: Any, number: int, values: Sequence[Any], form: Any = None, *, days: Any = None
) -> None:
    for column, value in enumerate(values):
        if isinstance(value, date) and value.year >= _FIRST_YEAR:
            sheet.write_datetime(number, column, value, days)
        elif isinstance(cell := _cell(value), int | float):
            sheet.write_number(number, column, cell, form)
        elif cell != "":
            sheet.write_string(number, column, str(neutralised(cell))[:_LONGEST_CELL], form)
