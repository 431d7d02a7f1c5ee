import json
from pathlib import Path

import polars as pl
import pytest

from terrace.errors import TerraceError
from terrace.match.text import detect_language
from terrace.records import SCHEMAS, to_frame, to_records
from terrace.testing.records import make_need, tiny_links, tiny_zone
from terrace.zone import Zone, sample_zone


@pytest.fixture(scope="module")
def sample() -> Zone:
    return sample_zone()


def count_by_source(frame: pl.DataFrame) -> dict[str, int]:
    return dict(frame.group_by("source").len().iter_rows())


def test_the_sample_has_all_it_should(sample: Zone) -> None:
    assert count_by_source(sample.records("need")) == {
        "sbir": 180,
        "eu_calls": 100,
        "uk_challenges": 200,
    }
    assert count_by_source(sample.records("achievement")) == {
        "sbir": 874,
        "nasa_software": 250,
        "csl": 700,
    }
    assert count_by_source(sample.records("company")) == {"sbir": 495}


def test_every_link_leads_from_a_need_to_an_achievement(sample: Zone) -> None:
    links = sample.links()
    assert links.height == 635
    assert set(links["need_id"]) <= set(sample.records("need")["id"])
    assert set(links["achievement_id"]) <= set(sample.records("achievement")["id"])


def test_every_owner_of_an_award_is_a_company_with_that_award(sample: Zone) -> None:
    awards = sample.records("achievement").filter(pl.col("source") == "sbir")
    companies = to_records("company", sample.records("company"))
    works = {company.id: {work.id for work in company.works} for company in companies}
    pairs = awards.select("owner", "id").iter_rows()
    missing = [award for owner, award in pairs if award not in works.get(owner, set())]
    assert len(missing) == 0


def test_texts_are_in_the_language_they_say(sample: Zone) -> None:
    for record in to_records("achievement", sample.records("achievement")):
        (text,) = record.texts
        expected = "zh" if record.source == "csl" else "en"
        assert text.language == expected
        assert detect_language(text.body) == expected


def test_bodies_are_cut_at_the_end_of_a_sentence(sample: Zone) -> None:
    bodies = [need.texts[0].body for need in to_records("need", sample.records("need"))]
    assert max(map(len, bodies)) <= 3_000
    long = [body for body in bodies if len(body) > 2_500]
    assert sum(body[-1] in ".!?" for body in long) > 0.9 * len(long)


def test_export_notes_survive_the_cut(sample: Zone) -> None:
    notes = sample.records("need").filter(pl.col("export_control") != "")["export_control"]
    assert notes.len() == 74
    assert notes.str.contains("ITAR").all()


def test_translated_titles_are_those_of_the_linked_needs(sample: Zone) -> None:
    lines = (sample.folder / "titles_zh.jsonl").read_text(encoding="utf-8").splitlines()
    titles = {row["id"]: row["title"] for row in map(json.loads, lines)}
    sbir = sample.records("need").filter(pl.col("source") == "sbir")
    assert set(titles) == set(sbir["id"])
    assert all(detect_language(title) == "zh" for title in titles.values())


def test_records_and_origin_are_small_and_told(sample: Zone) -> None:
    shipped = [*sample.folder.glob("records/*"), sample.links_path]
    assert sum(path.stat().st_size for path in shipped) < 4_000_000
    origin = (sample.folder / "ORIGIN.md").read_text(encoding="utf-8")
    for source in ("SBIR", "Funding and Tenders", "KTN", "NASA", "CSL"):
        assert source in origin


def test_the_sample_cannot_be_changed(sample: Zone) -> None:
    with pytest.raises(TerraceError, match=r"read-only.*--zone"):
        sample.upsert("need", to_frame("need", [make_need()]))


def test_the_tiny_zone_holds_every_kind(tmp_path: Path) -> None:
    zone = tiny_zone(tmp_path)
    counts = {kind: zone.records(kind).height for kind in SCHEMAS}
    assert counts == {"need": 6, "achievement": 12, "company": 4, "expert": 3}
    assert Zone.open(zone.folder).links().equals(tiny_links())


def test_the_tiny_zone_speaks_two_languages(tmp_path: Path) -> None:
    texts = tiny_zone(tmp_path).records("need")["texts"].explode().struct.field("language")
    assert set(texts) == {"en", "zh"}
