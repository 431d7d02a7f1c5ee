"""Choosing an organisation by typing."""

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation

from terrace_web.accounts.picking import (
    OrganisationsField,
    find_organisation,
    label_of,
    search_organisations,
)
from terrace_web.testing.cast import Cast, make_organisation


@pytest.fixture
def firms(cast: Cast) -> Cast:
    make_organisation("pump-a", "company", "Pump Works", name_zh="泵业")
    make_organisation("pump-b", "company", "Pump Works")
    make_organisation("old-pumps", "company", "Old Pump Works")
    return cast


def test_names_that_begin_with_the_text_come_first(firms: Cast) -> None:
    found = [each.code for each in search_organisations("pump w")]

    assert found == ["pump-a", "pump-b", "old-pumps"]
    assert [each.code for each in search_organisations("泵")] == ["pump-a", "company"]
    assert search_organisations("  ") == [] and search_organisations("%") == []


@pytest.mark.parametrize("text", ["Pump Works [pump-a]", "pump-a", "泵业", " 泵业 [pump-a] "])
def test_an_organisation_is_found_by_label_code_or_name(firms: Cast, text: str) -> None:
    assert find_organisation(text).code == "pump-a"


def test_what_names_several_or_none_is_refused_with_what_is_close(firms: Cast) -> None:
    with pytest.raises(ValidationError, match=r"Pump Works \[pump-a\], Pump Works \[pump-b\]"):
        find_organisation("pump works")
    with pytest.raises(ValidationError, match=r"Close are: Old Pump Works \[old-pumps\]"):
        find_organisation("old pump")
    with pytest.raises(ValidationError, match="No organisation is called “Zzz”"):
        find_organisation("Zzz")


def test_several_are_taken_once_each(firms: Cast) -> None:
    field = OrganisationsField(required=False)

    assert [each.code for each in field.clean(["pump-a", "Pump Works [pump-a]"])] == ["pump-a"]
    assert field.clean([]) == []


def test_a_label_is_in_the_language_of_the_page(firms: Cast) -> None:
    firm = find_organisation("pump-a")
    with translation.override("zh-hans"):
        assert label_of(firm) == "泵业 [pump-a]"


def test_the_options_are_for_who_may_read_the_directory(firms: Cast, sign_in) -> None:
    address = "/organisations/options/?q=pump"

    assert "Old Pump Works [old-pumps]" in sign_in(firms.buyer).get(address).content.decode()
    for user in (firms.newcomer, None):
        assert sign_in(user).get(address).status_code in (302, 403)
