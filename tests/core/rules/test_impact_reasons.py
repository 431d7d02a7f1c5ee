import polars as pl
from impact_parts import NOVEL, PATENTS, REVENUE, Maker, compare, propose
from rulebook_parts import DAY, company

from terrace.rules.impact import assess_impact
from terrace.rules.impact_reasons import count_reasons, write_reasons


def test_reasons_are_what_kept_a_company_out(make_rulebook: Maker) -> None:
    rulebook = make_rulebook(f"{REVENUE}\n{PATENTS}")
    facts = {"revenue": 150.0, "patents": 5.0}
    left = compare(rulebook, "A=180", facts).reasons.row(0, named=True)
    assert (left["side"], left["criterion"], left["move"]) == ("new", "A", "leaves")
    assert (left["observed"], left["required"], left["gap"]) == (150.0, 180.0, 30.0)
    entered = compare(rulebook, "A=120", {"revenue": 130.0, "patents": 5.0})
    assert entered.reasons.is_empty()
    raised = propose(rulebook, "A=180")
    back = assess_impact(raised, propose(rulebook), company({2025: facts}), as_of=DAY)
    assert back.reasons.select("side", "criterion").rows() == [("old", "A")]


def test_only_parts_that_decide_are_reasons(make_rulebook: Maker) -> None:
    either = """
- id: E
  kind: any_of
  en: Either
  zh: 其一
  of:
    - {id: A, kind: at_least, measure: revenue, threshold: 100, en: Revenue, zh: 收入}
    - {id: P, kind: at_least, measure: patents, threshold: 2, en: Patents, zh: 专利}
- id: F
  kind: any_of
  en: Other
  zh: 另一
  of:
    - {id: Q, kind: at_least, measure: patents, threshold: 9, en: Patents, zh: 专利}
    - {id: R, kind: at_least, measure: rd_spend, threshold: 1, en: Spend, zh: 费用}
"""
    facts = {"revenue": 150.0, "patents": 1.0, "rd_spend": 5.0}
    found = compare(make_rulebook(either), "A=180", facts).reasons
    # Q is unmet too, but R makes F met, so that F decides nothing.
    assert found["criterion"].to_list() == ["A", "P"]
    counted = count_reasons(found)
    assert counted.select("criterion", "companies", "alone").rows() == [("A", 1, 0), ("P", 1, 0)]


def test_an_open_side_names_what_is_missing(make_rulebook: Maker) -> None:
    rulebook = make_rulebook(f"{REVENUE}\n{PATENTS}")
    found = compare(rulebook, "A=90", {"revenue": 95.0, "patents": None}).reasons
    assert found.select("side", "criterion", "missing").rows() == [
        ("old", "A", ""),
        ("new", "P", "patents.y0"),
    ]


def test_reasons_are_written_in_the_figures_proposed(make_rulebook: Maker) -> None:
    rulebook = make_rulebook(REVENUE)
    impact = compare(rulebook, "A=180", {"revenue": 150.0})
    written = write_reasons(rulebook, rulebook, impact.reasons).row(0, named=True)
    assert written["sentence_en"] == "Revenue 150 yuan, required at least 180 yuan: 30 yuan short"
    assert written["sentence_zh"] == "收入为150元，要求不低于180元：还差30元"


def test_reasons_of_an_open_side_are_those_open(make_rulebook: Maker) -> None:
    rulebook = make_rulebook(f"{REVENUE}\n{NOVEL}\n{PATENTS}")
    facts = {"revenue": 150.0, "patents": 5.0}
    found = compare(rulebook, "A=180", facts).reasons
    assert found.select("side", "criterion", "result").rows() == [
        ("old", "N", "needs_judgement"),
        ("new", "A", "unmet"),
    ]


def test_out_of_scope_is_its_own_reason(make_rulebook: Maker) -> None:
    scope = "scope: {id: S, kind: one_of, measure: listed, values: [false], en: S, zh: S}"
    plain, scoped = make_rulebook(REVENUE), make_rulebook(REVENUE, extra=scope)
    facts = company({2025: {"revenue": 150.0, "listed": True}})
    found = assess_impact(propose(plain), propose(scoped), facts, as_of=DAY)
    assert found.moves["move"].item() == "leaves"
    assert found.reasons.select("side", "criterion").rows() == [("new", "S")]


def test_a_criterion_kept_out_is_the_reason_as_a_whole(make_rulebook: Maker) -> None:
    marked = PATENTS.replace("}", ", status: illustrative}")
    rulebook = make_rulebook(f"{REVENUE}\n{marked}")
    facts = {"revenue": 150.0, "patents": 5.0}
    found = compare(rulebook, "A=180", facts).reasons
    # Its own result is met; it is a reason because an illustrative figure decides nothing.
    assert found.select("side", "criterion", "result").rows() == [
        ("old", "P", "met"),
        ("new", "A", "unmet"),
    ]


def test_reasons_of_many_are_counted_per_move_and_side(make_rulebook: Maker) -> None:
    rulebook = make_rulebook(f"{REVENUE}\n{PATENTS}")
    values = {"a": (150.0, 5.0), "b": (150.0, 5.0), "c": (150.0, None), "d": (190.0, 5.0)}
    frame = pl.concat(
        [company({2025: {"revenue": r, "patents": p}}, n) for n, (r, p) in values.items()],
        how="vertical_relaxed",
    )
    counted = count_reasons(compare(rulebook, "A=180", frame).reasons)
    assert counted.rows() == [
        ("leaves", "new", "A", 2, 2),
        ("may_leave", "new", "A", 1, 1),
        ("may_leave", "old", "P", 1, 1),
    ]
