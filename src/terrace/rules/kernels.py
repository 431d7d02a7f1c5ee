"""Polars expressions as functions of one row, for the closed set of operations that rules use.

A plan is declared once, as Polars expressions. For one company the cost of starting Polars
some hundred times is far above that of the sums, so the same expressions are read back
(``Expr.meta.serialize``) and turned into Python functions over a dict. Constants are computed
by Polars itself. What is not in the set, and what floats do differently (not-a-number,
division by zero), raises ``NotScalar``: the caller then lets Polars do it.
"""

import functools
import operator
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

import polars as pl

from terrace.criteria.results import RESULT_TYPE

Values = Mapping[str, Any]
Kernel = Callable[[Values], Any]
_EPOCH = date(1970, 1, 1).toordinal()
_PLACES = {name: place for place, name in enumerate(RESULT_TYPE.categories)}


class NotScalar(Exception):
    """This expression, or these values, are left to Polars."""


def cast(inner: Kernel, dtype: str) -> Kernel:
    """Another type, by Polars' name of it; what is missing stays so."""
    if dtype not in _CASTS:
        raise NotScalar(f"cast to {dtype}")
    convert = _CASTS[dtype]

    return _map(convert)(inner)


def _to_whole(value: Any) -> int:
    return value.toordinal() - _EPOCH if isinstance(value, date) else int(value)


def _to_float(value: Any) -> float:
    return float(_to_whole(value)) if isinstance(value, date) else float(value)


def _to_truth(value: Any) -> bool:
    if not isinstance(value, bool):
        raise NotScalar("truth of a number")
    return value


def _to_result(value: Any) -> str:
    if value not in _PLACES:
        raise NotScalar("another enumeration")
    return str(value)


_CASTS: Mapping[str, Callable[[Any], Any]] = {
    **dict.fromkeys(("Int32", "Int64", "UInt8"), _to_whole),
    "Float64": _to_float,
    "Boolean": _to_truth,
    "Enum": _to_result,
}


def combine(name: str, left: Kernel, right: Kernel) -> Kernel:
    """Two values by an operator, by Polars' name of it."""
    if name in _JUNCTIONS:
        return _join(_JUNCTIONS[name], left, right)
    if name not in OPERATORS:
        raise NotScalar(name)
    apply = OPERATORS[name]

    def compute(row: Values) -> Any:
        first, second = left(row), right(row)
        if first is None or second is None:
            return None
        try:
            value = apply(first, second)
        except (ArithmeticError, TypeError) as error:
            raise NotScalar(name) from error
        if value != value:  # noqa: PLR0124
            raise NotScalar("not a number")
        return value

    return compute


def _floats(compute: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    """For SQL's operators, which treat whole numbers in their own way."""

    def apply(first: Any, second: Any) -> Any:
        if not isinstance(first, float) and not isinstance(second, float):
            raise NotScalar("whole numbers in SQL")
        return compute(first, second)

    return apply


def _power(base: Any, exponent: Any) -> float:
    if base < 0:
        raise NotScalar("power of a negative number")
    return float(base**exponent)


def _divide_rest(first: Any, second: Any) -> Any:
    if first < 0 or second <= 0:
        raise NotScalar("rest of a negative number")
    return first % second


_OPERATORS: Mapping[str, Callable[[Any, Any], Any]] = {
    **{"Plus": operator.add, "Minus": operator.sub, "Multiply": operator.mul},
    **{"TrueDivide": operator.truediv, "Modulus": _divide_rest, "Power": _power},
    **{"Eq": operator.eq, "NotEq": operator.ne, "Gt": operator.gt, "GtEq": operator.ge},
    **{"Lt": operator.lt, "LtEq": operator.le},
}
_SQL: Mapping[str, str] = {"Mul": "Multiply", "Div": "TrueDivide"}
OPERATORS: Mapping[str, Callable[[Any, Any], Any]] = {
    **_OPERATORS,
    **{
        f"Sql.{name}": _floats(_OPERATORS[_SQL.get(name, name)])
        for name in ("Plus", "Minus", "Mul", "Div", "Eq", "Gt", "GtEq", "Lt", "LtEq")
    },
}
# The truth that decides a junction whatever the other side says.
_JUNCTIONS: Mapping[str, bool] = {"And": False, "Or": True}


def _join(decisive: bool, *parts: Kernel) -> Kernel:
    """Kleene's and, or: decided by one part, else missing if one is missing."""

    def join(row: Values) -> bool | None:
        is_open: bool = False
        for part in parts:
            value = part(row)
            if value is decisive:
                return bool(value)
            is_open |= value is None
        return None if is_open else not decisive

    return join


def choose(predicate: Kernel, truthy: Kernel, falsy: Kernel) -> Kernel:
    """The first where the predicate is true, the second where it is false or missing."""
    return lambda row: truthy(row) if predicate(row) else falsy(row)


def _map(convert: Callable[[Any], Any]) -> Callable[[Kernel], Kernel]:
    """A function of one value that keeps what is missing."""

    def apply(inner: Kernel) -> Kernel:
        def compute(row: Values) -> Any:
            value = inner(row)
            return None if value is None else convert(value)

        return compute

    return apply


def _fold(join: Callable[[list[Any]], Any], *, empty: Any = None) -> Callable[..., Kernel]:
    """A function of several values that skips what is missing."""

    def apply(*parts: Kernel) -> Kernel:
        def compute(row: Values) -> Any:
            values = [value for part in parts if (value := part(row)) is not None]
            return join(values) if values else empty

        return compute

    return apply


def _fill(inner: Kernel, other: Kernel) -> Kernel:
    def compute(row: Values) -> Any:
        value = inner(row)
        return other(row) if value is None else value

    return compute


def _raise_to(base: Kernel, exponent: Kernel) -> Kernel:
    return combine("Power", base, exponent)


def _shift(day: Kernel, offset: Kernel) -> Kernel:
    return lambda row: _offset(day(row), offset(row))


@functools.lru_cache(maxsize=4096)
def _offset(day: date | None, offset: str) -> date | None:
    # Calendars are left to Polars: what is a month before 31 March?
    return pl.select(pl.lit(day, dtype=pl.Date).dt.offset_by(offset)).item()  # type: ignore[no-any-return]


def _is_in(inner: Kernel, listed: pl.Series) -> Kernel:
    values = listed.to_list()
    members = frozenset(values[0] if isinstance(listed.dtype, pl.List) else values)
    if None in members:
        raise NotScalar("a list with a missing value")
    return _map(members.__contains__)(inner)


def _replace(inner: Kernel, old: pl.Series, new: pl.Series) -> Kernel:
    changes = dict(zip(old.item(), new.item(), strict=True))
    return _map(changes.__getitem__)(inner)


FUNCTIONS: Mapping[str, Callable[..., Kernel]] = {
    "Abs": _map(abs),
    "Boolean.Not": _map(operator.not_),
    "Boolean.IsNull": lambda inner: lambda row: inner(row) is None,
    "Boolean.IsNotNull": lambda inner: lambda row: inner(row) is not None,
    "Boolean.AnyHorizontal": functools.partial(_join, True),
    "Boolean.AllHorizontal": functools.partial(_join, False),
    "TemporalExpr.Year": _map(operator.attrgetter("year")),
    "TemporalExpr.OffsetBy": _shift,
    "ToPhysical": _map(_PLACES.__getitem__),
    "MaxHorizontal": _fold(max),
    "MinHorizontal": _fold(min),
    "SumHorizontal": _fold(sum, empty=0.0),
    "FillNull": _fill,
    "Pow.Generic": _raise_to,
}
LOOKUPS: Mapping[str, Callable[..., Kernel]] = {
    "Boolean.IsIn": _is_in,
    "Sql.IsIn": _is_in,
    "ReplaceStrict": _replace,
}
