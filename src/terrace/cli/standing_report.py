"""How standing is shown on the terminal and written to files."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, BinaryIO

import polars as pl
from rich.text import Text

from terrace.cli.console import console
from terrace.cli.tables import make_table, name_columns, say
from terrace.errors import InputError, TerraceError
from terrace.files import write_atomically
from terrace.rules.explanation import Explanation, UsedFact
from terrace.rules.labels import Label, Language
from terrace.rules.rulebook import Rulebook, find_rulebook
from terrace.rules.sentences import RESULT_LABELS

_STYLES = {"met": "green", "unmet": "red", "unknown": "yellow", "needs_judgement": "cyan"}
_MARKS = {"met": "+", "unmet": "-", "unknown": "?", "needs_judgement": "*", "not_applicable": "."}
_SHOWN_ROWS = 60
_FEW_COMPANIES = 3
_COUNTED = ("met", "needs_judgement", "unknown", "unmet")
_HEADINGS = (
    Label("company", "企业"),
    Label("rulebook", "规定"),
    Label("version", "版本"),
    Label("result", "结论"),
    Label("points", "得分"),
    Label("met", "符合"),
    Label("not met", "不符合"),
    Label("open", "待定"),
)
_MORE = Label(
    "{count} more rows; --out FILE writes them all", "另有{count}行；--out 文件名 可全部写出"
)
_COMPANIES = Label("{count} companies", "{count}家企业")
_NAME = Label("{name} ({id} {version}, {day}): ", "{name}（{id} {version}，{day}）：")


def print_verdicts(rulebooks: Sequence[Rulebook], verdicts: pl.DataFrame, lang: Language) -> None:
    """Print one line per company and rulebook; of many, the first 60, and how many came to what."""
    shown = verdicts.sort("company", "rulebook").head(_SHOWN_ROWS)
    rows = (_verdict_cells(rulebooks, row, lang) for row in shown.iter_rows(named=True))
    console.print(make_table(name_columns(_HEADINGS, lang), rows))
    if verdicts.height > _SHOWN_ROWS:
        console.print(say(_MORE, lang, count=verdicts.height - _SHOWN_ROWS), markup=False)
    if verdicts["company"].n_unique() > _FEW_COMPANIES:
        _print_counts(rulebooks, verdicts, lang)


def _print_counts(rulebooks: Sequence[Rulebook], verdicts: pl.DataFrame, lang: Language) -> None:
    """How many companies came to each result, by rulebook."""
    results = pl.col("result").cast(pl.String)
    counted = verdicts.group_by("rulebook", "version").agg(
        (results == result).sum().alias(result) for result in _COUNTED
    )
    rows = (
        [
            find_rulebook(rulebooks, row["rulebook"]).label.of(lang),
            row["version"],
            *(f"{row[result]:,}" for result in _COUNTED),
        ]
        for row in counted.sort("rulebook").iter_rows(named=True)
    )
    labels = (*_HEADINGS[1:3], *(RESULT_LABELS[result] for result in _COUNTED))
    title = say(_COMPANIES, lang, count=f"{verdicts['company'].n_unique():,}")
    console.print(make_table(name_columns(labels, lang), rows, title=title))


def _verdict_cells(
    rulebooks: Sequence[Rulebook], row: Mapping[str, Any], lang: Language
) -> list[str | Text]:
    result = RESULT_LABELS[row["result"]].of(lang)
    return [
        row["company"],
        find_rulebook(rulebooks, row["rulebook"]).label.of(lang),
        row["version"],
        Text(result, style=_STYLES.get(row["result"], "dim")),
        write_points(row["points_low"], row["points_high"]),
        *(str(row[name]) for name in ("met", "unmet")),
        str(row["unknown"] + row["to_judge"]),
    ]


def write_points(low: float | None, high: float | None) -> str:
    """An interval of points."""
    if low is None or high is None:
        return ""
    return f"{low:g}" if low == high else f"{low:g}-{high:g}"


def print_explanation(explanation: Explanation, lang: Language) -> None:
    """Print the reasons for one company under one rulebook, with the law and the facts used."""
    rulebook, version = explanation.rulebook, explanation.version
    result = RESULT_LABELS[explanation.result].of(lang)
    points = _say_points(*explanation.points, lang) if explanation.points else ""
    name = say(
        _NAME,
        lang,
        name=rulebook.label.of(lang),
        id=rulebook.id,
        version=version.id,
        day=explanation.as_of,
    )
    console.print()
    heading = Text(name, style="bold") + Text(result, _STYLES.get(explanation.result, "dim"))
    console.print(heading + Text(f" {points}"), soft_wrap=True)
    law = f"  {version.source.title} {version.source.address}"
    console.print(law, markup=False, soft_wrap=True)
    for reason in explanation.reasons:
        sentence = reason.zh if lang == "zh" else reason.en
        indent = "  " * (reason.depth + 1)
        clause = f" [{reason.clause}]" if reason.clause else ""
        line = f"{indent}{_MARKS[reason.result]} {sentence}{clause}"
        console.print(line, markup=False, style=_STYLES.get(reason.result, "dim"), soft_wrap=True)
    _print_used(explanation, lang)


def _say_points(low: float, high: float, lang: Language) -> str:
    points = write_points(low, high)
    return f"{points}分" if lang == "zh" else f"({points} points)"


def _print_used(explanation: Explanation, lang: Language) -> None:
    """Print the facts used, those of one source together."""
    facts = explanation.rulebook.catalog.facts
    by_source: dict[str, list[str]] = {}
    for one in explanation.used:
        written = f"{facts[one.fact].label.of(lang)} {one.fiscal_year}: {_value_of(one, lang)}"
        by_source.setdefault(one.source, []).append(written)
    heading = "所用资料" if lang == "zh" else "facts used"
    for source, used in by_source.items():
        named = f" ({source})" if source else ""
        line = f"  {heading}{named}: {'; '.join(used)}"
        console.print(line, markup=False, style="dim", soft_wrap=True)


def _value_of(used: UsedFact, lang: Language) -> str:
    return used.zh if lang == "zh" else used.en


def export_frame(frame: pl.DataFrame, path: Path) -> None:
    """Write a frame as what the file's name says: .csv, .xlsx, .parquet, .json or .jsonl.

    Raises:
        InputError: another name.
        TerraceError: the ``excel`` extra is not installed, or the disk refuses.
    """
    plain = frame.with_columns(pl.col(pl.Enum).cast(pl.String))
    writers: dict[str, Callable[[BinaryIO], object]] = {
        ".csv": plain.write_csv,
        ".parquet": plain.write_parquet,
        ".json": lambda file: file.write(plain.write_json().encode()),
        ".jsonl": plain.write_ndjson,
        ".xlsx": plain.write_excel,
    }
    if path.suffix not in writers:
        raise InputError.of_file(
            path, "has no file type that is known", f"Use {', '.join(writers)}"
        )
    try:
        write_atomically(path, writers[path.suffix])
    except ImportError as error:
        raise TerraceError(
            f"{path}: writing Excel needs an extra; run pip install 'terrace-zone[excel]'"
        ) from error
