from datetime import date
from pathlib import Path

import polars as pl
import pytest
from impact_parts import REVENUE, SHIPPED, move_of
from rulebook_parts import DAY, company, write_rulebook

from terrace.errors import CriteriaError, NotFound
from terrace.rules import find_rulebook
from terrace.rules.impact import assess_impact
from terrace.rules.proposals import Proposal, add_figures, edit_figures, find_proposal
from terrace.rules.rulebook import shipped_folder


def test_a_proposal_is_found_by_id_or_file(tmp_path: Path) -> None:
    write_rulebook(tmp_path, REVENUE)
    assert find_proposal("srdi@2026", SHIPPED).name == "srdi@2026"
    assert find_proposal("tech_sme", SHIPPED).name == "tech_sme@2017"
    assert find_proposal(f"{tmp_path / 'trial.yaml'}", ()).name == "trial@one"
    assert find_proposal(f"{tmp_path / 'trial.yaml'}@one", ()).name == "trial@one"


def test_a_folder_may_have_an_at_in_its_name(tmp_path: Path) -> None:
    folder = tmp_path / "rules@home"
    folder.mkdir()
    path = write_rulebook(folder, REVENUE)
    assert find_proposal(str(path), ()).name == "trial@one"
    assert find_proposal(f"{path}@one", ()).name == "trial@one"


def test_a_file_alone_uses_the_facts_that_ship(tmp_path: Path) -> None:
    shipped = find_rulebook(SHIPPED, "tech_sme")
    path = tmp_path / "draft.yaml"
    path.write_text(shipped.path.read_text("utf-8").replace("threshold: 500", "threshold: 400"))
    after = find_proposal(str(path), ())
    facts = company({2025: {"employees": 450.0}})
    before = find_proposal("tech_sme@2017", SHIPPED)
    assert move_of(assess_impact(before, after, facts, as_of=DAY)) == "may_leave"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("nothing@2026", "no rulebook 'nothing'"),
        ("srdi@1999", "no version '1999'; it has 2022, 2026"),
        ("srdi", "several versions; write one of srdi@2022, srdi@2026"),
        ("absent.yaml", "no file absent.yaml"),
    ],
)
def test_an_unknown_proposal_says_what_there_is(text: str, message: str) -> None:
    with pytest.raises(NotFound, match=message):
        find_proposal(text, SHIPPED)


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ("H9=1", "there is no one figure 'H9'"),
        ("H5=4%", "it has H5.0.threshold, H5.0.up_to"),
        ("H4=10", "10 is above 1"),
        ("H4=much", "'much' is no number"),
        ("H4", "gives no value"),
        ("H5.0.up_to=3亿元", "bands of 'H5' do not rise"),
    ],
)
def test_a_wrong_edit_is_refused(setting: str, message: str) -> None:
    with pytest.raises(CriteriaError, match=message):
        edit_figures(find_proposal("hnte@2016", SHIPPED), [setting])


def test_a_count_can_need_no_more_than_it_has() -> None:
    hardcore = find_proposal("hardcore_company", SHIPPED)
    assert edit_figures(hardcore, ["K4=3"]).edits == {"K4.need": 3.0}
    for bad in ("K4=5", "K4=0", "K4=1.5"):
        with pytest.raises(CriteriaError, match="it has 4 parts"):
            edit_figures(hardcore, [bad])


def test_edits_add_up_and_are_part_of_the_name() -> None:
    hnte = find_proposal("hnte@2016", SHIPPED)
    edited = edit_figures(edit_figures(hnte, ["H4=12%"]), ["H5.0.threshold=0.06"])
    assert edited.name == "hnte@2016, H4.threshold = 0.12, H5.0.threshold = 0.06"


@pytest.mark.parametrize(
    ("written", "value"),
    [("20000000", 2e7), ("2000万元", 2e7), ("0.2亿", 2e7), ("20,000,000", 2e7), (" 2e7 ", 2e7)],
)
def test_a_value_is_written_as_in_a_facts_file(written: str, value: float) -> None:
    edited = edit_figures(find_proposal("srdi@2026", SHIPPED), [f"S4a1={written}"])
    assert edited.edits == {"S4a1.threshold": value}


def test_the_later_of_two_edits_stands() -> None:
    srdi = find_proposal("srdi@2026", SHIPPED)
    assert edit_figures(srdi, ["S8=55", "S8 = 60"]).edits == {"S8.threshold": 60.0}
    assert srdi.edits == {}


def test_every_figure_of_every_version_can_be_edited() -> None:
    for rulebook in SHIPPED:
        for version in rulebook.versions:
            proposal = Proposal(rulebook, version)
            figures = proposal.compile("first", with_illustrative=True).figures
            settings = [f"{figure.path}={figure.value!r}" for figure in figures]
            edited = edit_figures(proposal, settings)
            assert set(edited.edits) == {figure.path for figure in figures}
            assert all(edited.value_of(figure) == figure.value for figure in figures)


def test_an_edit_changes_no_figure_but_its_own() -> None:
    hnte = find_proposal("hnte@2016", SHIPPED)
    edited = edit_figures(hnte, ["H5.1.threshold=5%"])
    snapshot = pl.DataFrame({"company": ["a"]})
    compiled = hnte.compile("first", with_illustrative=False)
    before = add_figures(hnte, compiled, snapshot).row(0, named=True)
    after = add_figures(edited, compiled, snapshot).row(0, named=True)
    changed = {name for name, value in after.items() if before[name] != value}
    assert changed == {"figure:H5.1.threshold"}
    assert after["figure:H5.1.threshold"] == 0.05


@pytest.mark.parametrize(
    ("day", "name"), [(date(2026, 3, 31), "srdi@2022"), (date(2026, 4, 1), "srdi@2026")]
)
def test_of_several_versions_the_one_of_the_day_is_meant(day: date, name: str) -> None:
    path = shipped_folder() / "srdi.yaml"

    assert find_proposal("srdi", SHIPPED, day=day).name == name
    assert find_proposal(str(path), (), day=day).name == name
    assert find_proposal("srdi@2022", SHIPPED, day=day).name == "srdi@2022"


def test_without_a_day_that_has_one_all_are_named_as_they_are_written() -> None:
    path = shipped_folder() / "srdi.yaml"
    with pytest.raises(NotFound, match=f"write one of {path}@2022, {path}@2026"):
        find_proposal(str(path), (), day=date(2020, 1, 1))
