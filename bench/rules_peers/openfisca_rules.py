"""The two rulebooks as OpenFisca variables: one formula per criterion, one entity, one year."""

import numpy as np
from openfisca_core.entities import build_entity
from openfisca_core.periods import DateUnit
from openfisca_core.simulations import SimulationBuilder
from openfisca_core.taxbenefitsystems import TaxBenefitSystem
from openfisca_core.variables import Variable

from rules_peers import (
    CLASS2_BANDS,
    COSTS_BANDS,
    DAYS,
    NUMBERS,
    SALES_BANDS,
    STAFF_BANDS,
    TRUTHS,
    Columns,
    Met,
    points,
)

PERIOD = "2025"
COMPANY = build_entity("company", "companies", "A company", is_person=True)


def _declare(name: str, kind: type, formula: object = None) -> type[Variable]:
    parts = {
        "value_type": kind,
        "entity": COMPANY,
        "definition_period": DateUnit.YEAR,
        "label": name,
    }
    return type(name, (Variable,), {**parts, **({"formula": formula} if formula else {})})


def _staff_points(company, period):  # noqa: ANN001, ANN202
    return points(company("tech_staff", period) / company("employees", period), STAFF_BANDS)


def _rd_points(company, period):  # noqa: ANN001, ANN202
    spend = company("rd_spend", period)
    by_sales = points(spend / company("revenue", period), SALES_BANDS)
    return np.maximum(by_sales, points(spend / company("total_costs", period), COSTS_BANDS))


def _ip_points(company, period):  # noqa: ANN001, ANN202
    class2 = points(company("ip_class2", period), CLASS2_BANDS)
    return np.where(company("ip_class1", period) >= 1, 30.0, class2)


def _by_points(company, period):  # noqa: ANN001, ANN202
    staff = company("staff_points", period)
    total = staff + company("rd_points", period) + company("ip_points", period)
    return (total >= 60) * (staff > 0)


def _direct(company, period):  # noqa: ANN001, ANN202
    return (
        (company("hnte_until", period) >= company("today", period))
        + company("award_national_5y", period)
        + company("high_institution", period)
        + company("led_standard_5y", period)
    )


def _tech_sme(company, period):  # noqa: ANN001, ANN202
    return (
        company("resident_enterprise", period)
        * (company("employees", period) <= 500)
        * (company("revenue", period) <= 2e8)
        * (company("total_assets", period) <= 2e8)
        * np.logical_not(company("prohibited_industry", period))
        * np.logical_not(company("incident_or_dishonesty", period))
        * (company("by_points", period) + company("direct", period))
    )


def _titled(company, period):  # noqa: ANN001, ANN202
    today = company("today", period)
    registered = company("tech_sme_until", period) >= today
    return registered + (company("innovative_sme_until", period) >= today)


def _sized(company, period):  # noqa: ANN001, ANN202
    equity = company("equity", period) + company("equity_1", period)
    return (company("revenue", period) >= 15e6) + (equity >= 20e6)


def _invests(company, period):  # noqa: ANN001, ANN202
    last, before = company("rd_spend", period), company("rd_spend_1", period)
    shares = last / company("revenue", period), before / company("revenue_1", period)
    return (np.minimum(last, before) >= 1e6) * (np.minimum(*shares) >= 0.03)


def _protected(company, period):  # noqa: ANN001, ANN202
    return (
        (company("ip_class1_applied", period) >= 1)
        + company("award_ministerial_3y", period)
        + company("high_institution", period)
    )


def _sound(company, period):  # noqa: ANN001, ANN202
    share = company("main_revenue", period) / company("revenue", period)
    debt = company("total_liabilities", period) / company("total_assets", period)
    is_old = company("niche_since", period) <= company("three_years_ago", period)
    return (share >= 0.80) * (debt <= 0.80) * is_old


def _srdi(company, period):  # noqa: ANN001, ANN202
    return (
        company("resident_enterprise", period)
        * company("is_sme", period)
        * np.logical_not(company("incident_3y", period))
        * company("titled", period)
        * company("sized", period)
        * company("invests", period)
        * company("protected", period)
        * company("sound", period)
        * company("niche_position", period)
        * (company("development_index", period) >= 50)
    )


_POINTS = {"staff_points": _staff_points, "rd_points": _rd_points, "ip_points": _ip_points}
_CONDITIONS = {
    **{"by_points": _by_points, "direct": _direct, "tech_sme": _tech_sme},
    **{"titled": _titled, "sized": _sized, "invests": _invests, "protected": _protected},
    **{"sound": _sound, "srdi": _srdi},
}


def make_system() -> TaxBenefitSystem:
    """The variables; built once, as a service would."""
    system = TaxBenefitSystem([COMPANY])
    given = {
        **dict.fromkeys(NUMBERS, float),
        **dict.fromkeys(TRUTHS, bool),
        **dict.fromkeys((*DAYS, "today", "three_years_ago"), int),
    }
    system.add_variables(*(_declare(name, kind) for name, kind in given.items()))
    system.add_variables(*(_declare(name, float, formula) for name, formula in _POINTS.items()))
    system.add_variables(*(_declare(name, bool, rule) for name, rule in _CONDITIONS.items()))
    return system


def evaluate(
    system: TaxBenefitSystem, columns: Columns, *, today: int, three_years_ago: int
) -> Met:
    """Whether each company meets each rulebook; a missing value is no."""
    count = len(columns["employees"])
    simulation = SimulationBuilder().build_default_simulation(system, count)
    for name, values in columns.items():
        simulation.set_input(name, PERIOD, values)
    simulation.set_input("today", PERIOD, np.full(count, today))
    simulation.set_input("three_years_ago", PERIOD, np.full(count, three_years_ago))
    with np.errstate(divide="ignore", invalid="ignore"):
        return {name: simulation.calculate(name, PERIOD) for name in ("tech_sme", "srdi")}
