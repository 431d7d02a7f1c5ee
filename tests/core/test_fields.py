"""Records are filed under the zone's own fields, by name where they say one, else by words."""

from pathlib import Path

import pytest

from terrace.errors import CriteriaError
from terrace.fields import read_fields, shipped_fields
from terrace.zone import sample_zone

YAML = """fields:
  - code: a
    name: {en: Alpha, zh: 甲}
    aliases: [First]
    words: [laser]
"""


def test_it_works() -> None:
    codes, unknown = shipped_fields().file_names(
        ["Materials/Processes", "光学工程", "Basket weaving"]
    )

    assert codes == ["materials", "optics"]
    assert unknown == ["Basket weaving"]


def test_a_code_a_name_and_an_alias_mean_the_same() -> None:
    for name in ("energy", "Energy and power", "能源与动力", "电气工程", " ENERGY "):
        assert shipped_fields().file_names([name]) == (["energy"], [])


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("A laser diode with infrared optics", ["optics"]),
        ("一种激光与光纤传感器", ["optics"]),
        ("One laser is not enough to say", []),
        ("", []),
    ],
)
def test_a_text_is_filed_by_several_words(text: str, codes: list[str]) -> None:
    assert shipped_fields().file_text(text)[:1] == codes


def test_every_field_of_the_sample_is_known() -> None:
    zone = sample_zone()
    names = {
        name
        for kind in ("need", "achievement")
        for name in zone.records(kind)["fields"].explode().drop_nulls()
    }

    assert shipped_fields().file_names(sorted(names))[1] == []


def test_names_are_given_in_both_languages() -> None:
    field = shipped_fields().by_code["energy"]

    assert (field.name("en"), field.name("zh-hans")) == ("Energy and power", "能源与动力")


@pytest.mark.parametrize(
    ("broken", "said"),
    [
        (YAML + "  - code: a\n    name: {en: B, zh: 乙}\n", "'a' is there twice"),
        (
            YAML + "  - code: b\n    name: {en: B, zh: 乙}\n    aliases: [first]\n",
            "'first' is there",
        ),
        ("fields:\n  - code: a\n    name: {en: A}\n", "zh"),
        ("fields:\n  - code: a\n    name: {en: A, zh: B}\n    colour: red\n", "colour"),
        ("fields: nothing\n", "list"),
    ],
)
def test_a_wrong_file_is_refused_with_its_place(tmp_path: Path, broken: str, said: str) -> None:
    path = tmp_path / "fields.yaml"
    path.write_text(broken, encoding="utf-8")

    with pytest.raises(CriteriaError, match=said):
        read_fields(path)
