"""Lists, the search over all kinds, suggestions."""

from collections.abc import Callable

import pytest
from django.test import Client

from terrace_web.accounts.models import User
from terrace_web.testing.cast import Cast, make_record

SignIn = Callable[[User | None], Client]


@pytest.fixture
def shelf(cast: Cast) -> Cast:
    make_record(cast.lab, title="Ceramic seal for slurry pumps", fields=["materials"], readiness=4)
    make_record(cast.other_lab, title="Laser welding head", fields=["optics"], readiness=6)
    make_record(
        cast.company,
        "need",
        title="Longer life of pump seals",
        levels={"identity": "named"},
        fields=["materials"],
    )
    make_record(cast.lab, title="Secret gasket", stage="draft", fields=["materials"])
    return cast


def test_it_works(shelf: Cast, client: Client, django_assert_max_num_queries) -> None:
    with django_assert_max_num_queries(30):
        page = client.get("/market/achievements/")

    text = page.content.decode()
    assert page.status_code == 200
    assert "Ceramic seal for slurry pumps" in text and "Laser welding head" in text
    assert "2 records" in text


def test_it_checks_access(shelf: Cast, sign_in: SignIn) -> None:
    for user in (None, shelf.researcher, shelf.rival):
        assert "Secret gasket" not in sign_in(user).get("/market/achievements/").content.decode()


def test_a_query_marks_its_words_and_finds_their_forms(shelf: Cast, client: Client) -> None:
    text = client.get("/market/achievements/", {"q": "pump seals"}).content.decode()

    assert "<mark>seal</mark>" in text and "<mark>pumps</mark>" in text
    assert "Laser welding head" not in text


def test_a_facet_narrows_and_its_chip_removes_it(shelf: Cast, client: Client) -> None:
    text = client.get("/market/achievements/", {"fields": "optics", "q": ""}).content.decode()

    assert "Laser welding head" in text and "Ceramic seal" not in text
    assert 'class="chip" href="?q="' in text
    assert "Remove all filters" in text


def test_htmx_gets_the_results_alone(shelf: Cast, client: Client) -> None:
    page = client.get("/market/achievements/", {"q": "laser"}, headers={"HX-Request": "true"})

    text = page.content.decode()
    assert "<html" not in text
    assert 'id="results"' in text and 'id="facet-groups"' in text and 'id="result-count"' in text


def test_a_blind_owner_is_neither_named_nor_counted(shelf: Cast, sign_in: SignIn) -> None:
    hidden = sign_in(shelf.rival).get("/market/needs/").content.decode()
    own = sign_in(shelf.buyer).get("/market/needs/").content.decode()

    assert "Lindgren Pumps" not in hidden and "Owner not shown" in hidden
    assert "Lindgren Pumps" in own


def test_asking_for_a_hidden_owner_finds_nothing(shelf: Cast, client: Client) -> None:
    text = client.get("/market/needs/", {"owner": str(shelf.company.pk)}).content.decode()

    assert "Longer life of pump seals" not in text
    assert "Lindgren Pumps" not in text


@pytest.mark.parametrize(
    "query", [{"page": "x"}, {"page": "99999"}, {"page": "0"}, {"order": "evil"}, {"owner": "x"}]
)
def test_a_senseless_address_shows_the_list(
    shelf: Cast, client: Client, query: dict[str, str]
) -> None:
    assert client.get("/market/achievements/", query).status_code == 200


def test_an_empty_list_says_so(cast: Cast, client: Client) -> None:
    assert "Nothing is published here yet." in client.get("/market/experts/").content.decode()
    nothing = client.get("/market/experts/", {"q": "nobody"}).content.decode()
    assert "No record fits." in nothing


@pytest.mark.parametrize(
    "slug", ["achievements", "needs", "companies", "experts", "equipment", "services"]
)
def test_every_kind_has_its_list(cast: Cast, client: Client, slug: str) -> None:
    assert client.get(f"/market/{slug}/").status_code == 200


def test_the_list_speaks_chinese(shelf: Cast, client: Client) -> None:
    page = client.get("/market/achievements/", headers={"Accept-Language": "zh-Hans"})

    text = page.content.decode()
    assert "成果" in text and "筛选" in text
    assert "2 条记录" in text


def test_search_finds_all_kinds(shelf: Cast, client: Client, django_assert_max_num_queries) -> None:
    with django_assert_max_num_queries(30):
        text = client.get("/search/", {"q": "pump"}).content.decode()

    assert "Ceramic" in text and "Longer life" in text
    assert "Secret gasket" not in text and "Laser welding" not in text


def test_search_without_words_leads_to_the_kinds(cast: Cast, client: Client) -> None:
    text = client.get("/search/").content.decode()

    assert 'href="/market/needs/"' in text


def test_search_escapes_what_was_typed(shelf: Cast, client: Client) -> None:
    text = client.get("/search/", {"q": "<script>alert(1)</script> pump"}).content.decode()

    assert "<script>alert" not in text


def test_suggestions_are_options_grouped_by_kind(shelf: Cast, client: Client) -> None:
    text = client.get("/market/suggest", {"q": "seal"}).content.decode()

    assert text.count('role="option"') == 3
    assert 'role="group" aria-label="Needs"' in text
    assert "Secret gasket" not in text


@pytest.mark.parametrize("typed", ["", "s", " "])
def test_a_letter_suggests_nothing(shelf: Cast, client: Client, typed: str) -> None:
    assert 'role="option"' not in client.get("/market/suggest", {"q": typed}).content.decode()
