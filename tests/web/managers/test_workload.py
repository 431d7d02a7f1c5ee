"""What managers carry is open to themselves and to whoever plans; that they have room, to all."""

import pytest

from terrace_web.managers.models import Profile
from terrace_web.managers.queries import list_managers
from terrace_web.testing.cast import Cast, make_record

OPEN_TO = ("manager", "officer", "administrator")
CLOSED_TO = ("other_manager", "researcher", "buyer", "rival", "colleague")
FIGURES = "2 / 7"


@pytest.fixture
def carried(cast: Cast) -> Cast:
    """Two records in one manager's charge, of a capacity that no other figure has."""
    Profile.objects.create(
        user=cast.manager, fields=["materials"], languages=["zh"], grade="senior", capacity=7
    )
    make_record(cast.lab, title="Open thing", manager=cast.manager)
    make_record(cast.lab, title="Reviewed thing", stage="in_review", manager=cast.manager)
    return cast


def pages(cast: Cast, client) -> list[str]:
    urls = ("/managers/", f"/managers/{cast.manager.pk}/")
    return [client.get(url).content.decode() for url in urls]


@pytest.mark.parametrize("who", OPEN_TO)
def test_it_works(carried: Cast, sign_in, who: str) -> None:
    for page in pages(carried, sign_in(getattr(carried, who))):
        assert FIGURES in page
    assert "Open thing" in page


@pytest.mark.parametrize("who", CLOSED_TO)
def test_it_checks_access(carried: Cast, sign_in, who: str) -> None:
    for page in pages(carried, sign_in(getattr(carried, who))):
        assert FIGURES not in page
        assert 'value="2"' not in page
        assert "Open thing" not in page
        assert "has room for more" in page
        assert "New materials" in page and "Senior" in page and "中文" in page


@pytest.mark.parametrize("who", ["newcomer", None])
def test_the_registry_is_for_members(carried: Cast, sign_in, who: str | None) -> None:
    client = sign_in(getattr(carried, who) if who else None)
    assert client.get("/managers/").status_code == 403
    assert client.get(f"/managers/{carried.manager.pk}/").status_code == 403


@pytest.mark.parametrize("who", CLOSED_TO)
def test_other_doors_are_closed(carried: Cast, sign_in, who: str) -> None:
    client = sign_in(getattr(carried, who))
    assert client.get(f"/managers/{carried.manager.pk}/edit/").status_code == 403
    assert client.get("/managers/proposals/").status_code == 403


def test_no_view_holds_figures_that_are_not_open(carried: Cast) -> None:
    for name, user in carried.everybody().items():
        views = {view.id: view for view in list_managers(carried.audience(user))}
        view = views[carried.manager.pk]
        assert (view.load, view.capacity) == ((2, 7) if name in OPEN_TO else (None, None))


@pytest.mark.parametrize(
    ("values", "said"),
    [({"capacity": 1}, "no room at present"), ({"is_active": False}, "Takes no new records")],
)
def test_members_see_whether_there_is_room(
    carried: Cast, sign_in, values: dict[str, object], said: str
) -> None:
    Profile.objects.filter(user=carried.manager).update(**values)
    page = sign_in(carried.rival).get(f"/managers/{carried.manager.pk}/").content.decode()
    assert said in page
    assert "has room" not in page


def test_whether_there_is_room_tells_of_no_hidden_record(carried: Cast, sign_in) -> None:
    Profile.objects.filter(user=carried.manager).update(capacity=2)
    client, url = sign_in(carried.rival), f"/managers/{carried.manager.pk}/"
    before = client.get(url).content.decode()
    make_record(carried.lab, manager=carried.manager, levels={"teaser": "private"})
    assert "has room for more" in before
    assert "has room for more" in client.get(url).content.decode()


def test_more_than_the_capacity_is_told_in_words_and_looks(carried: Cast, sign_in) -> None:
    client = sign_in(carried.officer)
    assert "is-over" not in client.get("/managers/").content.decode()
    Profile.objects.filter(user=carried.manager).update(capacity=1)
    page = client.get("/managers/").content.decode()
    assert "load-bar is-over" in page
    assert "over capacity" in page


def test_it_asks_few_queries(carried: Cast, sign_in, django_assert_max_num_queries) -> None:
    client = sign_in(carried.manager)
    with django_assert_max_num_queries(30):
        client.get(f"/managers/{carried.manager.pk}/")


def test_who_has_nothing_in_charge_reads_so(cast: Cast, sign_in) -> None:
    page = sign_in(cast.officer).get(f"/managers/{cast.manager.pk}/").content.decode()

    assert "Nothing at present." in page and "open to you" not in page


def test_the_entry_speaks_of_nobody_as_you(cast: Cast, sign_in) -> None:
    page = sign_in(cast.officer).get(f"/managers/{cast.manager.pk}/edit/").content.decode()

    assert "proposed to you" not in page and "in your charge" not in page
