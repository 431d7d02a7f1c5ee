"""Gates evaluated for many pairs at once: result, figures, words, reasons."""

from collections.abc import Sequence
from datetime import date

import polars as pl

from terrace.criteria.dated import version_at
from terrace.criteria.expressions import Expression, prepare_facts
from terrace.criteria.results import RESULT_TYPE, Result, literal, result_of
from terrace.match.gates.declaration import (
    LANGUAGES,
    Gate,
    GateVersion,
    Language,
    load_gates,
)
from terrace.match.gates.pairs import GATE_FACT_TYPES, pair_facts
from terrace.match.gates.sentences import fill_by_result, fill_sentence, shown
from terrace.match.reading.facts import read_facts

SCHEMA = pl.Schema(
    {
        "need_id": pl.String(),
        "achievement_id": pl.String(),
        "gate": pl.String(),
        "result": RESULT_TYPE,
        "near": pl.Boolean(),
        "observed": pl.String(),
        "required": pl.String(),
        "gap": pl.Float64(),
        "unit": pl.String(),
        "quote": pl.String(),
        "quote_source": pl.String(),
        "reason_en": pl.String(),
        "reason_zh": pl.String(),
        "closes_en": pl.String(),
        "closes_zh": pl.String(),
    }
)
"""The columns of ``evaluate_gates``."""


def evaluate_gates(
    pairs: pl.DataFrame,
    needs: pl.DataFrame,
    achievements: pl.DataFrame,
    *,
    today: date,
    gates: Sequence[Gate] | None = None,
) -> pl.DataFrame:
    """Every gate for every pair, read from the records themselves.

    Args:
        pairs: columns need_id and achievement_id.
        needs: records with the schema ``records.SCHEMAS["need"]``.
        achievements: records likewise.
        today: the day deadlines and gates are held against.
        gates: those that ship where None.

    Returns:
        One row per gate and pair, gate by gate in the order of the pairs, with the
        columns of ``SCHEMA``: ``near`` marks an unmet gate within its tolerance; ``gap`` is what
        is lacking in ``unit`` (negative: to spare); ``quote`` and ``quote_source`` have
        one line per place, as ``achievement AWD-1 body``; ``closes_*`` are filled in
        where ``near``.

    Raises:
        NotFound: a pair names a record that is not there.
        CriteriaError: a frame lacks columns.
    """
    return evaluate_facts(
        pairs,
        read_facts("need", _named(needs, pairs, "need_id")),
        read_facts("achievement", _named(achievements, pairs, "achievement_id")),
        today=today,
        gates=gates,
    )


def _named(records: pl.DataFrame, pairs: pl.DataFrame, key: str) -> pl.DataFrame:
    if key not in pairs.columns or "id" not in records.columns:
        return records
    return records.join(
        pairs.select(pl.col(key).cast(pl.String)), left_on="id", right_on=key, how="semi"
    )


def evaluate_facts(
    pairs: pl.DataFrame,
    needs: pl.DataFrame,
    achievements: pl.DataFrame,
    *,
    today: date,
    gates: Sequence[Gate] | None = None,
) -> pl.DataFrame:
    """``evaluate_gates`` where the facts (``read_facts``) are already at hand."""
    facts = pair_facts(pairs, needs, achievements, today=today)
    known = prepare_facts(facts, GATE_FACT_TYPES)
    frame = facts.drop(GATE_FACT_TYPES.keys()).hstack(known)
    parts = [
        _evaluate_gate(frame, gate.id, version)
        for gate in (load_gates() if gates is None else gates)
        if (version := version_at(gate.versions, today)) is not None
    ]
    return pl.concat(parts) if parts else pl.DataFrame(schema=SCHEMA)


def _evaluate_gate(frame: pl.DataFrame, gate_id: str, version: GateVersion) -> pl.DataFrame:
    decided = frame.with_columns(_result(version).alias("result"))
    decided = decided.with_columns(*_figures(version), near=_near(version))
    return decided.select(
        "need_id",
        "achievement_id",
        pl.lit(gate_id).alias("gate"),
        "result",
        "near",
        *(shown(pl.col(n), decided.schema[n]).alias(n) for n in ("observed", "required")),
        "gap",
        "unit",
        _quotes(version).alias("quote"),
        _sources(version).alias("quote_source"),
        *_reasons(version, decided),
        *_closes(version, decided),
    ).cast(SCHEMA)


def _result(version: GateVersion) -> pl.Expr:
    applies = version.applies.polars
    return (
        pl.when(applies.is_null())
        .then(literal(Result.UNKNOWN))
        .when(applies.not_())
        .then(literal(Result.NOT_APPLICABLE))
        .when(version.judge.polars)
        .then(literal(Result.NEEDS_JUDGEMENT))
        .otherwise(result_of(version.met.polars))
    )


def _near(version: GateVersion) -> pl.Expr:
    unmet = pl.col("result") == Result.UNMET.value
    return unmet & version.near.polars.fill_null(False)


def _figures(version: GateVersion) -> list[pl.Expr]:
    return [
        _figure(version.observed).alias("observed"),
        _figure(version.required).alias("required"),
        _figure(version.gap, pl.Float64()).alias("gap"),
        _figure(version.unit).alias("unit"),
    ]


def _figure(expression: Expression | None, dtype: pl.DataType | None = None) -> pl.Expr:
    if expression is None:
        return pl.lit(None, dtype=dtype or pl.String())
    return pl.when(pl.col("result") != Result.NOT_APPLICABLE.value).then(expression.polars)


def _quotes(version: GateVersion) -> pl.Expr:
    return _lines([pl.col(f"{topic}_quote") for topic in version.quotes])


def _sources(version: GateVersion) -> pl.Expr:
    lines = []
    for topic in version.quotes:
        kind, source = topic.split(".", 1)[0], pl.col(f"{topic}_source")
        line = pl.format(f"{kind} {{}} {{}}", pl.col(f"{kind}_id"), source)
        lines.append(pl.when(source != "").then(line).otherwise(pl.lit("")))
    return _lines(lines)


def _lines(parts: Sequence[pl.Expr]) -> pl.Expr:
    """The parts that are not empty, one a line."""
    if not parts:
        return pl.lit("")
    filled = [pl.when(part != "").then(part) for part in parts]
    return pl.concat_str(filled, separator="\n", ignore_nulls=True)


def _reasons(version: GateVersion, decided: pl.DataFrame) -> list[pl.Expr]:
    occurring = decided["result"].unique().to_list()
    return [
        fill_by_result(version.says, occurring, language, decided.schema, version.names).alias(
            f"reason_{language}"
        )
        for language in LANGUAGES
    ]


def _closes(version: GateVersion, decided: pl.DataFrame) -> list[pl.Expr]:
    return [
        _closing(version, language, decided).alias(f"closes_{language}") for language in LANGUAGES
    ]


def _closing(version: GateVersion, language: Language, decided: pl.DataFrame) -> pl.Expr:
    if version.closes is None or not decided["near"].any():
        return pl.lit("")
    filled = fill_sentence(version.closes, language, decided.schema)
    return pl.when(pl.col("near")).then(filled).otherwise(pl.lit(""))
