"""Every bad input that the rules' commands may meet: what is said, and the exit code."""

import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from terrace.cli.main import run
from terrace.rules.rulebook import shipped_folder

GOOD = "company,fiscal_year,revenue,founded\nA,2025,5,2015-01-01\n"
NEEDED = ("facts.yaml", "tech_sme.yaml", "tech_sme.cases.yaml", "srdi.yaml", "srdi.cases.yaml")
DAY = ("--as-of", "2026-06-01")


def type_command(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], words: Sequence[str]
) -> tuple[int, str]:
    """The exit code of a command and what it printed, on one line."""
    monkeypatch.setattr(sys, "argv", ["terrace", *words])
    with pytest.raises(SystemExit) as ended:
        run()
    captured = capfd.readouterr()
    return int(ended.value.code or 0), " ".join((captured.out + captured.err).split())


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("company,fiscal_year,revenu\nA,2025,5\n", "column 'revenu' that is no declared fact. Did"),
        ("company,fiscal_year,revenue [USD]\nA,2025,5\n", "in the unit 'USD'. Use one of: yuan"),
        ("company,fiscal_year,niche_share\nA,2025,5\n", "row 2, field 'niche_share': 5 is above 1"),
        ("company,fiscal_year,revenue\nA,2025,-5\n", "row 2, field 'revenue': -5 is below 0"),
        ("company,fiscal_year,revenue\nA,2025,5\nA,2022,5\n", "with a gap. Add a row for 2023"),
        (
            "company,fiscal_year,revenue\nA,2025,5\nA,2025,6\n",
            "row 3, field 'revenue': contradicts",
        ),
        ("company,fiscal_year,revenue,revenue\nA,2025,5,6\n", "has the column 'revenue' twice"),
        ("company,fiscal_year,revenue\nA,2025,many\n", "'many' is no number. Write digits only"),
        ("company,fiscal_year,revenue\nA,205,5\n", "205 is below 1949"),
        ("company,fiscal_year,revenue\n,2025,5\n", "field 'company': is empty"),
        ("company,fiscal_year,founded\nA,2025,soon\n", "'soon' is no date. Write 2026-01-31"),
        ("company,fiscal_year,is_sme\nA,2025,maybe\n", "'maybe' is no yes or no"),
        (
            "company,fiscal_year,revenue\nA,2025,5,7\n",
            "4 cells in line 2 and 3 columns. Put quotes",
        ),
        ('company,fiscal_year,revenue\nA,2025,"5\n', "opens a quote in line 2 and does not close"),
        ("company,revenue\nA,5\n", "no column 'fiscal_year'. Start from 'terrace facts template'"),
        ("company,fiscal_year,revenue\n", "has a header but no rows"),
        ("", "is empty. Export it again"),
        ("company,fiscal_year,fact,value\nA,2025,revenu,5\n", "field 'fact': 'revenu' is no"),
        (
            "company,fiscal_year,fact,value,unit\nA,2025,revenue,5,furlong\n",
            "row 2, field 'unit': 'furlong' is no unit of 'revenue'. Use one of: yuan",
        ),
    ],
)
def test_a_bad_facts_file_is_refused_with_place_and_remedy(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    content: str,
    said: str,
) -> None:
    path = tmp_path / "facts.csv"
    path.write_text(content, "utf-8")
    code, printed = type_command(monkeypatch, capfd, ["standing", str(path), *DAY])
    assert code == 3
    assert said in printed
    assert "facts.csv" in printed
    assert "Traceback" not in printed


@pytest.mark.parametrize(
    ("name", "payload", "said"),
    [
        ("facts.csv", "company,fiscal_year\n西安,2025\n".encode("gb18030"), "is not utf-8. Save"),
        ("facts.xlsx", b"PK\x03\x04junk", "The file is damaged"),
        ("facts.xlsx", b"", "is empty"),
        ("facts.parquet", b"PAR1xx", "cannot be read"),
        ("facts.json", b'{"a": 1', "cannot be read"),
        ("facts.txt", b"A", "no file type that is known. Use one of .csv"),
    ],
)
def test_a_file_that_is_none_is_refused(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    name: str,
    payload: bytes,
    said: str,
) -> None:
    path = tmp_path / name
    path.write_bytes(payload)
    words = ["standing", str(path), "--encoding", "utf-8", *DAY]
    code, printed = type_command(monkeypatch, capfd, words)
    assert (code, said in printed, "Traceback" in printed) == (3, True, False), printed


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["standing", "F", "--company", "B"], 4, "no facts about the company 'B'"),
        (["standing", "F", "--rulebook", "no"], 4, "there is no rulebook 'no'; there are"),
        (["standing", "F", "--as-of", "2026-13-01"], 2, "Invalid value for '--as-of'"),
        (["standing", "F", "--encoding", "klingon"], 3, "no encoding is called 'klingon'"),
        (["standing", "none.csv"], 3, "cannot be read"),
        (["standing", "F", *DAY, "--out", "a.doc"], 4, "let its name end in .parquet"),
        (["path", "F", "B", "--to", "srdi", "--by", "2028-01-01", *DAY], 4, "no facts about the"),
        (["path", "F", "A", "--to", "no", "--by", "2028-01-01", *DAY], 4, "no title 'no' on the"),
        (["path", "F", "A", "--to", "srdi", "--by", "2020-01-01", *DAY], 4, "not within ten years"),
        (["path", "F", "A", "--to", "srdi", "--by", "2099-01-01", *DAY], 4, "not within ten years"),
        (["path", "F", "A", "--by", "2028-01-01", *DAY, "--growth", "5"], 4, "write a fraction"),
        (["path", "F", "A", "--by", "2028-01-01", *DAY, "--plans", "0"], 2, "Invalid value"),
        (["impact", "srdi@1999", "srdi@2026", "F", *DAY], 4, "srdi"),
        (["impact", "no", "srdi@2026", "F", *DAY], 4, "no"),
        (["impact", "srdi@2026", "srdi@2026", "F", "--set", "S5b=5", *DAY], 4, "S5b"),
        (["impact", "srdi@2026", "srdi@2026", "F", "--set", "S99=5%", *DAY], 4, "S99"),
        (["forecast", "F", "--months", "99", *DAY], 2, "Invalid value"),
        (["forecast", "F", "--odds", "none.yaml", *DAY], 4, "none.yaml: cannot be read"),
        (["rules", "show", "no"], 4, "there is no rulebook 'no'"),
        (["rules", "list", "--rules", "nowhere"], 4, "nowhere"),
        (["rules", "list", "--language", "fr"], 2, "Invalid value"),
    ],
)
def test_a_wrong_question_is_answered_with_what_there_is(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    words: list[str],
    code: int,
    said: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("F.csv").write_text(GOOD, "utf-8")
    typed = ["F.csv" if word == "F" else word for word in words]
    found, printed = type_command(monkeypatch, capfd, typed)
    assert found == code, printed
    assert said in printed
    assert "Traceback" not in printed


INTENSITY = "is: rd_spend / revenue,"
STAFF = "threshold: 500\n"


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        ("facts.yaml", INTENSITY, "is: rd_spend /,", "'rd_spend /' is no expression"),
        ("facts.yaml", INTENSITY, 'is: "rd_spend + * revenue",', "it cannot be parsed"),
        ("facts.yaml", INTENSITY, "is: rd_spend revenue,", "'revenue.y0' follows"),
        ("facts.yaml", INTENSITY, "is: rd_spend > 3,", "it is no figure of 'rd_spend > 3'"),
        ("facts.yaml", INTENSITY, "is: \"'abc'\",", "it is no figure of ''abc''"),
        ("facts.yaml", INTENSITY, "is: country,", "it is no figure of 'country'"),
        ("facts.yaml", INTENSITY, "is: sqrt(rd_spend),", "no function 'sqrt'; allowed are abs"),
        ("facts.yaml", INTENSITY, "is: rd_spend + (select 1),", "holds a subquery"),
        ("facts.yaml", INTENSITY, "is: rd_spendd / revenue,", "did you mean rd_spend"),
        ("facts.yaml", INTENSITY, "is: rd_intensity / revenue,", "go in a circle (rd_intensity ->"),
        ("facts.yaml", "unit: fraction, " + INTENSITY, "unit: kg, " + INTENSITY, "'unit' is 'kg'"),
        (
            "tech_sme.yaml",
            "measure: employees",
            "measure: staff",
            "criterion 'T2a', line 87: there",
        ),
        ("tech_sme.yaml", "at_least: 0.30", "at_least: 30", "which is 3000%; write 30% as 0.3"),
        ("tech_sme.yaml", STAFF, "threshold: many\n", "'T2a', line 87: 'threshold' is no number"),
        ("tech_sme.yaml", STAFF, "treshold: 500\n", "'threshold' is missing; it is written 'tres"),
        (
            "tech_sme.yaml",
            "kind: tier",
            "kind: teir",
            "line 2: 'kind' is 'teir'; write one of tier",
        ),
        ("tech_sme.yaml", "    criteria:\n", "    criteria: [\n", "correct the YAML there"),
        ("srdi.yaml", "to: 2026-03-31", "to: 2026-04-30", "overlap; end the earlier one the day"),
        ("srdi.yaml", "from: 2026-04-01", "from: 2026-13-01", "line 203: '2026-13-01' is not what"),
        ("tech_sme.cases.yaml", "base: sound\n", "base: sund\n", "no base 'sund'; declare it"),
        ("tech_sme.cases.yaml", "{employees: 501,", "{employes: 501,", "did you mean employees?"),
    ],
)
def test_a_slip_in_a_rulebook_names_file_place_and_line(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    file: str,
    old: str,
    new: str,
    said: str,
) -> None:
    for name in NEEDED:
        shutil.copy(shipped_folder() / name, tmp_path / name)
    text = (tmp_path / file).read_text("utf-8")
    assert old in text
    (tmp_path / file).write_text(text.replace(old, new, 1), "utf-8")
    code, printed = type_command(monkeypatch, capfd, ["rules", "check", "--rules", str(tmp_path)])
    assert code == 4
    assert said in printed
    assert file in printed
    assert "Traceback" not in printed
