from typing import Any

import pytest

from terrace.match.reading.export_control import (
    HINTS,
    Restriction,
    read_restriction,
    read_stated_restriction,
)
from terrace.match.reading.quotes import Passage, passages_with

ITAR_NOTE = (
    "Air Platform\nThe technology within this topic is restricted under the International Traffic "
    "in Arms Regulation (ITAR), which controls the export and import of defense-related material."
)
BOTH_NOTE = (
    "The technology is restricted under the International Traffic in Arms Regulation (ITAR), "
    "22 CFR Parts 120-130, or the Export Administration Regulation (EAR), 15 CFR Parts 730-774."
)
OWNED = "The prospective contractor(s) must be U.S. owned and operated with no foreign influence."


def read(text: str) -> Any:
    return read_restriction([Passage("body", text)])


def test_it_works() -> None:
    reading = read(ITAR_NOTE)
    assert reading is not None
    assert reading.value == Restriction("ITAR", "US")
    assert reading.certain
    assert reading.field == "body"
    assert reading.quote.startswith("The technology within this topic is restricted")


def test_regimes_are_named_together() -> None:
    reading = read(BOTH_NOTE)
    assert reading is not None
    assert reading.value == Restriction("ITAR, EAR", "US")


@pytest.mark.parametrize(
    "text",
    [
        OWNED,
        "Only U.S. citizens may work on this contract.",
        "Work is restricted to U.S. persons.",
        "U.S. citizenship is required.",
        "US citizens only.",
    ],
)
def test_some_admit_owners_only(text: str) -> None:
    reading = read(text)
    assert reading is not None
    assert reading.value.owners_only
    assert reading.value.country == "US"
    assert reading.certain


@pytest.mark.parametrize(
    ("text", "regime", "country"),
    [
        ("ITAR control is required.", "ITAR", "US"),
        ("The data are subject to the Export Administration Regulations.", "EAR", "US"),
        ("Foreign nationals may be restricted under US Export Control Laws.", "US export", "US"),
        ("This export-controlled component needs a permit.", "export control", ""),
        ("The samples are subject to German export controls.", "export control", ""),
        ("该技术属于限制出口技术。", "CN export control", "CN"),
        ("本成果列入中国禁止出口限制出口技术目录。", "CN export control", "CN"),
        ("该设备受出口管制。", "CN export control", "CN"),
    ],
)
def test_each_regime_has_its_country(text: str, regime: str, country: str) -> None:
    reading = read(text)
    assert reading is not None
    assert reading.value.regime.startswith(regime)
    assert reading.value.country == country


@pytest.mark.parametrize(
    "text",
    [
        "A pump for the military market.",
        "Humanitarian work on hearing: the EAR canal.",
        "The design is ITAR-free.",
        "The technology is not ITAR restricted.",
        "It is not subject to ITAR.",
        "There are no ITAR restrictions.",
        "The chain is free of any limitations, such as those of the International Traffic in Arms "
        "Regulations (ITAR).",
        "with no legal restrictions stemming for example from the ITAR or equivalent instruments",
        "The supply chain stays trustable and not affected by non-EU export control.",
        "The user can export the results to a file.",
        "Access by U.S. citizens to food improved.",
        "本文剖析美国技术出口管制政策。",
        "该技术不属于限制出口技术。",
        "未列入出口管制清单。",
        "",
    ],
)
def test_no_restriction_is_invented(text: str) -> None:
    assert read(text) is None


def test_a_bare_mention_is_uncertain() -> None:
    reading = read("Our staff has years of ITAR experience.")
    assert reading is not None
    assert not reading.certain


def test_the_certain_words_are_quoted_before_a_mention() -> None:
    reading = read("Our staff has ITAR experience. The pump is restricted under ITAR.")
    assert reading is not None
    assert reading.quote == "The pump is restricted under ITAR."


def test_regimes_of_two_countries_leave_the_country_open() -> None:
    reading = read("Subject to ITAR control. 该技术属于限制出口技术。")
    assert reading is not None
    assert reading.value.country == ""


@pytest.mark.parametrize("words", ["", "  ", "none", "N/A", "No", "EAR99", "不涉及", "无"])
def test_a_field_may_say_that_there_is_none(words: str) -> None:
    assert read_stated_restriction(words) is None


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("ITAR", Restriction("ITAR", "US")),
        (ITAR_NOTE, Restriction("ITAR", "US")),
        ("dual-use list 3A001", Restriction("dual-use list 3A001", "")),
    ],
)
def test_a_field_is_certain_whatever_it_says(words: str, expected: Restriction) -> None:
    reading = read_stated_restriction(words)
    assert reading is not None
    assert reading.value == expected
    assert reading.certain
    assert reading.field == "export_control"


@pytest.mark.parametrize("text", [ITAR_NOTE, BOTH_NOTE, OWNED, "US citizens only.", "受出口管制"])
def test_the_fast_look_misses_nothing(text: str) -> None:
    assert passages_with(HINTS, [Passage("body", text)])
