from collections.abc import Mapping, Sequence
from types import MappingProxyType

import polars as pl
import pytest

from terrace.match.landscape.glossing import Gloss
from terrace.match.landscape.names import name_clusters

LASER = ["Laser diodes for cutting", "Drivers of laser diodes", "Cutting by laser diodes"]
WHEAT = ["Wheat seeds", "Wheat seeds in dry soil", "Soil for wheat seeds"]
CUTTING = ["激光切割设备", "激光切割工艺", "激光切割头"]


def record(
    head: str,
    cluster: int,
    *,
    text: str = "",
    language: str = "en",
    source: str = "",
    fields: Sequence[str] = (),
) -> dict[str, object]:
    return {
        "kind": "need",
        "source": source,
        "language": language,
        "head": head,
        "text": f"{head}. {text}",
        "fields": list(fields),
        "cluster": cluster,
    }


def name(
    records: Sequence[Mapping[str, object]],
    language: str = "en",
    glosses: Mapping[str, Gloss] = MappingProxyType({}),
) -> dict[int, str]:
    schema_overrides = {"fields": pl.List(pl.String()), "cluster": pl.Int32()}
    named = name_clusters(pl.DataFrame(records, schema_overrides=schema_overrides), glosses)
    return dict(named.select("cluster", f"label_{language}").rows())


def two_regions(**said: str) -> list[dict[str, object]]:
    return [record(head, 0, **said) for head in LASER] + [record(h, 1, **said) for h in WHEAT]


def test_it_works() -> None:
    named = name(two_regions())
    assert "laser diodes" in named[0]
    assert "wheat seeds" in named[1]


def test_a_field_leads_where_it_sets_the_region_apart() -> None:
    filed = [{**each, "fields": ["optics"]} for each in two_regions()[:3]]
    others = [{**each, "fields": ["agriculture"]} for each in two_regions()[3:]]
    assert name([*filed, *others])[0].startswith("Optics and photonics: laser diodes")
    assert name([*filed, *others], "zh")[1] == "农业与食品"


def test_what_all_records_of_a_source_say_names_nothing() -> None:
    calls = [
        record(f"{head}; Share of costs", 0, text="Expected outcome", source="calls")
        for head in (*LASER, "Mirrors", "Lenses")
    ]
    others = [record(head, cluster, source="forms") for head in WHEAT for cluster in (1, 2)]
    more = [record(f"{head}; Share of costs", 1, source="calls") for head in WHEAT * 3]
    few = [record(LASER[0], 0, source="forms")]
    named = name([*calls, *others, *more, *few])
    assert "laser diodes" in named[0]
    assert "outcome" not in named[0]
    assert "cost" not in named[0]


def test_what_every_region_speaks_of_names_none() -> None:
    records = [
        record(f"{word} system", n) for n, word in enumerate(("laser", "wheat")) for _ in "123"
    ]
    assert "system" not in name(records).values()
    assert all("system," not in each for each in name(records).values())


def test_a_phrase_is_said_to_its_end() -> None:
    heads = ["Foreign object debris", "Removal of foreign object debris", "Object debris"]
    named = name([*(record(head, 0) for head in heads), *two_regions()[3:]])
    assert "debris" in named[0]
    assert "foreign object," not in f"{named[0]},"


def test_words_of_one_or_two_records_could_tell_whose_they_are() -> None:
    heads = ["Zebra lasers", "Zebra lasers", "Mirrors and lasers"]
    assert (
        "zebra" not in name([*(record(head, 0) for head in heads), *two_regions()[3:]])[0].lower()
    )


def test_words_of_a_few_name_no_region() -> None:
    some = [record("Gray zone", 0)] * 2 + [record(f"Case{n}", 0) for n in range(20)]
    filed = [{**each, "fields": ["energy"]} for each in some]
    others = [{**each, "fields": ["agriculture"]} for each in two_regions()[3:]]
    assert name([*filed, record("Gray zone", 1), *others])[0] == "Energy and power"


def test_each_language_is_named_by_its_own_texts() -> None:
    chinese = [record(head, 0, language="zh") for head in CUTTING]
    seeds = [record("小麦种子", 1, language="zh")] * 6
    records = [*two_regions(), *chinese, *seeds]
    assert "激光" in name(records, "zh")[0]
    assert name(records, "zh")[0].isascii() is False
    assert name(records)[0].isascii()


def test_a_language_of_few_records_gets_the_fields_instead() -> None:
    many = [record(head, 0, fields=["optics"]) for head in LASER * 4]
    chinese = [record(head, 0, language="zh", fields=["optics"]) for head in CUTTING]
    others = [record(head, 1, fields=["agriculture"]) for head in WHEAT]
    assert name([*many, *chinese, *others], "zh")[0] == "光学与光子"


def test_a_gloss_comes_before_bare_fields() -> None:
    filed = [{**each, "fields": ["optics"]} for each in two_regions()[:3]]
    others = [{**each, "fields": ["agriculture"]} for each in two_regions()[3:]]
    said = {"laser diodes": "激光二极管"}
    glosses = {"zh": lambda phrases: [said[each] for each in phrases if each in said]}

    named = name([*filed, *others], "zh", glosses)

    assert named == {0: "光学与光子：激光二极管", 1: "农业与食品"}


@pytest.mark.parametrize(
    ("written", "shown"),
    [("GPS receivers", "GPS receivers"), ("AUGMENTED REALITY", "augmented reality")],
)
def test_capitals_stay_in_acronyms_alone(written: str, shown: str) -> None:
    assert shown in name([*(record(written, 0) for _ in "123"), *two_regions()[3:]])[0]


def test_nothing_sets_regions_apart() -> None:
    assert name([record("", 0), record("", 1)]) == {0: "", 1: ""}
