from collections.abc import Callable
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from terrace.errors import InputError, RowErrors
from terrace.rules import load_rulebooks, read_facts
from terrace.rules.template import describe_facts, template_facts, write_template

FACTS = load_rulebooks()[0].catalog.facts
Writer = Callable[[str], Path]


@pytest.fixture
def write(tmp_path: Path) -> Writer:
    def write_csv(text: str, name: str = "facts.csv") -> Path:
        path = tmp_path / name
        path.write_text(text, "utf-8")
        return path

    return write_csv


def test_it_reads_typed_facts(write: Writer) -> None:
    frame = read_facts(
        write(
            "company,fiscal_year,revenue,niche_share,is_listed,founded,city,product_field\n"
            'A,2025,"1,500,000.50",5%,yes,2016/3/1,西安市,strategic\n'
            "B,2025,150万元,0.05,否,2016年3月1日,,其他\n"
            "C,2025,,,,,,\n"
        ),
        FACTS,
    )
    assert frame["revenue"].to_list() == [1500000.5, 1500000.0, None]
    assert frame["niche_share"].to_list() == [0.05, 0.05, None]
    assert frame["is_listed"].to_list() == [True, False, None]
    assert frame["founded"].to_list() == [date(2016, 3, 1), date(2016, 3, 1), None]
    assert frame["product_field"].to_list() == ["strategic", "other", None]
    assert frame["city"].to_list() == ["西安市", None, None]
    assert frame.schema["fiscal_year"] == pl.Int64()
    assert frame["recorded"].to_list() == [None] * 3


def test_headers_may_be_labels_and_name_a_unit(write: Writer) -> None:
    text = "company,fiscal_year,营业收入 [万元],R&D spend (yuan),资产总额（亿元）\nA,2025,150,7,2\n"
    frame = read_facts(write(text), FACTS)
    row = frame.row(0, named=True)
    assert (row["revenue"], row["rd_spend"], row["total_assets"]) == (1.5e6, 7.0, 2e8)


def test_a_title_never_held_is_a_date_long_ago(write: Writer) -> None:
    frame = read_facts(write("company,fiscal_year,hnte_until\nA,2025,无\nB,2025,none\n"), FACTS)
    assert frame["hnte_until"].to_list() == [date(1900, 1, 1)] * 2


def test_long_files_have_a_row_per_fact(write: Writer) -> None:
    frame = read_facts(
        write(
            "company,fiscal_year,fact,value,unit,source,confidence,recorded\n"
            "A,2025,revenue,150,万元,audit,0.9,2026-03-01\n"
            "A,2025,is_listed,no,,register,1,2026-03-01\n"
            "A,2025,revenue,160,万元,audit,0.9,2026-05-01\n"
        ),
        FACTS,
    )
    assert sorted(frame["revenue"].drop_nulls()) == [1.5e6, 1.6e6]
    assert frame["is_listed"].drop_nulls().to_list() == [False]
    assert frame["recorded"].max() == date(2026, 5, 1)
    assert set(frame["source"]) == {"audit", "register"}


@pytest.mark.parametrize("suffix", ["parquet", "json", "jsonl", "xlsx"])
def test_other_formats_say_the_same(tmp_path: Path, suffix: str) -> None:
    table = pl.DataFrame(
        {
            "company": ["A", "A"],
            "fiscal_year": [2024, 2025],
            "revenue": [1.0, 2.5],
            "is_listed": [True, None],
        }
    )
    path = tmp_path / f"facts.{suffix}"
    writers = {
        "parquet": table.write_parquet,
        "json": table.write_json,
        "jsonl": table.write_ndjson,
        "xlsx": table.write_excel,
    }
    writers[suffix](path)
    frame = read_facts(path, FACTS)
    assert frame["revenue"].to_list() == [1.0, 2.5]
    assert frame["is_listed"].to_list() == [True, None]
    assert frame["fiscal_year"].to_list() == [2024, 2025]


@pytest.mark.parametrize(
    ("header", "cell", "message", "remedy"),
    [
        ("niche_share", "5", "5 is above 1", "5% is 0.05"),
        ("niche_share", "-0.1", "below 0", "check its sign"),
        ("revenue", "-5", "-5 is below 0", "check its sign"),
        ("revenue", "lots", "'lots' is no number", "Write digits only, in yuan"),
        ("revenue", "5%", "'5%' is no number", "digits"),
        ("revenue", "1e999", "is no number", "digits"),
        ("revenue", "nan", "is no number", "digits"),
        ("employees", "3万", "is no number", "people"),
        ("is_listed", "maybe", "'maybe' is no yes or no", "是 or 否"),
        ("founded", "long ago", "'long ago' is no date", "2026-01-31"),
        ("product_field", "green", "choice of strategic, other", "one of them"),
        ("confidence", "90", "90 is above 1", "fraction"),
        ("recorded", "today", "'today' is no date", "2026-01-31"),
    ],
)
def test_a_bad_cell_is_named_with_its_row_and_remedy(
    write: Writer, header: str, cell: str, message: str, remedy: str
) -> None:
    path = write(f"company,fiscal_year,{header}\nA,2025,\nB,2025,{cell}\n")
    with pytest.raises(RowErrors) as caught:
        read_facts(path, FACTS)
    (problem,) = caught.value.problems
    assert (problem.row, problem.field) == (3, header)
    assert message in problem.message
    assert remedy in problem.remedy


def test_all_bad_rows_are_reported_together(write: Writer) -> None:
    path = write("company,fiscal_year,revenue\nA,2025,x\n,2025,1\nC,,1\nD,1200,1\n")
    with pytest.raises(RowErrors, match="4 bad rows, nothing was loaded") as caught:
        read_facts(path, FACTS)
    assert [problem.row for problem in caught.value.problems] == [2, 3, 4, 5]


def test_a_gap_in_years_is_refused(write: Writer) -> None:
    path = write("company,fiscal_year,revenue\nA,2022,1\nA,2025,1\n")
    with pytest.raises(RowErrors, match="Add a row for 2023; its cells may be empty"):
        read_facts(path, FACTS)


def test_contradicting_rows_are_refused(write: Writer) -> None:
    path = write("company,fiscal_year,revenue,employees\nA,2025,1,5\nA,2025,2,5\n")
    with pytest.raises(RowErrors, match="contradicts another row of A, 2025") as caught:
        read_facts(path, FACTS)
    assert [problem.field for problem in caught.value.problems] == ["revenue"]


def test_rows_that_complete_each_other_are_taken(write: Writer) -> None:
    frame = read_facts(
        write("company,fiscal_year,revenue,employees\nA,2025,1,\nA,2025,,5\n"), FACTS
    )
    assert frame.height == 2


def test_a_correction_recorded_later_is_no_contradiction(write: Writer) -> None:
    frame = read_facts(
        write("company,fiscal_year,revenue,recorded\nA,2025,1,2026-01-01\nA,2025,2,2026-02-01\n"),
        FACTS,
    )
    assert frame.height == 2


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("company,fiscal_year,revenu\nA,2025,1\n", "Did you mean .*revenue"),
        ("company,fiscal_year,revenue [EUR]\nA,2025,1\n", "in the unit 'EUR'.*万元"),
        ("company,revenue\nA,1\n", "no column 'fiscal_year'"),
        ("fiscal_year,revenue\n2025,1\n", "no column 'company'"),
        ("company,fiscal_year,revenue,营业收入\nA,2025,1,1\n", "has 'revenue' twice"),
        ("company,fiscal_year,revenue\n", "no rows"),
        ("company,fiscal_year,revenue\nA,2025,1,9\n", "has 4 cells in line 2"),
        ("", "is empty"),
    ],
)
def test_a_file_that_is_none_is_refused(write: Writer, text: str, complaint: str) -> None:
    with pytest.raises(InputError, match=complaint):
        read_facts(write(text), FACTS)


def test_an_unknown_fact_in_a_long_file_is_named_by_row(write: Writer) -> None:
    path = write("company,fiscal_year,fact,value\nA,2025,revenue,1\nA,2025,sales,1\n")
    with pytest.raises(RowErrors, match="row 3, field 'fact': 'sales' is no declared fact"):
        read_facts(path, FACTS)


def test_a_gb18030_file_is_read(tmp_path: Path) -> None:
    path = tmp_path / "facts.csv"
    text = "company,fiscal_year,城市\n西安某某科技有限公司,2025,西安市\n".replace(
        "城市", "注册地城市"
    )
    path.write_bytes(text.encode("gb18030"))
    frame = read_facts(path, FACTS, encoding="gb18030")
    assert frame["city"].to_list() == ["西安市"]


def test_the_template_has_a_column_per_fact_and_can_be_read_back(tmp_path: Path) -> None:
    path = tmp_path / "facts.xlsx"
    write_template(path, load_rulebooks())
    sheets = pl.read_excel(path, sheet_id=0, has_header=True, raise_if_empty=False)
    assert set(FACTS) <= set(sheets["facts"].columns)
    notes = sheets["notes"]
    assert notes["column"].to_list() == list(FACTS)
    with pytest.raises(InputError, match="no rows"):
        read_facts(path, FACTS)


def test_a_template_in_chinese_is_read_back_too(tmp_path: Path) -> None:
    path, filled = tmp_path / "facts.xlsx", tmp_path / "facts.csv"
    write_template(path, load_rulebooks(), "zh")
    heads = pl.read_excel(path, sheet_name="facts", raise_if_empty=False).columns
    assert heads[:3] == ["企业", "年度", "登记日期"]
    assert {"营业收入 [元]", "高新技术产品(服务)收入 [元]", "细分市场全国占有率"} <= set(heads)
    given = {"企业": "甲", "年度": "2025", "高新技术产品(服务)收入 [元]": "7", "已上市": "否"}
    filled.write_text(
        ",".join(heads) + "\n" + ",".join(given.get(head, "") for head in heads) + "\n", "utf-8"
    )
    row = read_facts(filled, FACTS).row(0, named=True)
    assert (row["company"], row["fiscal_year"], row["is_listed"]) == ("甲", 2025, False)
    assert row["hightech_revenue"] == 7.0
    assert set(FACTS) <= set(row)


def test_facts_are_described_in_both_languages() -> None:
    described = describe_facts(template_facts(load_rulebooks()))
    row = described.filter(pl.col("column") == "rd_institution").row(0, named=True)
    assert row["名称"] == "研发机构最高级别"
    assert "provincial = provincial or ministerial / 省部级" in row["choices 选项"]
    assert described.filter(pl.col("name") == "").is_empty()
