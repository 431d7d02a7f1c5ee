"""Sentence templates filled in for many rows at once."""

from collections.abc import Iterable, Mapping

import polars as pl

from terrace.criteria.results import Result
from terrace.match.gates.declaration import Language, Sentence, placeholders

Names = Mapping[str, Sentence]
_NOT_STATED: Mapping[Language, str] = {"en": "not stated", "zh": "未说明"}
_NAMED = ("observed", "required", "need.country")
_BETWEEN: Mapping[Language, str] = {"en": ", ", "zh": "、"}


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
    sentence: Sentence,
    language: Language,
    dtypes: Mapping[str, pl.DataType],
    names: Names | None = None,
) -> pl.Expr:
    """The sentence with its facts and figures; what is missing is said to be so.

    Args:
        sentence: its placeholders are columns.
        language: of the sentence.
        dtypes: the type of each of the columns.
        names: of the codes that ``observed``, ``required`` and ``need.country`` hold.
    """
    template = sentence.en if language == "en" else sentence.zh
    columns = placeholders(template)
    if not columns:
        return pl.lit(template)
    for name in columns:
        template = template.replace("{" + name + "}", "{}", 1)
    missing = pl.lit(_NOT_STATED[language])
    texts = [_write(n, dtypes[n], language, names).fill_null(missing) for n in columns]
    return pl.format(template, *texts)


def _write(name: str, dtype: pl.DataType, language: Language, names: Names | None) -> pl.Expr:
    """As ``shown``, with thousands set apart and codes by their names."""
    text = shown(pl.col(name), dtype)
    if dtype.is_numeric():
        return _set_thousands_apart(text)
    return _name(text, names, language) if names and name in _NAMED else text


def _set_thousands_apart(text: pl.Expr) -> pl.Expr:
    digits = text.str.extract(r"(\d+)").str.reverse()
    grouped = digits.str.replace_all(r"(\d{3})", "${1},").str.reverse().str.strip_prefix(",")
    sign, rest = text.str.extract("^(-?)"), text.str.extract(r"(\.\d+)?$", 0)
    return pl.concat_str(sign, grouped, rest)


def _name(text: pl.Expr, names: Names, language: Language) -> pl.Expr:
    """Listed codes by their names; one without a name stays as it is."""
    said = {code: name.en if language == "en" else name.zh for code, name in names.items()}
    listed = text.str.split(", ").list.eval(pl.element().replace(said))
    return listed.list.join(_BETWEEN[language])


def fill_by_result(
    says: Mapping[Result, Sentence],
    results: Iterable[str],
    language: Language,
    dtypes: Mapping[str, pl.DataType],
    names: Names | None = None,
) -> pl.Expr:
    """For each row the sentence of its result; '' where none is declared.

    ``results`` are those that occur, so that no sentence is filled in for nothing.
    """
    chosen = pl.lit("")
    for code in results:
        sentence = says.get(Result(code))
        if sentence is not None:
            filled = fill_sentence(sentence, language, dtypes, names)
            chosen = pl.when(pl.col("result") == code).then(filled).otherwise(chosen)
    return chosen
