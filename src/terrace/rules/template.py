"""An empty facts file with units and notes: what an officer fills in."""

import io
from collections.abc import Iterable, Sequence
from pathlib import Path

import polars as pl

from terrace.errors import TerraceError
from terrace.files import write_atomically
from terrace.rules.facts import UNITS, Fact
from terrace.rules.rulebook import Rulebook

_KEY_COLUMNS = ("company", "fiscal_year", "recorded", "source", "confidence")


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
                "type": fact.type,
                "unit": UNITS[fact.unit].en,
                "单位": UNITS[fact.unit].zh,
                "period": fact.period,
                "choices": "; ".join(
                    f"{k} = {v.en} / {v.zh}" for k, v in (fact.choices or {}).items()
                ),
                "said by an expert": "yes" if fact.is_judged else "",
                "note": " / ".join(text for text in (fact.note.en, fact.note.zh) if text),
            }
            for fact in facts
        ]
    )


def write_template(path: Path, rulebooks: Sequence[Rulebook]) -> None:
    """Write an empty facts file as XLSX: the sheet to fill in, and one that explains it.

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
        sheet.write_row(0, 0, [*_KEY_COLUMNS, *(fact.id for fact in facts)], bold)
        sheet.freeze_panes(1, 2)
        sheet.set_column(0, len(_KEY_COLUMNS) + len(facts), 16)
        for place, fact in enumerate(facts, len(_KEY_COLUMNS)):
            sheet.write_comment(0, place, _comment(fact))
        describe_facts(facts).write_excel(book, "notes", autofit=True)
    write_atomically(path, lambda file: file.write(buffer.getvalue()))


def _comment(fact: Fact) -> str:
    unit = UNITS[fact.unit]
    units = f" [{unit.en} / {unit.zh}]" if unit.en else ""
    return f"{fact.label.en} / {fact.label.zh}{units}"
