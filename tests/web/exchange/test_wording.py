"""The core's messages about a file, in the language of the page."""

import ast
import gzip
import json
import re
from pathlib import Path

import pytest
from django.utils import translation

import terrace.sources
import terrace_web.exchange
from terrace_web.exchange.wording import say


def test_it_works() -> None:
    with translation.override("zh-hans"):
        said = say("'cheap' is no amount")

    assert said == "“cheap”不是金额"


def test_where_yaml_breaks_is_said_in_full() -> None:
    where = '  in "m", line 1, column 12:\n'
    broken = f"is no readable YAML: mapping values are not allowed here\n{where}"
    with translation.override("zh-hans"):
        assert say(broken) == "不是可读的 YAML（第 1 行第 12 个字符处）"


def test_english_stays_and_the_unknown_stays() -> None:
    with translation.override("en"):
        assert say("'cheap' is no amount") == "'cheap' is no amount"
    with translation.override("zh-hans"):
        assert say("a sentence of tomorrow") == "a sentence of tomorrow"


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_nobody_at_a_browser_is_told_of_an_option_of_the_command(language: str) -> None:
    with translation.override(language):
        said = say(
            "Save the file as UTF-8, or say what it is in, e.g. --encoding gb18030 or latin-1"
        )

    assert "UTF-8" in said and "--encoding" not in said


# Parts of other sentences: a place, a cut.
NOT_WHOLE = {"7 is not 7", "is not valid JSON7: 7", "row 7", "import 7"}
RAISING = {"bad_value", "unreadable_row", "of_file", "Problem", "_damaged"}
# Names of formats, codes and examples that a Chinese reader writes just so.
KEPT = {
    "csv", "xls", "xlsx", "pdf", "json", "jsonl", "gzip", "excel", "parquet", "utf", "gb18030",
    "latin", "yaml", "eur", "cny", "encoding", "language", "title", "constants", "date_formats",
    "fields", "private", "named", "zone", "public", "licence", "transfer",
}  # fmt: skip


def messages_of(package: Path) -> list[str]:
    """The sentences that a package's modules hand to a user, each value in them as a 7."""
    found: list[str] = []
    for path in package.glob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        named = values_of_names(tree)
        for call in ast.walk(tree):
            if isinstance(call, ast.Call) and name_of(call.func) in RAISING:
                for argument in (a for each in call.args for a in named.get(name_of(each), [each])):
                    found += sentences_of(argument)
    return [each for each in found if each not in NOT_WHOLE]


def values_of_names(tree: ast.AST) -> dict[str, list[ast.expr]]:
    """What is assigned to a name anywhere in a module, pairs taken apart."""
    values: dict[str, list[ast.expr]] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign):
            for target in node.targets:
                pairs = [(target, node.value)]
                if isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple):
                    pairs = list(zip(target.elts, node.value.elts, strict=True))
                for name, value in pairs:
                    values.setdefault(name_of(name), []).append(value)
    return values


def name_of(node: ast.expr) -> str:
    return getattr(node, "id", getattr(node, "attr", ""))


def sentences_of(node: ast.expr) -> list[str]:
    if isinstance(node, ast.IfExp):
        return [*sentences_of(node.body), *sentences_of(node.orelse)]
    text = ""
    if isinstance(node, ast.JoinedStr):
        parts = (p.value if isinstance(p, ast.Constant) else "7" for p in node.values)
        text = "".join(str(part) for part in parts)
    elif isinstance(node, ast.Constant) and isinstance(node.value, str):
        text = node.value
    return [text] if " " in text else []


def find_english(said: str) -> set[str]:
    return set(re.findall(r"(?<!0x)\b[a-z][a-z0-9_]{2,}", said.lower())) - KEPT


@pytest.mark.parametrize("package", [terrace.sources, terrace_web.exchange])
def test_every_message_is_said_in_chinese(package) -> None:
    messages = messages_of(Path(package.__file__).parent)
    with translation.override("zh-hans"):
        english = {each: find_english(said) for each in messages if find_english(said := say(each))}

    assert len(messages) > 10
    assert english == {}


OLD_EXCEL = b"\xd0\xcf\x11\xe0" + b"0" * 600
FILES = {
    "page.xlsx": b"<html>Not found</html>",
    "old.xlsx": OLD_EXCEL,
    "cut.xlsx": b"PK\x03\x04" + b"0" * 600,
    "print.csv": b"%PDF-1.7",
    "table.csv": gzip.compress(b"id,title"),
    "empty.csv": b"",
    "head.csv": b"id,title\n",
    "twice.csv": b"id,title,title\n1,a,b\n",
    "quote.csv": b'id,title\n1,"a\n',
    "short.csv": b"id,title,summary\n1,a\n",
    "list.csv": b'[{"id": 1}]',
    "coded.csv": "编号,标题\n1,泵".encode("gb18030") + b"\xff\xfe",
    "odd.csv": b"colour,taste\n1,2\n",
    "spare.csv": b"id,title,colour\n1,Pump,red\n",
    "same.csv": b"id,title\n1,Pump\n1,Seal\n",
    "values.csv": (
        b"id,title,readiness,deadline,currency,budget_max,fields,regions,terms,language\n"
        b"1,Pump,ten,soon,shells,plenty,baking,Atlantis,barter,en\n"
        b"2,Pump,99,2026-13-40,EUR,-,energy,CN,licence,klingon\n"
    ),
    "order.csv": b"id,title,opens,deadline\n1,Pump,2027-01-01,2026-01-01\n",
    "budget.csv": b"id,title,budget_min,budget_max\n1,Pump,9,5\n",
    "levels.csv": b"id,title,visibility\n1,Pump,everybody\n",
    "bare.csv": b"id,keywords\n1,pumps\n",
    "long.csv": b"id,title\n1," + b"a" * 900 + b"\n",
    "bad.json": b'{"id": 1',
    "object.json": b'{"id": 1}',
    "none.json": b"[]",
    "kinds.json": json.dumps(["a", 1, 1.5, True, None, []]).encode(),
    "lines.jsonl": b'{"id": 1, "title": "a"}\n{"id": }\n[1]\n{"id": 2, "tit',
    "texts.jsonl": b'{"id": 1, "texts": [1]}\n{"id": 2, "texts": "[{"}\n',
    "damaged.parquet": b"PAR1" + b"0" * 600,
    "packed.csv.gz": b"\x1f\x8b0000",
}
# What the test's own files hold.
HELD = {"colour", "taste", "everybody", "atlantis", "barter", "baking", "shells", "plenty", "ten"}
HELD |= {"soon", "klingon"}


@pytest.mark.parametrize("name", FILES)
def test_a_file_that_cannot_be_taken_is_refused_in_chinese(upload, name: str) -> None:
    job = upload(FILES[name], name=name, kind="need", language="zh-hans")

    assert job.problems
    said = " ".join(f"{each['message']} {each['remedy']}" for each in job.problems)
    assert find_english(said) - HELD == set()


@pytest.mark.parametrize(
    "mapping",
    ["fields: [", "- a", "fields: a", "fields: {titel: a}", "fields: {title: Titel}"],
)
def test_a_mapping_that_cannot_be_taken_is_refused_in_chinese(upload, mapping: str) -> None:
    job = upload(b"id,Name\n1,Pump\n", kind="need", mapping=mapping, language="zh-hans")

    assert job.state == "refused"
    said = " ".join(f"{each['message']} {each['remedy']}" for each in job.problems)
    assert find_english(said) - {"titel", "title", "name"} == set()


@pytest.mark.parametrize(
    "sentence",
    [
        "is 401 characters long, the limit is 400",
        "is named as xlsx but its content is PDF",
        "'A' is also the id of row 1",
        "has 3 cells where the header has 2",
        "Write one of licence, transfer",
    ],
)
def test_values_in_a_sentence_are_kept(sentence: str) -> None:
    with translation.override("zh-hans"):
        said = say(sentence)

    assert said != sentence
    assert all(value in said for value in re.findall(r"\d+|PDF|licence", sentence))
