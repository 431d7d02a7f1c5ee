import pytest
from hypothesis import given
from hypothesis import strategies as st

from terrace.match.text import (
    bigrams,
    clean_text,
    detect_language,
    sentences,
    terms,
    words,
)

any_text = st.text(st.characters(codec="utf-8"), max_size=300)


def test_english_is_stemmed_and_stopwords_go() -> None:
    assert terms("The lasers are lasing") == ["laser", "lase"]


def test_chinese_is_segmented() -> None:
    assert {"飞行器", "控制器"} <= set(terms("飞行器大角度机动镇定控制器设计方法"))


def test_english_inside_chinese_is_kept_and_stemmed() -> None:
    assert {"gan", "laser", "模块"} <= set(terms("采用GaN lasers的散热模块"))


def test_full_width_letters_and_digits_are_ordinary_ones() -> None:
    assert terms("ＧａＮ １０") == terms("GaN 10")


def test_a_hyphened_word_is_found_by_its_parts() -> None:
    assert terms("fiber-coupled") == terms("fiber coupled") == ["fiber", "coupl"]


def test_single_letters_and_digits_go() -> None:
    assert terms("the firm's 5 W lasers") == ["firm", "laser"]


def test_a_long_chinese_word_is_found_by_its_parts_too() -> None:
    assert {"飞行", "飞行器"} <= set(terms("飞行器"))


@pytest.mark.parametrize("text", ["", " \n\t", "\x00\x00", "。、！", "the of and"])
def test_a_text_without_content_has_no_terms(text: str) -> None:
    assert terms(text) == []


@given(any_text)
def test_terms_never_fail_and_are_never_blank(text: str) -> None:
    assert all(term.strip() for term in terms(text))


@given(any_text, any_text)
def test_terms_of_two_lines_are_the_terms_of_each(first: str, second: str) -> None:
    assert terms(f"{first}\n{second}") == terms(first) + terms(second)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("A pump for hydrogen", "en"),
        ("氢气泵", "zh"),
        ("基于GaN的高功率激光器 laser diode module", "zh"),
        ("A pump called 泵, described in English at length", "en"),
        ("12.5 %", ""),
        ("", ""),
    ],
)
def test_language_follows_the_script(text: str, language: str) -> None:
    assert detect_language(text) == language


def test_sentences_are_quoted_verbatim() -> None:
    text = "The pump delivers 3.5 kW at full load. It weighs less than two kilograms."

    assert sentences(text) == [
        "The pump delivers 3.5 kW at full load.",
        "It weighs less than two kilograms.",
    ]


def test_abbreviations_do_not_end_a_sentence() -> None:
    text = "The yield improved, as Fig. 3 shows, e.g. Sample 4 reached ninety per cent."

    assert sentences(text) == [text]


def test_chinese_sentences_end_without_a_space() -> None:
    text = "用这种方法设计镇定控制器简化了设计过程。控制器具有较快的响应速度和较好的收敛性。"

    assert len(sentences(text)) == 2


def test_fragments_join_their_neighbour() -> None:
    assert sentences("Yes. It is a very long sentence indeed.") == [
        "Yes. It is a very long sentence indeed."
    ]


@given(any_text)
def test_sentences_lose_no_letter(text: str) -> None:
    kept = "".join("".join(sentences(text)).split())

    assert [c for c in clean_text(text) if c.isalnum()] == [c for c in kept if c.isalnum()]


def test_bigrams_join_neighbours() -> None:
    assert bigrams(["laser", "diode", "pump"]) == {"laser diode", "diode pump"}
    assert bigrams(["laser"]) == set()


def test_words_are_as_they_are_written() -> None:
    assert words("The Lasers' housing") == ["lasers", "housing"]
    assert words("一种激光器的设计") == ["激光器", "设计"]
