"""Marking the words of a query."""

import pytest

from terrace_web.market.highlighting import cut_snippet, highlight


@pytest.mark.parametrize(
    ("text", "query", "marked"),
    [
        ("Pumps and seals", "pump", "<mark>Pumps</mark> and seals"),
        ("Pumps and seals", "sealing pumps", "<mark>Pumps</mark> and <mark>seals</mark>"),
        ("渣浆泵用密封环", "密封环", "渣浆泵用<mark>密封环</mark>"),
        ("impossible", "possible", "impossible"),
        ("of the pump", "the", "of the pump"),
        ("Pump", "", "Pump"),
        ("", "pump", ""),
    ],
)
def test_words_and_their_forms_are_marked(text: str, query: str, marked: str) -> None:
    assert highlight(text, query) == marked


def test_all_else_is_escaped() -> None:
    assert highlight("<b>pump</b> & co", "pump") == (
        "&lt;b&gt;<mark>pump</mark>&lt;/b&gt; &amp; co"
    )
    assert "<script>" not in highlight("<script>x</script>", "script")


def test_overlapping_words_make_one_mark() -> None:
    assert highlight("高分子材料", "高分子材料").count("<mark>") == 1


def test_a_snippet_begins_near_the_first_word() -> None:
    text = "filler " * 100 + "the ceramic ring " + "filler " * 100

    cut = cut_snippet(text, "ceramic")

    assert "ceramic" in cut and len(cut) < 300
    assert cut.startswith("… ") and cut.endswith(" …")


def test_a_chinese_snippet_begins_near_the_earliest_of_several_words() -> None:
    text = "填充" * 200 + "锂电池的材料" + "填充" * 300 + "回收" + "填充" * 200

    assert "锂电池" in cut_snippet(text, "回收锂电池")


def test_a_short_text_stays_whole() -> None:
    assert cut_snippet("A  seal\nof ceramics.", "ring") == "A seal of ceramics."
    assert cut_snippet("x" * 500, "").startswith("xxx")
