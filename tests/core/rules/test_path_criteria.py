from datetime import date
from pathlib import Path

import pytest
from path_parts import LADDER, LEVERS, low_asking, make_facts, make_setting

from terrace.rules.path import Answer, Certainty, find_path

NAMES = "en: N, zh: 名"
TWO_PATENTS = f"{{id: K, kind: at_least, measure: patents, threshold: 2, {NAMES}}}"
TENTH = f"{{id: S, kind: at_least, measure: share, threshold: 0.1, {NAMES}}}"
ALWAYS = f"{{id: E, kind: at_least, measure: revenue, threshold: 0, {NAMES}}}"
SPEND = f"{{id: R, kind: at_least, measure: intensity, threshold: 0.05, {NAMES}}}"


def solve(
    folder: Path,
    criteria: str,
    *,
    scores: str = "",
    certainty: Certainty = "possible",
    by: date = date(2028, 12, 31),
    **values: object,
) -> Answer:
    low = low_asking(criteria, scores=scores)
    setting = make_setting(folder, low=low, certainty=certainty, by=by)
    return find_path(setting, make_facts(**values), "A", target="low", most_plans=1)


def levers_of(answer: Answer) -> set[str]:
    return {lever for plan in answer.plans for lever in plan.levers}


def blocking(answer: Answer) -> list[str]:
    return [blocker.criterion for blocker in answer.blockers]


def test_all_of_takes_every_part(tmp_path: Path) -> None:
    joint = f"{{id: J, kind: all_of, of: [{TWO_PATENTS}, {TENTH}, {SPEND}], {NAMES}}}"
    assert levers_of(solve(tmp_path, joint)) == {"invent", "hire", "research"}


def test_any_of_takes_the_cheapest_part(tmp_path: Path) -> None:
    joint = f"{{id: J, kind: any_of, of: [{TWO_PATENTS}, {SPEND}], {NAMES}}}"
    # 3% of 10,000 for 300 a year against 800 for two patents.
    assert levers_of(solve(tmp_path, joint)) == {"research"}
    assert levers_of(solve(tmp_path, joint, revenue=90_000.0)) == {"invent"}


def test_count_takes_the_cheapest_of_so_many(tmp_path: Path) -> None:
    joint = f"{{id: J, kind: count, need: 2, of: [{TWO_PATENTS}, {TENTH}, {SPEND}], {NAMES}}}"
    cheap = solve(tmp_path, joint)
    assert len(levers_of(cheap)) == 2
    assert levers_of(solve(tmp_path, joint, patents=2.0, engineers=20.0)) == set()
    assert len(levers_of(solve(tmp_path, joint, patents=2.0))) == 1


def test_any_of_with_nothing_possible_is_the_blocker(tmp_path: Path) -> None:
    young = f"{{id: Y, kind: on_or_after, measure: founded, threshold: 2025-01-01, {NAMES}}}"
    many = f"{{id: P, kind: at_least, measure: patents, threshold: 9, {NAMES}}}"
    joint = f"{{id: J, kind: any_of, of: [{young}, {many}], {NAMES}}}"
    assert blocking(solve(tmp_path, joint)) == ["J"]


def test_thresholds_may_depend_on_another_measure(tmp_path: Path) -> None:
    banded = (
        "{id: B, kind: banded, relation: at_least, measure: intensity, by: revenue, "
        f"bands: [{{up_to: 10000, threshold: 0.05}}, {{threshold: 0.02}}], {NAMES}}}"
    )
    at_edge = solve(tmp_path, banded)
    assert [step.amount for step in at_edge.plans[0].steps] == [300]
    above = solve(tmp_path, banded, revenue=10_001.0, rd_spend=200.1)
    assert above.plans[0].steps == ()


def test_a_limit_from_above_is_kept(tmp_path: Path) -> None:
    small = f"{{id: M, kind: less_than, measure: staff, threshold: 92, {NAMES}}}"
    # Two hires for a tenth of engineers make 92.
    assert set(blocking(solve(tmp_path, f"{small}\n{TENTH}"))) & {"M", "S"}
    assert len(solve(tmp_path, f"{small.replace('92', '93')}\n{TENTH}").plans) == 1


def test_what_does_not_apply_is_neutral(tmp_path: Path) -> None:
    when = f"{{id: W, kind: at_least, measure: staff, threshold: 50, {NAMES}}}"
    asked = SPEND.replace("kind:", f"applies_when: {when}, kind:")
    assert levers_of(solve(tmp_path, f"{asked}\n{ALWAYS}")) == {"research"}
    without = solve(tmp_path, f"{asked}\n{ALWAYS}", staff=40.0)
    assert without.plans[0].steps == ()


def test_what_is_asked_in_another_mode_is_neutral(tmp_path: Path) -> None:
    other = f"{SPEND.replace('kind:', 'only_in: renewal, kind:')}\n{ALWAYS}"
    assert levers_of(solve(tmp_path, other)) == set()
    held = solve(tmp_path, other, low_until=date(2028, 6, 30))
    # Before it lapses it is renewed, which asks; afterwards applied for anew, which does not.
    assert levers_of(held) == set()
    assert held.plans[0].awards[0].applies > date(2028, 6, 30)


def test_renewals_follow_their_own_rules(tmp_path: Path) -> None:
    other = f"{SPEND.replace('kind:', 'only_in: renewal, kind:')}\n{ALWAYS}"
    held = solve(tmp_path, other, low_until=date(2028, 11, 15))
    # The last application in time is on 31 October, while the certificate is in force.
    assert levers_of(held) == {"research"}
    assert held.plans[0].awards[0].applies <= date(2028, 11, 15)


SUM = (
    "{id: total, kind: sum, en: T, zh: 总, of: ["
    "{id: a, kind: bands, measure: patents, en: A, zh: 甲, "
    "bands: [{at_least: 2, points: 10}, {at_least: 1, points: 6}, {points: 0}]}, "
    "{id: b, kind: bands, measure: intensity, en: B, zh: 乙, "
    "bands: [{at_least: 0.04, points: 5}, {points: 1}]}]CAP}"
)
REACH = f"{{id: T, kind: RELATION, score: total, threshold: POINTS, {NAMES}}}"


def reach(relation: str, points: float) -> str:
    return REACH.replace("RELATION", relation).replace("POINTS", str(points))


@pytest.mark.parametrize(
    ("relation", "points", "levers"),
    [
        ("at_least", 1, set()),
        ("more_than", 1, {"research"}),
        ("at_least", 5, {"research"}),
        ("more_than", 5, {"invent"}),
        ("at_least", 7, {"invent"}),
        ("more_than", 7, {"invent", "research"}),
        ("at_least", 15, {"invent", "research"}),
    ],
)
def test_points_are_reached_in_the_cheapest_way(
    tmp_path: Path, relation: str, points: float, levers: set[str]
) -> None:
    answer = solve(tmp_path, reach(relation, points), scores=SUM.replace("CAP", ""))
    assert levers_of(answer) == levers


def test_points_beyond_reach_or_cap_block(tmp_path: Path) -> None:
    assert blocking(solve(tmp_path, reach("more_than", 15), scores=SUM.replace("CAP", ""))) == ["T"]
    capped = SUM.replace("CAP", ", cap: 8")
    assert blocking(solve(tmp_path, reach("at_least", 9), scores=capped)) == ["T"]
    assert solve(tmp_path, reach("at_least", 8), scores=capped).plans


def test_points_of_missing_data_are_not_counted_on(tmp_path: Path) -> None:
    scores = SUM.replace("CAP", "")
    answer = solve(tmp_path, reach("at_least", 9), scores=scores, revenue=None)
    # Ten points for two patents are sure, whatever the spend.
    assert levers_of(answer) == {"invent"}
    blocked = solve(tmp_path, reach("at_least", 12), scores=scores, revenue=None, patents=2.0)
    assert blocking(blocked) == ["T"]
    assert "revenue" in blocked.blockers[0].missing


JUDGED = (
    "{id: total, kind: cases, en: T, zh: 总, cases: [{when: "
    f"{{id: c, kind: at_least, measure: patents, threshold: 1, {NAMES}}}, points: [3, 8]}}], "
    "otherwise: [1, 5]}"
)


def test_the_points_of_experts_count_at_best_or_at_worst(tmp_path: Path) -> None:
    asked = reach("at_least", 5)
    possible = solve(tmp_path, asked, scores=JUDGED)
    assert levers_of(possible) == set()
    assert possible.plans[0].judged == (("low", "T"),)
    assert blocking(solve(tmp_path, asked, scores=JUDGED, certainty="certain")) == ["T"]
    sure = solve(tmp_path, reach("at_least", 3), scores=JUDGED, certainty="certain")
    assert levers_of(sure) == {"invent"}
    assert sure.plans[0].awards[0].result == "met"


def test_illustrative_criteria_only_call_for_judgement(tmp_path: Path) -> None:
    sample = SPEND.replace("kind:", "status: illustrative, kind:")
    assert levers_of(solve(tmp_path, sample)) == set()
    assert blocking(solve(tmp_path, sample, certainty="certain")) == ["R"]


def test_a_title_that_bars_another_has_to_lapse_first(tmp_path: Path) -> None:
    ladder = LADDER.replace("requires_any: [low]", "excludes: [low]")
    high = f"""
id: high
kind: tier
en: High
zh: 高级
country: CN
versions:
  - id: one
    status: verified
    source: {{title: A law}}
    periods: [{{mode: first, from: 2020-01-01}}]
    criteria:
      - {TENTH}
"""
    setting = make_setting(tmp_path, ladder=ladder, high=high)
    sound = {"engineers": 20.0}
    for until, days in ((date(2027, 3, 1), date(2027, 3, 2)), (None, date(2026, 1, 1))):
        facts = make_facts(low_until=until, **sound)
        (plan,) = find_path(setting, facts, "A", target="high", most_plans=1).plans
        assert plan.awards[0].applies >= days
    facts = make_facts(low_until=date(2029, 1, 1), **sound)
    answer = find_path(setting, facts, "A", target="high")
    assert blocking(answer) == ["excludes"]


def test_a_rulebook_that_is_out_of_force_blocks(tmp_path: Path) -> None:
    ended = "{mode: first, from: 2020-01-01, to: 2025-12-31}"
    setting = make_setting(tmp_path, low=low_asking(TENTH, periods=ended))
    answer = find_path(setting, make_facts(engineers=20.0), "A", target="low")
    assert blocking(answer) == ["time"]


def test_a_law_that_begins_later_is_waited_for(tmp_path: Path) -> None:
    later = "{mode: first, from: 2027-05-01}"
    setting = make_setting(tmp_path, low=low_asking(TENTH, periods=later))
    (plan,) = find_path(setting, make_facts(engineers=20.0), "A", target="low").plans
    assert plan.awards[0].applies == date(2027, 7, 1)


def test_what_a_running_year_has_spent_so_far_is_no_year(tmp_path: Path) -> None:
    setting = make_setting(tmp_path, low=low_asking(SPEND), start=date(2026, 6, 1))
    sound = make_facts(rd_spend=500.0)
    running = make_facts(years=(2026,), rd_spend=10.0, revenue=4_000.0)
    (plan,) = find_path(setting, sound.vstack(running), "A", target="low").plans
    assert plan.steps == ()
    assert plan.awards[0].applies == date(2027, 1, 1)


def test_a_yearly_amount_shrinks_with_what_is_left_of_the_year(tmp_path: Path) -> None:
    late = date(2026, 11, 1)
    setting = make_setting(tmp_path, low=low_asking(SPEND), start=late, by=date(2027, 6, 30))
    answer = find_path(setting, make_facts(), "A", target="low")
    # 300 are short, and two months hold a sixth of at most 600.
    assert blocking(answer) == ["R"]
    early = make_setting(
        tmp_path, low=low_asking(SPEND), start=date(2026, 5, 1), by=date(2027, 6, 30)
    )
    (plan,) = find_path(early, make_facts(), "A", target="low").plans
    assert [step.amount for step in plan.steps] == [300]


def test_training_that_exceeds_the_staff_helps_no_further(tmp_path: Path) -> None:
    train = LEVERS.replace("effects: {staff: 1, engineers: 1}", "effects: {engineers: 1}")
    full = f"{{id: F, kind: at_least, measure: share, threshold: 1, {NAMES}}}"
    setting = make_setting(tmp_path, low=low_asking(full), levers=train)
    facts = make_facts(staff=10.0, engineers=8.0)
    (plan,) = find_path(setting, facts, "A", target="low", most_plans=1).plans
    assert sum(step.amount for step in plan.steps) == 2
