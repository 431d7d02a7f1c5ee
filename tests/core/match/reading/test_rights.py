import pytest

from terrace.match.reading.quotes import Passage, passages_with
from terrace.match.reading.rights import (
    LICENCE_HINTS,
    OBLIGATION_HINTS,
    classify_obligation,
    read_exclusive_licence,
    read_obligations,
)

GIVEN = [
    "The patent has been exclusively licensed to a spin-off.",
    "The technology is licensed exclusively to ACME.",
    "An exclusive worldwide license was granted in 2020.",
    "The university granted an exclusive licence to a partner.",
    "该专利已授予某公司独占许可。",
    "成果独家许可给合作企业。",
]
FREE = [
    "The invention is available for licensing.",
    "The software is available for exclusive licence.",
    "Offered under a non-exclusive licence.",
    "No exclusive licence exists.",
    "It has not yet been licensed.",
    "尚未授予独占许可。",
    "可普通许可。",
]
UNCLEAR = [
    "The company holds an exclusive license from the university.",
    "We have exclusive worldwide rights to the compound.",
    "ACME is the exclusive licensee of two patents.",
    "If the option is used, an exclusive licence is granted.",
]
NOTHING = [
    "Information is stored exclusively in XML.",
    "Costs of £150,000, exclusive of VAT.",
    "Drivers need a licence.",
    "提供独占访问。",
    "",
]
OBLIGED = [
    ("The code was released as open source in 2019.", "open_source"),
    ("It is publicly available under the Apache License v2.0.", "open_source"),
    ("采用开源许可发布。", "open_source"),
    ("Results are bound to open access publication.", "open_access"),
    ("论文必须开放获取。", "open_access"),
    ("The invention falls under the Bayh-Dole Act.", "bayh_dole"),
    ("The agency keeps march-in rights.", "bayh_dole"),
    ("Delivered with Government Purpose Rights.", "government_rights"),
    ("The Government retains certain rights in the invention.", "government_rights"),
    ("国家保留免费使用权。", "government_rights"),
    ("The patent is jointly owned with the University.", "joint_ownership"),
    ("专利权由双方共同所有。", "joint_ownership"),
    ("The granting authority can object to a transfer of ownership.", "transfer_approval"),
    ("转让须经资助方批准。", "transfer_approval"),
]
FREE_OF_OBLIGATIONS = [
    "The system uses open source tools.",
    "Reliance on an open-source framework keeps costs low.",
    "Improved open access areas in the building.",
    "防止国有资产流失。",
    "The user must respect data rights of patients.",
    "",
]


def said(text: str) -> list[Passage]:
    return [Passage("body", text)]


@pytest.mark.parametrize("text", GIVEN)
def test_a_licence_given_away_is_found(text: str) -> None:
    reading = read_exclusive_licence(said(text))
    assert reading is not None
    assert (reading.value, reading.certain) == (True, True)
    assert reading.quote == text


@pytest.mark.parametrize("text", FREE)
def test_an_offer_shows_that_none_was_given(text: str) -> None:
    reading = read_exclusive_licence(said(text))
    assert reading is not None
    assert (reading.value, reading.certain) == (False, True)


@pytest.mark.parametrize("text", UNCLEAR)
def test_an_unclear_holder_is_uncertain(text: str) -> None:
    reading = read_exclusive_licence(said(text))
    assert reading is not None
    assert not reading.certain


@pytest.mark.parametrize("text", NOTHING)
def test_silence_is_no_statement(text: str) -> None:
    assert read_exclusive_licence(said(text)) is None


@pytest.mark.parametrize(("text", "kind"), OBLIGED)
def test_obligations_are_told_by_kind(text: str, kind: str) -> None:
    readings = read_obligations(said(text))
    assert [reading.value for reading in readings] == [kind]
    assert readings[0].quote == text


@pytest.mark.parametrize("text", FREE_OF_OBLIGATIONS)
def test_no_obligation_is_invented(text: str) -> None:
    assert read_obligations(said(text)) == []


def test_several_obligations_are_each_read_once() -> None:
    text = "Bayh-Dole applies. Under Bayh-Dole, too. Released as open source."
    assert [reading.value for reading in read_obligations(said(text))] == [
        "open_source",
        "bayh_dole",
    ]


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("NASA Open Source", "open_source"),
        ("Apache-2.0", "open_source"),
        ("GPLv3", "open_source"),
        ("MIT", "open_source"),
        ("march-in rights", "bayh_dole"),
        ("government purpose rights until 2030", "government_rights"),
        ("report every year", "other"),
    ],
)
def test_a_stated_obligation_is_classified(words: str, kind: str) -> None:
    assert classify_obligation(words) == kind


@pytest.mark.parametrize("text", GIVEN + FREE + UNCLEAR)
def test_the_fast_look_misses_no_licence(text: str) -> None:
    assert passages_with(LICENCE_HINTS, said(text))


@pytest.mark.parametrize("text", [text for text, _ in OBLIGED])
def test_the_fast_look_misses_no_obligation(text: str) -> None:
    assert passages_with(OBLIGATION_HINTS, said(text))
