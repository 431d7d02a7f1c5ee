"""Plans as rows of a file."""

from collections.abc import Iterator, Sequence

import polars as pl

from terrace.rules.path import Answer


def list_answers(answers: Sequence[Answer]) -> pl.DataFrame:
    """One row per step, application and blocker of each plan."""
    schema = {
        **dict.fromkeys(("company", "target"), pl.String()),
        "plan": pl.Int64(),
        "kind": pl.String(),
        "what": pl.String(),
        "amount": pl.Float64(),
        "begins": pl.Date(),
        "counts_from": pl.Date(),
        "cost_yuan": pl.Float64(),
        "detail": pl.String(),
    }
    rows = [row for answer in answers for row in _rows_of(answer)]
    return pl.DataFrame(rows, schema=schema, orient="row")


def _rows_of(answer: Answer) -> Iterator[tuple[object, ...]]:
    key = answer.company, answer.target
    for number, plan in enumerate(answer.plans, start=1):
        for s in plan.steps:
            yield *key, number, "step", s.lever, s.amount, s.begins, s.counts_from, s.cost_yuan, ""
        for a in plan.awards:
            figures = None, a.applies, a.granted, a.cost_yuan
            yield *key, number, "application", a.title, *figures, f"{a.version}: {a.result}"
    for b in answer.blockers:
        empty = (None,) * 4
        yield *key, 0, "blocker", f"{b.rulebook} {b.criterion}", *empty, " ".join(b.missing)
