import pytest
from hypothesis import given
from hypothesis import strategies as st

from terrace.match.figures import check_figures, find_figures


def outcomes(required: str, offered: str) -> list[tuple[str, str, str]]:
    checks = check_figures(find_figures(required), find_figures(offered))
    return [(check.required, check.offered, check.outcome) for check in checks]


@pytest.mark.parametrize(
    ("text", "quote", "value", "dimension", "direction"),
    [
        ("at least 10 W of output", "at least 10 W", 10, "power", "at_least"),
        ("a minimum of 2.5 kW", "minimum of 2.5 kW", 2500, "power", "at_least"),
        ("less than 5 lbs in all", "less than 5 lbs", 2267.96, "mass", "at_most"),
        ("no more than 1,200 V", "no more than 1,200 V", 1200, "voltage", "at_most"),
        ("exhibiting >10 dB gain", ">10 dB", 10, "decibel", "at_least"),
        ("runs 12 hours or more", "12 hours or more", 43200, "time", "at_least"),
        ("an efficiency of 85%", "85%", 85, "share", ""),
        ("up to 70°C", "70°C", 70, "temperature", ""),
        ("功率不低于10千瓦", "不低于10千瓦", 10000, "power", "at_least"),
        ("重量≤3公斤", "≤3公斤", 3000, "mass", "at_most"),
        ("误差不超过5%", "不超过5%", 5, "share", "at_most"),
        ("50 mW of light", "50 mW", 0.05, "power", ""),
        ("50 MW of heat", "50 MW", 5e7, "power", ""),
        ("some 300 Watts", "300 Watts", 300, "power", ""),
        ("fluoride below 1.5 mg/L", "below 1.5 mg/L", 1.5, "concentration", "at_most"),
        ("出水氟低于1.5毫克/升", "低于1.5毫克/升", 1.5, "concentration", "at_most"),
        ("at least 300 Wh/kg", "at least 300 Wh/kg", 300, "specific charge", "at_least"),
        ("a flow of 40 m³/h", "40 m³/h", 40, "flow", ""),
        ("a tank of 2 m3", "2 m3", 2000, "volume", ""),
        ("寿命不低于5年", "不低于5年", 157_788_000, "time", "at_least"),
        ("within 6 months", "6 months", 15_778_800, "time", ""),
        ("runs at 3,000 rpm", "3,000 rpm", 3000, "rotation", ""),
        ("runs at 3,000 RPM", "3,000 RPM", 3000, "rotation", ""),
        ("a torque of 5 N·m", "5 N·m", 5, "torque", ""),
        ("连续运行4周", "4周", 2_419_200, "time", ""),
        ("projects cover a 6-month effort", "a 6-month", 15_778_800, "time", ""),
        ("a pulse of 10s", "10s", 10, "time", ""),
        ("a load of CO2 300 mg/L", "300 mg/L", 300, "concentration", ""),
    ],
)
def test_figures_are_read(
    text: str, quote: str, value: float, dimension: str, direction: str
) -> None:
    (figure,) = find_figures(text)
    assert figure.quote == quote
    assert figure.value == pytest.approx(value)
    assert (figure.dimension, figure.direction) == (dimension, direction)


@pytest.mark.parametrize(
    "text",
    [
        "phase 2 of topic 12",
        "in 2016 we saw",
        "model F-35 and B52",
        "5 of 7 samples",
        "10 W/m",
        "9.8 m/s²",
        "2026年",
        "20世纪90年代",
        "since the 1960s",
        "within 10s of meters",
        "建筑面积45 090 m2",
        "第3年",
        "公司成立30周年",
        "循环500周期",
        "4天线系统",
        "5 kW·h",
        "50 mg·L⁻¹",
        "1600 cm⁻¹",
        "",
    ],
)
def test_numbers_without_a_unit_are_no_figures(text: str) -> None:
    assert find_figures(text) == []


@pytest.mark.parametrize(
    ("required", "offered", "outcome"),
    [
        ("output power of at least 10 W", "an output power of 8 W", "short"),
        ("output power of at least 10 W", "an output power of 12 W", "reached"),
        ("output power of at least 10 W", "an output power of 0.02 kW", "reached"),
        ("output power of at least 10 W", "an output power of 900 mW", "short"),
        ("must weigh less than 5 lbs", "it weighs 2 kg", "reached"),
        ("must weigh less than 5 lbs", "it weighs 3 kg", "short"),
        ("efficiency above 80%", "an efficiency of 75% at low cost", "short"),
        ("a yield of at least 80%", "tests covered 95% of all villages", "unclear"),
        ("at least 10 W", "within 3 hours", "unclear"),
        ("The stack must run at least 4,000 hours", "It ran 3,000 hours in a test", "short"),
        ("Seals have to last at least 4,000 hours", "a service life of 5,000 h", "reached"),
        ("Seals have to last at least 4,000 hours", "a batch runs in 3 hours", "unclear"),
        ("Seals have to last at least 4,000 hours", "the oven bakes for 3 hours", "unclear"),
        ("无故障运行时间不低于4000小时", "寿命3000小时", "short"),
        ("无故障运行时间不低于4000小时", "service life of 5,000 hours", "reached"),
        ("power at least 10 W", "power of 6 W, rising to a power of 15 W", "reached"),
        ("输出功率不低于10千瓦", "装置输出功率为8千瓦", "short"),
        ("输出功率不低于10千瓦", "the device gives 12 kW", "reached"),
    ],
)
def test_a_required_figure_is_held_against_the_offered(
    required: str, offered: str, outcome: str
) -> None:
    assert [found for _, _, found in outcomes(required, offered)] == [outcome]


def test_both_figures_are_quoted() -> None:
    assert outcomes("power of at least 10 W", "power of 8 W") == [("at least 10 W", "8 W", "short")]


def test_an_unknown_counterpart_leaves_the_offer_empty() -> None:
    assert outcomes("power of at least 10 W", "no figure") == [("at least 10 W", "", "unclear")]


def test_a_figure_without_direction_is_not_checked() -> None:
    assert outcomes("a power of 10 W", "a power of 8 W") == []


def test_each_required_figure_is_checked() -> None:
    found = outcomes(
        "power of at least 10 W and mass below 2 kg", "power of 12 W with a mass of 3 kg"
    )
    assert [outcome for _, _, outcome in found] == ["reached", "short"]


@given(st.floats(0.1, 9000), st.floats(0.1, 9000))
def test_reaching_follows_the_numbers(required: float, offered: float) -> None:
    wanted, given_power = f"{required:.2f}", f"{offered:.2f}"
    (least,) = outcomes(f"power of at least {wanted} W", f"power of {given_power} W")
    (most,) = outcomes(f"power of at most {wanted} W", f"power of {given_power} W")
    assert (least[2] == "reached") is (float(given_power) >= float(wanted))
    assert (most[2] == "reached") is (float(given_power) <= float(wanted))
