"""Subjects by name and details in words, and never more than the reader may see anyway."""

import ast
import html
import re
from pathlib import Path
from typing import Any

import pytest

import terrace_web
from terrace_web.accounts.closing import close_account
from terrace_web.audit.actions import record_audit
from terrace_web.audit.details import LABELS
from terrace_web.audit.models import Entry
from terrace_web.testing.cast import NOW, Cast, make_record

URL = "/administration/audit/"
ROOT = Path(terrace_web.__file__).parent


def read(client, query: str = "", language: str = "en") -> str:
    page = client.get(f"{URL}{query}", headers={"accept-language": language}).content.decode()
    table = page.split("<tbody>")[1].split("</tbody>")[0] if "<tbody>" in page else ""
    return html.unescape(table)


def words(table: str) -> str:
    return " ".join(re.sub("<[^>]+>", " ", table).split())


def note(action: str, subject: str = "", /, *, by: Any = None, **details: Any) -> None:
    record_audit(action, by=by, now=NOW, subject=subject, details=details)


@pytest.mark.parametrize(
    ("action", "subject", "details", "english", "chinese"),
    [
        (
            "market:export", "achievement", {"kind": "achievement", "format": "xlsx"},
            "Achievements Kind: Achievements · Format: Excel", "成果 类别：成果 · 格式：Excel",
        ),
        ("market:export", "", {"searched": True, "groups": []}, "Search words: yes", "词：是"),
        ("market:export", "", {"searched": False, "filters": []}, "exported records", "导出了记录"),
        ("market:export", "", {"filters": ["fields", "x"]}, "Narrowed by: Field, x", "领域、x"),
        ("mfa:add", "", {"kind": "totp"}, "Kind: Authenticator app", "类别：验证器应用"),
        ("registration:ask", "", {"kind": "lab"}, "Kind: Lab", "类别：实验室"),
        ("record:save", "need T-1", {"fields": ["title", "teaser_level"]},
            "Need T-1 Changed: Title, Public part", "需求 T-1 有改动：标题、公开部分"),
        ("pair:reject", "", {"cause": "money"}, "Reason: Price and budget", "理由：价格与预算"),
        ("membership:change", "", {"organisation": "zone", "role": "officer"},
            "Organisation: Harbour Innovation Zone · Role: Zone officer", "机构：港湾创新区"),
        ("token:make", "", {"scopes": ["market:read", "x:y"]},
            "May: Read records that you can see, x:y", "权限：读取您可见的记录、x:y"),
        ("record:open", "", {"basis": "nda", "group": "confidential", "organisation": "gone"},
            "Organisation: Organisation gone", "保密协议"),
        ("attachment:add", "", {"attachment": 3, "size": 2048}, "File no.: 3 · Size: 2.0", "2.0"),
        ("audit:export", "", {"action": "record:"}, "Action: Records", "操作：记录"),
        ("audit:export", "", {"action": "record:save"}, "Action: saved a record", "操作："),
        ("import:store", "import 4", {"new": 2, "kept": 0}, "Import 4 New: 2", "导入 4 新建：2"),
        ("email:change", "", {"before": "a@b.example"}, "Before: a@b.example", "a@b.example"),
        ("odd:one", "https://x.example/a b", {"odd": "9"}, "https://x.example/a b odd: 9", "odd"),
    ],
)  # fmt: skip
def test_details_are_said_in_words(
    cast: Cast, sign_in, action: str, subject: str, details: dict, english: str, chinese: str
) -> None:
    note(action, subject, **details)
    client = sign_in(cast.administrator)

    assert english in words(read(client, f"?action={action}"))
    assert chinese in words(read(client, f"?action={action}", "zh-hans"))


def written_details() -> set[str]:
    """The names in literal details, given to a call or put into a variable of that name."""
    found: set[str] = set()
    for path in ROOT.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            given = node.value if isinstance(node, ast.keyword | ast.Assign) else None
            targets = getattr(node, "targets", [node])
            names = {getattr(each, "id", getattr(each, "arg", "")) for each in targets}
            if isinstance(given, ast.Dict) and "details" in names:
                found |= {each.value for each in given.keys if isinstance(each, ast.Constant)}
    return found


def test_every_detail_the_code_writes_has_a_name() -> None:
    assert {"format", "organisation", "tried", "version"} <= written_details() <= set(LABELS)


def test_people_organisations_and_records_are_named_and_linked(cast: Cast, sign_in) -> None:
    need = make_record(cast.company, "need", title="Quieter pumps")
    seal = make_record(cast.lab, title="Ceramic <b>seal</b>")
    note("organisation:save", "organisation company")
    note("pair:reject", f"pair {need.code} {seal.code}")
    note("assignment:accept", seal.subject, manager=cast.manager.pk, before=cast.other_manager.pk)
    note("ranker:train", "training 7")

    table = read(sign_in(cast.administrator))

    assert f'<a href="/market/r/{need.code}/">Quieter pumps</a>' in table
    assert f'<a href="/market/r/{seal.code}/">Ceramic <b>seal</b></a>' in table
    assert '<a href="/organisations/company/">Lindgren Pumps</a>' in table
    assert "Technology manager: Mei Manager · Before: Max Manager" in table
    assert 'Training <a href="/desk/training/">7</a>' in table


def test_a_record_out_of_sight_stays_a_code(cast: Cast, sign_in) -> None:
    draft = make_record(cast.lab, title="Secret draft", stage="draft")
    closed = make_record(cast.lab, title="Closed thing", levels={"teaser": "named"})
    need = make_record(cast.company, "need", title="Open need")
    note("record:save", draft.subject)
    note("pair:reject", f"pair {need.code} {closed.code}")
    client = sign_in(cast.administrator)

    table = read(client)

    assert "Secret draft" not in table and "Closed thing" not in table
    assert f"Achievement {draft.code}" in words(table)
    assert f"/market/r/{draft.code}/" not in table and f"/market/r/{closed.code}/" not in table
    # A search by title may not tell either.
    assert read(client, "?subject=Secret draft") == read(client, "?subject=Closed thing") == ""


@pytest.mark.parametrize("text", ["quieter", "Ceramic", "Lindgren", "林德", "Rita", "need T"])
def test_what_is_shown_is_also_found(cast: Cast, sign_in, text: str) -> None:
    need = make_record(cast.company, "need", title="Quieter pumps", code="T-N")
    seal = make_record(cast.lab, title="Ceramic seal", code="T-S")
    about = {
        "quieter": f"pair {need.code} {seal.code}", "Ceramic": f"pair {need.code} {seal.code}",
        "Lindgren": "organisation company", "林德": "organisation company",
        "Rita": f"user {cast.rival.pk}", "need T": need.subject,
    }  # fmt: skip
    for subject in set(about.values()):
        note("odd:one", subject)

    table = read(sign_in(cast.administrator), f"?subject={text}")

    # The need stands alone and in the pair.
    assert table.count("<tr>") == (2 if text == "quieter" else 1)


def test_who_did_it_is_not_named_twice(cast: Cast, sign_in) -> None:
    note("account:sign_in", f"user {cast.rival.pk}", by=cast.rival)
    note("account:refuse", tried="nobody@else.example")

    table = words(read(sign_in(cast.administrator)))

    assert table.count("rival@zone.example") == 1
    assert "not signed in sign-in failed E-mail address: nobody@else.example" in table


def test_nobody_passes_for_somebody_else_by_their_name(cast: Cast, sign_in) -> None:
    cast.rival.name = "Ada Administrator <admin@zone.example>"
    note("odd:one", by=cast.rival)

    table = read(sign_in(cast.administrator), "?action=odd")

    assert f"{cast.rival.name}<div" in table and ">rival@zone.example<" in table


def test_a_full_page_asks_little(cast: Cast, sign_in, django_assert_max_num_queries) -> None:
    for number in range(60):
        record = make_record(cast.lab, title=f"Thing {number}")
        note("record:open", record.subject, organisation=["lab", "company"][number % 2])
        note("account:deactivate", f"user {cast.rival.pk + number}")
    client = sign_in(cast.administrator)

    with django_assert_max_num_queries(15):
        client.get(f"{URL}?subject=thing")
    assert Entry.objects.count() == 120


@pytest.mark.parametrize(
    ("language", "said"), [("en", "Closed account"), ("zh-hans", "已注销的账户")]
)
def test_a_closed_account_is_called_so(cast: Cast, sign_in, language: str, said: str) -> None:
    close_account(cast.rival, now=NOW)
    Entry.objects.all().delete()
    record_audit("account:sign_out", by=cast.rival, now=NOW)
    record_audit("mfa:drop", by=cast.officer, now=NOW, subject=f"user {cast.rival.pk}")

    table = words(read(sign_in(cast.administrator), language=language))

    assert table.count(said) >= 2 and "@invalid" not in table
