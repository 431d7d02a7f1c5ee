"""The zone that the load test runs on: as large as asked, generated, and labelled so."""

import sys
from collections import Counter
from pathlib import Path

import pytest

from terrace.match.text import detect_language
from terrace.records import Need, to_frame
from terrace.testing.records import make_need, make_text
from terrace.zone import Zone, sample_zone

sys.path.insert(0, str(Path(__file__).parents[2] / "bench"))

from zone_growth import SIZES, Origins, generate, read_origins, slices

LEVELS = ("public", "zone", "named", "private")


@pytest.fixture(scope="module")
def origins() -> Origins:
    return read_origins(sample_zone())


@pytest.mark.parametrize("kind", SIZES)
def test_it_works(origins: Origins, kind: str) -> None:
    frame, closest = generate(kind, origins, start=40, count=30, seed=1)

    assert frame.height == len(closest) == 30
    assert frame["id"].n_unique() == 30
    assert frame["id"][0].startswith("GEN-")
    assert frame["id"][0].endswith("000040")


@pytest.mark.parametrize("kind", SIZES)
def test_everything_says_that_it_is_generated(origins: Origins, kind: str) -> None:
    frame, _closest = generate(kind, origins, start=0, count=20, seed=1)
    named = frame["name"] if "name" in frame.columns else frame["owner_name"]

    assert set(frame["source"]) == {"generated"}
    assert named.str.contains("generated|生成").all()


def test_the_same_numbers_give_the_same_records(origins: Origins) -> None:
    whole, _ = generate("achievement", origins, start=0, count=20, seed=1)
    part, _ = generate("achievement", origins, start=15, count=5, seed=1)
    other, _ = generate("achievement", origins, start=0, count=20, seed=2)

    assert whole[15:].equals(part)
    assert not whole.equals(other)


def test_texts_are_recombined_within_a_language(origins: Origins) -> None:
    frame, closest = generate("achievement", origins, start=0, count=120, seed=1)
    titles = [texts[0]["title"] for texts in frame["texts"]]
    languages = [texts[0]["language"] for texts in frame["texts"]]

    assert set(languages) == {"en", "zh"}
    assert [origin.language for origin in closest] == languages
    assert sum(t == o.title for t, o in zip(titles, closest, strict=True)) < 20
    bodies = [texts[0]["body"] for texts in frame["texts"]]
    same = [detect_language(b) == said for b, said in zip(bodies, languages, strict=True)]
    assert sum(same) > 110


def test_visibilities_are_mixed_and_the_identity_is_never_more_open(origins: Origins) -> None:
    frame, _closest = generate("expert", origins, start=0, count=400, seed=1)
    levels = [(v["teaser"], v["identity"]) for v in frame["visibility"]]

    counted = Counter(teaser for teaser, _identity in levels)
    assert set(counted) == set(LEVELS)
    assert 0.6 < counted["public"] / 400 < 0.8
    assert all(LEVELS.index(identity) >= LEVELS.index(teaser) for teaser, identity in levels)


def test_parts_cover_everything_once() -> None:
    assert list(slices(45, at_once=20)) == [(0, 20), (20, 20), (40, 5)]
    assert list(slices(0, at_once=20)) == []


def test_only_what_can_be_filed_lends_its_text(tmp_path: Path) -> None:
    laser = "A laser diode with infrared optics for a fiber laser."
    zone = Zone.create(tmp_path / "zone")
    wanted = Need(id="N1", texts=(make_text("Laser wanted", laser),))
    records = [wanted, make_need("N2", "Something else")]
    zone.upsert("need", to_frame("need", records))

    (alike,) = read_origins(zone).by_field.values()
    assert [origin.title for origin in alike] == ["Laser wanted"]
