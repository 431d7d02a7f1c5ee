from pathlib import Path

import pytest
from impact_parts import REVENUE, SHIPPED, move_of
from rulebook_parts import DAY, company, write_rulebook

from terrace.errors import CriteriaError, NotFound
from terrace.rules import find_rulebook
from terrace.rules.impact import assess_impact
from terrace.rules.proposals import edit_figures, find_proposal


def test_a_proposal_is_found_by_id_or_file(tmp_path: Path) -> None:
    write_rulebook(tmp_path, REVENUE)
    assert find_proposal("srdi@2026", SHIPPED).name == "srdi@2026"
    assert find_proposal("tech_sme", SHIPPED).name == "tech_sme@2017"
    assert find_proposal(f"{tmp_path / 'trial.yaml'}", ()).name == "trial@one"
    assert find_proposal(f"{tmp_path / 'trial.yaml'}@one", ()).name == "trial@one"


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
