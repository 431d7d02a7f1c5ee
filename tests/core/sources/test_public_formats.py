import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from terrace.errors import InputError
from terrace.records import Kind, to_records
from terrace.sources import SOURCES, read_records
from terrace.sources.sbir import find_export_note, split_technology_area, works_by_firm

WriteLines = Callable[..., Path]

NOTE = "The technology within this topic is restricted under the Arms Regulation (ITAR), which"
SBIR_NEED = {
    "id": "SBIR-1",
    "title": "Seal",
    "branch": "Navy",
    "agency": "Department of Defense",
    "solicitation": "2016.1",
    "open_date": "January 11, 2016",
    "close_date": "February 17, 2016",
    "technology_area": f"Sensors, Space Platforms{NOTE} controls.",
    "objective": "Less wear.",
    "description": "Pumps wear.",
    "phase1": "Study.",
    "phase2": "",
    "phase3": "Sell.",
    "keywords": ["seal"],
    "full_text": "OBJECTIVE: Less wear.",
}
SBIR_AWARD = {
    "id": "AWD-1",
    "title": "Ring",
    "abstract": "A ring.",
    "firm_id": "F-1",
    "firm": "Ring Inc",
    "branch": "Navy",
    "award_year": 2018,
    "award_amount": 1000.0,
    "start": "10-15-2017",
    "end": "04-18-2019",
}
SBIR_FIRM = {
    "id": "F-1",
    "name": "Ring Inc",
    "state": "CT",
    "website": None,
    "employees": 4,
    "hubzone": "N",
    "woman_owned": "N",
    "awards_by_year": {"2018": 1},
}
PROJECT = {
    "id": "HE-1",
    "acronym": "RING",
    "programme": "HORIZON.2.4.8",
    "fields": ["/natural sciences/physics"],
    "deliverables": [{"title": "Plan"}],
    "text": "Plan of dissemination.",
}
CALL = {
    "id": "EU-1",
    "title": "Seals",
    "text": "Expected Outcome:Seals.",
    "programme": "Horizon Europe",
    "cluster": "CL5",
    "call": "C-1",
    "call_title": "Calls",
    "status": "open",
    "deadline": "2026-09-15",
    "budget_min": 2000000,
    "budget_max": 4000000,
}
CHALLENGE = {
    "id": "UK-1",
    "title": "Seals",
    "text": "Seeks seals.",
    "opens": "",
    "closes": "2022-01-26",
    "sponsor": "epsrc",
    "topics": ["seals"],
    "url": "https://example.org",
}
SOFTWARE = {
    "id": "SW-1",
    "title": "Solver",
    "text": "Solves.",
    "center": "ARC",
    "categories": ["NASA", "ARC", "Open Source", "flow"],
    "license": ["MIT", "MIT"],
    "repo": "https://example.org",
    "updated": "2017-08-23",
}
ABSTRACT = {
    "id": "CSL-1",
    "abstract": "本文研究密封。",
    "discipline": "药学/中药学",
    "keywords": ["密封"],
}


def only(path: Path, kind: Kind, **options: Any) -> Any:
    (record,) = to_records(kind, read_records(kind, path, **options).frame)
    return record


@pytest.mark.parametrize(
    ("row", "kind", "source"),
    [
        (SBIR_NEED, "need", "sbir"),
        (SBIR_AWARD, "achievement", "sbir"),
        (SBIR_FIRM, "company", "sbir"),
        (PROJECT, "achievement", "horizon"),
        (CALL, "need", "eu_calls"),
        (CHALLENGE, "need", "uk_challenges"),
        (SOFTWARE, "achievement", "nasa_software"),
        ({"id": "1", "papers": ["p1"]}, "expert", "plain"),
        ({"id": "1", "title": "a", "abstract": "b"}, "achievement", "plain"),
        (CALL, "achievement", "plain"),
    ],
)
def test_formats_are_recognised_by_their_columns(
    write_jsonl: WriteLines, row: Any, kind: Kind, source: str
) -> None:
    read = read_records(kind, write_jsonl(row))
    assert (read.source, read.frame["source"].to_list()) == (source, [source])


def test_half_a_space_read_as_latin_1_ends_no_title(write_jsonl: WriteLines) -> None:
    record = only(write_jsonl({**CALL, "title": "Stimulation of Chip Design\u00c2"}), "need")
    assert record.texts[0].title == "Stimulation of Chip Design"


def test_plain_can_be_demanded(write_jsonl: WriteLines) -> None:
    record = only(write_jsonl(CHALLENGE), "need", source="plain")
    assert (record.source, record.region) == ("plain", "")


def test_unknown_source_is_refused_with_the_known_ones(write_jsonl: WriteLines) -> None:
    with pytest.raises(InputError, match=r"source 'sbri': is not known.*auto, plain, sbir"):
        read_records("need", write_jsonl(CALL), source="sbri")


def test_source_without_such_records_is_refused(write_jsonl: WriteLines) -> None:
    with pytest.raises(InputError, match="'nasa_software': has no need"):
        read_records("need", write_jsonl(CALL), source="nasa_software")


def test_sbir_topic(write_jsonl: WriteLines) -> None:
    need = only(write_jsonl(SBIR_NEED), "need")
    assert need.fields == ("Sensors", "Space Platforms")
    assert need.export_control == f"{NOTE} controls."
    assert (need.owner, need.owner_name) == ("Navy", "Department of Defense")
    assert (need.opens, need.deadline) == (date(2016, 1, 11), date(2016, 2, 17))
    (text,) = need.texts
    assert (text.language, text.title, text.summary) == ("en", "Seal", "Less wear.")
    assert text.body == "Pumps wear.\nPhase I: Study.\nPhase III: Sell."
    assert json.loads(need.extra) == {
        "solicitation": "2016.1",
        "full_text": "OBJECTIVE: Less wear.",
    }


@pytest.mark.parametrize("between", ["", " ", "\n"])
def test_export_note_is_parted_from_the_areas(between: str) -> None:
    areas, note = split_technology_area(f"Weapons{between}{NOTE}")
    assert (areas.strip(), note) == ("Weapons", NOTE)
    assert split_technology_area("Weapons, Sensors") == ("Weapons, Sensors", "")


def test_export_note_is_found_in_the_full_text() -> None:
    assert find_export_note(f"AREAS: x\n{NOTE} controls.\nOBJECTIVE: y") == f"{NOTE} controls."
    assert find_export_note(f"{NOTE} controls. OBJECTIVE: y") == f"{NOTE} controls."
    assert find_export_note("MILITARY STANDARD") == ""


def test_sbir_award(write_jsonl: WriteLines) -> None:
    award = only(write_jsonl(SBIR_AWARD), "achievement")
    assert (award.owner, award.owner_name, award.funder) == ("F-1", "Ring Inc", "Navy")
    assert (award.available_from, award.published) == (date(2019, 4, 18), date(2018, 1, 1))
    assert award.texts[0].body == "A ring."
    assert award.price is None
    assert json.loads(award.extra) == {"award_amount": 1000.0, "start": "10-15-2017"}


def test_sbir_firm_has_its_awards_as_works(write_jsonl: WriteLines) -> None:
    older = {**SBIR_AWARD, "id": "AWD-0", "award_year": 2017}
    other = {**SBIR_AWARD, "id": "AWD-2", "firm_id": "F-2"}
    write_jsonl(SBIR_AWARD, other, older, name="achievements.jsonl")
    firm = only(write_jsonl(SBIR_FIRM, name="companies.jsonl"), "company")
    assert (firm.region, firm.employees, firm.website) == ("US-CT", 4, "")
    assert [(work.id, work.kind, work.year) for work in firm.works] == [
        ("AWD-0", "award", 2017),
        ("AWD-1", "award", 2018),
    ]


def test_sbir_firm_without_awards_beside_it_has_no_works(write_jsonl: WriteLines) -> None:
    assert only(write_jsonl(SBIR_FIRM), "company").works == ()


def test_awards_without_firm_are_nobodys() -> None:
    assert works_by_firm([{"id": "1", "firm_id": ""}, {"id": "2"}]) == {}


def test_horizon_project_has_no_title_but_its_text(write_jsonl: WriteLines) -> None:
    project = only(write_jsonl(PROJECT), "achievement")
    assert (project.texts[0].title, project.texts[0].body) == ("", "Plan of dissemination.")
    assert project.fields == ("natural sciences/physics",)
    assert json.loads(project.extra)["acronym"] == "RING"


def test_eu_call(write_jsonl: WriteLines) -> None:
    call = only(write_jsonl(CALL), "need")
    assert (call.budget_min, call.budget_max, call.currency) == (2e6, 4e6, "EUR")
    assert (call.deadline, call.region) == (date(2026, 9, 15), "EU")
    assert call.fields == ("Climate, Energy and Mobility",)
    assert json.loads(call.extra)["status"] == "open"


def test_eu_call_without_cluster_has_no_field(write_jsonl: WriteLines) -> None:
    assert only(write_jsonl({**CALL, "cluster": ""}), "need").fields == ()


def test_uk_challenge(write_jsonl: WriteLines) -> None:
    need = only(write_jsonl(CHALLENGE), "need")
    assert (need.opens, need.deadline) == (None, date(2022, 1, 26))
    assert (need.keywords, need.owner_name, need.region) == (("seals",), "epsrc", "GB")


def test_nasa_software(write_jsonl: WriteLines) -> None:
    software = only(write_jsonl(SOFTWARE), "achievement")
    assert (software.terms, software.obligations) == (("licence",), ("Licence: MIT",))
    assert software.licensed_exclusively is False
    assert software.keywords == ("flow",)
    assert software.published == date(2017, 8, 23)


def test_nasa_placeholder_date_is_no_date(write_jsonl: WriteLines) -> None:
    row = {**SOFTWARE, "updated": "YYYY-MM-DD"}
    assert only(write_jsonl(row), "achievement").published is None


def test_csl_abstract(write_jsonl: WriteLines) -> None:
    record = only(write_jsonl(ABSTRACT), "achievement", source="csl")
    assert (record.fields, record.keywords) == (("药学", "中药学"), ("密封",))
    assert (record.texts[0].language, record.texts[0].body) == ("zh", "本文研究密封。")


def test_cranfield_and_large_sbir(write_jsonl: WriteLines) -> None:
    paper = only(write_jsonl({"id": "1", "text": "boom"}), "achievement", source="cranfield")
    assert (paper.texts[0].body, paper.texts[0].language) == ("boom", "en")
    row = {"id": "1", "title": "a", "abstract": "b", "agency": "NASA", "firm": "F", "year": 1993}
    award = only(write_jsonl(row), "achievement", source="sbir_large")
    assert (award.funder, award.owner_name, award.published) == ("NASA", "F", date(1993, 1, 1))


def test_experts_have_the_papers_beside_them(write_jsonl: WriteLines) -> None:
    paper = {"id": "p1", "title": "Seals", "abstract": "Wear.", "year": 2019}
    write_jsonl(paper, {"id": "p2", "title": "Pumps", "abstract": None}, name="papers.jsonl")
    expert = only(write_jsonl({"id": "e1", "papers": ["p1", "p2", "p3"]}), "expert")
    assert expert.source == "reviewer_gold"
    assert [(work.id, work.title, work.body) for work in expert.works] == [
        ("p1", "Seals", "Wear."),
        ("p2", "Pumps", ""),
        ("p3", "", ""),
    ]


def test_a_row_that_the_format_cannot_prepare_is_reported(write_jsonl: WriteLines) -> None:
    row = {**SBIR_NEED, "technology_area": "a\x00"}
    read = read_records("need", write_jsonl(row, {**SBIR_NEED, "id": "2"}), skip_bad=True)
    assert [problem.row for problem in read.problems] == [1]
    assert read.frame["id"].to_list() == ["2"]


@pytest.mark.parametrize("name", SOURCES)
def test_every_source_reads_rows_with_nothing_but_id_and_title(
    name: str, write_jsonl: WriteLines
) -> None:
    for kind in SOURCES[name].layouts:
        record = only(write_jsonl({"id": "1", "title": "a", "name": "b"}), kind, source=name)
        assert (record.id, record.source) == ("1", name)
