import pytest
from hypothesis import given
from hypothesis import strategies as st

from terrace.match.reading.places import (
    EU_MEMBERS,
    HINTS,
    allowed_places,
    country_of,
    is_known,
    partly_allowed,
    place_code,
    places_within,
    read_allowed_places,
)
from terrace.match.reading.quotes import Passage, passages_with
from terrace.match.reading.terms import offered_terms, term_code, wanted_terms


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("licence", "licence"),
        ("License", "licence"),
        ("licensing", "licence"),
        ("许可", "licence"),
        ("exclusive_licence", "exclusive_licence"),
        ("Exclusive license", "exclusive_licence"),
        ("独占许可", "exclusive_licence"),
        ("non-exclusive licence", "non_exclusive_licence"),
        ("普通许可", "non_exclusive_licence"),
        ("transfer", "transfer"),
        ("技术转让", "transfer"),
        ("作价入股", "equity"),
        ("equity", "equity"),
        ("joint development", "joint_development"),
        ("co-development", "joint_development"),
        ("合作开发", "joint_development"),
        ("contract research", "development"),
        ("委托开发", "development"),
        ("技术咨询", "consulting"),
        ("技术服务", "service"),
        ("Barter of goods", "barter of goods"),
    ],
)
def test_terms_have_one_code_in_every_language(written: str, code: str) -> None:
    assert term_code(written) == code
    assert term_code(code) == code


def test_an_exclusive_offer_is_also_a_licence() -> None:
    assert offered_terms(["exclusive licence"]) == ["exclusive_licence", "licence"]
    assert wanted_terms(["exclusive licence"]) == ["exclusive_licence"]


def test_terms_are_listed_once_and_empty_ones_left_out() -> None:
    assert wanted_terms(["license", "Licence", " ", "转让"]) == ["licence", "transfer"]
    assert offered_terms([]) == []


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("US", "US"),
        ("us", "US"),
        ("USA", "US"),
        ("United States", "US"),
        ("Huntsville, AL, US", "US"),
        ("US-AL", "US-AL"),
        ("us-al", "US-AL"),
        ("UK", "GB"),
        ("Scotland", "GB-SCT"),
        ("英国", "GB"),
        ("中国", "CN"),
        ("European Union", "EU"),
        ("worldwide", ""),
        ("不限", ""),
        ("  ", ""),
        ("Midlands", "midlands"),
    ],
)
def test_places_become_codes(written: str, code: str) -> None:
    assert place_code(written) == code


@pytest.mark.parametrize(
    ("place", "within"),
    [
        ("US-AL", ["US-AL", "US"]),
        ("DE", ["DE", "EU"]),
        ("DE-BY", ["DE-BY", "DE", "EU"]),
        ("GB", ["GB"]),
        ("", []),
        ("Midlands", ["midlands"]),
    ],
)
def test_a_place_lies_within_wider_ones(place: str, within: list[str]) -> None:
    assert places_within(place) == within


def test_only_countries_and_their_parts_are_known() -> None:
    assert is_known("US")
    assert is_known("US-AL")
    assert not is_known("midlands")
    assert country_of("US-AL") == "US"
    assert country_of("Germany") == "DE"
    assert country_of("EU") is None
    assert country_of("Midlands") is None
    assert country_of("") is None


def test_one_place_that_means_anywhere_allows_all() -> None:
    assert allowed_places(["UK", "EU"]) == ["GB", "EU"]
    assert allowed_places(["UK", "worldwide"]) == []
    assert allowed_places([]) == []


def test_a_wider_place_is_allowed_only_in_part() -> None:
    assert partly_allowed(["US-AL"]) == ["US"]
    assert partly_allowed(["DE"]) == ["EU"]
    assert partly_allowed(["US", "US-AL"]) == []


@given(st.sampled_from(EU_MEMBERS))
def test_every_member_lies_within_the_union(country: str) -> None:
    assert "EU" in places_within(country)


@pytest.mark.parametrize(
    ("text", "certain"),
    [
        ("UK registered businesses can apply for a share of £5 million.", True),
        ("UK registered small and medium-sized enterprises can apply.", True),
        ("UK registered academic institutions, RTOs or Catapults can apply.", True),
        ("Open to all UK based researchers and UK-based companies.", False),
    ],
)
def test_uk_competitions_say_who_may_apply(text: str, certain: bool) -> None:
    passages = passages_with(HINTS, [Passage("body", text)])
    reading = read_allowed_places(passages)
    assert reading is not None
    assert reading.value == ["GB"]
    assert reading.certain == certain


@pytest.mark.parametrize("text", ["The UK is a registered member.", "UK market entry", ""])
def test_no_place_is_invented(text: str) -> None:
    assert read_allowed_places([Passage("body", text)]) is None
