from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terrace.match.reading.money import HINTS, Amount, read_budget
from terrace.match.reading.quotes import Passage, passages_with

CERTAIN = [
    ("Applicants can bid for up to £50,000 in project funding.", 50_000, "GBP"),
    ("Up to £30k per project in phase 1.", 30_000, "GBP"),
    ("Awards can be up to £100,000 per company.", 100_000, "GBP"),
    ("Projects can have costs of up to £1.2 million.", 1_200_000, "GBP"),
    ("£25k-£50k per project.", 50_000, "GBP"),
    ("Feasibility studies with project costs between £100,000 and £750,000.", 750_000, "GBP"),
    ("The maximum EU contribution per proposal should not exceed EUR 350 000.", 350_000, "EUR"),
    ("The contribution per funded project will not exceed EUR 10 000 000.", 10_000_000, "EUR"),
    ("Our budget is 20,000 euros.", 20_000, "EUR"),
    ("Each contract is worth at most US$2m.", None, ""),
    ("This effort will receive no more than $1.5M for this award.", 1_500_000, "USD"),
    ("项目预算不超过50万元。", 500_000, "CNY"),
    ("预算上限为1.5亿元。", 150_000_000, "CNY"),
    ("合同金额最高300万元人民币。", 3_000_000, "CNY"),
    ("投入资金100万元以内。", 1_000_000, "CNY"),
]
UNCERTAIN = [
    ("You can apply for up to £35,000 over two years.", 35_000, "GBP"),
    ("Businesses can apply for funding up to £50,000 with a package of support.", 50_000, "GBP"),
    ("Grants will be capped at an estimated maximum of EUR 20 000.", 20_000, "EUR"),
    ("A contribution of up to EUR 1.75 million would be appropriate.", 1_750_000, "EUR"),
    ("An amount of max EUR 500.000 in the form of a grant.", 500_000, "EUR"),
]
NO_BUDGET = [
    "UK registered businesses can apply for a share of up to £12 million.",
    "The scheme is a £10 million capital funding stream.",
    "DCIA will allocate up to £4 million of funding to pilots.",
    "Investors can align their investments with up to £7 million grant funding.",
    "Up to £60m total funding for mining and materials companies.",
    "Sales of up to $5 million a year are expected with project support.",
    "A maximum amount of 150.000 EUR per third party is available.",
    "The unit production cost should be less than $25k.",
    "The fabric shall have a target cost not to exceed $12 per yard of the award.",
    "The cost of a device should not exceed $3,000.",
    "Companies with an annual turnover below EUR 50 million may get support.",
    "年节约成本不超过58.5万元。",
    "每年可创经济效益134万元。",
    "The award amounts to $149,999.",
    "It costs 500 to build.",
    "",
]


def read(text: str) -> Any:
    return read_budget([Passage("body", text)])


@pytest.mark.parametrize(("text", "value", "currency"), [row for row in CERTAIN if row[1]])
def test_a_limit_for_one_project_is_certain(text: str, value: float, currency: str) -> None:
    reading = read(text)
    assert reading is not None
    assert reading.value == Amount(value, currency)
    assert reading.certain
    assert reading.quote == text


@pytest.mark.parametrize(("text", "value", "currency"), UNCERTAIN)
def test_a_limit_of_something_else_is_uncertain(text: str, value: float, currency: str) -> None:
    reading = read(text)
    assert reading is not None
    assert reading.value == Amount(value, currency)
    assert not reading.certain


@pytest.mark.parametrize("text", NO_BUDGET)
def test_whole_funds_turnovers_and_unit_costs_are_no_budget(text: str) -> None:
    assert read(text) is None


def test_the_certain_amount_goes_before_the_first() -> None:
    reading = read("You can apply for up to £9,000. Up to £30k per project in phase 1.")
    assert reading is not None
    assert reading.value.value == 30_000


@pytest.mark.parametrize("text", [row[0] for row in CERTAIN + UNCERTAIN])
def test_the_fast_look_misses_nothing(text: str) -> None:
    assert passages_with(HINTS, [Passage("body", text)])


@given(st.integers(1, 999_999_999), st.sampled_from(["£{:,}", "EUR {:,}", "€{}", "{} euros"]))
def test_amounts_come_through_unchanged(value: int, form: str) -> None:
    reading = read(f"Grants of up to {form.format(value)} per project.")
    assert reading is not None
    assert reading.value.value == value


@given(st.integers(1, 9_999), st.sampled_from([("k", 1e3), ("m", 1e6), (" million", 1e6)]))
def test_scales_are_applied(value: int, scale: tuple[str, float]) -> None:
    reading = read(f"Grants of up to £{value}{scale[0]} per project.")
    assert reading is not None
    assert reading.value.value == value * scale[1]
