import re
from dataclasses import replace

import pytest
from django.test import RequestFactory

from terrace_web.accounts.audience import VISITOR
from terrace_web.permissions import PERMISSIONS
from terrace_web.ui import navigation
from terrace_web.ui.navigation import SECTIONS, Entry, entries_of_apps, list_sections

HOME = Entry("Components", "components", "home")
MANAGER = replace(VISITOR, user_id=1, roles=frozenset({"visitor", "member", "manager"}))


def sections(*entries, audience=VISITOR, path="/"):
    request = RequestFactory().get(path)
    request.audience = audience
    return list_sections(request, entries)


def test_it_works():
    (section,) = sections(HOME)
    assert section.title == "Market"
    assert [link.url for link in section.links] == ["/ui/components"]


def test_it_checks_access():
    entry = Entry("Desk", "components", "target", "matching:desk", "work")
    assert sections(entry) == []
    assert sections(entry, audience=MANAGER)[0].key == "work"


def test_a_request_without_audience_is_a_visitors():
    request = RequestFactory().get("/")
    entry = Entry("Desk", "components", "target", "matching:desk", "work")
    assert list_sections(request, [entry, HOME])[0].links[0].label == "Components"


@pytest.mark.parametrize(
    "entry",
    [
        replace(HOME, url_name="no:such:page"),
        replace(HOME, permission="no:such:permission"),
        replace(HOME, section="attic"),
        replace(HOME, arguments=("one-too-many",)),
    ],
)
def test_what_is_not_there_is_left_out(entry):
    assert sections(entry) == []


def test_sections_and_entries_have_their_order():
    late = replace(HOME, label="Late", order=90)
    early = replace(HOME, label="Early", order=10)
    zone = replace(HOME, section="zone")
    found = sections(zone, late, early)
    assert [section.key for section in found] == ["market", "zone"]
    assert [link.label for link in found[0].links] == ["Early", "Late"]


def test_the_longest_address_that_begins_the_path_is_current():
    entries = [HOME, replace(HOME, url_name="component_points", label="Points")]
    (section,) = sections(*entries, path="/ui/components/points")
    assert [link.is_current for link in section.links] == [False, True]


def test_a_longer_word_is_another_page():
    (section,) = sections(HOME, path="/ui/componentsandmore")
    assert not section.links[0].is_current


def test_pages_below_belong_to_their_entry():
    (section,) = sections(HOME, path="/ui/components/12")
    assert section.links[0].is_current


def test_apps_are_asked_for_their_entries(monkeypatch):
    monkeypatch.setattr(navigation, "entries_of_apps", lambda: (HOME,))
    request = RequestFactory().get("/")
    request.audience = VISITOR
    assert navigation.navigation(request)["navigation"][0].links[0].label == "Components"


def test_every_shipped_entry_is_complete():
    for entry in entries_of_apps():
        assert entry.section in SECTIONS, entry
        assert entry.permission is None or entry.permission in PERMISSIONS, entry


def test_shortcuts_are_not_given_twice():
    given = [entry.shortcut for entry in entries_of_apps()]
    assert len(given) == len({*given})
    assert "g h" not in given, "the start page's own"


def test_every_shipped_entry_has_a_shortcut_of_two_keys():
    for entry in entries_of_apps():
        assert re.fullmatch("g [a-z]", entry.shortcut), entry


@pytest.mark.parametrize(("who", "hidden"), [("researcher", "g y"), ("administrator", "g i")])
def test_the_list_of_shortcuts_has_what_the_sidebar_has(cast, sign_in, who, hidden):
    page = sign_in(getattr(cast, who)).get("/about/").content.decode()
    listed = page[page.index('id="shortcuts"') :]
    shown = re.findall('data-shortcut="(g [a-z])"', page)
    assert "g o" in shown and hidden not in shown
    for keys in ["g h", *shown]:
        first, second = keys.split()
        assert f"<kbd>{first}</kbd> <kbd>{second}</kbd>" in listed
