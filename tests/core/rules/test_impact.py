from datetime import date

import polars as pl
import pytest
from impact_parts import (
    PATENTS,
    REVENUE,
    SHIPPED,
    Maker,
    compare,
    make_srdi_facts,
    move_of,
    propose,
)
from rulebook_parts import DAY, company

from terrace.errors import InputError
from terrace.rules.impact import MOVES_SCHEMA, Move, assess_impact
from terrace.rules.proposals import find_proposal


def test_it_names_who_enters_leaves_and_stays(make_rulebook: Maker) -> None:
    frame = pl.concat([company({2025: {"revenue": float(r)}}, f"{r}") for r in (50, 90, 100, 200)])
    lowered = compare(make_rulebook(REVENUE), "A=90", frame)
    found = dict(lowered.moves.select("company", "move").iter_rows())
    assert found == {"50": "stays_out", "90": "enters", "100": "stays_in", "200": "stays_in"}
    raised = compare(make_rulebook(REVENUE), "A=150", frame)
    assert raised.count_moves()[Move.LEAVES] == 1
    assert raised.count_moves()[Move.ENTERS] == 0
    assert sum(raised.count_moves().values()) == 4
    assert raised.moves.schema == MOVES_SCHEMA


def test_a_change_of_nothing_moves_nobody(make_rulebook: Maker) -> None:
    frame = pl.concat(
        [
            company({2025: {"revenue": r}}, name)
            for name, r in (("a", 1.0), ("b", 1e6), ("c", None))
        ],
        how="vertical_relaxed",
    )
    impact = compare(make_rulebook(REVENUE), "", frame)
    assert impact.moves["move"].to_list() == ["stays_out", "stays_in", "stays_open"]
    assert impact.reasons.is_empty()


def test_out_of_scope_is_out(make_rulebook: Maker) -> None:
    scope = "scope: {id: S, kind: one_of, measure: listed, values: [false], en: S, zh: S}"
    rulebook = make_rulebook(REVENUE, extra=scope)
    out = compare(rulebook, "A=90", {"revenue": 95.0, "listed": True})
    assert move_of(out) == "stays_out"
    within = compare(rulebook, "A=90", {"revenue": 95.0, "listed": False})
    assert move_of(within) == "enters"
    assert move_of(compare(rulebook, "A=90", {"revenue": 95.0, "rd_spend": 1.0})) == "may_enter"


def test_illustrative_figures_wait_for_judgement_unless_asked_for(make_rulebook: Maker) -> None:
    marked = REVENUE.replace("}", ", status: illustrative}")
    rulebook = make_rulebook(marked)
    facts = {"revenue": 95.0}
    assert move_of(compare(rulebook, "A=90", facts, with_illustrative=True)) == "enters"
    kept_out = compare(rulebook, "A=90", facts)
    assert move_of(kept_out) == "may_enter"
    assert move_of(compare(rulebook, "A=100", facts)) == "stays_open"


def test_the_renewal_and_what_was_known_count(make_rulebook: Maker) -> None:
    only = REVENUE.replace("}", ", only_in: first}")
    rulebook = make_rulebook(f"{only}\n{PATENTS}")
    facts = {"revenue": 95.0, "patents": 3.0}
    assert move_of(compare(rulebook, "A=90", facts, mode="renewal")) == "stays_in"
    late = company({2025: {**facts, "recorded": date(2026, 5, 1)}})
    known = compare(rulebook, "A=90", late, known_at=date(2026, 4, 1))
    assert move_of(known) == "may_enter"
    assert move_of(compare(rulebook, "A=90", late)) == "enters"


def test_the_replacement_of_the_2022_measures_moves_by_the_new_thresholds() -> None:
    rows = [
        company({year: make_srdi_facts(year, **special) for year in (2023, 2024, 2025)}, name)
        for name, special in (
            ("stays", {}),
            ("too small", {"revenue": 12e6, "main_revenue": 11e6, "rd_spend": 1.5e6}),
            ("too broad", {"main_revenue": 30e6}),
            ("no title", {"tech_sme_until": date(1900, 1, 1)}),
            ("unheard", {"niche_position": None}),
        )
    ]
    frame = pl.concat(rows, how="diagonal_relaxed")
    old, new = (find_proposal(f"srdi@{year}", SHIPPED) for year in (2022, 2026))
    found = assess_impact(old, new, frame, as_of=date(2026, 4, 1), with_illustrative=True)
    assert dict(found.moves.select("company", "move").iter_rows()) == {
        "stays": "stays_in",
        "too small": "leaves",
        "too broad": "leaves",
        "no title": "leaves",
        "unheard": "may_leave",
    }
    reasons = found.reasons.select("company", "side", "criterion").rows()
    assert reasons == [
        ("no title", "new", "S2a"),
        ("no title", "new", "S2b"),
        ("too broad", "new", "S4b"),
        ("too small", "new", "S4a1"),
        ("too small", "new", "S4a2"),
        ("unheard", "new", "S7"),
    ]
    # Without the illustrative entry conditions of 2022 nothing is certain but who is out after.
    careful = assess_impact(old, new, frame, as_of=date(2026, 4, 1))
    assert set(careful.moves["move"]) <= {"may_enter", "may_leave", "may_do_either"}


def test_no_companies_are_refused(make_rulebook: Maker) -> None:
    empty = company({2025: {"revenue": 1.0}}).clear()
    with pytest.raises(InputError, match="no companies"):
        compare(make_rulebook(REVENUE), "A=90", empty)


def test_the_result_names_what_was_compared(make_rulebook: Maker) -> None:
    found = compare(make_rulebook(REVENUE), "A=90", {"revenue": 95.0}, mode="renewal")
    assert (found.old.name, found.new.name) == ("trial@one", "trial@one, A.threshold = 90")
    assert (found.as_of, found.mode) == (DAY, "renewal")
    assert found.budget is None
    assert found.moves["amount_yuan"].to_list() == [None]


def test_the_day_chooses_the_year_and_the_lapses(make_rulebook: Maker) -> None:
    held = "- {id: H, kind: on_or_after, measure: certified_until, threshold: as_of, en: H, zh: H}"
    rulebook = make_rulebook(f"{REVENUE}\n{held}")
    years = {2024: {"revenue": 95.0, "certified_until": date(2026, 8, 1)}, 2025: {"revenue": 80.0}}
    old, new = propose(rulebook), propose(rulebook, "A=90")
    moves = [
        assess_impact(old, new, company(years), as_of=day).moves["move"].item()
        for day in (date(2025, 6, 1), date(2026, 6, 1), date(2026, 9, 1))
    ]
    assert moves == ["enters", "stays_out", "stays_out"]


def test_two_rulebooks_can_be_compared() -> None:
    typical, oecd = (find_proposal(name, SHIPPED) for name in ("gazelle_cn", "gazelle_oecd"))
    years = {
        year: {
            "revenue": 20e6 * 1.3 ** (year - 2022),
            "employees": 5.0,
            "founded": date(2018, 1, 1),
        }
        for year in range(2022, 2026)
    }
    found = assess_impact(typical, oecd, company(years), as_of=DAY, with_illustrative=True)
    assert move_of(found) == "leaves"
    reasons = found.reasons.select("side", "rulebook", "criterion").rows()
    assert reasons == [("new", "gazelle_oecd", "O1"), ("new", "gazelle_oecd", "O2")]
