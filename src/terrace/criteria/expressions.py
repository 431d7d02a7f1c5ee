"""One expression language over declared facts, evaluated by Polars.

An expression has facts (``need.readiness_min``), numbers, 'texts', comparisons,
``+ - * /``, ``and or not``, ``in (...)``, ``between``, ``is null`` and the functions
``abs``, ``least``, ``greatest``. What is missing stays missing through all of them:
a comparison with a missing fact is neither true nor false, ``least`` and ``greatest``
of something missing are missing; only ``false and``, ``true or`` and ``is null``
come to an answer without it (Kleene's strong logic).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl
from polars.exceptions import PolarsError

from terrace.criteria.tokens import KEYWORDS, FactType, Source, Token, check_tokens, split_tokens
from terrace.errors import CriteriaError

# All numbers are floats here, so that nothing overflows or is cut to whole numbers.
DTYPES: Mapping[FactType, pl.DataType] = {
    "number": pl.Float64(),
    "text": pl.String(),
    "truth": pl.Boolean(),
    "date": pl.Date(),
}
_SAMPLES: Mapping[FactType, object] = {
    "number": 1.0,
    "text": "text",
    "truth": True,
    "date": date(2026, 1, 1),
}
_ARITIES: Mapping[str, tuple[int, int]] = {"abs": (1, 1), "least": (2, 9), "greatest": (2, 9)}


@dataclass(frozen=True, slots=True)
class Expression:
    """A checked expression: as written, the facts it reads, and as Polars has it."""

    text: str
    facts: tuple[str, ...]
    polars: pl.Expr
    dtype: pl.DataType


def parse_expression(text: str, facts: Mapping[str, FactType], *, where: str = "") -> Expression:
    """Check an expression against the declared facts and make it a Polars expression.

    Args:
        text: at most 2,000 characters of the language above.
        facts: the declared facts, name to type; frames come from ``prepare_facts``.
        where: what it belongs to, for messages ("gate 'budget', line 12").

    Raises:
        CriteriaError: what is wrong, at which character, and what to write instead.
    """
    source = Source(text, where)
    tokens = split_tokens(source)
    check_tokens(source, tokens, facts)
    parsed = _parse_sql(source, _write_sql(source, tokens))
    names = tuple(sorted({t.word for t in tokens if t.kind == "name" and t.word in facts}))
    if not set(parsed.meta.root_names()) <= set(names):
        source.refuse("it cannot be parsed", "check its grammar")
    return Expression(text, names, parsed, _dtype_of(source, parsed, facts))


def parse_condition(text: str, facts: Mapping[str, FactType], *, where: str = "") -> Expression:
    """``parse_expression`` for what has to be true, false or missing.

    Raises:
        CriteriaError: also where the expression is a number, a text or a date.
    """
    parsed = parse_expression(text, facts, where=where)
    if parsed.dtype != pl.Boolean():
        Source(text, where).refuse(f"it is a {parsed.dtype}, not a condition", "compare it")
    return parsed


def prepare_facts(frame: pl.DataFrame, facts: Mapping[str, FactType]) -> pl.DataFrame:
    """The declared columns of a frame as expressions read them; NaN and infinite are missing.

    Raises:
        CriteriaError: a declared fact has no column, or one of another type.
    """
    absent = sorted(set(facts) - set(frame.columns))
    if absent:
        raise CriteriaError(f"the frame lacks the facts {', '.join(absent)}; add these columns")
    try:
        return frame.select(_fact_column(name, kind) for name, kind in facts.items())
    except PolarsError as error:
        raise CriteriaError(f"a fact has another type than declared: {error}") from error


def _fact_column(name: str, kind: FactType) -> pl.Expr:
    column = pl.col(name).cast(DTYPES[kind])
    if kind != "number":
        return column
    return pl.when(column.is_finite()).then(column).alias(name)


def _write_sql(source: Source, tokens: Sequence[Token]) -> str:
    """The tokens as SQL, with fact names quoted and functions spelled out."""
    written: list[str] = []
    place = 0
    while place < len(tokens):
        token = tokens[place]
        if token.word in _ARITIES:
            end = _closing(tokens, place + 1)
            written.append(_write_call(source, token, tokens[place + 2 : end]))
            place = end + 1
            continue
        written.append(_write_token(token))
        place += 1
    return " ".join(written)


def _write_token(token: Token) -> str:
    is_fact = token.kind == "name" and token.word not in KEYWORDS
    return f'"{token.word}"' if is_fact else token.word


def _closing(tokens: Sequence[Token], opening: int) -> int:
    depth = 0
    for place in range(opening, len(tokens)):
        depth += (tokens[place].word == "(") - (tokens[place].word == ")")
        if depth == 0:
            return place
    raise AssertionError("brackets were checked before")


def _write_call(source: Source, name: Token, inside: Sequence[Token]) -> str:
    if any(token.word in ("least", "greatest") for token in inside):
        source.refuse(f"least or greatest inside '{name.word}'", "list all in one", name.place)
    arguments = [_write_sql(source, part) for part in _split_arguments(inside)]
    fewest, most = _ARITIES[name.word]
    if not fewest <= len(arguments) <= most or not all(arguments):
        counts = str(fewest) if fewest == most else f"{fewest} to {most}"
        source.refuse(f"'{name.word}' takes {counts} arguments", "add or remove some", name.place)
    call = f"{name.word}({', '.join(arguments)})"
    if name.word == "abs":
        return call
    # Polars' own least and greatest skip what is missing.
    missing = " or ".join(f"({argument}) is null" for argument in arguments)
    return f"(case when {missing} then null else {call} end)"


def _split_arguments(tokens: Sequence[Token]) -> Iterator[Sequence[Token]]:
    depth, start = 0, 0
    for place, token in enumerate(tokens):
        depth += (token.word == "(") - (token.word == ")")
        if token.word == "," and depth == 0:
            yield tokens[start:place]
            start = place + 1
    yield tokens[start:]


def _parse_sql(source: Source, sql: str) -> pl.Expr:
    try:
        return pl.sql_expr(sql)
    except PolarsError as error:
        source.refuse(f"it cannot be parsed ({_first_line(error)})", "check its grammar")


def _dtype_of(source: Source, parsed: pl.Expr, facts: Mapping[str, FactType]) -> pl.DataType:
    """The type it comes to, found on two sample rows: one full, one all missing."""
    sample = pl.DataFrame(
        {name: [_SAMPLES[kind], None] for name, kind in facts.items()},
        schema={name: DTYPES[kind] for name, kind in facts.items()},
    )
    try:
        return sample.select(parsed.alias("result")).to_series().dtype
    except PolarsError as error:
        source.refuse(f"its types do not fit ({_first_line(error)})", "compare like with like")


def _first_line(error: Exception) -> str:
    return str(error).strip().split("\n", 1)[0][:150]
