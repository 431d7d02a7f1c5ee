from collections.abc import Callable
from datetime import date
from typing import Any

import polars as pl
from rulebook_parts import DAY, company

from terrace.rules import Rulebook, load_rulebooks
from terrace.rules.impact import Impact, assess_impact
from terrace.rules.proposals import Proposal, edit_figures

Maker = Callable[..., Rulebook]
SHIPPED = load_rulebooks()
REVENUE = "- {id: A, kind: at_least, measure: revenue, threshold: 100, en: Revenue, zh: 收入}"
NOVEL = "- {id: N, kind: judged, measure: novel, en: Novel, zh: 新颖}"
PATENTS = "- {id: P, kind: at_least, measure: patents, threshold: 2, en: Patents, zh: 专利}"
SAID = "- {id: X, kind: one_of, measure: listed, values: [true], en: Listed, zh: 上市}"


def propose(rulebook: Rulebook, *settings: str) -> Proposal:
    return edit_figures(Proposal(rulebook, rulebook.versions[0]), settings)


def compare(
    rulebook: Rulebook, setting: str, facts: dict[str, Any] | pl.DataFrame, **asked: Any
) -> Impact:
    frame = facts if isinstance(facts, pl.DataFrame) else company({2025: facts})
    after = propose(rulebook, setting) if setting else propose(rulebook)
    return assess_impact(propose(rulebook), after, frame, as_of=DAY, **asked)


def move_of(impact: Impact) -> str:
    moved: str = impact.moves["move"].item()
    return moved


def make_srdi_facts(year: int, **special: Any) -> dict[str, Any]:
    growth = 1.1 ** (year - 2025)
    sound = {
        **{"revenue": 40e6, "main_revenue": 38e6, "rd_spend": 3e6, "net_profit": 6e6},
        **{"total_assets": 50e6, "total_liabilities": 10e6, "employees": 80.0, "rd_staff": 20.0},
        **{"niche_since": date(2010, 1, 1), "tech_sme_until": date(2026, 12, 31)},
        **{"innovative_sme_until": date(1900, 1, 1), "resident_enterprise": True, "is_sme": True},
        **{"incident_3y": False, "ip_class1_applied": 3.0, "ip_class1_high_value": 1.0},
        **{"niche_position": True, "development_index": 70.0, "distinctiveness_points": 15.0},
        **{"product_role": "fills_gap", "digital_level": "level3", "rd_institution": "municipal"},
        **{"has_quality_award": True, "has_quality_system": True, "equity_raised": 0.0},
        **special,
    }
    moving = {"revenue", "main_revenue"}
    return {name: v * growth if name in moving else v for name, v in sound.items()}
