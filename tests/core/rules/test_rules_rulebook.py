from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rulebook_parts import FACTS, write_rulebook

from terrace.errors import CriteriaError, NotFound
from terrace.rules import Rulebook, find_rulebook, load_rulebooks

Maker = Callable[..., Rulebook]
CRITERION = "- {id: A, kind: judged, measure: novel, en: A, zh: A}"
SHIPPED = load_rulebooks()


def reload_with(folder: Path, old: str, new: str) -> tuple[Rulebook, ...]:
    path = write_rulebook(folder, CRITERION)
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")
    return load_rulebooks(folder)


def test_it_loads_what_ships() -> None:
    kinds = {rulebook.id: rulebook.kind for rulebook in SHIPPED}
    assert kinds["hnte"] == "tier"
    assert kinds["rent_relief"] == "policy"
    assert len(kinds) == len(SHIPPED) >= 20


@pytest.mark.parametrize("rulebook", SHIPPED, ids=lambda rulebook: rulebook.id)
def test_each_names_its_law_in_both_languages(rulebook: Rulebook) -> None:
    assert rulebook.label.en.isascii()
    assert not rulebook.label.zh.isascii()
    for version in rulebook.versions:
        assert version.source.title
        assert version.periods
        is_sourced = version.status != "illustrative"
        if is_sourced and rulebook.country == "CN" and rulebook.kind != "designation":
            assert version.source.address.startswith("http")


def test_the_law_of_2026_replaced_that_of_2022() -> None:
    srdi = find_rulebook(SHIPPED, "srdi")
    ids = [
        version.id if (version := srdi.version_at(day)) else None
        for day in (date(2022, 7, 31), date(2026, 3, 31), date(2026, 4, 1))
    ]
    assert ids == [None, "2022", "2026"]


def test_renewals_of_little_giants_follow_the_old_law_through_2026() -> None:
    giant = find_rulebook(SHIPPED, "little_giant")
    days = (date(2026, 3, 31), date(2026, 4, 1), date(2026, 12, 31), date(2027, 1, 1))
    first = [giant.version_at(day, "first") for day in days]
    renewal = [giant.version_at(day, "renewal") for day in days]
    assert [version.id for version in first if version] == ["2022", "2026", "2026", "2026"]
    assert [version.id for version in renewal if version] == ["2022", "2022", "2022", "2026"]


def test_without_renewal_rules_those_of_first_application_hold() -> None:
    hnte = find_rulebook(SHIPPED, "hnte")
    day = date(2026, 6, 1)
    assert hnte.version_at(day, "renewal") is hnte.version_at(day, "first") is not None


def test_unknown_ids_name_what_there_is() -> None:
    with pytest.raises(NotFound, match="there are gazelle_cn"):
        find_rulebook(SHIPPED, "hntee")
    with pytest.raises(NotFound, match="it has 2022, 2026"):
        find_rulebook(SHIPPED, "srdi").version("2025")


def test_versions_may_not_overlap_within_a_mode(tmp_path: Path) -> None:
    two = "[{mode: first, from: 2020-01-01}, {mode: first, from: 2021-01-01}]"
    with pytest.raises(CriteriaError, match=r"mode first: the versions .* overlap"):
        reload_with(tmp_path, "[{mode: first, from: 2020-01-01}]", two)


def test_versions_of_two_modes_may_overlap(tmp_path: Path) -> None:
    two = "[{mode: first, from: 2020-01-01}, {mode: renewal, from: 2021-01-01}]"
    (rulebook,) = reload_with(tmp_path, "[{mode: first, from: 2020-01-01}]", two)
    assert len(rulebook.versions[0].periods) == 2


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("id: trial", "id: a trial", "Latin letters"),
        ("id: trial", "identity: trial", "'id' is missing|not known"),
        ("kind: tier", "kind: tear", "'kind' is 'tear'"),
        ("en: Trial", "en: ''", "'en' is not a text"),
        ("status: verified", "status: true", "'status' is 'true'"),
        ("status: verified", "state: verified", "missing"),
        ("from: 2020-01-01", "from: soon", "'from' is not a date"),
        ("from: 2020-01-01", "from: 2020-01-01, to: 2019-01-01", "ends before it begins"),
        ("mode: first", "mode: second", "'mode' is 'second'"),
        ("{title: A law", "{name: A law", "missing|not known"),
        ("status: verified", "status: verified\n    status: verified", "given twice"),
        ("criteria:", "criteria: []\n    other:", "not known|list"),
        ("versions:", "versions: none\nothers:", "not known|list"),
        ("measure: novel", "measure: *novel", "alias"),
        ("country: CN", "country: &x CN\ncertificate_years: *x", "no number"),
    ],
)
def test_a_wrong_rulebook_is_refused_with_its_line(
    tmp_path: Path, old: str, new: str, complaint: str
) -> None:
    with pytest.raises(CriteriaError, match=complaint) as caught:
        reload_with(tmp_path, old, new)
    assert "line" in str(caught.value)


def test_two_criteria_of_one_id_are_refused(make_rulebook: Maker) -> None:
    with pytest.raises(CriteriaError, match="two criterion ids are 'A'"):
        make_rulebook(f"{CRITERION}\n{CRITERION}")


def test_a_window_has_to_open_before_it_closes(make_rulebook: Maker) -> None:
    window = "windows: [{from: 2026-02-01, to: 2026-01-01}]"
    with pytest.raises(CriteriaError, match="closes before it opens"):
        make_rulebook(CRITERION, extra=window)


def test_parts_used_twice_by_an_alias_are_refused(tmp_path: Path) -> None:
    path = write_rulebook(tmp_path, f"- &a {CRITERION[2:]}\n- *a")
    assert path.exists()
    with pytest.raises(CriteriaError, match="used twice by a YAML alias"):
        load_rulebooks(tmp_path)


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("id: revenue, type: number", "id: revenue, type: money", "'type' is 'money'"),
        ("unit: yuan, min", "unit: euro, min", "'unit' is 'euro'"),
        ("id: profit", "id: revenue", "'revenue' is taken"),
        ("id: profit", "id: fiscal_year", "'fiscal_year' is taken"),
        ("is: rd_spend / revenue", "is: rd_spend / turnover", "no fact or measure 'turnover'"),
    ],
)
def test_wrong_facts_are_refused(tmp_path: Path, old: str, new: str, complaint: str) -> None:
    write_rulebook(tmp_path, CRITERION)
    assert old in FACTS
    (tmp_path / "facts.yaml").write_text(FACTS.replace(old, new), "utf-8")
    with pytest.raises(CriteriaError, match=complaint) as caught:
        load_rulebooks(tmp_path)
    assert "facts.yaml" in str(caught.value)


def test_a_folder_without_rulebooks_or_facts_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CriteriaError, match=r"facts.yaml"):
        load_rulebooks(tmp_path)
    (tmp_path / "facts.yaml").write_text(FACTS, "utf-8")
    with pytest.raises(CriteriaError, match="no rulebooks"):
        load_rulebooks(tmp_path)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    place=st.integers(0, 2000),
    removed=st.integers(0, 40),
    put=st.one_of(
        st.text(max_size=15), st.sampled_from(["[", "{", "- ", ": ", "&a", "*a", "null"])
    ),
)
def test_a_damaged_rulebook_is_taken_or_refused_with_a_reason(
    tmp_path: Path, place: int, removed: int, put: str
) -> None:
    source = find_rulebook(SHIPPED, "gazelle_oecd").path.read_text("utf-8")
    at = place % len(source)
    (tmp_path / "facts.yaml").write_text(FACTS, "utf-8")
    damaged = source[:at] + put + source[at + removed :]
    (tmp_path / "damaged.yaml").write_text(damaged, "utf-8", errors="surrogatepass")
    try:
        load_rulebooks(tmp_path)
    except CriteriaError as error:
        assert "damaged.yaml" in str(error)
