"""Sentence templates filled in for many rows at once."""

from collections.abc import Iterable, Mapping

import polars as pl

from terrace.criteria.results import Result
from terrace.match.gates.declaration import Language, Sentence, placeholders

_NOT_STATED: Mapping[Language, str] = {"en": "not stated", "zh": "未说明"}


def shown(column: pl.Expr, dtype: pl.DataType) -> pl.Expr:
    """A value as people write it: 6 instead of 6.0, dates as 2026-01-31."""
    if not dtype.is_numeric():
        return column.cast(pl.String)
    rounded = column.round(2)
    whole = rounded == rounded.round(0)
    return (
        pl.when(whole)
        .then(column.round(0).cast(pl.Int64).cast(pl.String))
        .otherwise(rounded.cast(pl.String))
    )


def fill_sentence(
    sentence: Sentence, language: Language, dtypes: Mapping[str, pl.DataType]
) -> pl.Expr:
    """The sentence with its facts and figures; what is missing is said to be so.

    Args:
        sentence: its placeholders are columns.
        language: of the sentence.
        dtypes: the type of each of the columns.
    """
    template = sentence.en if language == "en" else sentence.zh
    names = placeholders(template)
    if not names:
        return pl.lit(template)
    for name in names:
        template = template.replace("{" + name + "}", "{}", 1)
    missing = pl.lit(_NOT_STATED[language])
    return pl.format(template, *(shown(pl.col(n), dtypes[n]).fill_null(missing) for n in names))


def fill_by_result(
    says: Mapping[Result, Sentence],
    results: Iterable[str],
    language: Language,
    dtypes: Mapping[str, pl.DataType],
) -> pl.Expr:
    """For each row the sentence of its result; '' where none is declared.

    ``results`` are those that occur, so that no sentence is filled in for nothing.
    """
    chosen = pl.lit("")
    for code in results:
        sentence = says.get(Result(code))
        if sentence is not None:
            filled = fill_sentence(sentence, language, dtypes)
            chosen = pl.when(pl.col("result") == code).then(filled).otherwise(chosen)
    return chosen
