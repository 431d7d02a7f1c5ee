"""Regions: names of codes in both languages, and codes of names."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terrace.match.reading.places import place_code
from terrace.regions import read_region, region_name, region_names


@pytest.mark.parametrize(
    ("code", "english", "chinese"),
    [
        ("CN", "China", "中国"),
        ("CN-SN", "Shaanxi (China)", "中国陕西"),
        ("US-CA", "California (United States)", "美国加利福尼亚"),
        ("EU", "European Union", "欧盟"),
        ("DE-BY", "DE-BY (Germany)", "德国（DE-BY）"),
        ("XX", "XX", "XX"),
        ("Mars", "Mars", "Mars"),
        ("", "", ""),
    ],
)
def test_a_code_has_a_name_in_both_languages(code: str, english: str, chinese: str) -> None:
    assert region_name(code, "en") == english
    assert region_name(code, "zh-hans") == chinese


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Shaanxi", "CN-SN"),
        ("shaanxi (china)", "CN-SN"),
        ("陕西", "CN-SN"),
        ("陕西省", "CN-SN"),
        ("中国陕西", "CN-SN"),
        ("新疆维吾尔自治区", "CN-XJ"),
        (" cn-sn ", "CN-SN"),
        ("DE-BY", "DE-BY"),
        ("UK", "GB"),
        ("USA", "US"),
        ("Georgia", "GE"),
        ("Georgia (United States)", "US-GA"),
        ("Mars", None),
        ("ZZ", None),
        ("", None),
    ],
)
def test_a_name_has_its_code(text: str, code: str | None) -> None:
    assert read_region(text) == code


@given(st.sampled_from(sorted(region_names("en"))), st.sampled_from(["en", "zh"]))
def test_what_is_shown_can_be_entered(code: str, language: str) -> None:
    assert read_region(region_name(code, language)) == code


@pytest.mark.parametrize(
    ("place", "code"),
    [
        ("Huntsville, AL, US", "US"),
        ("Xi'an, 中国", "xi'an, 中国"),
        ("Atlanta, Georgia", "atlanta, georgia"),
        ("Leeds, UK", "GB"),
        ("Baden-Württemberg", "baden-württemberg"),
        ("Bavaria, DE", "DE"),
        ("worldwide", ""),
    ],
)
def test_a_place_in_a_text(place: str, code: str) -> None:
    assert place_code(place) == code
