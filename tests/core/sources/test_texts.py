from typing import Any

import pytest

from terrace.errors import InputError
from terrace.sources.cells import Cells
from terrace.sources.texts import build_texts, build_works, parse_language


def texts(**by_target: Any) -> list[Any]:
    return build_texts(Cells(by_target={key: [value] for key, value in by_target.items()}))


def text(language: str = "", title: str = "", summary: str = "", body: str = "") -> dict[str, str]:
    return {"language": language, "title": title, "summary": summary, "body": body}


@pytest.mark.parametrize(
    ("value", "expected"),
    [("en", "en"), ("ZH", "zh"), ("zh-CN", "zh"), ("zh_Hans", "zh"), ("Chinese", "zh"), ("", "")],
)
def test_language_codes(value: Any, expected: Any) -> None:
    assert parse_language(value) == expected


def test_what_is_no_language_is_refused() -> None:
    with pytest.raises(InputError, match="is no language code"):
        parse_language("klingonese")


def test_one_language_is_one_text() -> None:
    assert texts(title="T", summary="S", body="B", language="en") == [text("en", "T", "S", "B")]


def test_unsaid_language_stays_unsaid() -> None:
    assert texts(title="低温电池 for pumps") == [text("", "低温电池 for pumps")]


def test_columns_in_two_languages_are_two_texts() -> None:
    assert texts(title_en="Seal", title_zh="密封", body_zh="正文") == [
        text("en", "Seal"),
        text("zh", "密封", body="正文"),
    ]


def test_a_column_with_keys_in_two_languages_is_two_texts() -> None:
    assert texts(title={"en": "Seal", "zh-CN": "密封"}, language="en") == [
        text("en", "Seal"),
        text("zh", "密封"),
    ]


def test_plain_and_translated_columns_stand_together() -> None:
    assert texts(title="Seal", title_zh="密封", language="en") == [
        text("en", "Seal"),
        text("zh", "密封"),
    ]


def test_several_columns_of_one_slot_are_joined_once_each() -> None:
    cells = Cells(by_target={"body": ["a", "a", "b"], "title": [["x", "y"]]})
    assert build_texts(cells) == [text("", "x\ny", body="a\nb")]


def test_texts_as_they_stand_in_a_zone_are_read_again() -> None:
    stored = [text("en", "Seal"), text("zh", "密封", "简介", "正文")]
    assert texts(texts=stored) == stored
    assert texts(texts='[{"language": "zh", "title": "密封"}]') == [text("zh", "密封")]


def test_empty_texts_are_left_out() -> None:
    assert texts(texts=[text("en")], body_zh="") == []


@pytest.mark.parametrize("value", ["Seal", ["Seal"], '["Seal"]', "[{"])
def test_texts_that_are_no_objects_are_refused(value: Any) -> None:
    with pytest.raises(InputError):
        texts(texts=value)


def test_joined_text_over_the_limit_is_refused() -> None:
    cells = Cells(by_target={"body": ["a" * 600_000, "b" * 600_000]})
    with pytest.raises(InputError, match="1,200,001 characters"):
        build_texts(cells)


def works(**by_target: Any) -> list[Any]:
    return build_works(Cells(by_target={key: [value] for key, value in by_target.items()}))


def work(title: str = "", body: str = "", **rest: Any) -> dict[str, Any]:
    return {"id": "", "kind": "", "language": "", "title": title, "body": body, "year": None} | rest


def test_works_are_objects_or_titles() -> None:
    listed = [{"name": "Pump", "abstract": "Slurry", "year": "2019", "type": "product"}, "Seal"]
    assert works(works=listed, language="en") == [
        work("Pump", "Slurry", year=2019, kind="product", language="en"),
        work("Seal", language="en"),
    ]


def test_works_in_one_cell_are_json_or_a_list() -> None:
    assert works(works='[{"title": "Pump; seal"}]') == [work("Pump; seal")]
    assert works(works="Pump; Seal") == [work("Pump"), work("Seal")]
    assert works(works={"title": "Pump"}) == [work("Pump")]


def test_own_texts_become_a_profile() -> None:
    assert works(summary="Pumps", body="since 1950", language="en") == [
        work("", "Pumps\nsince 1950", kind="profile", language="en")
    ]


def test_wrong_year_of_a_work_is_refused() -> None:
    with pytest.raises(InputError, match="is no amount"):
        works(works=[{"title": "Pump", "year": "long ago"}])
