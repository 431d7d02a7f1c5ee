from collections.abc import Callable

import pytest
from impact_parts import NOVEL, PATENTS, REVENUE, SAID, SHIPPED, propose
from rulebook_parts import DAY, write_rulebook

from terrace.criteria.results import Result
from terrace.rules import Rulebook
from terrace.rules.couplings import Coupling, Node, Pair, couple_criteria, walk_nodes
from terrace.rules.proposals import Proposal, find_proposal
from terrace.rules.rulebook import load_rulebooks

Maker = Callable[..., Rulebook]
UNMET, MET = Result.UNMET, Result.MET
NESTED = """
- id: E
  kind: any_of
  en: Either
  zh: 其一
  of:
    - {id: F, kind: judged, measure: novel, en: Novel, zh: 新颖}
    - {id: G, kind: one_of, measure: listed, values: [true], en: Listed, zh: 上市}
"""


def pair_of(old: Proposal, new: Proposal, *, with_illustrative: bool = False) -> Pair:
    return Pair(old, new, DAY, "first", with_illustrative)


def couple(old: Proposal, new: Proposal) -> dict[tuple[str, str], str]:
    found = couple_criteria(pair_of(old, new))
    return {(c.old.criterion.id, c.new.criterion.id): c.order for c in found}


def test_an_unedited_version_is_coupled_with_itself(make_rulebook: Maker) -> None:
    rulebook = make_rulebook(f"{REVENUE}\n{NOVEL}\n{SAID}")
    same = propose(rulebook)
    assert couple(same, same) == {(name, name): "same" for name in "ANX"}


@pytest.mark.parametrize(
    ("kind", "value", "order"),
    [
        ("at_least", "110", "stricter"),
        ("at_least", "90", "looser"),
        ("more_than", "110", "stricter"),
        ("at_most", "110", "looser"),
        ("less_than", "90", "stricter"),
        ("at_least", "100", "same"),
    ],
)
def test_an_edited_threshold_is_stricter_or_looser(
    make_rulebook: Maker, kind: str, value: str, order: str
) -> None:
    rulebook = make_rulebook(REVENUE.replace("at_least", kind))
    assert couple(propose(rulebook), propose(rulebook, f"A={value}")) == {("A", "A"): order}


def test_another_relation_is_another_question(make_rulebook: Maker) -> None:
    old = propose(make_rulebook(REVENUE))
    new = propose(make_rulebook(REVENUE.replace("at_least", "more_than")))
    assert couple(old, new) == {}


def test_versions_are_coupled_across_their_names() -> None:
    old, new = (find_proposal(f"little_giant@{year}", SHIPPED) for year in (2022, 2026))
    found = {
        (c.old.criterion.id, c.new.criterion.id): c.order
        for c in couple_criteria(pair_of(old, new, with_illustrative=True))
    }
    assert found["L8", "G6"] == "same"
    assert found["L1", "G1b"] == "same"
    assert found["L2", "G2b"] == "stricter"
    assert found["L4", "G2d"] == "looser"
    assert found["L5", "G5a"] == "same"
    # Growth over other years is another measure.
    assert "L3" not in {old_id for old_id, _ in found}


def test_each_criterion_is_coupled_once(make_rulebook: Maker) -> None:
    twice = (
        f"{PATENTS}\n{PATENTS.replace('id: P', 'id: Q').replace('threshold: 2', 'threshold: 3')}"
    )
    found = couple(propose(make_rulebook(twice)), propose(make_rulebook(twice)))
    assert found == {("P", "P"): "same", ("Q", "Q"): "same"}


def test_a_measure_of_another_formula_is_coupled_with_nothing(
    make_rulebook: Maker, tmp_path_factory: pytest.TempPathFactory
) -> None:
    asked = "- {id: I, kind: at_least, measure: intensity, threshold: 0.05, en: I, zh: I}"
    old = propose(make_rulebook(asked))
    folder = tmp_path_factory.mktemp("other")
    write_rulebook(folder, asked)
    facts = folder / "facts.yaml"
    facts.write_text(facts.read_text("utf-8").replace("rd_spend / revenue", "rd_spend / profit"))
    (other,) = load_rulebooks(folder)
    assert couple(old, propose(other)) == {}
    assert couple(old, old) == {("I", "I"): "same"}


def test_parts_of_any_of_are_not_required(make_rulebook: Maker) -> None:
    pair = pair_of(*[propose(make_rulebook(f"{REVENUE}\n{NESTED}"))] * 2)
    nodes = {node.criterion.id: node for node in walk_nodes(pair.old.version.criteria, pair)}
    assert {name: node.is_required for name, node in nodes.items()} == {
        **{"A": True, "E": True},
        **{"F": False, "G": False},
    }
    assert [name for name, node in nodes.items() if node.is_joint] == ["E"]


def test_what_is_kept_out_is_one_node_with_its_own_column(make_rulebook: Maker) -> None:
    rulebook = make_rulebook(
        NESTED.replace("  kind: any_of", "  kind: any_of\n  status: illustrative")
    )
    kept_out = pair_of(propose(rulebook), propose(rulebook))
    columns = [node.column for node in walk_nodes(rulebook.versions[0].criteria, kept_out)]
    assert columns == ["counts:E"]
    asked_for = pair_of(propose(rulebook), propose(rulebook), with_illustrative=True)
    columns = [node.column for node in walk_nodes(rulebook.versions[0].criteria, asked_for)]
    assert columns == ["result:E", "result:F", "result:G"]


def test_what_applies_only_sometimes_is_left_open(make_rulebook: Maker) -> None:
    condition = "applies_when: {id: W, kind: one_of, measure: listed, values: [true], en: W, zh: W}"
    rulebook = make_rulebook(REVENUE.replace("}", f", {condition}}}"))
    assert couple(propose(rulebook), propose(rulebook)) == {}


@pytest.mark.parametrize(
    ("order", "required", "entering", "answers"),
    [
        ("looser", (True, True), True, {(UNMET, MET)}),
        ("looser", (False, False), False, {(UNMET, UNMET), (MET, MET)}),
        ("stricter", (False, False), False, {(MET, UNMET)}),
        ("stricter", (False, False), True, {(UNMET, UNMET), (MET, MET)}),
        ("same", (False, False), True, {(UNMET, UNMET), (MET, MET)}),
        ("same", (False, True), True, {(MET, MET)}),
        ("same", (False, True), False, {(UNMET, UNMET), (MET, MET)}),
        ("same", (True, False), False, {(MET, MET)}),
    ],
)
def test_only_answers_that_may_matter_are_tried(
    make_rulebook: Maker,
    order: str,
    required: tuple[bool, bool],
    entering: bool,
    answers: set[tuple[Result, Result]],
) -> None:
    (criterion,) = make_rulebook(NOVEL).versions[0].criteria
    old, new = (Node(criterion, "result:N", is_required, False) for is_required in required)
    coupling = Coupling(old, new, order)  # type: ignore[arg-type]
    assert set(coupling.answers(entering=entering)) == answers


SCORES = "- {id: total, kind: judged, measure: expert_points, max: 6, en: Points, zh: 得分}"
POINTS = "- {id: T, kind: at_least, score: total, threshold: 4, en: Points, zh: 得分}"


def test_points_are_coupled_as_long_as_the_scores_are_the_same(make_rulebook: Maker) -> None:
    rulebook = make_rulebook(POINTS, scores=SCORES)
    assert couple(propose(rulebook), propose(rulebook, "T=5")) == {("T", "T"): "stricter"}
    assert couple(propose(rulebook), propose(rulebook, "total.max=5")) == {}
    edited = propose(rulebook, "total.max=5")
    assert couple(edited, propose(rulebook, "total.max=5", "T=3")) == {("T", "T"): "looser"}


def test_points_of_a_version_read_again_are_coupled(make_rulebook: Maker) -> None:
    first, again = (make_rulebook(POINTS, scores=SCORES) for _ in range(2))
    assert couple(propose(first), propose(again)) == {("T", "T"): "same"}
    other = make_rulebook(POINTS, scores=SCORES.replace("max: 6", "max: 5"))
    assert couple(propose(first), propose(other)) == {}


def test_the_scope_is_a_condition_like_others(make_rulebook: Maker) -> None:
    scope = "scope: {id: S, kind: one_of, measure: listed, values: [false], en: S, zh: S}"
    rulebook = make_rulebook(REVENUE, extra=scope)
    found = couple(propose(rulebook), propose(rulebook))
    assert found == {("S", "S"): "same", ("A", "A"): "same"}


def test_other_values_are_another_question(make_rulebook: Maker) -> None:
    yes, no = make_rulebook(SAID), make_rulebook(SAID.replace("true", "false"))
    assert couple(propose(yes), propose(no)) == {}


BANDED = """
- id: B
  kind: banded
  relation: at_least
  measure: intensity
  by: revenue
  bands: [{up_to: 100, threshold: 0.05}, {up_to: 200, threshold: 0.04}, {threshold: 0.03}]
  en: Intensity
  zh: 强度
"""


@pytest.mark.parametrize(
    ("settings", "order"),
    [
        (["B.0.threshold=0.06"], "stricter"),
        (["B.0.threshold=0.06", "B.2.threshold=0.04"], "stricter"),
        (["B.1.threshold=0.01"], "looser"),
        (["B.1.threshold=0.04"], "same"),
        (["B.0.threshold=0.06", "B.2.threshold=0.01"], None),
        (["B.0.up_to=150"], None),
    ],
)
def test_bands_are_compared_band_by_band(
    make_rulebook: Maker, settings: list[str], order: str | None
) -> None:
    rulebook = make_rulebook(BANDED)
    found = couple(propose(rulebook), propose(rulebook, *settings))
    assert found == ({("B", "B"): order} if order else {})


@pytest.mark.parametrize(
    ("day", "order"),
    [
        ("2026-06-01", "same"),
        ("as_of", "same"),
        ("as_of - 1 year", "looser"),
        ("2026-12-31", "stricter"),
    ],
)
def test_days_are_compared_as_of_the_day(make_rulebook: Maker, day: str, order: str) -> None:
    asked = "- {id: D, kind: on_or_after, measure: certified_until, threshold: DAY, en: D, zh: D}"
    old = propose(make_rulebook(asked.replace("DAY", "as_of")))
    new = propose(make_rulebook(asked.replace("DAY", day)))
    assert couple(old, new) == {("D", "D"): order}
