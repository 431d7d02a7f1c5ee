import importlib.util
import json
import string
from collections import Counter
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from terrace.testing.records import make_need
from terrace.zone import Zone

TOOL = Path(__file__).parents[2] / "tools" / "build_sample.py"


def load_tool() -> ModuleType:
    spec = importlib.util.spec_from_file_location("build_sample", TOOL)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


PATIENT = settings(deadline=None, max_examples=50)
tool = load_tool()


@PATIENT
@given(st.text(string.ascii_letters + " .!?。", max_size=300), st.integers(10, 100))
def test_a_cut_text_is_a_beginning_within_the_limit(text: str, limit: int) -> None:
    cut = tool.cut_at_sentence(text, limit_chars=limit)
    assert len(cut) <= limit
    assert text.startswith(cut)
    assert cut == text or len(text) > limit


def test_a_text_is_cut_at_the_last_end_of_a_sentence() -> None:
    text = "One is short. Two is 1.5 times longer. Three goes on and on"
    assert tool.cut_at_sentence(text, limit_chars=45) == "One is short. Two is 1.5 times longer."
    assert tool.cut_at_sentence("一句话。两句话。三句", limit_chars=9) == "一句话。两句话。"


def test_a_text_without_sentences_is_cut_hard() -> None:
    assert tool.cut_at_sentence("word " * 20, limit_chars=12) == "word word wo"


@PATIENT
@given(st.lists(st.sampled_from("abc"), max_size=30), st.integers(0, 12))
def test_groups_take_turns(groups: list[str], count: int) -> None:
    needs = [make_need(f"{n:02}", owner=group) for n, group in enumerate(groups)]
    taken = tool.take_evenly(needs, count, by=lambda need: need.owner)
    assert len(taken) == min(count, len(needs))
    assert [need.id for need in taken] == sorted(need.id for need in taken)
    have, got = Counter(groups), Counter(need.owner for need in taken)
    for group, other in ((g, o) for g in have for o in have):
        assert got[group] >= min(have[group], got[other] - 1)


def write(folder: Path, name: str, *rows: dict[str, object]) -> None:
    path = folder / f"{name}.jsonl"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    topic = {"id": "S1", "title": "Seal", "objective": "o", "description": "One. " * 900}
    topic |= {"solicitation": "1", "technology_area": "Sensors", "close_date": "May 1, 2016"}
    write(folder, "sbir_sample/needs", topic | {"full_text": "long", "code": "X"})
    award = {"id": "A1", "title": "Ring", "abstract": "a", "firm_id": "F1", "award_year": 2018}
    write(folder, "sbir_sample/achievements", award)
    firm = {"id": "F1", "name": "F", "hubzone": "N", "woman_owned": "N", "awards_by_year": {}}
    write(folder, "sbir_sample/companies", firm)
    call = {"title": "Call", "text": "t", "programme": "LIFE", "cluster": "", "call": "c"}
    call |= {"call_title": "c", "deadline": "2026-09-15"}
    write(
        folder,
        "eu_calls_2026/needs",
        call | {"id": "E1", "status": "open"},
        call | {"id": "E2", "status": "closed", "title": "Closed"},
        call | {"id": "E3", "status": "open", "title": "Clerks", "programme": "Erasmus+"},
    )
    challenge = {"text": "Seeks a seal.", "closes": "2022-01-26", "sponsor": "k", "topics": ["s"]}
    challenge |= {"opens": "", "url": "https://example.org"}
    write(
        folder,
        "uk_challenges/needs",
        challenge | {"id": "U1", "title": "Seals"},
        challenge | {"id": "U2", "title": "Seals", "text": "Seeks the same title."},
        challenge | {"id": "U3", "title": "Seal fellowship", "text": "Seeks fellows."},
    )
    software = {"center": "ARC", "categories": [], "license": [], "repo": "", "updated": ""}
    write(
        folder,
        "nasa_software/achievements",
        software | {"id": "W1", "title": "Solver", "text": "Solves. " * 30},
        software | {"id": "W2", "title": "Tool", "text": "Short."},
    )
    write(
        folder,
        "zh_csl/achievements",
        {"id": "Z1", "title": "密封研究", "abstract": "研究密封。", "discipline": "机械工程"},
        {"id": "Z2", "title": "古代史", "abstract": "研究历史。", "discipline": "历史学"},
        {"id": "Z3", "abstract": "没有标题。", "discipline": "机械工程"},
        {"id": "Z4", "title": "A seal", "abstract": "研究轴承。", "discipline": "机械工程"},
    )
    return folder


def test_it_takes_what_it_says_and_leaves_the_rest(data: Path, tmp_path: Path) -> None:
    zone = Zone.create(tmp_path / "zone")
    tool.fill_zone(zone, data)
    assert zone.records("need")["id"].to_list() == ["S1", "E1", "U1"]
    assert zone.records("achievement")["id"].to_list() == ["A1", "W1", "Z1"]
    assert zone.records("company")["works"].list.len().to_list() == [1]


def test_it_lightens_long_topics(data: Path, tmp_path: Path) -> None:
    zone = Zone.create(tmp_path / "zone")
    tool.fill_zone(zone, data)
    topic = zone.records("need").row(0, named=True)
    assert len(topic["texts"][0]["body"]) <= 3_000
    assert json.loads(topic["extra"]) == {"solicitation": "1"}


def test_the_same_data_gives_the_same_sample(data: Path, tmp_path: Path) -> None:
    zones = [Zone.create(tmp_path / name) for name in ("one", "two")]
    for zone in zones:
        tool.fill_zone(zone, data)
    one, two = (zone.records_path("need").read_bytes() for zone in zones)
    assert one == two
