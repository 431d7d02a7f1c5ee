import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import typer
from rich.console import Console
from typer.testing import CliRunner, Result

from terrace.cli import assigning, demo, evaluating, explaining, training
from terrace.cli.demo_story import choose_day, print_evidence, shorten
from terrace.cli.demo_zone import DemoZone, drop_titles, invent_managers, read_demo_zone
from terrace.cli.measure_tables import select_steps
from terrace.errors import InputError, NotFound, RankerError, RowErrors, TerraceError
from terrace.match.rank import Ranker
from terrace.records import to_frame
from terrace.testing.records import make_achievement, make_company, make_need, tiny_zone
from terrace.zone import Zone

Run = Callable[..., Result]
WORDS = ("--embedder", "none", "--ranker", "none")
THINGS = "pump valve seal rotor gear shaft spring bolt nut cable fuse relay".split()


@pytest.fixture
def terrace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TERRACE_CACHE", str(tmp_path / "vectors.sqlite"))
    monkeypatch.setenv("COLUMNS", "80")
    tiny_zone(tmp_path)
    app = typer.Typer()
    for group in (explaining, assigning, training, evaluating, demo):
        group.register(app)

    def run(*arguments: Any) -> Result:
        return CliRunner().invoke(app, list(map(str, arguments)))

    return run


def test_explain_works(terrace: Run) -> None:
    result = terrace("explain", "N1", "A1", *WORDS, "--today", "2026-05-01")
    assert result.exit_code == 0
    for said in ("covered", "The ring ran 4,000 hours", "Readiness", "points", "Offered"):
        assert said in result.stdout


def test_explain_speaks_chinese(terrace: Run) -> None:
    shown = terrace("explain", "N5", "A5", *WORDS, "--language", "zh").stdout
    for said in ("需求要点", "成果原文", "门槛", "供方"):
        assert said in shown


def test_explain_says_what_would_close_a_near_miss(terrace: Run) -> None:
    shown = terrace("explain", "N1", "A3", *WORDS, "--today", "2026-05-01").stdout
    assert "near miss" in shown


def test_explain_gives_json(terrace: Run) -> None:
    described = json.loads(terrace("explain", "N1", "A1", *WORDS, "--json").stdout)
    assert described["need_id"] == "N1"
    assert described["requirements"][0]["verdict"] == "covered"
    assert {gate["gate"] for gate in described["gates"]} >= {"readiness", "deadline"}
    assert described["score"]["place"] == 1


def test_explain_without_a_place_says_so(terrace: Run) -> None:
    shown = terrace("explain", "N2", "A11", *WORDS)
    assert "it has no score" in shown.stdout.replace("\n", " ")
    described = json.loads(terrace("explain", "N2", "A11", *WORDS, "--json").stdout)
    assert described["score"] is None


@pytest.mark.parametrize("pair", [("N99", "A1"), ("N1", "A99")])
def test_explain_refuses_unknown_ids(pair: tuple[str, str], terrace: Run) -> None:
    assert isinstance(terrace("explain", *pair, *WORDS).exception, NotFound)


PAIRS = "need_id,achievement_id,rank,confidence\nN1,A1,1,0.9\nN1,A6,2,0.3\nN2,A2,1,0.7\n"
QRELS = "need_id\tachievement_id\trelevance\nN1\tA1\t1\nN2\tA3\t1\n"


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    pairs, qrels = tmp_path / "pairs.csv", tmp_path / "qrels.tsv"
    pairs.write_text(PAIRS)
    qrels.write_text(QRELS)
    return pairs, qrels


def test_assign_works(terrace: Run, files: tuple[Path, Path], tmp_path: Path) -> None:
    result = terrace("assign", files[0], *WORDS, "--out", "plan.csv")
    assert result.exit_code == 0
    assert "Ada Moreau" in result.stdout
    plan = pl.read_csv(tmp_path / "plan.csv")
    assert dict(plan.select("need_id", "manager_id").iter_rows()) == {"N1": "E1", "N2": "E2"}


def test_assign_matches_where_no_pairs_are_given(terrace: Run) -> None:
    result = terrace("assign", *WORDS, "--capacity", "2")
    assert result.exit_code == 0
    assert "1 left out" in result.stdout


def test_assign_takes_managers_from_a_file(terrace: Run, files: tuple[Path, Path]) -> None:
    Path("m.csv").write_text("id,name,works\nM1,Grace Okafor,Rail track\n")
    shown = terrace("assign", files[0], "--managers", "m.csv", "--top", "2", *WORDS).stdout
    assert "Grace Okafor" in shown
    assert "3 of 10" in shown


def test_assign_needs_somebody(tmp_path: Path, terrace: Run) -> None:
    empty = Zone.create(tmp_path / "empty")
    result = terrace("assign", "--zone", empty.folder, *WORDS)
    assert isinstance(result.exception, NotFound)
    assert "--as expert" in str(result.exception)


def test_evaluate_works(terrace: Run, files: tuple[Path, Path]) -> None:
    result = terrace("evaluate", files[0], "--qrels", files[1])
    assert result.exit_code == 0
    for said in ("nDCG@10", "0.500", "2 needs with links", "expected calibration error"):
        assert said in result.stdout


def test_evaluate_compares_two_files(terrace: Run, files: tuple[Path, Path]) -> None:
    Path("other.csv").write_text("need_id,achievement_id,score\nN1,A6,2\nN2,A3,1\n")
    result = terrace("evaluate", files[0], "--qrels", files[1], "--against", "other.csv", "--json")
    first = json.loads(result.stdout)["comparison"][0]
    assert (first["a"], first["b"]) == (0.5, 0.5)
    shown = terrace("evaluate", "other.csv", "--qrels", files[1], "--against", files[0]).stdout
    assert "difference" in shown
    assert "calibration" not in shown


def test_evaluate_refuses_links_of_other_needs(terrace: Run, files: tuple[Path, Path]) -> None:
    files[1].write_text("need_id\tachievement_id\trelevance\nX1\tA1\t1\n")
    result = terrace("evaluate", files[0], "--qrels", files[1])
    assert isinstance(result.exception, InputError)
    assert "shares no need" in str(result.exception)


def test_five_steps_of_a_risk_table_are_shown() -> None:
    shares = [n / 20 for n in range(1, 20)]
    risks = pl.DataFrame({"coverage": shares, "threshold": shares, "precision": shares})
    assert select_steps(risks)["coverage"].to_list() == [0.1, 0.25, 0.5, 0.75, 0.95]


@pytest.fixture
def taught(tmp_path: Path) -> Zone:
    zone = Zone.create(tmp_path / "taught")
    needs = [make_need(f"N{n}", f"Better {thing}") for n, thing in enumerate(THINGS)]
    found = [
        make_achievement(f"A{n}", "", f"A {thing} that lasts, and a {THINGS[n - 1]}.")
        for n, thing in enumerate(THINGS)
    ]
    zone.upsert("need", to_frame("need", needs))
    zone.upsert("achievement", to_frame("achievement", found))
    lines = [f"N{n}\tA{n}\t1" for n in range(len(THINGS))]
    zone.links_path.write_text("need_id\tachievement_id\trelevance\n" + "\n".join(lines))
    return zone


def test_train_works(terrace: Run, taught: Zone) -> None:
    result = terrace("train", "--zone", taught.folder, "--embedder", "none", "--fresh")
    assert result.exit_code == 0
    for said in ("12 links of 12 needs", "before", "after", "expected calibration error"):
        assert said in result.stdout
    assert Ranker.load(taught.ranker_path).trained_on == "12 links of 12 needs"


def test_train_learns_from_decisions(terrace: Run, taught: Zone, tmp_path: Path) -> None:
    lines = [
        json.dumps({"need_id": f"N{n}", "achievement_id": f"A{n}", "decision": "reject"})
        for n in range(2)
    ]
    taught.decisions_path.write_text("\n".join(lines))
    result = terrace("train", "--zone", taught.folder, "--embedder", "none", "--out", "r.json")
    assert result.exit_code == 0
    assert Ranker.load(tmp_path / "r.json").trained_on == "10 links of 10 needs"


def test_train_says_how_many_links_it_takes(terrace: Run, files: tuple[Path, Path]) -> None:
    result = terrace("train", "--embedder", "none", "--links", files[1], "--fresh")
    assert isinstance(result.exception, RankerError)
    assert "at least 10" in str(result.exception)


def test_train_needs_links(terrace: Run, tmp_path: Path) -> None:
    (tmp_path / "zone" / "qrels.tsv").unlink()
    assert isinstance(terrace("train", "--fresh", *WORDS[:2]).exception, NotFound)


def test_train_refuses_bad_decisions_and_unknown_groups(terrace: Run, tmp_path: Path) -> None:
    (tmp_path / "d.jsonl").write_text('{"need_id": "N1"}')
    result = terrace("train", "--decisions", "d.jsonl", "--fresh", *WORDS[:2])
    assert isinstance(result.exception, RowErrors)
    assert isinstance(terrace("train", "--group", "call", *WORDS[:2]).exception, NotFound)


def test_the_sample_zone_keeps_its_ranker(
    terrace: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "away").mkdir()
    monkeypatch.chdir(tmp_path / "away")
    result = terrace("train", *WORDS[:2])
    assert isinstance(result.exception, TerraceError)
    assert "--out" in str(result.exception)


@pytest.fixture(scope="module")
def sample() -> DemoZone:
    return read_demo_zone()


def test_the_demo_matches_by_texts_without_titles(sample: DemoZone) -> None:
    texts = sample.achievements["texts"].explode().struct.unnest()
    assert texts.filter((pl.col("body") != "") & (pl.col("title") != "")).is_empty()
    assert texts["body"].to_list() == sample.titled["texts"].explode().struct["body"].to_list()


def test_a_title_stays_where_there_is_nothing_else() -> None:
    achievements = [make_achievement("A1", "Seal"), make_achievement("A2", "Ring", "A body.")]
    bare = drop_titles(to_frame("achievement", achievements), "texts")
    assert bare["texts"].explode().struct["title"].to_list() == ["Seal", ""]
    none = drop_titles(to_frame("company", [make_company()]), "works")
    assert none["works"].to_list() == [[]]


def test_chinese_needs_keep_their_attributes(sample: DemoZone) -> None:
    assert sample.chinese_needs.height == 180
    assert set(sample.chinese_needs["texts"].explode().struct["language"]) == {"zh"}
    assert sample.chinese_needs["deadline"].null_count() < 180


def test_the_managers_are_known_by_deals() -> None:
    assert invent_managers()["works"].list.len().to_list() == [2] * 4
    assert invent_managers()["capacity"].sum() == 8


def test_past_calls_are_looked_at_before_their_deadline() -> None:
    past = to_frame("need", [make_need(deadline=date(2016, 2, 17))])
    assert choose_day(past, today=date(2026, 1, 1)) == date(2016, 1, 18)
    assert choose_day(to_frame("need", [make_need()]), today=date(2026, 1, 1)).year == 2026


def test_long_texts_are_cut() -> None:
    assert shorten("short", 10) == "short"
    assert shorten("a long text", 7) == "a long…"


def test_the_demo_tells_its_story(
    terrace: Run, sample: DemoZone, monkeypatch: pytest.MonkeyPatch
) -> None:
    from dataclasses import replace

    from terrace.cli.demo_story import CALL, CHINESE, HANDED_OUT, OFFERED, RESTRICTED

    linked = sample.links.filter(pl.col("need_id").is_in([RESTRICTED, CHINESE]))
    kept = [*linked["achievement_id"], OFFERED]
    by_id = pl.col("id").is_in(kept)
    small = replace(
        sample,
        needs=sample.needs.filter(pl.col("id").is_in([*HANDED_OUT, CALL])),
        achievements=sample.achievements.filter(by_id),
        titled=sample.titled.filter(by_id),
        companies=sample.companies.head(20),
        links=linked,
    )
    monkeypatch.setattr(demo, "read_demo_zone", lambda: small)
    result = terrace("demo", *WORDS)
    assert result.exit_code == 0, result.exception
    for said in ("1824", "Asked in Chinese", "who could use", "Moreau", "never quoted", "explain"):
        assert said in result.stdout


def test_no_evidence_prints_the_line_for_the_manager_alone() -> None:
    from terrace.match.account import Account
    from terrace.match.explain import Explanation
    from terrace.match.gates import evaluate_gates

    console = Console(record=True, width=80)
    need, achievement = make_need(), make_achievement()
    gates = evaluate_gates(
        pl.DataFrame({"need_id": ["N1"], "achievement_id": ["A1"]}),
        to_frame("need", [need]),
        to_frame("achievement", [achievement]),
        today=choose_day(to_frame("need", [need]), today=date(2026, 1, 1)),
    )
    said = Explanation("N1", "A1", (), "Offered: nothing stated", "")
    print_evidence(console, Account(need, achievement, said, gates, {}, None))
    assert "Offered: nothing stated" in console.export_text()
    assert "asked" not in console.export_text()
