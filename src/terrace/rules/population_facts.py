"""The facts of synthetic companies: what each profile and variant is made of."""

from datetime import date

import numpy as np
import polars as pl

from terrace.rules.calibration import Calibration
from terrace.rules.cells import NEVER

# What grows from year to year; the rest is the same in all years.
YEARLY = (
    *("revenue", "main_revenue", "total_income", "hightech_revenue", "total_costs"),
    *("rd_spend", "rd_spend_china", "net_profit", "net_assets", "total_assets"),
    "total_liabilities",
)
_MOST_REVENUE, _MOST_EMPLOYEES = 190e6, 480.0
_PROFILE, _VARIANT = pl.col("profile"), pl.col("variant")
_IS_TECH = _PROFILE != "ordinary"
_IS_HNTE = _PROFILE.is_in(["hnte", "gazelle", "unicorn"])
_IS_SRDI = _PROFILE == "srdi"
_IS_SMALL = _VARIANT == "too_small"


def make_facts(
    plan: pl.DataFrame, calibration: Calibration, random: np.random.Generator, *, last_year: int
) -> pl.DataFrame:
    """The facts of the last year, and ``growth``, the fraction by which they grow a year.

    Args:
        plan: company, profile, variant.
        calibration: sizes and R&D intensity to match.
        random: where the chance comes from.
        last_year: the fiscal year.
    """
    drawn = _draw_sizes(plan, calibration, random)
    money = _add_money(_match_intensity(drawn, calibration))
    known = _add_judgements(_add_properties(_add_dates(money, last_year)))
    blank = pl.when(_VARIANT != "no_headcount")
    known = known.with_columns(blank.then(pl.col("employees")).alias("employees"))
    return known.drop("profile", "variant", "chance", "intensity")


def _draw_sizes(
    plan: pl.DataFrame, calibration: Calibration, random: np.random.Generator
) -> pl.DataFrame:
    """Employees by the deciles, revenue by a head, R&D by an intensity above every threshold."""
    count = plan.height
    ranks = np.linspace(0, 1, 11)
    sizes = np.log([1.0, *calibration.employee_deciles, _MOST_EMPLOYEES])
    employees = np.ceil(np.exp(np.interp(random.random(count), ranks, sizes)) - 1e-9)
    a_head = calibration.value("revenue_per_employee_yuan") * random.lognormal(0, 0.4, count)
    frame = plan.with_columns(
        employees=pl.Series(employees),
        revenue=pl.Series(np.minimum(employees * a_head, _MOST_REVENUE)),
        chance=pl.Series(random.random(count)),
        intensity=pl.Series(random.uniform(0.065, 0.12, count)),
    )
    return frame.with_columns(
        revenue=pl.when(_IS_SMALL)
        .then(12.5e6 + 1.5e6 * pl.col("chance"))
        .when(_PROFILE.is_in(["srdi", "gazelle"]))
        .then(pl.max_horizontal("revenue", 22e6 + 20e6 * pl.col("chance")))
        .otherwise(pl.col("revenue")),
        intensity=pl.when(_IS_SMALL).then(pl.lit(0.1)).otherwise(pl.col("intensity")),
        growth=pl.when(_PROFILE == "gazelle").then(pl.lit(0.25)).otherwise(pl.lit(0.08)),
    )


def _match_intensity(drawn: pl.DataFrame, calibration: Calibration) -> pl.DataFrame:
    """R&D of the technology firms; the others' revenue is scaled to the whole's intensity."""
    spend = pl.when(_IS_TECH).then(pl.col("revenue") * pl.col("intensity")).otherwise(0.0)
    frame = drawn.with_columns(rd_spend=spend)
    of_tech = _total(frame.filter(_IS_TECH), "revenue")
    of_others = _total(frame.filter(~_IS_TECH), "revenue")
    wanted = _total(frame, "rd_spend") / calibration.value("rd_intensity") - of_tech
    if wanted <= 0 or of_others <= 0:
        return frame
    scaled = pl.when(_IS_TECH).then(1.0).otherwise(wanted / of_others) * pl.col("revenue")
    return frame.with_columns(revenue=scaled)


def _total(frame: pl.DataFrame, column: str) -> float:
    return float(frame[column].to_numpy().sum())


def _add_money(frame: pl.DataFrame) -> pl.DataFrame:
    revenue, spend = pl.col("revenue"), pl.col("rd_spend")
    main_share = pl.when(_VARIANT == "too_broad").then(0.7).when(_IS_SRDI).then(0.9).otherwise(0.5)
    return frame.with_columns(
        main_revenue=revenue * main_share,
        total_income=revenue * 1.02,
        hightech_revenue=revenue * pl.when(_IS_TECH).then(0.8).otherwise(0.0),
        total_costs=revenue * 0.88,
        rd_spend_china=spend,
        net_profit=revenue * pl.when(_IS_TECH).then(0.12).otherwise(0.03),
        total_assets=revenue * 0.95,
        total_liabilities=revenue * 0.38,
        net_assets=revenue * 0.57,
        equity_raised=pl.lit(0.0),
    )


def _add_dates(frame: pl.DataFrame, last_year: int) -> pl.DataFrame:
    """Founded at least five years ago; titles held through the year of evaluation."""
    valid, never = date(last_year + 1, 12, 31), pl.lit(NEVER)
    years_old = pl.when(_IS_HNTE).then(6).otherwise(5 + (pl.col("chance") * 15).cast(pl.Int32))
    has_tech_sme = _PROFILE.is_in(["tech_sme", "srdi"]) & (_VARIANT != "no_title")
    niche = pl.when(_IS_SRDI).then(pl.lit(date(last_year - 11, 1, 1)))
    return frame.with_columns(
        founded=pl.date(last_year + 1 - years_old, 1, 1),
        niche_since=niche.otherwise(pl.lit(date(last_year + 1, 1, 1))),
        hnte_until=pl.when(_IS_HNTE).then(pl.lit(valid)).otherwise(never),
        tech_sme_until=pl.when(has_tech_sme).then(pl.lit(valid)).otherwise(never),
        innovative_sme_until=never,
        srdi_until=pl.when(_IS_SRDI).then(pl.lit(valid)).otherwise(never),
    )


def _add_properties(frame: pl.DataFrame) -> pl.DataFrame:
    tech_staff = pl.when(_IS_TECH).then((pl.col("employees") * 0.4).ceil()).otherwise(0.0)
    patents = pl.when(_IS_TECH).then(1 + (pl.col("chance") * 5).floor()).otherwise(0.0)
    is_unicorn = _PROFILE == "unicorn"
    never_so = ("prohibited_industry", "incident_12m", "incident_or_dishonesty", "incident_3y")
    no_award = ("award_national_3y", "award_national_5y", "award_ministerial_3y", "led_standard_5y")
    return frame.with_columns(
        *(pl.lit(False).alias(name) for name in (*never_so, *no_award, "is_listed")),
        *(pl.lit(True).alias(name) for name in ("resident_enterprise", "is_sme")),
        *(
            pl.when(_IS_TECH).then(tech_staff).otherwise(0.0).alias(n)
            for n in ("tech_staff", "rd_staff")
        ),
        *(patents.alias(f"ip_class1{end}") for end in ("", "_own", "_applied", "_high_value")),
        ip_class2=pl.lit(0.0),
        achievements_transformed=pl.when(_IS_TECH).then(6.0).otherwise(0.0),
        industry=pl.lit("other"),
        rd_institution=pl.when(_IS_TECH).then(pl.lit("own")).otherwise(pl.lit("none")),
        is_privately_financed=is_unicorn,
        valuation_usd=pl.when(is_unicorn).then(2e9).otherwise(0.0),
        digital_level=pl.lit("level2"),
        product_role=pl.lit("fills_gap"),
        has_quality_award=_IS_TECH,
        has_quality_system=_IS_TECH,
        development_index=pl.when(_IS_SRDI).then(70.0).otherwise(30.0),
    )


def _add_judgements(frame: pl.DataFrame) -> pl.DataFrame:
    """What experts said: full marks for who is to meet, nothing said of ordinary companies."""
    said = {"rd_system_points": 6.0, "rd_unit_points": 6.0, "rd_incentive_points": 4.0}
    points = {**said, "rd_training_points": 4.0}
    heard = pl.when(_IS_SRDI & (_VARIANT != "unheard"))
    return frame.with_columns(
        *(pl.when(_IS_TECH).then(value).alias(name) for name, value in points.items()),
        owns_core_ip=pl.when(_IS_TECH).then(pl.lit(True)),
        in_supported_field=pl.when(_IS_TECH).then(_IS_HNTE),
        ip_advancedness=pl.when(_IS_TECH).then(pl.lit("A")),
        ip_core_support=pl.when(_IS_TECH).then(pl.lit("A")),
        ip_acquisition=pl.when(_IS_TECH).then(pl.lit("own")),
        ip_standards=pl.lit(False),
        niche_position=heard.then(pl.lit(True)),
        distinctiveness_points=pl.when(_IS_SRDI).then(15.0),
    )
