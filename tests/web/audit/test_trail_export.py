"""The trail as CSV: the reader's words, the codes beside them, and nothing that calculates."""

import csv
import io

import pytest
from django.http import HttpResponse

from terrace_web.audit.actions import record_audit
from terrace_web.audit.models import Entry
from terrace_web.testing.cast import NOW, Cast, make_record

URL = "/administration/audit/export.csv"


def lines_of(answer: HttpResponse) -> list[dict[str, str]]:
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def test_it_speaks_english_and_keeps_the_codes(cast: Cast, sign_in) -> None:
    record = make_record(cast.lab, title="Ceramic seal")
    details = {"format": "json", "records": 1}
    record_audit("market:export", by=cast.buyer, now=NOW, subject=record.subject, details=details)

    line = lines_of(sign_in(cast.administrator).get(URL))[-1]

    assert line == {
        "At": "2026-06-01 17:00:00",
        "Who": "Bo Buyer <buyer@zone.example>",
        "Action": "exported records",
        "About": "Achievement Ceramic seal",
        "Details": "Format: JSON · Records: 1",
        "at": NOW.isoformat(),
        "action": "market:export",
        "subject": record.subject,
        "details": '{"format": "json", "records": 1}',
    }


def test_it_speaks_chinese_to_the_last_line(cast: Cast, sign_in) -> None:
    for _entry in range(1_100):
        record_audit("market:export", by=None, now=NOW, subject="need", details={"format": "xlsx"})

    lines = lines_of(sign_in(cast.administrator).get(URL, headers={"accept-language": "zh-hans"}))

    assert list(lines[0]) == [
        "时间", "用户", "操作", "对象", "详情", "at", "action", "subject", "details",
    ]  # fmt: skip
    exports = [line for line in lines if line["action"] == "market:export"]
    assert len(exports) == 1_100
    assert {line["操作"] for line in exports} == {"导出了记录"}
    assert {line["详情"] for line in exports} == {"格式：Excel"}


@pytest.mark.parametrize("begin", ["=", "+", "-", "@", "\t=", "\r="])
def test_no_cell_is_a_formula(cast: Cast, sign_in, begin: str) -> None:
    record = make_record(cast.lab, title=f"{begin}1+1")
    record_audit("x", by=None, now=NOW, subject=f"{begin}1+1")
    record_audit("token:make", by=cast.buyer, now=NOW, details={"name": f"{begin}1+1"})
    record_audit("record:save", by=None, now=NOW, subject=record.subject)

    lines = lines_of(sign_in(cast.administrator).get(URL))

    assert any(line["subject"] == f"'{begin}1+1" for line in lines)
    cells = [cell for line in lines for cell in line.values()]
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]


def test_it_is_recorded_and_keeps_what_is_hidden(cast: Cast, sign_in) -> None:
    record = make_record(cast.lab, title="Secret draft", stage="draft")
    record_audit("record:save", by=cast.researcher, now=NOW, subject=record.subject)

    answer = sign_in(cast.administrator).get(f"{URL}?action=record:")

    assert [line["About"] for line in lines_of(answer)] == [f"Achievement {record.code}"]
    entry = Entry.objects.get(action="audit:export", user=cast.administrator)
    assert entry.details == {"action": "record:"}
