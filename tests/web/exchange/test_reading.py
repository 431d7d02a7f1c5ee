"""Files to rows of a kind's fields."""

import io
import json
from pathlib import Path

import polars as pl
import pytest

from terrace.errors import InputError
from terrace.sources import ColumnMapping
from terrace_web.exchange import reading
from terrace_web.exchange.reading import ReadRow, read_file
from terrace_web.exchange.specimens import write_specimen
from terrace_web.market.kinds import KINDS


def read(
    tmp_path: Path, text: str | bytes, kind: str = "achievement", name: str = "a.csv", **kwargs
) -> list[ReadRow]:
    path = tmp_path / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return read_file(kind, path, name=name, **kwargs)


def only(rows: list[ReadRow]) -> dict:
    assert len(rows) == 1 and rows[0].problems == []
    return rows[0].values


def test_it_works(tmp_path: Path) -> None:
    rows = read(
        tmp_path,
        "id,title,summary,abstract,trl,fields,terms,price,contact,priority date\n"
        'A-1,Seal,Lasts long,At length,4,materials;optics,licence,"1,500",Ruth,2025-03-01\n',
    )

    assert rows[0].key == "A-1" and rows[0].number == 2 and rows[0].language == "en"
    assert only(rows) == {
        "title": "Seal",
        "summary": "Lasts long",
        "body": "At length",
        "readiness": 4,
        "fields": ["materials", "optics"],
        "terms": ["licence"],
        "price": 1500,
        "contact": "Ruth",
        "priority_date": "2025-03-01",
    }


def test_chinese_columns_and_gb18030_are_understood(tmp_path: Path) -> None:
    header = "编号,名称,公开摘要,领域,成熟度,转化方式,联系方式"
    text = f"{header}\nC1,陶瓷密封件,耐磨,新材料,4级,许可,张老师\n"

    rows = read(tmp_path, text.encode("gb18030"))

    assert rows[0].language == "zh" and rows[0].key == "C1"
    assert rows[0].values["title"] == "陶瓷密封件" and rows[0].values["fields"] == ["materials"]
    assert rows[0].values["readiness"] == 4


def test_two_languages_fill_the_fields_of_the_other(tmp_path: Path) -> None:
    values = only(
        read(tmp_path, "id,title_en,title_zh,summary_en,summary_zh\n1,Seal,密封件,Long,耐用\n")
    )

    assert values["title"] == "Seal" and values["title_other"] == "密封件"
    assert values["summary_other"] == "耐用"


@pytest.mark.parametrize(
    ("kind", "text", "expected"),
    [
        ("need", "title,trl,budget,deadline\nSeal,5,200万,2027-01-31\n",
         {"readiness": 5, "budget_max": 2_000_000, "deadline": "2027-01-31"}),
        ("company", "公司名称,简介,员工人数,网址\n林德格伦泵业,造泵,120,https://pumps.example\n",
         {"title": "林德格伦泵业", "summary": "造泵", "employees": 120,
          "website": "https://pumps.example"}),
        ("company", "title,summary,body\nLindgren,Pumps,For slurry\n",
         {"title": "Lindgren", "summary": "Pumps", "body": "For slurry"}),
        ("expert", "name,expertise,languages,organisation\nRuth,Ceramics,en; zh,Institute\n",
         {"title": "Ruth", "summary": "Ceramics", "languages": ["en", "zh"],
          "organisation": "Institute"}),
        ("equipment", "name,model,how to book,price per hour,currency\nSEM,Zeiss,By mail,80,EUR\n",
         {"title": "SEM", "model": "Zeiss", "booking": "By mail", "price": 80, "currency": "EUR"}),
        ("service", "title,what is offered,terms\nTesting,Wear tests,consulting; service\n",
         {"title": "Testing", "summary": "Wear tests", "terms": ["consulting", "service"]}),
    ],
)  # fmt: skip
def test_every_kind_has_its_fields(
    tmp_path: Path, kind: str, text: str, expected: dict[str, object]
) -> None:
    values = only(read(tmp_path, text, kind))

    assert {name: values.get(name) for name in expected} == expected


def test_columns_nobody_knows_are_named_once(tmp_path: Path) -> None:
    rows = read(tmp_path, "id,title,colour,secret price\n1,Seal,red,5\n2,Pump,blue,6\n")

    assert [(note.row, note.field) for note in rows[0].notes] == [
        (1, "colour"),
        (1, "secret price"),
    ]
    assert "left out" in rows[0].notes[0].message and rows[1].notes == []


def test_a_file_without_a_known_column_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no column that is known: foo, bar"):
        read(tmp_path, "foo,bar\n1,2\n")


def test_formats_agree(tmp_path: Path) -> None:
    record = {"id": "A-1", "title": "Seal", "summary": "Short", "contact": "Ruth"}
    frame = pl.DataFrame([record])
    parquet = io.BytesIO()
    frame.write_parquet(parquet)
    sheet = io.BytesIO()
    frame.write_excel(sheet)

    read_ones = [
        only(read(tmp_path, frame.write_csv(), name="a.csv")),
        only(read(tmp_path, json.dumps([record]), name="a.json")),
        only(read(tmp_path, json.dumps(record), name="a.jsonl")),
        only(read(tmp_path, parquet.getvalue(), name="a.parquet")),
        only(read(tmp_path, sheet.getvalue(), name="a.xlsx")),
    ]

    assert all(each == read_ones[0] for each in read_ones) and read_ones[0]["contact"] == "Ruth"


def test_a_mapping_names_the_columns(tmp_path: Path) -> None:
    mapping = ColumnMapping(columns={"title": ("what",), "body": ("long",)})

    values = only(read(tmp_path, "what,long\nSeal,At length\n", mapping=mapping))

    assert values == {"title": "Seal", "body": "At length"}


def test_a_mapping_names_all_fields_of_the_form(tmp_path: Path) -> None:
    mapping = ColumnMapping(
        columns={"title": ("what",), "priority_date": ("filed",), "优先权日": ("filed",),
                 "Public summary": ("short",), "inventors": ("who",)},
        date_formats=("%d.%m.%Y",),
    )  # fmt: skip

    values = only(
        read(tmp_path, "what,filed,short,who\nSeal,03.01.2025,Lasts,A;B\n", mapping=mapping)
    )

    assert values == {
        "title": "Seal",
        "summary": "Lasts",
        "inventors": ["A", "B"],
        "priority_date": "2025-01-03",
    }


@pytest.mark.parametrize(
    ("text", "mapped", "contact"),
    [
        ("title\nSeal\n", {}, "Office"),
        ("title,contact\nSeal,\n", {}, "Office"),
        ("title,contact\nSeal,Ruth\n", {}, "Ruth"),
        ("title,whom\nSeal,Ruth\n", {"contact": ("whom",)}, "Ruth"),
        ("title,whom\nSeal,\n", {"contact": ("whom",)}, "Office"),
    ],
)
def test_a_constant_fills_what_a_row_leaves_open(
    tmp_path: Path, text: str, mapped: dict, contact: str
) -> None:
    mapping = ColumnMapping(columns=mapped, constants={"contact": "Office"})

    assert only(read(tmp_path, text, mapping=mapping))["contact"] == contact


def test_a_mapping_that_names_no_column_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="has no column 'wath'"):
        read(tmp_path, "what\nSeal\n", mapping=ColumnMapping(columns={"title": ("wath",)}))


def test_a_mapping_to_no_field_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="there is no field 'titel'"):
        read(tmp_path, "what\nSeal\n", mapping=ColumnMapping(columns={"titel": ("what",)}))


@pytest.mark.parametrize(
    ("column", "cell", "field", "message"),
    [
        ("trl", "12", "readiness", "is no readiness level"),
        ("price", "cheap", "price", "is no amount"),
        ("published until", "soon", "expires", "is no date"),
        ("already licensed exclusively", "perhaps", "licensed_exclusively", "neither yes nor no"),
        ("terms", "barter", "terms", "is no term of transfer"),
        ("region", "X" * 61, "region", "the limit is 60"),
        ("waiver", "w" * 401, "waiver", "the limit is 400"),
        ("patents", "; ".join(str(n) for n in range(61)), "patents", "At most 60"),
    ],
)
def test_a_bad_cell_is_named(
    tmp_path: Path, column: str, cell: str, field: str, message: str
) -> None:
    rows = read(tmp_path, f'title,{column}\nGood,\nBad,"{cell}"\n')

    assert rows[0].problems == []
    problem = rows[1].problems[0]
    assert (problem.file, problem.row, problem.field) == ("a.csv", 3, field)
    assert message in problem.message and problem.remedy


def test_regions_are_read_by_name(tmp_path: Path) -> None:
    assert only(read(tmp_path, "title,region\nSeal,陕西省\n"))["region"] == "CN-SN"
    assert only(read(tmp_path, 'title,region\nSeal,"Huntsville, AL, US"\n'))["region"] == "US"


def test_an_unknown_region_stays_and_is_noted(tmp_path: Path) -> None:
    rows = read(tmp_path, "title,region\nSeal,High Plateau\n")

    assert only(rows)["region"] == "High Plateau"
    assert "no region is called 'High Plateau'" in rows[0].notes[0].message


def test_an_unknown_field_becomes_a_keyword_and_is_noted(tmp_path: Path) -> None:
    rows = read(tmp_path, "title,fields,keywords\nSeal,materials; Dowsing,pump\n")

    assert only(rows)["fields"] == ["materials"]
    assert set(rows[0].values["keywords"]) == {"pump", "Dowsing"}
    assert "Dowsing" in rows[0].notes[0].message


def test_one_number_twice_is_a_problem(tmp_path: Path) -> None:
    rows = read(tmp_path, "id,title\nA,One\nA,Two\n")

    assert rows[0].problems == [] and "also the id of row 2" in rows[1].problems[0].message


def test_rows_without_a_number_are_taken(tmp_path: Path) -> None:
    rows = read(tmp_path, "title\nOne\nTwo\n")

    assert [row.key for row in rows] == ["", ""] and not any(row.problems for row in rows)


def test_levels_are_nested_as_records_keep_them(tmp_path: Path) -> None:
    rows = read(tmp_path, "title,visibility_teaser\nOne,zone\n")

    assert rows[0].levels == {"teaser": "zone", "identity": "zone", "confidential": "private"}
    assert read(tmp_path, "title\nOne\n")[0].levels == {}


@pytest.mark.parametrize(
    ("text", "name", "message"),
    [
        ("", "a.csv", "is empty"),
        ("title\n", "a.csv", "header but no rows"),
        (b"%PDF-1.4", "a.csv", "its content is PDF"),
        (b"PK\x03\x04nonsense", "a.xlsx", "cannot be read"),
        ('{"title": "x"}', "a.json", "not an array"),
    ],
)
def test_a_file_that_is_none_is_refused_by_its_own_name(
    tmp_path: Path, text: str | bytes, name: str, message: str
) -> None:
    with pytest.raises(InputError, match=message) as caught:
        read(tmp_path, text, name=name)
    assert str(tmp_path) not in str(caught.value)


def test_too_many_rows_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MOST_ROWS", 2)

    with pytest.raises(InputError, match="more than 2 rows"):
        read(tmp_path, "title\n1\n2\n3\n")


def test_what_an_export_neutralised_is_itself_again(tmp_path: Path) -> None:
    assert (
        only(read(tmp_path, "title,contact\nSeal,'=HYPERLINK(1)\n"))["contact"] == "=HYPERLINK(1)"
    )


@pytest.mark.parametrize("file_format", ["csv", "xlsx"])
@pytest.mark.parametrize("kind", list(KINDS))
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_specimens_can_be_filled_in(
    tmp_path: Path, kind: str, file_format: str, language: str
) -> None:
    from django.utils import translation

    with translation.override(language):
        payload = write_specimen(kind, file_format)
    path = tmp_path / f"empty.{file_format}"
    path.write_bytes(payload)
    frame = pl.read_csv(path) if file_format == "csv" else pl.read_excel(path)
    title = frame.columns[1]
    filled = pl.concat([frame.cast(pl.String), pl.DataFrame({"id": ["7"], title: ["Seal"]})],
                       how="diagonal")  # fmt: skip
    filled.write_csv(path.with_suffix(".csv"))

    rows = read_file(kind, path.with_suffix(".csv"), name="filled.csv")

    assert [row.key for row in rows] == ["7"] and only(rows)["title"] == "Seal"


def test_all_that_is_wrong_with_a_row_is_told_at_once(tmp_path: Path) -> None:
    heading = "title,trl,price,available_from,priority date"
    [row] = read(tmp_path, f"{heading}\nSeal,77,dear,someday,2999-01-01\n")

    wrong = [problem.field for problem in row.problems]
    assert sorted(wrong) == ["available_from", "price", "priority_date", "readiness"]


@pytest.mark.parametrize(
    ("column", "day", "is_refused"),
    [("priority_date", "2999-01-01", True), ("priority_date", "2020-01-01", False),
     ("expires", "2020-01-01", True), ("expires", "2999-01-01", False)],
)  # fmt: skip
def test_days_are_refused_as_the_form_does(
    tmp_path: Path, column: str, day: str, is_refused: bool
) -> None:
    [row] = read(tmp_path, f"title,{column}\nSeal,{day}\n")

    assert [problem.field for problem in row.problems] == [column] * is_refused
