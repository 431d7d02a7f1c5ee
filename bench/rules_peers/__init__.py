"""Two rulebooks by hand: the technology SME of 2017 and the srdi measures of 2026.

Each peer takes the same columns, one value per company, and says who meets them.
"""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

Columns = Mapping[str, NDArray]
Met = Mapping[str, NDArray]

STAFF_BANDS = ((0.30, 20.0), (0.25, 16.0), (0.20, 12.0), (0.15, 8.0), (0.10, 4.0))
SALES_BANDS = ((0.06, 50.0), (0.05, 40.0), (0.04, 30.0), (0.03, 20.0), (0.02, 10.0))
COSTS_BANDS = ((0.30, 50.0), (0.25, 40.0), (0.20, 30.0), (0.15, 20.0), (0.10, 10.0))
CLASS2_BANDS = ((4.0, 24.0), (3.0, 18.0), (2.0, 12.0), (1.0, 6.0))

NUMBERS = (
    *("employees", "tech_staff", "total_costs", "total_assets", "total_liabilities"),
    *("revenue", "revenue_1", "rd_spend", "rd_spend_1", "main_revenue"),
    *("equity", "equity_1", "ip_class1", "ip_class2", "ip_class1_applied", "development_index"),
)
TRUTHS = (
    *("resident_enterprise", "is_sme", "prohibited_industry", "incident_or_dishonesty"),
    *("incident_3y", "award_national_5y", "award_ministerial_3y", "led_standard_5y"),
    *("high_institution", "niche_position"),
)
DAYS = ("hnte_until", "tech_sme_until", "innovative_sme_until", "niche_since")


def points(values: NDArray, bands: tuple[tuple[float, float], ...]) -> NDArray:
    """The points of the first band that the value reaches, 0 below all."""
    return np.select([values >= edge for edge, _ in bands], [given for _, given in bands], 0.0)
