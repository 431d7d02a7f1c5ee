"""Polars expressions read back as functions of one row; see ``kernels`` for why."""

import io
import json
import operator
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any

import polars as pl
from polars.exceptions import PolarsError

from terrace.rules.kernels import (
    FUNCTIONS,
    LOOKUPS,
    OPERATORS,
    Kernel,
    NotScalar,
    cast,
    choose,
    combine,
)


def read_expression(expression: pl.Expr) -> Kernel:
    """The expression as a function of one row.

    Raises:
        NotScalar: it holds an operation outside the set, or is written in another form.
    """
    try:
        return _read(json.loads(expression.meta.serialize(format="json")))
    except (AttributeError, LookupError, TypeError, ValueError) as error:
        raise NotScalar("another version of Polars") from error


def _read(node: Mapping[str, Any]) -> Kernel:
    ((kind, body),) = node.items()
    if kind == "Column":
        return operator.itemgetter(body)
    if not _reads_columns(node):
        return _constant(_compute(node).item())
    if kind not in _READERS:
        raise NotScalar(kind)
    return _READERS[kind](body)


def _read_cast(body: Mapping[str, Any]) -> Kernel:
    return cast(_read(body["expr"]), _name_type(body["dtype"]))


def _read_binary(body: Mapping[str, Any]) -> Kernel:
    return combine(body["op"], _read(body["left"]), _read(body["right"]))


def _read_ternary(body: Mapping[str, Any]) -> Kernel:
    return choose(*(_read(body[part]) for part in ("predicate", "truthy", "falsy")))


def _read_function(body: Mapping[str, Any]) -> Kernel:
    return _function(_name_function(body["function"]), body["input"])


_READERS: Mapping[str, Callable[[Any], Kernel]] = {
    "Cast": _read_cast,
    "BinaryExpr": _read_binary,
    "Ternary": _read_ternary,
    "Function": _read_function,
}


def _reads_columns(node: Any) -> bool:
    if isinstance(node, Mapping):
        return "Column" in node or any(map(_reads_columns, node.values()))
    return isinstance(node, list) and any(map(_reads_columns, node))


def _compute(node: Mapping[str, Any]) -> pl.Series:
    """A part without columns, computed by Polars."""
    try:
        expression = pl.Expr.deserialize(io.BytesIO(json.dumps(node).encode()), format="json")
        return pl.select(expression).to_series()
    except PolarsError as error:  # such as infinity, for which JSON has no word
        raise NotScalar("a constant") from error


def _constant(value: Any) -> Kernel:
    if isinstance(value, Decimal):  # as SQL reads 2.5
        value = float(value)
    return lambda _row: value


def _name_type(dtype: Any) -> str:
    literal = dtype.get("Literal")
    return literal if isinstance(literal, str) else next(iter(literal))


def _name_function(function: Any) -> str:
    """``Abs``, ``Boolean.Not``, ``Boolean.IsIn``, ``Sql.Mul``; options are left out."""
    if isinstance(function, str):
        return function
    ((name, inner),) = function.items()
    if isinstance(inner, str):
        return f"{name}.{inner}"
    if name not in ("Boolean", "Sql"):
        return str(name)
    ((kind, options),) = inner.items()
    return f"{name}.{options if isinstance(options, str) else kind}"


def _function(name: str, inputs: Sequence[Mapping[str, Any]]) -> Kernel:
    if name in LOOKUPS:
        return LOOKUPS[name](_read(inputs[0]), *(_compute(node) for node in inputs[1:]))
    if name in OPERATORS:
        return combine(name, *map(_read, inputs))
    if name not in FUNCTIONS:
        raise NotScalar(name)
    return FUNCTIONS[name](*map(_read, inputs))
