"""Domains as people type them."""

import pytest
from django.core.exceptions import ValidationError

from terrace_web.accounts.domains import check_domain, confirmed_domains, read_domain
from terrace_web.testing.cast import Cast


@pytest.mark.parametrize(
    ("typed", "domain"),
    [
        ("lab.example", "lab.example"),
        ("  @Lab.Example ", "lab.example"),
        ("https://www.lab.example/about?x=1", "lab.example"),
        ("http://lab.example:8080", "lab.example"),
        ("ruth@lab.example", "lab.example"),
        ("lab.example.", "lab.example"),
        ("实验室.中国", "实验室.中国"),
        ("", ""),
    ],
)
def test_the_domain_in_what_was_typed(typed: str, domain: str) -> None:
    assert read_domain(typed) == domain
    assert check_domain(typed) == domain


@pytest.mark.parametrize(
    "typed", ["lab", "-lab.example", "lab..example", "1.2.3.4", "a b", "qq.com"]
)
def test_what_is_no_domain_of_an_organisation(typed: str) -> None:
    with pytest.raises(ValidationError):
        check_domain(typed)


def test_only_confirmed_addresses_of_ones_own_domain_count(cast: Cast) -> None:
    addresses = cast.newcomer.emailaddress_set
    addresses.create(email="noor@qq.com", verified=True)
    addresses.create(email="noor@lab.example", verified=False)

    assert confirmed_domains(cast.newcomer) == {"zone.example"}
