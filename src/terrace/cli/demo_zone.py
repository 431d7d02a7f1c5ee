"""The sample zone as the demo asks it: achievements and company works speak by their texts alone.

The title of many an award repeats that of the topic it answered; with it, finding the
known links would be no achievement.
"""

import json
from dataclasses import dataclass

import polars as pl

from terrace.errors import InputError
from terrace.records import Expert, Need, Text, Work, to_frame
from terrace.zone import Zone, sample_zone

_TITLES_FILE = "titles_zh.jsonl"


@dataclass(frozen=True, slots=True)
class DemoZone:
    """The sample zone's records as they are asked and searched.

    ``achievements`` and ``companies`` come without titles, ``titled`` are the
    achievements as they are. ``chinese_needs`` have a Chinese title and nothing else.
    """

    zone: Zone
    needs: pl.DataFrame
    chinese_needs: pl.DataFrame
    achievements: pl.DataFrame
    titled: pl.DataFrame
    companies: pl.DataFrame
    links: pl.DataFrame


def read_demo_zone() -> DemoZone:
    """The sample zone that ships, prepared for the demo.

    Raises:
        InputError: a file of it is missing or damaged.
    """
    zone = sample_zone()
    titled, needs = zone.records("achievement"), zone.records("need")
    return DemoZone(
        zone=zone,
        needs=needs,
        chinese_needs=_read_chinese_needs(zone, needs),
        achievements=drop_titles(titled, "texts"),
        titled=titled,
        companies=drop_titles(zone.records("company"), "works"),
        links=zone.links(),
    )


def drop_titles(frame: pl.DataFrame, column: str) -> pl.DataFrame:
    """The records without the titles of their texts or works, where another text is left."""
    said = pl.element().struct.field("body")
    bare = (
        pl.when(said != "").then(pl.lit("")).otherwise(pl.element().struct.field("title"))
    ).alias("title")
    return frame.with_columns(pl.col(column).list.eval(pl.element().struct.with_fields(bare)))


def invent_managers() -> pl.DataFrame:
    """Four technology managers who do not exist, with the deals they might have closed."""
    return to_frame(
        "expert",
        [
            _invent("Ada Moreau", "Licence of a diode laser module", "Fiber optics for sensing"),
            _invent("Jonas Berg", "Radar and antenna designs", "Wireless networks for vehicles"),
            _invent("Grace Okafor", "Vaccines and diagnostics", "Wound care and blood products"),
            _invent("陈立", "稀土回收与电池材料技术转让", "土壤与水质监测", language="zh"),
        ],
    )


def _invent(name: str, *deals: str, language: str = "en") -> Expert:
    works = tuple(Work(kind="deal", language=language, title=deal) for deal in deals)
    spoken = ("en",) if language == "en" else ("en", language)
    return Expert(id=name, name=name, languages=spoken, capacity=2, works=works)


def _read_chinese_needs(zone: Zone, needs: pl.DataFrame) -> pl.DataFrame:
    """Needs of the same ids and attributes, with the Chinese title as their only text."""
    path = zone.folder / _TITLES_FILE
    try:
        rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
        texts = [
            Need(id=row["id"], texts=(Text(language="zh", title=row["title"]),)) for row in rows
        ]
    except (OSError, ValueError, KeyError) as error:
        raise InputError.of_file(
            path, f"cannot be read ({error})", "Install Terrace anew"
        ) from error
    chinese = to_frame("need", texts).select("id", "texts")
    attributes = needs.drop("texts")
    return attributes.join(chinese, on="id").select(needs.columns)
