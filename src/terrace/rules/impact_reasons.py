"""Why companies move: on each side, the criteria that keep a company out or leave it open."""

from collections.abc import Iterable, Iterator, Sequence

import polars as pl

from terrace.criteria.results import Result
from terrace.rules.couplings import OPEN, Pair, list_conditions
from terrace.rules.criteria import Criterion, Together
from terrace.rules.details import DETAIL_SCHEMA, detail_criteria
from terrace.rules.rulebook import Rulebook
from terrace.rules.sentences import add_sentences
from terrace.rules.standing import Applied
from terrace.rules.verdicts import VERDICT

_SIDES = ("old", "new")
_IS_OUT = (Result.UNMET.value,)


def find_reasons(pair: Pair, sides: Sequence[Applied], moves: pl.DataFrame) -> pl.DataFrame:
    """The criteria that decide the moves of these companies.

    A side that a company is in needs no reason. Of a side that it is out of, the reasons
    are its unmet criteria whose unmet parts make the whole unmet; of an open side, those open.

    Args:
        pair: what was compared.
        sides: the two proposals applied, old before new.
        moves: company and move.

    Returns:
        company, move, side (old or new), and the columns of ``details.evaluate_criteria``.
    """
    frames = [
        _find_on_side(pair, side, applied, moves)
        for side, applied in zip(_SIDES, sides, strict=True)
    ]
    return _order(pl.concat(frames))


def _find_on_side(pair: Pair, side: str, applied: Applied, moves: pl.DataFrame) -> pl.DataFrame:
    own = applied.frame.join(moves.select("company"), on="company", how="semi")
    moving = Applied(applied.rulebook, applied.version, applied.compiled, own)
    deciding = _list_deciding(pair, moving)
    details = detail_criteria(moving, pair.mode)
    return (
        moves.select("company", "move", pl.lit(side).alias("side"))
        .join(details, on="company", maintain_order="left_right")
        .join(deciding, on=["company", "criterion"], how="semi", maintain_order="left")
        .select("company", "move", "side", *list(DETAIL_SCHEMA)[1:])
    )


def _list_deciding(pair: Pair, applied: Applied) -> pl.DataFrame:
    """The companies with the criteria that decide for them."""
    verdict, listed = pl.col(VERDICT), list_conditions(applied.version)
    is_out = ~verdict.is_in((*OPEN, Result.MET.value))
    found = [
        applied.frame.filter(is_deciding).select("company", criterion=pl.lit(criterion.id))
        for is_side, results in ((is_out, _IS_OUT), (verdict.is_in(OPEN), OPEN))
        for criterion, is_deciding in _walk_deciding(pair, listed, is_side, results)
    ]
    return pl.concat(found)


def _walk_deciding(
    pair: Pair, criteria: Iterable[Criterion], above: pl.Expr, results: Sequence[str]
) -> Iterator[tuple[Criterion, pl.Expr]]:
    """Each innermost criterion, and where it and all around it came out as ``results``."""
    for criterion in criteria:
        is_so = above & pl.col(pair.column_of(criterion)).is_in(results)
        if isinstance(criterion.test, Together) and not pair.keeps_out(criterion):
            yield from _walk_deciding(pair, criterion.test.of, is_so, results)
        else:
            yield criterion, is_so


def count_reasons(reasons: pl.DataFrame) -> pl.DataFrame:
    """How many companies each criterion decides for.

    Returns:
        move, side, criterion, companies, and alone: for how many of them it is the only
        reason on that side; most companies first within a move.
    """
    keys = ["move", "side", "criterion"]
    is_alone = pl.len().over("company", "side") == 1
    counted = reasons.with_columns(alone=is_alone).group_by(keys)
    sums = counted.agg(pl.len().alias("companies"), pl.col("alone").sum())
    return sums.sort("move", "companies", "criterion", descending=[False, True, False])


def write_reasons(old: Rulebook, new: Rulebook, reasons: pl.DataFrame) -> pl.DataFrame:
    """The reasons with ``sentence_en`` and ``sentence_zh``, in the words of either rulebook."""
    sides = zip(_SIDES, (old, new), strict=True)
    frames = [add_sentences([book], reasons.filter(pl.col("side") == side)) for side, book in sides]
    return _order(pl.concat(frames))


def _order(reasons: pl.DataFrame) -> pl.DataFrame:
    is_new = pl.col("side") == "new"
    return reasons.sort("company", is_new, maintain_order=True)
