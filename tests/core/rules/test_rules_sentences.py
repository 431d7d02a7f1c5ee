from collections.abc import Callable
from datetime import date
from typing import Any

import polars as pl
import pytest
from rulebook_parts import DAY, company

from terrace.errors import NotFound
from terrace.rules import (
    Rulebook,
    add_sentences,
    evaluate_criteria,
    explain_company,
    find_rulebook,
    load_rulebooks,
)
from terrace.rules.requirements import describe_requirement

Maker = Callable[..., Rulebook]
SHIPPED = load_rulebooks()
HNTE = find_rulebook(SHIPPED, "hnte")


def say(rulebook: Rulebook, criterion: str = "A", **facts: Any) -> tuple[str, str]:
    frame = company({2025: facts or {"revenue": None}})
    details = evaluate_criteria([rulebook], frame, as_of=DAY)
    spoken = add_sentences([rulebook], details).filter(pl.col("criterion") == criterion)
    row = spoken.row(0, named=True)
    return row["sentence_en"], row["sentence_zh"]


def make(make_rulebook: Maker, criterion: str, **parts: str) -> Rulebook:
    return make_rulebook(f"- {{id: A, {criterion}, en: R&D, zh: 研发}}", **parts)


INTENSITY = "kind: at_least, measure: intensity, threshold: 0.05"


def test_what_is_short_is_said_in_money(make_rulebook: Maker) -> None:
    rulebook = make(make_rulebook, INTENSITY)
    en, zh = say(rulebook, rd_spend=105_000.0, revenue=5_000_000.0)
    assert en == "R&D 2.1%, required at least 5%: 145,000 yuan short"
    assert zh == "研发为2.1%，要求不低于5%：还差145,000元"


@pytest.mark.parametrize(
    ("criterion", "facts", "en", "zh"),
    [
        (
            INTENSITY,
            {"rd_spend": 5.0, "revenue": 100.0},
            "R&D 5%, required at least 5%: met",
            "研发为5%，要求不低于5%：符合",
        ),
        (
            INTENSITY,
            {"revenue": 100.0},
            "R&D, required at least 5%: unknown, missing: R&D spend of 2025",
            "研发，要求不低于5%：资料不足，缺少：2025年研发费用",
        ),
        (
            "kind: at_most, measure: revenue, threshold: 100",
            {"revenue": 101.0},
            "R&D 101 yuan, required at most 100 yuan: 1 yuan too much",
            "研发为101元，要求不超过100元：超出1元",
        ),
        (
            "kind: more_than, measure: patents, threshold: 2",
            {"patents": 2.0},
            "R&D 2, required more than 2: not met",
            "研发为2项，要求超过2项：不符合",
        ),
        (
            "kind: one_of, measure: level, values: [high]",
            {"level": "low"},
            "R&D (Level: low level), required high level: not met",
            "研发（级别：低），要求高：不符合",
        ),
        (
            "kind: one_of, measure: listed, values: [true]",
            {"listed": True},
            "R&D: met",
            "研发：符合",
        ),
        (
            "kind: judged, measure: novel",
            {},
            "R&D: needs judgement",
            "研发：需评判",
        ),
        (
            "kind: on_or_after, measure: certified_until, threshold: as_of",
            {"certified_until": date(2026, 5, 30)},
            "R&D (Certified until: 2026-05-30), "
            "required to be valid on 2026-06-01: expired 2 days before",
            "研发（有效期至：2026-05-30），要求在2026-06-01有效：已过期2天",
        ),
        (
            "kind: on_or_after, measure: certified_until, threshold: as_of",
            {"certified_until": date(1900, 1, 1)},
            "R&D, required to be valid on 2026-06-01: never held",
            "研发，要求在2026-06-01有效：未获得",
        ),
        (
            "kind: on_or_after, measure: certified_until, threshold: as_of",
            {},
            "R&D, required to be valid on 2026-06-01: unknown, missing: Certified until",
            "研发，要求在2026-06-01有效：资料不足，缺少：有效期至",
        ),
    ],
)
def test_sentences_by_kind(
    make_rulebook: Maker, criterion: str, facts: dict[str, Any], en: str, zh: str
) -> None:
    assert say(make(make_rulebook, criterion), **facts) == (en, zh)


def test_growth_is_short_by_percentage_points() -> None:
    gazelle = find_rulebook(SHIPPED, "gazelle_oecd")
    frame = company(
        {year: {"revenue": 100.0, "founded": date(2023, 1, 1)} for year in range(2022, 2026)}
    )
    found = add_sentences([gazelle], evaluate_criteria([gazelle], frame, as_of=DAY))
    said = [row for row in found["sentence_en"] if row.startswith("Growth of revenue")]
    assert said == ["Growth of revenue 0%, required more than 20%: 20 percentage points short"]


def test_ranks_are_said_as_places() -> None:
    champion = find_rulebook(SHIPPED, "single_champion")
    en, zh = say(champion, "C3", niche_rank_global=5.0, is_manufacturer=True)
    assert en == "World rank by market share place 5, required place 3 or better: 2 places behind"
    assert zh.endswith("为第5名，要求进入前3名：相差2名")


def test_a_count_says_how_many_more(make_rulebook: Maker) -> None:
    parts = (
        "{id: B, kind: at_least, measure: patents, threshold: 2, en: B, zh: B}",
        "{id: C, kind: one_of, measure: listed, values: [true], en: C, zh: C}",
    )
    rulebook = make(make_rulebook, f"kind: count, need: 2, of: [{', '.join(parts)}]")
    en, zh = say(rulebook, patents=2.0, listed=False)
    assert (en, zh) == ("R&D: 1 more needed", "研发：还差1项")


def test_points_are_said_as_an_interval(make_rulebook: Maker) -> None:
    scores = "- {id: total, kind: judged, measure: expert_points, max: 6, en: T, zh: T}"
    rulebook = make(make_rulebook, "kind: at_least, score: total, threshold: 4", scores=scores)
    en, zh = say(rulebook)
    assert en.startswith("R&D 0 to 6, required at least 4 points: needs judgement")
    assert zh.startswith("研发为0至6分，要求不低于4分：需评判")
    assert say(rulebook, expert_points=3.0)[0].endswith("1 point short")


def test_what_experts_may_still_give_is_left_open(make_rulebook: Maker) -> None:
    scores = "- {id: total, kind: judged, measure: expert_points, max: 6, en: T, zh: T}"
    rulebook = make(make_rulebook, "kind: at_least, score: total, threshold: 9", scores=scores)
    en, zh = say(rulebook)
    assert en == "R&D 0 to 6, required at least 9 points: 3 to 9 points short"
    assert zh == "研发为0至6分，要求不低于9分：还差3至9分"


def test_a_quotient_by_nothing_says_why_it_is_unknown(make_rulebook: Maker) -> None:
    en, zh = say(make(make_rulebook, INTENSITY), rd_spend=5.0, revenue=0.0)
    assert en.endswith("unknown, cannot be calculated: what it is divided by is not above 0")
    assert zh.endswith("资料不足，无法计算：作为除数的数值不大于0")


def test_a_missing_answer_is_asked_for_as_one(make_rulebook: Maker) -> None:
    rulebook = make(make_rulebook, "kind: one_of, measure: listed, values: [true]")
    en, zh = say(rulebook)
    assert en == "R&D: unknown, missing: Listed (yes or no)"
    assert zh.startswith("研发：资料不足，缺少：")
    assert zh.endswith("（是或否）")


def test_joint_criteria_say_how_they_join() -> None:
    tech = find_rulebook(SHIPPED, "tech_sme")
    en, zh = say(tech, "T5", hnte_until=date(2027, 1, 1))
    assert en == "Enough points, or direct entry: met (one is enough)"
    assert zh == "综合得分达标，或符合直接确认条件：符合（满足其一即可）"


def test_illustrative_figures_are_marked(make_rulebook: Maker) -> None:
    rulebook = make(make_rulebook, INTENSITY + ", status: illustrative")
    en, zh = say(rulebook, rd_spend=5.0, revenue=100.0)
    assert en.endswith("met (illustrative figure)")
    assert zh.endswith("符合（示意标准）")


def facts_with_sources() -> pl.DataFrame:
    rows = [
        {"fiscal_year": 2024, "revenue": 4e7, "rd_spend": 2e6, "founded": date(2015, 1, 1)},
        {"fiscal_year": 2025, "revenue": 5e7, "rd_spend": 3e6, "source": "audit report"},
        {"fiscal_year": 2025, "revenue": 6e7, "source": "correction"},
    ]
    days = [date(2025, 3, 1), date(2026, 3, 1), date(2026, 5, 1)]
    recorded = [
        {"company": "A", "confidence": 0.8, "recorded": day, **row}
        for row, day in zip(rows, days, strict=True)
    ]
    return pl.DataFrame(recorded, infer_schema_length=None)


def explain(known_at: date | None = None) -> Any:
    (found,) = explain_company([HNTE], facts_with_sources(), "A", as_of=DAY, known_at=known_at)
    return found


def test_an_explanation_names_law_version_and_facts_used() -> None:
    found = explain()
    assert (found.rulebook.id, found.version.id, found.as_of) == ("hnte", "2016", DAY)
    assert found.version.source.address.startswith("https://")
    used = {(one.fact, one.fiscal_year): one for one in found.used}
    assert used["revenue", 2025].value == "60,000,000"
    assert used["revenue", 2025].source == "correction"
    assert used["rd_spend", 2025].source == "audit report"
    assert used["rd_spend", 2025].confidence == 0.8
    assert used["founded", 2024].value == "2015-01-01"
    assert ("revenue", 2023) not in used


def test_an_explanation_replays_what_was_known_then() -> None:
    used = {(one.fact, one.fiscal_year): one.value for one in explain(date(2026, 4, 1)).used}
    assert used["revenue", 2025] == "50,000,000"


def test_reasons_are_nested_like_the_criteria() -> None:
    tech = find_rulebook(SHIPPED, "tech_sme")
    (found,) = explain_company([tech], company({2025: {"employees": 5.0}}), "A", as_of=DAY)
    depths = {reason.criterion: reason.depth for reason in found.reasons}
    assert (depths["T1"], depths["T5"], depths["T5b"], depths["T8_hnte"]) == (0, 0, 1, 2)


def test_a_scope_is_among_the_reasons() -> None:
    champion = find_rulebook(SHIPPED, "single_champion")
    frame = company({2025: {"is_manufacturer": False}})
    (found,) = explain_company([champion], frame, "A", as_of=DAY)
    assert found.result == "not_applicable"
    assert found.reasons[0].en == "Manufacturing enterprise: not met"


def test_an_unknown_company_is_refused() -> None:
    with pytest.raises(NotFound, match="no facts about the company 'B'; known are A"):
        explain_company(SHIPPED, company({2025: {"employees": 5.0}}), "B", as_of=DAY)


@pytest.mark.parametrize(
    ("criterion", "en", "zh"),
    [
        ("H1", "Date of registration: on or before 365 days before", "日期：不晚于评定之日前365天"),
        ("H2", "an expert says yes", "由专家评判"),
        ("H6", "at least 60%", "不低于60%"),
        ("H7", "more than 70 points", "超过70分"),
        ("H8", "in the past 12 months: no", "严重环境违法：否"),
        ("H5", "above that: at least 3%", "以上：不低于3%"),
    ],
)
def test_a_rulebook_can_be_read_without_a_company(criterion: str, en: str, zh: str) -> None:
    found = next(c for c in HNTE.versions[0].walk() if c.id == criterion)
    assert en in describe_requirement(HNTE.catalog, found, "en")
    assert zh in describe_requirement(HNTE.catalog, found, "zh")


@pytest.mark.parametrize("rulebook", SHIPPED, ids=lambda rulebook: rulebook.id)
def test_every_shipped_criterion_can_be_described_and_said(rulebook: Rulebook) -> None:
    for version in rulebook.versions:
        for criterion in version.walk():
            assert describe_requirement(rulebook.catalog, criterion, "zh")
    spoken = add_sentences(
        [rulebook],
        evaluate_criteria(
            [rulebook], company({2025: {"employees": 5.0}}), as_of=DAY, with_illustrative=True
        ),
    )
    assert not spoken["sentence_zh"].str.contains("None|null|nan").any()
    assert not spoken["sentence_en"].str.contains("None|null|nan").any()
