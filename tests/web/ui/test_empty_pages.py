"""Where there is nothing to list, a page says what to do next, in both languages."""

import pytest

from terrace_web.testing.cast import Cast, make_record

PAGES = [
    ("newcomer", "/notices/", "Follow a record", "关注记录"),
    ("administrator", "/administration/people/?q=nobodyatall", "a part of the name", "一部分"),
    ("administrator", "/administration/audit/?who=nobody", "Take away a condition", "条件"),
    ("buyer", "/organisations/?q=nosuch", "in English or Chinese", "中文或英文"),
    ("buyer", "/managers/?field=materials", "knows this field", "熟悉该领域"),
    ("officer", "/managers/proposals/", "Every record has somebody", "都已有人负责"),
]


@pytest.mark.parametrize(("who", "path", "english", "chinese"), PAGES)
def test_it_works(cast: Cast, sign_in, who: str, path: str, english: str, chinese: str) -> None:
    client = sign_in(getattr(cast, who))

    for language, said in (("en", english), ("zh-hans", chinese)):
        page = client.get(path, headers={"accept-language": language}).content.decode()
        assert 'class="empty-state"' in page and said in page


def test_what_can_be_proposed_is_said(cast: Cast, sign_in) -> None:
    make_record(cast.lab, fields=["materials"])

    page = sign_in(cast.officer).get("/managers/proposals/").content.decode()

    assert "finds somebody for each record" in page and "Every record has" not in page


@pytest.mark.parametrize("path", ["/organisations/", "/administration/people/"])
def test_organisations_are_named_in_the_readers_language(cast: Cast, sign_in, path: str) -> None:
    client = sign_in(cast.administrator)

    english = client.get(path).content.decode()
    chinese = client.get(path, headers={"accept-language": "zh-hans"}).content.decode()

    assert ">Lindgren Pumps</a>" in english and ">林德格伦泵业</a>" in chinese
    assert ">Northern Photonics Lab</a>" in chinese, "there is no Chinese name"


@pytest.mark.parametrize(
    "path", ["/organisations/", "/administration/people/", "/administration/audit/"]
)
def test_every_cell_of_a_table_says_on_a_phone_what_it_is(cast: Cast, sign_in, path: str) -> None:
    client = sign_in(cast.administrator)
    client.get("/administration/audit/export.csv")

    body = client.get(path).content.decode().split("<tbody>")[1].split("</tbody>")[0]

    first = body.split("</tr>")[0]
    assert first.count("data-label=") >= first.count("<td") - 1 > 1
