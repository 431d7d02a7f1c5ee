"""Exports: the same as the list shows, nothing more, and written down."""

import csv
import io
import json
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest
from django.test import Client

from terrace_web.audit.models import Entry
from terrace_web.exchange.reading import read_file
from terrace_web.exchange.tables import headings, labels
from terrace_web.market.kinds import KINDS
from terrace_web.market.models import Record
from terrace_web.market.queries import visible_to
from terrace_web.market.redaction import view_for
from terrace_web.testing.cast import Cast, make_record
from terrace_web.ui.cells import neutralised

FORMATS = ("csv", "xlsx", "json")


def body(page) -> bytes:
    return b"".join(page.streaming_content) if page.streaming else page.content


def by_label() -> dict[str, str]:
    """The columns' names by what a workbook calls them in English."""
    return {
        label: name
        for kind in KINDS
        for label, name in zip(labels(kind), headings(kind), strict=True)
    }


def rows_of(payload: bytes, file_format: str) -> list[dict]:
    if file_format == "json":
        return json.loads(payload)
    if file_format == "xlsx":
        frame = pl.read_excel(io.BytesIO(payload), raise_if_empty=False, infer_schema_length=0)
        named = frame.rename({label: code for label, code in by_label().items() if label in frame})
        return [{k: v or "" for k, v in row.items()} for row in named.iter_rows(named=True)]
    return list(csv.DictReader(io.StringIO(payload.decode("utf-8-sig"))))


@pytest.mark.parametrize("file_format", FORMATS)
def test_it_works(cast: Cast, sign_in, file_format: str) -> None:
    record = make_record(cast.lab, title="陶瓷密封件", fields=["materials"], readiness=4)

    page = sign_in(cast.rival).get(f"/market/export/achievement.{file_format}")
    rows = rows_of(body(page), file_format)

    assert "attachment" in page["Content-Disposition"]
    assert [row["id"] for row in rows] == [record.code]
    assert rows[0]["title"] == "陶瓷密封件" and rows[0]["url"].endswith(f"/r/{record.code}/")


def test_it_checks_access(cast: Cast, client: Client, sign_in) -> None:
    make_record(cast.lab)

    assert client.get("/market/export/achievement.csv").status_code == 302
    assert sign_in(cast.newcomer).get("/market/export/achievement.csv").status_code == 200
    for path in ("achievement.exe", "nothing.csv"):
        assert client.get(f"/market/export/{path}").status_code == 404


@pytest.mark.parametrize("file_format", FORMATS)
def test_nobody_gets_what_they_may_not_see(
    cast: Cast, shelf: list[Record], sign_in, file_format: str
) -> None:
    for name, user in cast.everybody().items():
        if user is None:
            continue
        audience = cast.audience(user)
        views = {
            record.code: view_for(audience, record)
            for record in visible_to(audience).filter(kind="need", run__stage="published")
        }
        rows = rows_of(body(sign_in(user).get(f"/market/export/need.{file_format}")), file_format)

        assert {row["id"] for row in rows} == set(views), name
        for row in rows:
            view = views[row["id"]]
            for field, group in (("contact", "identity"), ("details", "confidential")):
                assert bool(row.get(field)) == (group in view.groups), (name, field)
            owner = row["owner"] if file_format == "json" else row["owner_name"]
            assert bool(owner) == (view.owner is not None), name


def test_filters_and_order_are_those_of_the_list(cast: Cast, sign_in) -> None:
    make_record(cast.lab, title="Beta seal", fields=["materials"])
    make_record(cast.lab, title="Alpha seal", fields=["materials"])
    make_record(cast.lab, title="Laser", fields=["optics"])

    page = sign_in(cast.rival).get(
        "/market/export/achievement.csv", {"fields": "materials", "order": "title"}
    )

    assert [row["title"] for row in rows_of(body(page), "csv")] == ["Alpha seal", "Beta seal"]


def test_own_drafts_go_along_where_asked_for(cast: Cast, sign_in) -> None:
    make_record(cast.lab, title="Mine", stage="draft")
    make_record(cast.company, title="Theirs", stage="draft")

    page = sign_in(cast.researcher).get("/market/export/achievement.csv", {"mine": "1"})

    assert [row["title"] for row in rows_of(body(page), "csv")] == ["Mine"]


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_formulas_are_texts(cast: Cast, sign_in, text: str) -> None:
    make_record(cast.lab, title=f"{text} end", content={"contact": text})

    assert neutralised(text) == f"'{text}"
    for file_format in ("csv", "xlsx"):
        payload = body(sign_in(cast.rival).get(f"/market/export/achievement.{file_format}"))
        row = rows_of(payload, file_format)[0]
        assert row["title"].startswith("'") and row["contact"].startswith("'")


def test_numbers_and_plain_texts_are_left_alone() -> None:
    assert neutralised(-5) == -5
    assert neutralised("a=b") == "a=b"


def test_excel_sees_chinese(cast: Cast, sign_in) -> None:
    make_record(cast.lab, title="密封件")

    payload = body(sign_in(cast.rival).get("/market/export/achievement.csv"))

    assert payload.startswith(b"\xef\xbb\xbf")


@pytest.mark.parametrize(
    ("file_format", "language"), [("csv", "en"), ("xlsx", "en"), ("xlsx", "zh-hans")]
)
def test_an_export_can_be_imported(
    cast: Cast, sign_in, tmp_path: Path, file_format: str, language: str
) -> None:
    record = make_record(
        cast.lab,
        title="Seal",
        stage="draft",
        fields=["materials", "optics"],
        terms=["licence"],
        readiness=4,
        content={"price": 1500, "contact": "Ruth", "keywords": ["pump", "wear"],
                 "licensed_exclusively": False, "available_from": "2026-09-01"},
    )  # fmt: skip
    client = sign_in(cast.researcher)
    address = f"/market/export/achievement.{file_format}"
    page = client.get(address, {"mine": "1"}, headers={"Accept-Language": language})
    path = tmp_path / f"export.{file_format}"
    path.write_bytes(body(page))

    [row] = read_file("achievement", path, name=path.name)

    assert row.problems == [] and row.key == record.code and row.language == "en"
    assert row.values == {
        "title": "Seal", "summary": "Seal, in short.", "body": "Seal, at length.",
        "fields": ["materials", "optics"], "terms": ["licence"], "readiness": 4, "price": 1500,
        "contact": "Ruth", "keywords": ["pump", "wear"], "licensed_exclusively": False,
        "available_from": "2026-09-01",
    }  # fmt: skip


def test_a_workbook_speaks_the_readers_language(cast: Cast, sign_in) -> None:
    make_record(cast.lab, title="Seal", fields=["materials"], terms=["licence"])

    page = sign_in(cast.rival).get(
        "/market/export/achievement.xlsx", headers={"Accept-Language": "zh-Hans"}
    )

    frame = pl.read_excel(io.BytesIO(body(page)), infer_schema_length=0)
    assert {"编号", "标题", "领域", "发布时间"} <= set(frame.columns)
    assert frame["领域"].to_list() == ["新材料"] and frame["合作方式"].to_list() == ["许可"]
    assert frame["阶段"].to_list() == ["已发布"] and frame["语言"].to_list() == ["English"]


def test_a_workbook_is_one_to_work_with(cast: Cast, sign_in) -> None:
    make_record(cast.lab, title="Seal", content={"available_from": "2026-09-01"})

    page = sign_in(cast.rival).get(
        "/market/export/achievement.xlsx", headers={"Accept-Language": "zh-Hans"}
    )

    files = zipfile.ZipFile(io.BytesIO(body(page)))
    sheet = files.read("xl/worksheets/sheet1.xml").decode()
    assert 'name="成果"' in files.read("xl/workbook.xml").decode()
    assert "<autoFilter " in sheet and 'customWidth="1"' in sheet
    # 2026-09-01 as Excel counts days.
    assert "<v>46266</v>" in sheet and "yyyy-mm-dd" in files.read("xl/styles.xml").decode()


@pytest.mark.parametrize("file_format", ["csv", "xlsx"])
def test_days_are_those_of_the_site(cast: Cast, sign_in, settings, file_format: str) -> None:
    settings.TIME_ZONE = "Asia/Shanghai"
    make_record(cast.lab, now=datetime(2026, 6, 1, 20, 0, tzinfo=UTC))

    payload = body(sign_in(cast.rival).get(f"/market/export/achievement.{file_format}"))

    row = rows_of(payload, file_format)[0]
    assert row["published"][:10] == row["changed"][:10] == "2026-06-02"


def test_the_trail_says_who_took_how_many(cast: Cast, sign_in) -> None:
    make_record(cast.lab, title="Seal")
    make_record(cast.lab, title="Pump")

    body(sign_in(cast.rival).get("/market/export/achievement.json", {"q": "seal"}))

    entry = Entry.objects.get(action="market:export")
    assert entry.user == cast.rival and entry.details == {
        "kind": "achievement", "format": "json", "records": 1, "filters": [], "searched": True,
    }  # fmt: skip


def test_confidential_parts_are_noted_record_by_record(cast: Cast, sign_in) -> None:
    levels = {"confidential": "zone"}
    record = make_record(cast.lab, levels=levels, content={"details": "Secret"})
    make_record(cast.lab, title="Nothing secret")

    body(sign_in(cast.rival).get("/market/export/achievement.csv"))
    body(sign_in(cast.researcher).get("/market/export/achievement.csv"))

    seen = Entry.objects.filter(action="record:sight")
    assert [(e.user, e.subject) for e in seen] == [(cast.rival, record.subject)]


def test_many_records_take_few_queries(cast: Cast, sign_in, django_assert_max_num_queries) -> None:
    for place in range(40):
        make_record(cast.lab, title=f"Seal {place}")
    client = sign_in(cast.rival)

    with django_assert_max_num_queries(30):
        payload = body(client.get("/market/export/achievement.csv"))
    assert len(rows_of(payload, "csv")) == 40


class TestOneRecord:
    def test_it_works(self, cast: Cast, sign_in) -> None:
        record = make_record(cast.lab, content={"contact": "Ruth"})

        page = sign_in(cast.rival).get(f"/market/r/{record.code}/export.json")

        said = page.json()
        assert said["id"] == record.code and said["contact"] == "Ruth"
        assert said["owner"]["name"] == "Institute of Coastal Materials"
        assert "details" not in said

    def test_it_checks_access(self, cast: Cast, shelf: list[Record], sign_in) -> None:
        for user in cast.everybody().values():
            audience = cast.audience(user)
            seen = set(visible_to(audience).values_list("pk", flat=True))
            client = sign_in(user)
            for record in shelf[::3]:
                page = client.get(f"/market/r/{record.code}/export.json")
                expected = 302 if user is None else 200 if record.pk in seen else 404
                assert page.status_code == expected
                printed = client.get(f"/market/r/{record.code}/print/")
                assert printed.status_code == (200 if record.pk in seen else 404)

    def test_the_print_begins_with_what_its_reader_reads(self, cast: Cast, client: Client) -> None:
        said = {"title_other": "陶瓷密封环", "summary_other": "寿命更长。"}
        record = make_record(cast.lab, title="Ceramic seal", content=said)
        client.cookies["django_language"] = "zh-hans"

        page = client.get(f"/market/r/{record.code}/print/").content.decode()
        places = [page.index(f">{text}") for text in ("陶瓷密封环</span>", "Ceramic seal</p>")]

        assert places == sorted(places)
        assert page.index("寿命更长。") < page.index("Ceramic seal, in short.")

    def test_the_print_shows_what_is_open(self, cast: Cast, sign_in) -> None:
        record = make_record(
            cast.company, "need", levels={"identity": "named"}, content={"contact": "Bo himself"}
        )

        hidden = sign_in(cast.rival).get(f"/market/r/{record.code}/print/").content.decode()
        own = sign_in(cast.buyer).get(f"/market/r/{record.code}/print/").content.decode()

        assert "Bo himself" not in hidden and "Lindgren" not in hidden
        assert "Bo himself" in own and "Lindgren Pumps" in own
