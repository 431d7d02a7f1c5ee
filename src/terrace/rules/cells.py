"""Columns of written cells to typed columns, with the rows that cannot be taken.

Numbers may carry %, 万, 亿 or 元 and separators of thousands; truths are yes/no, 是/否,
true/false or 1/0; a date may be ``none`` or 无 (never held), which is kept as 1900-01-01.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

import polars as pl

from terrace.rules.facts import UNIT_SCALES, Fact

NEVER = date(1900, 1, 1)
_NUMBER = r"^([-+]?\d+(?:\.\d+)?(?:[eE][-+]?\d{1,2})?)(%|元|万元?|亿元?)?$"
_YUAN_SCALES: Mapping[str, float] = {
    **{"元": 1.0, "万": 1e4, "万元": 1e4},
    **{"亿": 1e8, "亿元": 1e8},
}
_TRUTHS: Mapping[str, bool] = {
    **dict.fromkeys(("true", "yes", "y", "1", "1.0", "是", "有"), True),
    **dict.fromkeys(("false", "no", "n", "0", "0.0", "否", "无"), False),
}
_NEVER_WORDS = ("none", "never", "无")
_DATE_FORMATS = ("%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y年%m月%d日")


@dataclass(frozen=True, slots=True)
class BadCell:
    """One cell that cannot be taken; ``place`` counts rows from 0."""

    place: int
    message: str
    remedy: str


def parse_column(
    cells: pl.Series, fact: Fact, scale: float = 1.0
) -> tuple[pl.Series, list[BadCell]]:
    """The typed column of a fact, and what is wrong in it (null there).

    Args:
        cells: as written, or already of the fact's type.
        fact: what the column means.
        scale: how many of the declared unit one of the written unit is.
    """
    written = cells.cast(pl.String).str.strip_chars()
    written = pl.select(pl.when(written != "").then(written)).to_series()
    typed = _parse(cells, written, fact, scale).alias(fact.id)
    bad = [*_find_unreadable(written, typed, fact), *_find_outside(written, typed, fact)]
    return typed, bad


def _parse(cells: pl.Series, written: pl.Series, fact: Fact, scale: float) -> pl.Series:
    if cells.dtype == fact.dtype and fact.type in ("truth", "date"):
        return cells
    if fact.type == "number":
        return _parse_numbers(cells, written, fact, scale)
    if fact.type == "truth":
        return written.str.to_lowercase().replace_strict(
            _TRUTHS, default=None, return_dtype=pl.Boolean
        )
    return _parse_dates(written) if fact.type == "date" else _parse_texts(written, fact)


def _parse_numbers(cells: pl.Series, written: pl.Series, fact: Fact, scale: float) -> pl.Series:
    if cells.dtype.is_numeric():
        return cells.cast(pl.Float64) * scale
    plain = written.str.replace_all(r"[,\s\u00a0\u202f]", "")
    parts = pl.select(
        number=plain.str.extract(_NUMBER, 1).cast(pl.Float64, strict=False),
        suffix=plain.str.extract(_NUMBER, 2),
    )
    suffixes = {"fraction": {"%": 0.01}, "yuan": _YUAN_SCALES}.get(fact.unit, {"": 1.0})
    factor = parts["suffix"].replace_strict(suffixes, default=None, return_dtype=pl.Float64)
    return parts.select(
        pl.when(pl.col("suffix").is_null())
        .then(pl.col("number") * scale)
        .otherwise(pl.col("number") * factor)
    ).to_series()


def _parse_dates(written: pl.Series) -> pl.Series:
    day = pl.lit(written).str.replace(r"[T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?$", "")
    parsed = [day.str.to_date(form, strict=False) for form in _DATE_FORMATS]
    is_never = day.str.to_lowercase().is_in(_NEVER_WORDS)
    return pl.select(
        pl.when(is_never).then(pl.lit(NEVER)).otherwise(pl.coalesce(parsed))
    ).to_series()


def _parse_texts(written: pl.Series, fact: Fact) -> pl.Series:
    if fact.choices is None:
        return written
    names = {name: code for code, label in fact.choices.items() for name in (label.en, label.zh)}
    codes = {**names, **{code: code for code in fact.choices}}
    return written.replace_strict(codes, default=None, return_dtype=pl.String)


def _find_unreadable(written: pl.Series, typed: pl.Series, fact: Fact) -> Iterator[BadCell]:
    is_lost = typed.is_null()
    if fact.type == "number":
        is_lost |= ~typed.is_finite().fill_null(False)
    for place in (written.is_not_null() & is_lost).arg_true():
        yield BadCell(place, f"'{written[place][:40]}' is no {_expected(fact)}", _remedy(fact))


def _expected(fact: Fact) -> str:
    if fact.choices:
        return f"choice of {', '.join(fact.choices)}"
    return {"number": "number", "truth": "yes or no", "date": "date", "text": "text"}[fact.type]


def _remedy(fact: Fact) -> str:
    if fact.choices:
        return "Write one of them, or its name"
    if fact.type == "number" and fact.unit == "fraction":
        return "Write a fraction such as 0.05, or 5%"
    if fact.type == "number":
        units = ", ".join(unit for unit in UNIT_SCALES[fact.unit] if unit)
        return f"Write digits only, in {fact.unit or 'numbers'}" + (
            f" (or name the unit in the header: {units})" if units else ""
        )
    return {
        "truth": "Write yes or no (是 or 否)",
        "date": "Write 2026-01-31, or none if never held",
    }.get(fact.type, "Write text")


def _find_outside(written: pl.Series, typed: pl.Series, fact: Fact) -> Iterator[BadCell]:
    if fact.type != "number":
        return
    if fact.minimum is not None:
        for place in (typed < fact.minimum).arg_true():
            message = f"{written[place]} is below {fact.minimum:g}"
            hint = "its sign" if fact.minimum == 0 else "the figure"
            yield BadCell(place, message, f"'{fact.id}' is never less: check {hint}")
    if fact.maximum is not None:
        for place in (typed > fact.maximum).arg_true():
            yield BadCell(place, f"{written[place]} is above {fact.maximum:g}", _remedy_above(fact))


def _remedy_above(fact: Fact) -> str:
    if fact.unit == "fraction":
        return "Write a fraction: 5% is 0.05 (or write 5%)"
    return f"'{fact.id}' is never more: check its unit"
