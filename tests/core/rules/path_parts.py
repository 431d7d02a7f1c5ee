from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from terrace.rules import load_ladder, load_rulebooks
from terrace.rules.path import Certainty, Horizon, Setting, load_levers

FACTS = """
facts:
  - {id: founded, type: date, period: current, en: Founded, zh: 成立日期}
  - {id: revenue, type: number, unit: yuan, min: 0, en: Revenue, zh: 营业收入}
  - {id: rd_spend, type: number, unit: yuan, min: 0, en: R&D spend, zh: 研发费用}
  - {id: staff, type: number, unit: people, period: year_end, min: 0, en: Staff, zh: 职工}
  - {id: engineers, type: number, unit: people, period: year_end, min: 0, en: Engineers, zh: 工程师}
  - {id: patents, type: number, unit: count, period: current, min: 0, en: Patents, zh: 专利}
  - {id: novel, type: truth, period: current, judged: true, en: Novel, zh: 新颖}
  - {id: low_until, type: date, period: current, en: Low until, zh: 低级有效期至}
  - {id: high_until, type: date, period: current, en: High until, zh: 高级有效期至}
measures:
  - {id: intensity, unit: fraction, is: rd_spend / revenue, en: Intensity, zh: 强度}
  - {id: intensity_2y, unit: fraction, is: lowest of intensity over 2 years, en: Both, zh: 两年}
  - {id: share, unit: fraction, is: engineers / staff, en: Share, zh: 占比}
"""
LOW = """
id: low
kind: tier
en: Low
zh: 低级
country: CN
certificate_years: 2
versions:
  - id: one
    status: verified
    source: {title: A law}
    periods: [{mode: first, from: 2020-01-01}]
    points: total
    scores:
      - id: total
        kind: sum
        en: Points
        zh: 分
        of:
          - id: rd_points
            kind: bands
            measure: intensity
            en: R&D
            zh: 研发
            bands: [{at_least: 0.06, points: 50}, {at_least: 0.03, points: 30}, {points: 0}]
          - id: staff_points
            kind: bands
            measure: share
            en: Staff
            zh: 人员
            bands: [{at_least: 0.20, points: 40}, {at_least: 0.10, points: 20}, {points: 0}]
          - id: patent_points
            kind: cases
            en: Patents
            zh: 专利
            cases:
              - when: {id: p2, kind: at_least, measure: patents, threshold: 2, en: Two, zh: 二}
                points: 30
              - when: {id: p1, kind: at_least, measure: patents, threshold: 1, en: One, zh: 一}
                points: 15
            otherwise: 0
    criteria:
      - {id: A1, kind: at_least, score: total, threshold: 65, en: Points in all, zh: 总分}
      - {id: A2, kind: at_most, measure: staff, threshold: 105, en: Small, zh: 小型}
"""
HIGH = """
id: high
kind: tier
en: High
zh: 高级
country: CN
certificate_years: 3
versions:
  - id: one
    status: verified
    source: {title: A law}
    periods: [{mode: first, from: 2020-01-01}]
    windows: [{from: 2026-05-01, to: 2026-06-30}]
    criteria:
      - {id: B1, kind: on_or_after, measure: low_until, threshold: as_of, en: Low, zh: 持有低级}
      - {id: B2, kind: at_least, measure: intensity_2y, threshold: 0.04, en: R&D, zh: 研发}
      - id: B3
        kind: any_of
        en: Patents or engineers
        zh: 专利或工程师
        of:
          - {id: B3a, kind: at_least, measure: patents, threshold: 2, en: Patents, zh: 专利}
          - {id: B3b, kind: at_least, measure: share, threshold: 0.25, en: Share, zh: 占比}
      - id: B4
        kind: on_or_before
        measure: founded
        threshold: as_of - 3 years
        en: Age
        zh: 年限
"""
LADDER = """
titles:
  - {id: low, rulebook: low, en: Low, zh: 低级, branch: stem, held_until: low_until}
  - id: high
    rulebook: high
    en: High
    zh: 高级
    branch: stem
    requires_any: [low]
    held_until: high_until
"""
LEVERS = """
outlook: {growth: 0.0, grows: [revenue, rd_spend]}
caps: {engineers: staff}
levers:
  - id: hire
    en: Hire
    zh: 招聘
    unit: people
    lasts: true
    cost: 10
    cost_per_year: 100
    lead_months: 3
    steps: [5, 10]
    effects: {staff: 1, engineers: 1}
  - id: research
    en: Research
    zh: 研发
    unit: yuan
    lasts: false
    cost: 1
    relative_to: revenue
    steps: [0.01, 0.06]
    effects: {rd_spend: 1}
  - id: invent
    en: Invent
    zh: 发明
    unit: count
    lasts: true
    cost: 400
    lead_months: 14
    steps: [1, 2]
    effects: {patents: 1}
titles:
  - {id: low, lead_months: 2, cost: 10}
  - {id: high, lead_months: 3, cost: 20}
"""
START = date(2026, 1, 1)


def low_asking(criteria: str, *, scores: str = "", periods: str = "") -> str:
    """The lower rulebook with other criteria (and scores), each written as one line."""
    head = LOW[: LOW.index("    points: total")]
    if periods:
        head = head.replace("periods: [{mode: first, from: 2020-01-01}]", f"periods: [{periods}]")
    listed = "".join(f"      - {line}\n" for line in criteria.strip().splitlines())
    scored = "".join(f"      - {line}\n" for line in scores.strip().splitlines())
    return head + (f"    scores:\n{scored}" if scores else "") + f"    criteria:\n{listed}"


def write_zone(folder: Path, **changed: str) -> Path:
    rulebooks = folder / "rulebooks"
    rulebooks.mkdir(exist_ok=True)
    texts = {"facts": FACTS, "low": LOW, "high": HIGH}
    for name, text in texts.items():
        (rulebooks / f"{name}.yaml").write_text(changed.get(name, text), "utf-8")
    (folder / "ladder.yaml").write_text(changed.get("ladder", LADDER), "utf-8")
    (folder / "levers.yaml").write_text(changed.get("levers", LEVERS), "utf-8")
    return folder


def make_setting(
    folder: Path,
    *,
    by: date = date(2028, 12, 31),
    start: date = START,
    certainty: Certainty = "possible",
    **changed: str,
) -> Setting:
    write_zone(folder, **changed)
    rulebooks = load_rulebooks(folder / "rulebooks")
    return Setting(
        rulebooks=rulebooks,
        ladder=load_ladder(folder / "ladder.yaml", rulebooks=rulebooks),
        levers=load_levers(folder / "levers.yaml", rulebooks=rulebooks),
        horizon=Horizon(start, by),
        certainty=certainty,
    )


SOUND: Mapping[str, Any] = {
    "founded": date(2015, 1, 1),
    "revenue": 10_000.0,
    "rd_spend": 200.0,
    "staff": 90.0,
    "engineers": 8.0,
    "patents": 0.0,
    "low_until": None,
    "high_until": None,
}


def make_facts(
    name: str = "A", *, years: Sequence[int] = (2024, 2025), **values: Any
) -> pl.DataFrame:
    row = {**SOUND, **values}
    rows = [{"company": name, "fiscal_year": year, **row} for year in years]
    schema = {"low_until": pl.Date(), "high_until": pl.Date(), "founded": pl.Date()}
    return pl.DataFrame(rows, schema_overrides=schema, infer_schema_length=None)
