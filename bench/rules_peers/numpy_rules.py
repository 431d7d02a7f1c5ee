"""The two rulebooks in plain NumPy: who meets them, and nothing about why."""

import numpy as np

from rules_peers import (
    CLASS2_BANDS,
    COSTS_BANDS,
    SALES_BANDS,
    STAFF_BANDS,
    Columns,
    Met,
    points,
)


def evaluate(columns: Columns, *, today: int, three_years_ago: int) -> Met:
    """Whether each company meets each rulebook; a missing value is no."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return {
            "tech_sme": _tech_sme(columns, today),
            "srdi": _srdi(columns, today, three_years_ago),
        }


def _tech_sme(c: Columns, today: int) -> np.ndarray:
    staff = points(c["tech_staff"] / c["employees"], STAFF_BANDS)
    spend = np.maximum(
        points(c["rd_spend"] / c["revenue"], SALES_BANDS),
        points(c["rd_spend"] / c["total_costs"], COSTS_BANDS),
    )
    patents = np.where(c["ip_class1"] >= 1, 30.0, points(c["ip_class2"], CLASS2_BANDS))
    by_points = (staff + spend + patents >= 60) & (staff > 0)
    direct = (
        (c["hnte_until"] >= today)
        | c["award_national_5y"]
        | c["high_institution"]
        | c["led_standard_5y"]
    )
    sized = (c["employees"] <= 500) & (c["revenue"] <= 2e8) & (c["total_assets"] <= 2e8)
    clean = ~c["prohibited_industry"] & ~c["incident_or_dishonesty"]
    return c["resident_enterprise"] & sized & clean & (by_points | direct)


def _srdi(c: Columns, today: int, three_years_ago: int) -> np.ndarray:
    titled = (c["tech_sme_until"] >= today) | (c["innovative_sme_until"] >= today)
    sized = (c["revenue"] >= 15e6) | (c["equity"] + c["equity_1"] >= 20e6)
    spend = np.minimum(c["rd_spend"], c["rd_spend_1"]) >= 1e6
    intensity = np.minimum(c["rd_spend"] / c["revenue"], c["rd_spend_1"] / c["revenue_1"]) >= 0.03
    patents = (c["ip_class1_applied"] >= 1) | c["award_ministerial_3y"] | c["high_institution"]
    sound = (
        (c["main_revenue"] / c["revenue"] >= 0.80)
        & (c["total_liabilities"] / c["total_assets"] <= 0.80)
        & (c["niche_since"] <= three_years_ago)
    )
    status = c["resident_enterprise"] & c["is_sme"] & ~c["incident_3y"]
    judged = c["niche_position"] & (c["development_index"] >= 50)
    return status & titled & sized & spend & intensity & patents & sound & judged
