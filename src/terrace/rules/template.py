"""An empty facts file with units and notes: what an officer fills in."""

import io
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import polars as pl

from terrace.errors import TerraceError
from terrace.files import write_atomically
from terrace.rules.facts import UNITS, Fact
from terrace.rules.facts_file import COMMON
from terrace.rules.labels import Label, Language
from terrace.rules.rulebook import Rulebook

_KEY_COLUMNS = ("company", "fiscal_year", "recorded", "source", "confidence")
_TYPES: Mapping[str, Label] = {
    "number": Label("number", "数字"),
    "text": Label("text", "文字"),
    "truth": Label("yes or no", "是或否"),
    "date": Label("date", "日期"),
}
_PERIODS: Mapping[str, Label] = {
    "year": Label("of the fiscal year", "该年度"),
    "year_end": Label("at the end of the year", "年末"),
    "current": Label("holds until a newer value", "有新值前一直有效"),
}


def template_facts(rulebooks: Sequence[Rulebook]) -> list[Fact]:
    """The facts that these rulebooks declare, in the order of their declaration."""
    return list({name: f for r in rulebooks for name, f in r.catalog.facts.items()}.values())


def describe_facts(facts: Iterable[Fact]) -> pl.DataFrame:
    """One row per fact: column, names, type, unit, period, choices, notes."""
    return pl.DataFrame(
        [
            {
                "column": fact.id,
                "name": fact.label.en,
                "名称": fact.label.zh,
                "type 类型": _write_both(_TYPES[fact.type]),
                "unit": UNITS[fact.unit].en,
                "单位": UNITS[fact.unit].zh,
                "period 期间": _write_both(_PERIODS[fact.period]),
                "choices 选项": "; ".join(
                    f"{k} = {v.en} / {v.zh}" for k, v in (fact.choices or {}).items()
                ),
                "said by an expert 由专家评定": "yes / 是" if fact.is_judged else "",
                "note 说明": " / ".join(text for text in (fact.note.en, fact.note.zh) if text),
            }
            for fact in facts
        ]
    )


def _write_both(label: Label) -> str:
    return f"{label.en} / {label.zh}"


def write_template(path: Path, rulebooks: Sequence[Rulebook], language: Language = "en") -> None:
    """Write an empty facts file as XLSX: the sheet to fill in, and one that explains it.

    Columns are headed by the ids of the facts, in Chinese by their names with their units.

    Raises:
        TerraceError: the ``excel`` extra is not installed, or the file cannot be written.
    """
    try:
        import xlsxwriter  # type: ignore[import-untyped]
    except ImportError as error:
        raise TerraceError(
            f"{path}: writing Excel needs an extra; run pip install 'terrace-zone[excel]'"
        ) from error
    facts = template_facts(rulebooks)
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer) as book:
        sheet = book.add_worksheet("facts")
        bold = book.add_format({"bold": True})
        columns = [*(COMMON[name] for name in _KEY_COLUMNS), *facts]
        sheet.write_row(0, 0, [_head(column, language) for column in columns], bold)
        sheet.freeze_panes(1, 2)
        sheet.set_column(0, len(_KEY_COLUMNS) + len(facts), 16)
        for place, fact in enumerate(facts, len(_KEY_COLUMNS)):
            sheet.write_comment(0, place, _comment(fact))
        describe_facts(facts).write_excel(book, "notes", autofit=True)
    write_atomically(path, lambda file: file.write(buffer.getvalue()))


def _head(fact: Fact, language: Language) -> str:
    """What the file may be read back by. A share is written as one, whatever its unit says."""
    if language == "en":
        return fact.id
    unit = "" if fact.unit == "fraction" else UNITS[fact.unit].zh
    return f"{fact.label.zh} [{unit}]" if unit else fact.label.zh


def _comment(fact: Fact) -> str:
    unit = UNITS[fact.unit]
    units = f" [{unit.en} / {unit.zh}]" if unit.en else ""
    return f"{_write_both(fact.label)}{units}"
