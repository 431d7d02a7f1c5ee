from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import yaml

FACTS = """
facts:
  - {id: founded, type: date, period: current, en: Founded, zh: 成立日期}
  - {id: revenue, type: number, unit: yuan, min: 0, en: Revenue, zh: 营业收入}
  - {id: rd_spend, type: number, unit: yuan, min: 0, en: R&D spend, zh: 研发费用}
  - {id: profit, type: number, unit: yuan, en: Profit, zh: 利润}
  - {id: share, type: number, unit: fraction, min: 0, max: 1, en: Market share, zh: 占有率}
  - {id: patents, type: number, unit: count, period: current, min: 0, en: Patents, zh: 专利}
  - {id: listed, type: truth, period: current, en: Listed, zh: 上市}
  - {id: novel, type: truth, period: current, judged: true, en: Novel, zh: 新颖}
  - {id: city, type: text, period: current, en: City, zh: 城市}
  - {id: certified_until, type: date, period: current, en: Certified until, zh: 有效期至}
  - id: expert_points
    type: number
    unit: points
    period: current
    max: 6
    judged: true
    en: Expert's points
    zh: 专家打分
  - id: level
    type: text
    period: current
    en: Level
    zh: 级别
    choices: [{id: high, en: high level, zh: 高}, {id: low, en: low level, zh: 低}]
measures:
  - {id: intensity, unit: fraction, is: rd_spend / revenue, en: R&D intensity, zh: 研发强度}
"""


def write_rulebook(folder: Path, criteria: str, *, scores: str = "", extra: str = "") -> Path:
    (folder / "facts.yaml").write_text(FACTS, "utf-8")
    indent = "\n      "
    text = f"""
id: trial
kind: tier
en: Trial
zh: 试验
country: CN
versions:
  - id: one
    status: verified
    source: {{title: A law, address: "https://example.org/law"}}
    periods: [{{mode: first, from: 2020-01-01}}]
    {extra}
    {"scores:" + indent + scores.strip().replace(chr(10), indent) if scores else ""}
    criteria:
      {criteria.strip().replace(chr(10), indent)}
"""
    path = folder / "trial.yaml"
    path.write_text(text, "utf-8")
    return path


def company(years: dict[int, dict[str, Any]], name: str = "A") -> pl.DataFrame:
    rows = [{"company": name, "fiscal_year": year, **values} for year, values in years.items()]
    return pl.DataFrame(rows, infer_schema_length=None)


def load_yaml(text: str) -> Any:
    return yaml.safe_load(text)


DAY = date(2026, 6, 1)
