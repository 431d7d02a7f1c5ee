"""The facts of one thing, checked, and the conditions of a flow held against them."""

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import polars as pl

from terrace.criteria.expressions import DTYPES
from terrace.criteria.results import Result, literal, result_of
from terrace.criteria.tokens import FactType
from terrace.errors import CriteriaError
from terrace.flow.flow import Condition, Fact, FlowVersion
from terrace.flow.label import Label, join_labels

_PYTHON_TYPES: Mapping[FactType, tuple[type, ...]] = {
    "number": (int, float, Decimal),
    "text": (str,),
    "truth": (bool,),
    "date": (date,),
}
_REMEDIES: Mapping[FactType, str] = {
    "number": "give an int or a float",
    "text": "give a str",
    "truth": "give True or False",
    "date": "give a datetime.date without a time",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """What came of a condition; ``missing`` are the facts an unknown one lacks."""

    condition: Condition
    result: Result
    missing: tuple[Fact, ...] = ()

    @property
    def reason(self) -> Label:
        """What has to hold, and where it is unknown, which facts it takes to tell."""
        says = self.condition.says
        if not self.missing:
            return says
        names = join_labels(fact.name for fact in self.missing)
        return Label(
            f"{says.en} (Not known yet: {names.en}.)", f"{says.zh}（尚不清楚：{names.zh}。）"
        )


def check_facts(declared: Mapping[str, Fact], facts: Mapping[str, object]) -> dict[str, object]:
    """The declared facts as expressions read them; what is absent or no number is None.

    Facts that are not declared are left out, so that one set serves several flows.

    Raises:
        CriteriaError: a fact has another type than declared.
    """
    return {fact.id: _check_fact(fact, facts.get(fact.id)) for fact in declared.values()}


def find_blanks(
    version: FlowVersion, names: Iterable[str], facts: Mapping[str, object]
) -> list[Fact]:
    """The facts among these names that are absent, or blank texts."""
    return [version.facts[name] for name in names if _is_blank(facts.get(name))]


def judge_conditions(
    version: FlowVersion, names: Collection[str], facts: Mapping[str, object]
) -> tuple[Finding, ...]:
    """What came of each of these conditions, for facts from ``check_facts``."""
    conditions = [version.conditions[name] for name in dict.fromkeys(names)]
    if not conditions:
        return ()
    results = _one_row(version, facts).select(
        _result_of(condition).alias(condition.id) for condition in conditions
    )
    return tuple(
        _finding_of(version, condition, Result(code), facts)
        for condition, code in zip(conditions, results.row(0), strict=True)
    )


def _finding_of(
    version: FlowVersion, condition: Condition, result: Result, facts: Mapping[str, object]
) -> Finding:
    unknown = result is Result.UNKNOWN
    absent = [name for name in condition.facts if facts[name] is None] if unknown else []
    return Finding(condition, result, tuple(version.facts[name] for name in absent))


def _result_of(condition: Condition) -> pl.Expr:
    applies, met = condition.applies.polars, condition.met.polars
    return (
        pl.when(applies.not_())
        .then(literal(Result.NOT_APPLICABLE))
        .when(applies)
        .then(result_of(met))
        .otherwise(literal(Result.UNKNOWN))
    )


def _one_row(version: FlowVersion, facts: Mapping[str, object]) -> pl.DataFrame:
    schema = {fact.id: DTYPES[fact.type] for fact in version.facts.values()}
    return pl.DataFrame({name: [facts[name]] for name in schema}, schema=schema)


def _check_fact(fact: Fact, value: object) -> object:
    if value is None:
        return None
    # A bool is an int and a datetime is a date, but neither is meant here.
    exact = type(value) is date if fact.type == "date" else True
    is_truth = isinstance(value, bool) == (fact.type == "truth")
    if not (exact and is_truth and isinstance(value, _PYTHON_TYPES[fact.type])):
        raise CriteriaError(
            f"the fact '{fact.id}' is a {fact.type}, not {value!r:.60}; {_REMEDIES[fact.type]}"
        )
    return _check_number(fact, value) if isinstance(value, int | float | Decimal) else value


def _check_number(fact: Fact, value: int | float | Decimal) -> object:
    if isinstance(value, bool):
        return value
    try:
        number = float(value)
    except OverflowError as error:
        raise CriteriaError(
            f"the fact '{fact.id}' is a number beyond all figures; correct it"
        ) from error
    return number if math.isfinite(number) else None


def _is_blank(value: object) -> bool:
    return value is None or (isinstance(value, str) and not value.strip())


def reasons_of(findings: Sequence[Finding], *results: Result) -> tuple[Label, ...]:
    """The sentences of the findings with one of these results."""
    return tuple(finding.reason for finding in findings if finding.result in results)
