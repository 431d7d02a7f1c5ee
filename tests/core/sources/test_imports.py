import gzip
import io
import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from terrace.errors import InputError, Problem, RowErrors
from terrace.records import SCHEMAS, Kind, Need, Text, to_frame, to_records
from terrace.sources import ColumnMapping, read_mapping, read_records
from terrace.testing.records import (
    tiny_achievements,
    tiny_companies,
    tiny_experts,
    tiny_needs,
)

WriteFile = Callable[[str, bytes | str], Path]
WriteLines = Callable[..., Path]

TINY = {
    "need": tiny_needs,
    "achievement": tiny_achievements,
    "company": tiny_companies,
    "expert": tiny_experts,
}


def only(path: Path, kind: Kind = "need", **options: Any) -> Any:
    (record,) = to_records(kind, read_records(kind, path, **options).frame)
    return record


def refusal(path: Path, kind: Kind = "need", **options: Any) -> tuple[Problem, ...]:
    with pytest.raises(RowErrors) as caught:
        read_records(kind, path, **options)
    return caught.value.problems


def test_it_works(write_file: WriteFile) -> None:
    read = read_records("need", write_file("a.csv", "id,title,budget\nN1,Seal,5000\nN2,Pump,\n"))
    assert read.frame["id"].to_list() == ["N1", "N2"]
    assert read.frame["budget_max"].to_list() == [5000.0, None]
    assert read.frame.schema == SCHEMAS["need"]
    assert (read.problems, read.skipped, read.source, read.encoding) == ((), 0, "plain", "utf-8")


def test_every_field_is_read(write_jsonl: WriteLines) -> None:
    need = only(
        write_jsonl(
            {
                "id": "N1",
                "title": {"en": "Seal", "zh": "密封"},
                "objective": "Less wear",
                "keywords": "seal; pump",
                "fields": ["materials"],
                "trl": "TRL 5",
                "budget_min": "1,000",
                "budget_max": 2000,
                "currency": "€",
                "opens": "2026-01-02",
                "closes": "March 3, 2026",
                "regions": "SE|DK",
                "wants_exclusive": "no",
                "owner": "O1",
                "company_size": "small",
                "visibility": "zone",
                "language": "en",
            }
        )
    )
    assert need.texts == (
        Text(language="en", title="Seal", summary="Less wear"),
        Text(language="zh", title="密封"),
    )
    assert (need.keywords, need.fields) == (("seal", "pump"), ("materials",))
    assert (need.readiness_min, need.budget_min, need.budget_max) == (5, 1000.0, 2000.0)
    assert (need.opens, need.deadline) == (date(2026, 1, 2), date(2026, 3, 3))
    assert (need.regions, need.wants_exclusive) == (("SE", "DK"), False)
    assert (need.visibility.teaser, need.visibility.confidential) == ("zone", "private")
    assert json.loads(need.extra) == {"company_size": "small"}


def test_visibility_by_group(write_jsonl: WriteLines) -> None:
    row = {"id": "1", "title": "a", "visibility": {"identity": "named"}}
    need = only(write_jsonl({**row, "visibility_confidential": "zone"}))
    assert (need.visibility.teaser, need.visibility.identity) == ("public", "named")
    assert need.visibility.confidential == "zone"


@pytest.mark.parametrize("kind", TINY)
@pytest.mark.parametrize("suffix", ["jsonl", "json", "parquet", "jsonl.gz"])
def test_records_written_out_come_back_the_same(kind: Kind, suffix: str, tmp_path: Path) -> None:
    frame = to_frame(kind, TINY[kind]()).with_columns(source=pl.lit("lab"))
    path = tmp_path / f"a.{suffix}"
    text = frame.write_ndjson().encode()
    if suffix == "parquet":
        frame.write_parquet(path)
    elif suffix == "json":
        path.write_text(json.dumps([json.loads(line) for line in text.splitlines()]))
    else:
        path.write_bytes(gzip.compress(text) if suffix.endswith("gz") else text)
    assert read_records(kind, path).frame.equals(frame)


WORDS = st.text(st.characters(exclude_categories=("Cs", "Cc", "Zs", "Zl", "Zp")), min_size=1)


@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.lists(
        st.builds(
            Need,
            id=WORDS,
            texts=st.tuples(st.builds(Text, language=st.sampled_from(["en", "zh"]), title=WORDS)),
            keywords=st.lists(WORDS, unique=True, max_size=3).map(tuple),
            budget_max=st.none() | st.floats(0, 1e12),
            readiness_min=st.none() | st.integers(1, 9),
            deadline=st.none() | st.dates(date(1900, 1, 1)),
            source=st.just("lab"),
        ),
        min_size=1,
        max_size=5,
        unique_by=lambda need: need.id,
    )
)
def test_any_records_survive_jsonl(tmp_path: Path, needs: Any) -> None:
    frame = to_frame("need", needs)
    path = tmp_path / "a.jsonl"
    frame.write_ndjson(path)
    assert read_records("need", path).frame.equals(frame)


def test_unknown_columns_are_kept(write_file: WriteFile) -> None:
    need = only(write_file("a.csv", "id,title,Ansprechpartner,Ablage\n1,Seal,Frau Roth,\n"))
    assert json.loads(need.extra) == {"Ansprechpartner": "Frau Roth"}


def test_every_bad_spot_is_reported_together_and_nothing_is_loaded(write_jsonl: WriteLines) -> None:
    path = write_jsonl(
        {"id": "1", "title": "fine"},
        {"id": "2", "title": "a", "budget": "lots", "deadline": "soon", "trl": 12},
        {"id": "", "title": "b"},
        {"id": "4", "keywords": ["no text"]},
    )
    problems = refusal(path)
    assert [(p.row, p.field) for p in problems] == [
        (2, "readiness_min"),
        (2, "budget_max"),
        (2, "deadline"),
        (3, "id"),
        (4, "title"),
    ]
    assert all(p.file == str(path) and p.message and p.remedy for p in problems)


def test_good_rows_can_be_loaded_alone(write_jsonl: WriteLines) -> None:
    path = write_jsonl({"id": "1", "title": "a"}, {"title": "b", "budget": "x"}, {"id": "3"})
    read = read_records("need", path, skip_bad=True)
    assert read.frame["id"].to_list() == ["1"]
    assert read.skipped == 2
    assert {p.row for p in read.problems} == {2, 3}


def test_skipping_everything_gives_an_empty_frame(write_jsonl: WriteLines) -> None:
    read = read_records("need", write_jsonl({"id": "1"}), skip_bad=True)
    assert read.frame.is_empty()
    assert read.frame.schema == SCHEMAS["need"]


def test_duplicate_ids_name_both_rows(write_jsonl: WriteLines) -> None:
    path = write_jsonl(*({"id": i, "title": "a"} for i in ("1", "2", "1", 1)))
    assert [(p.row, p.field, p.message) for p in refusal(path)] == [
        (3, "id", "'1' is also the id of row 1"),
        (4, "id", "'1' is also the id of row 1"),
    ]
    assert read_records("need", path, skip_bad=True).frame["id"].to_list() == ["1", "2"]


def test_an_id_of_a_bad_row_is_not_taken(write_jsonl: WriteLines) -> None:
    path = write_jsonl({"id": "1"}, {"id": "1", "title": "a"})
    assert [(p.row, p.field) for p in refusal(path)] == [(1, "title")]


def test_a_record_of_ten_megabytes_is_refused(write_jsonl: WriteLines) -> None:
    path = write_jsonl({"id": "1", "text": "x" * 10_000_000}, {"id": "2", "text": "fine"})
    (problem,) = refusal(path)
    assert (problem.row, problem.field) == (1, "texts")
    assert "10,000,000 characters" in problem.message
    assert "split the record" in problem.remedy
    assert read_records("need", path, skip_bad=True).frame["id"].to_list() == ["2"]


def test_ten_megabytes_in_an_unknown_column_are_refused_too(write_jsonl: WriteLines) -> None:
    (problem,) = refusal(write_jsonl({"id": "1", "title": "a", "scan": "x" * 10_000_000}))
    assert problem.field == "extra"


@pytest.mark.parametrize(
    ("row", "field"),
    [
        ({"id": "1\x00", "title": "a"}, "id"),
        ({"id": "1", "title": "a\x00b"}, "texts"),
        ({"id": "1", "title": "a", "keywords": ["b\x00"]}, "keywords"),
        ({"id": "1", "title": "a", "other": ["b\x00"]}, "extra"),
    ],
)
def test_nul_bytes_are_refused_wherever_they_stand(
    write_file: WriteFile, row: Any, field: Any
) -> None:
    (problem,) = refusal(write_file("a.jsonl", json.dumps(row)))
    assert problem.field == field
    assert "NUL" in problem.message


def test_nul_bytes_in_csv_are_refused(write_file: WriteFile) -> None:
    problems = refusal(write_file("a.csv", "id,title\n1,se\x00al\n2,pump\n"))
    assert [(p.row, p.field) for p in problems] == [(2, "texts")]


def test_half_a_character_is_refused(write_file: WriteFile) -> None:
    problems = refusal(write_file("a.jsonl", '{"id": "1", "title": "\\ud83d", "x": "\\ud83d"}'))
    assert {p.field for p in problems} == {"texts", "extra"}


def test_languages_may_be_mixed_in_a_file_and_in_a_record(write_jsonl: WriteLines) -> None:
    path = write_jsonl(
        {"id": "1", "title": "Seal"},
        {"id": "2", "title": "密封", "language": "zh"},
        {"id": "3", "title": "用于 pumps 的密封"},
    )
    texts = [need.texts[0] for need in to_records("need", read_records("need", path).frame)]
    assert [(t.language, t.title) for t in texts] == [
        ("", "Seal"),
        ("zh", "密封"),
        ("", "用于 pumps 的密封"),
    ]


def test_broken_lines_and_broken_values_are_reported_in_order(write_file: WriteFile) -> None:
    path = write_file("a.jsonl", '{"id": "1"}\nnot json\n{"id": "3", "title": "a"}\n{"id"')
    assert [p.row for p in refusal(path)] == [1, 2, 4]


def test_ragged_csv_rows_are_reported(write_file: WriteFile) -> None:
    problems = refusal(write_file("a.csv", "id,title\n1,a\n2\n3,b,c\n"))
    assert [(p.row, p.message) for p in problems] == [
        (3, "has 1 cells where the header has 2"),
        (4, "has 3 cells where the header has 2"),
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
def test_chinese_csv_in_any_usual_encoding(write_file: WriteFile, encoding: str) -> None:
    text = "编号,名称,摘要,关键词\nA1,低温电解液,零下四十度仍可快速充电。,电池、低温\n"
    read = read_records("achievement", write_file("a.csv", text.encode(encoding)))
    (record,) = to_records("achievement", read.frame)
    assert (record.id, record.texts[0].title) == ("A1", "低温电解液")
    assert record.keywords == ("电池", "低温")
    assert read.encoding == encoding


def test_encoding_can_be_said(write_file: WriteFile) -> None:
    path = write_file("a.csv", "id,title\n1,Müller\n".encode("latin-1"))
    assert only(path, encoding="latin-1").texts[0].title == "Müller"


@pytest.mark.parametrize("content", [b"\xef\xbb\xbf", "\ufeff \n".encode("utf-16-le")])
def test_a_file_with_nothing_but_a_mark_is_empty(write_file: WriteFile, content: Any) -> None:
    with pytest.raises(InputError, match="is empty"):
        read_records("need", write_file("a.csv", content))


def test_budget_and_dates_have_to_be_in_order(write_jsonl: WriteLines) -> None:
    row = {"id": "1", "title": "a", "budget_min": 5, "budget_max": 4}
    problems = refusal(write_jsonl({**row, "opens": "2026-02-01", "deadline": "2026-01-01"}))
    assert [(p.field, p.message) for p in problems] == [
        ("budget_min", "5 is more than the highest budget 4"),
        ("opens", "2026-02-01 lies after the deadline 2026-01-01"),
    ]


def test_a_year_is_no_deadline_but_a_publication_date(write_jsonl: WriteLines) -> None:
    (problem,) = refusal(write_jsonl({"id": "1", "title": "a", "deadline": "2027"}))
    assert problem.field == "deadline"
    record = only(write_jsonl({"id": "1", "title": "a", "year": 2019}), "achievement")
    assert record.published == date(2019, 1, 1)


def test_companies_need_a_name_and_experts_a_name_or_works(write_jsonl: WriteLines) -> None:
    (problem,) = refusal(write_jsonl({"id": "1", "description": "Pumps"}), "company")
    assert problem.field == "name"
    (problem,) = refusal(write_jsonl({"id": "1", "capacity": 2}), "expert")
    assert problem.field == "name"
    expert = only(write_jsonl({"id": "1", "papers": ["Seals", "Pumps"]}), "expert")
    assert [work.title for work in expert.works] == ["Seals", "Pumps"]


def test_own_texts_of_a_company_become_works(write_jsonl: WriteLines) -> None:
    company = only(write_jsonl({"id": "1", "name": "Roth", "description": "Pumps"}), "company")
    assert [(work.kind, work.body) for work in company.works] == [("profile", "Pumps")]


def test_a_mapping_names_the_columns(write_file: WriteFile) -> None:
    path = write_file("a.csv", "no;Titel;Kurz;Frist\n7;Dichtung;Für Pumpen;31.03.2026\n")
    declared = """
    fields: {id: no, title: {de: Titel}, body_de: Kurz, deadline: Frist}
    constants: {currency: EUR, source: werkbank}
    date_formats: ["%d.%m.%Y"]
    """
    need = only(path, mapping=read_mapping(write_file("m.yaml", declared)))
    assert need.texts == (Text(language="de", title="Dichtung", body="Für Pumpen"),)
    assert (need.deadline, need.currency, need.source) == (date(2026, 3, 31), "EUR", "werkbank")


def test_a_mapped_column_has_to_be_there(write_file: WriteFile) -> None:
    path = write_file("a.csv", "id,title\n1,a\n")
    with pytest.raises(InputError, match=r"no column 'Titel'.*takes for 'title'.*id, title"):
        read_records("need", path, mapping=ColumnMapping(columns={"title": ("Titel",)}))


def test_a_mapped_field_has_to_exist(write_file: WriteFile) -> None:
    with pytest.raises(InputError, match="there is no field 'price' in records of kind need"):
        read_records(
            "need",
            write_file("a.csv", "id,title,Preis\n1,a,3\n"),
            mapping=ColumnMapping(columns={"price": ("Preis",)}),
        )


def test_excel_is_read_like_any_table(tmp_path: Path) -> None:
    frame = pl.DataFrame(
        {"id": [1, 2], "title": ["Seal", "Pump"], "deadline": [None, "2026-05-01"]}
    )
    frame.write_excel(tmp_path / "a.xlsx")
    read = read_records("need", tmp_path / "a.xlsx")
    assert read.frame["id"].to_list() == ["1", "2"]
    assert read.frame["deadline"].to_list() == [None, date(2026, 5, 1)]


def test_parquet_named_csv_is_refused(write_file: WriteFile) -> None:
    file = io.BytesIO()
    pl.DataFrame({"id": ["1"]}).write_parquet(file)
    with pytest.raises(InputError, match="content is parquet"):
        read_records("need", write_file("a.csv", file.getvalue()))


def test_unknown_kind_is_refused(write_file: WriteFile) -> None:
    with pytest.raises(InputError, match="achievement, need, company, expert"):
        read_records("idea", write_file("a.csv", "id,title\n1,a\n"))
