"""Builders of records and a tiny zone, for tests and for whoever extends Terrace.

All names and texts are invented. Every field has a default, so that a test
says only what it is about: ``make_need(deadline=date(2026, 5, 1))``.
"""

from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from terrace.records import Achievement, Company, Expert, Need, Text, Work, to_frame
from terrace.zone import Zone


def make_text(title: str = "", body: str = "", *, language: str = "en", summary: str = "") -> Text:
    """A text in one language."""
    return Text(language=language, title=title, summary=summary, body=body)


def make_need(record_id: str = "N1", title: str = "Seal for pumps", **fields: Any) -> Need:
    """A need with an English title; ``fields`` are those of records.Need."""
    return Need(**{"id": record_id, "texts": (make_text(title),), **fields})


def make_achievement(
    record_id: str = "A1", title: str = "Ceramic seal for pumps", body: str = "", **fields: Any
) -> Achievement:
    """An achievement with an English title; ``fields`` are those of records.Achievement."""
    return Achievement(**{"id": record_id, "texts": (make_text(title, body),), **fields})


def make_company(record_id: str = "C1", name: str = "Lindgren Pumps", **fields: Any) -> Company:
    """A company; ``fields`` are those of records.Company."""
    return Company(**{"id": record_id, "name": name, **fields})


def make_expert(record_id: str = "E1", name: str = "Ada Moreau", **fields: Any) -> Expert:
    """An expert; ``fields`` are those of records.Expert."""
    return Expert(**{"id": record_id, "name": name, **fields})


def tiny_needs() -> list[Need]:
    """Six needs, four English, one Chinese and one in both languages."""
    return [
        make_need(
            "N1",
            "Seal that survives abrasive slurry",
            readiness_min=5,
            budget_max=200_000.0,
            currency="EUR",
            deadline=date(2026, 9, 30),
            fields=("materials",),
        ),
        make_need("N2", "Faster detection of cracks in rail track", terms=("licence",)),
        make_need("N3", "Battery cells that charge in frost", readiness_min=7, currency="CNY"),
        make_need("N4", "Removing nitrate from well water", regions=("SE", "DK")),
        make_need(
            "N5",
            texts=(
                make_text(
                    "寻求低温快速充电的电池电解液", "要求零下三十度仍可充电。", language="zh"
                ),
            ),
            fields=("能源",),
        ),
        make_need(
            "N6",
            texts=(
                make_text("Bearings without grease for food machines"),
                make_text("食品机械用无油轴承", language="zh"),
            ),
        ),
    ]


def tiny_achievements() -> list[Achievement]:
    """Twelve achievements, nine English and three Chinese; A1 to A6 suit N1 to N6."""
    return [*_fitting_achievements(), *_other_achievements()]


def _fitting_achievements() -> list[Achievement]:
    return [
        make_achievement(
            "A1",
            "Silicon carbide seal ring",
            "The ring ran 4,000 hours in abrasive slurry without a leak.",
            readiness=6,
            price=150_000.0,
            currency="EUR",
            owner="LAB-1",
        ),
        make_achievement(
            "A2",
            "Ultrasonic trolley",
            "The trolley finds cracks in rail track at 60 km/h.",
            readiness=5,
            terms=("licence",),
        ),
        make_achievement(
            "A3",
            "Electrolyte for frost",
            "Battery cells charge to 80% in 20 minutes at -30 degrees Celsius.",
            readiness=4,
        ),
        make_achievement(
            "A4", "Membrane of chitosan", "Nitrate in well water falls by nine tenths."
        ),
        make_achievement(
            "A5",
            texts=(make_text("低温电解液", "该电解液在零下四十度仍可快速充电。", language="zh"),),
            readiness=6,
        ),
        make_achievement("A6", "Polymer bearing", "A plain bearing for food machines, no grease."),
    ]


def _other_achievements() -> list[Achievement]:
    return [
        make_achievement("A7", "Radar for bees", "Tracks single bees over two kilometres."),
        make_achievement("A8", "Glaze that glows", "A tile glaze that stores daylight for hours."),
        make_achievement("A9", "Cork foam", "Insulation foam made of cork waste."),
        make_achievement("A10", "Yeast sensor", "Yeast cells report arsenic in rice fields."),
        make_achievement(
            "A11", texts=(make_text("水稻病害识别", "用无人机图像识别稻瘟病。", language="zh"),)
        ),
        make_achievement(
            "A12", texts=(make_text("竹纤维复合板", "竹纤维增强的轻质板材。", language="zh"),)
        ),
    ]


def tiny_companies() -> list[Company]:
    """Four companies, known by one product each."""
    return [
        make_company("C1", "Lindgren Pumps", works=(_product("Pumps for abrasive slurry"),)),
        make_company("C2", "Track & Tie", works=(_product("Inspection of rail track"),)),
        make_company("C3", "北岭电池有限公司", works=(_product("低温动力电池", language="zh"),)),
        make_company("C4", "Clearwell", works=(_product("Filters for well water"),)),
    ]


def _product(title: str, *, language: str = "en") -> Work:
    return Work(kind="product", title=title, language=language)


def tiny_experts() -> list[Expert]:
    """Three experts with a capacity; E2 must not handle what is LAB-1's."""
    return [
        make_expert("E1", "Ada Moreau", capacity=2, works=(Work(title="Wear of ceramic seals"),)),
        make_expert("E2", "Jon Berg", capacity=1, conflicts=("LAB-1",), fields=("rail",)),
        make_expert("E3", "陈立", capacity=2, works=(Work(title="低温电解液", language="zh"),)),
    ]


def tiny_links() -> pl.DataFrame:
    """A1 to A6 fit N1 to N6, as a frame of need_id, achievement_id, relevance."""
    numbers = range(1, 7)
    return pl.DataFrame(
        {
            "need_id": [f"N{n}" for n in numbers],
            "achievement_id": [f"A{n}" for n in numbers],
            "relevance": [1] * 6,
        }
    )


def tiny_zone(folder: Path) -> Zone:
    """A zone with all of the above in a new folder ``zone`` below ``folder``."""
    zone = Zone.create(folder / "zone")
    zone.upsert("need", to_frame("need", tiny_needs()))
    zone.upsert("achievement", to_frame("achievement", tiny_achievements()))
    zone.upsert("company", to_frame("company", tiny_companies()))
    zone.upsert("expert", to_frame("expert", tiny_experts()))
    tiny_links().write_csv(zone.links_path, separator="\t")
    return zone
