"""Synthetic companies with known standing: for tests, demonstrations and measurements.

No company of it is real: ids begin with ``SYN-`` and every row says so in ``source``.
Titles are as frequent as in a real zone, sizes and R&D follow public figures
(``data/population.yaml``), and the facts of each company are made for its profile, so
that its standing is known beforehand (the truth) and need not be computed.

==========  ====================================================================
profile     what it is
==========  ====================================================================
ordinary    no R&D, no intellectual property; most companies
tech_sme    meets the technology SME of 2017 by points
srdi        meets the specialised-and-innovative SME of 2022; of 2026 by its variant
hnte        meets the high-tech enterprise of 2016
gazelle     the same, and the typical gazelle
unicorn     the same, and the unicorn
==========  ====================================================================
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl

from terrace.errors import TerraceError
from terrace.rules.calibration import Calibration
from terrace.rules.population_facts import YEARLY, make_facts
from terrace.rules.synthetic import SOURCE

YEARS = 4
HNTE_PROFILES = ("hnte", "gazelle", "unicorn")
# What becomes of a specialised-and-innovative SME of 2022 under the measures of 2026.
SRDI_VARIANTS: Mapping[str, str] = {
    "sound": "stays_in",
    "too_small": "leaves",
    "too_broad": "leaves",
    "no_title": "leaves",
    "unheard": "may_leave",
}
_SRDI_SHARES = (0.5, 0.15, 0.15, 0.1, 0.1)
_MISSING_SHARE = 0.05


@dataclass(frozen=True, slots=True, eq=False)
class Population:
    """Synthetic companies.

    ``facts`` is a facts frame of four fiscal years (see ``terrace.rules.snapshot``).
    ``truth`` has one row per company: profile, variant, the result of tech_sme 2017, hnte
    2016, srdi 2026 and gazelle_cn on any day of the year after ``last_year`` (gazelle_cn with
    illustrative figures), and ``srdi_move``, what the change of srdi from 2022 to 2026 does
    (with illustrative figures).
    """

    facts: pl.DataFrame
    truth: pl.DataFrame


def generate_population(
    calibration: Calibration, *, companies: int, seed: int, last_year: int
) -> Population:
    """So many synthetic companies; the same for the same arguments.

    Args:
        calibration: the figures to match.
        companies: how many.
        seed: of the random numbers.
        last_year: the last closed fiscal year.

    Raises:
        TerraceError: no company is asked for.
    """
    if companies < 1:
        raise TerraceError(f"cannot generate {companies} companies; ask for 1 or more")
    random = np.random.default_rng(seed)
    plan = _plan_companies(calibration, companies, random)
    facts = make_facts(plan, calibration, random, last_year=last_year)
    return Population(_spread_years(facts, last_year), _state_truth(plan))


def _plan_companies(
    calibration: Calibration, companies: int, random: np.random.Generator
) -> pl.DataFrame:
    """company, profile and variant, in random order."""
    profiles = _list_profiles(calibration, companies)
    shuffled = random.permutation(np.array(profiles))
    names = [f"SYN-{number:06d}" for number in range(1, companies + 1)]
    plan = pl.DataFrame({"company": names, "profile": shuffled})
    variants = random.choice(list(SRDI_VARIANTS), size=companies, p=_SRDI_SHARES)
    is_missing = random.random(companies) < _MISSING_SHARE
    missing = pl.when(pl.Series(is_missing)).then(pl.lit("no_headcount"))
    return plan.with_columns(
        variant=pl.when(pl.col("profile") == "srdi")
        .then(pl.Series(variants))
        .when(pl.col("profile") == "tech_sme")
        .then(missing.otherwise(pl.lit("sound")))
        .otherwise(pl.lit("sound"))
    )


def _list_profiles(calibration: Calibration, companies: int) -> list[str]:
    held = {name: calibration.count(name, companies) for name in ("gazelle", "unicorn", "srdi")}
    # Gazelles and unicorns count among the high-tech enterprises, srdi among the technology SMEs.
    held["hnte"] = calibration.count("hnte", companies) - held["gazelle"] - held["unicorn"]
    held["tech_sme"] = calibration.count("tech_sme", companies) - held["srdi"]
    titled = [name for name, count in held.items() for _ in range(max(count, 0))]
    return (titled + ["ordinary"] * companies)[:companies]


def _spread_years(facts: pl.DataFrame, last_year: int) -> pl.DataFrame:
    """One row per company and fiscal year, the yearly figures shrunk by the growth."""
    years = pl.DataFrame({"fiscal_year": range(last_year - YEARS + 1, last_year + 1)})
    shrink = (1 + pl.col("growth")) ** (pl.col("fiscal_year") - last_year)
    spread = facts.join(years, how="cross").with_columns(
        (pl.col(name) * shrink).round() for name in YEARLY
    )
    return spread.select(
        *("company", "fiscal_year", pl.lit(SOURCE).alias("source")),
        pl.exclude("company", "fiscal_year", "growth"),
    )


def _state_truth(plan: pl.DataFrame) -> pl.DataFrame:
    profile, variant = pl.col("profile"), pl.col("variant")
    is_hnte = profile.is_in(HNTE_PROFILES)
    after = variant.replace_strict(SRDI_VARIANTS, default=None, return_dtype=pl.String)
    results = {"stays_in": "met", "leaves": "unmet", "may_leave": "needs_judgement"}
    return plan.with_columns(
        tech_sme=pl.when(profile == "ordinary")
        .then(pl.lit("unmet"))
        .when(variant == "no_headcount")
        .then(pl.lit("unknown"))
        .otherwise(pl.lit("met")),
        hnte=_met_where(is_hnte),
        srdi_2026=pl.when(profile == "srdi")
        .then(after.replace_strict(results, default=None, return_dtype=pl.String))
        .otherwise(pl.lit("unmet")),
        gazelle_cn=_met_where(profile == "gazelle"),
        srdi_move=pl.when(profile == "srdi").then(after).otherwise(pl.lit("stays_out")),
    )


def _met_where(holds: pl.Expr) -> pl.Expr:
    return pl.when(holds).then(pl.lit("met")).otherwise(pl.lit("unmet"))
