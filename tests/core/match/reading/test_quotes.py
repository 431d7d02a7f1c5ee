import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terrace.match.reading.quotes import MAX_QUOTE, Passage, clause_of, find_clauses, passages_with

LEVEL = re.compile(r"TRL \d")


def quote_in(text: str) -> str:
    match = LEVEL.search(text)
    assert match is not None
    return clause_of(match).quote


@pytest.mark.parametrize(
    ("text", "quote"),
    [
        ("First. It starts at TRL 4. Last.", "It starts at TRL 4."),
        ("It starts at TRL 4", "It starts at TRL 4"),
        ("First!Activities reach TRL 4.Activities may", "Activities reach TRL 4."),
        ("relevant.nullActivities reach TRL 4.", "Activities reach TRL 4."),
        ("一句话。达到TRL 4级。又一句。", "达到TRL 4级。"),
        ("One line\nreaches TRL 4\nnext", "reaches TRL 4"),
        ("The U.S. Army wants TRL 4. Next.", "The U.S. Army wants TRL 4."),
        ("Systems (e.g. A pump) at TRL 4; then", "Systems (e.g. A pump) at TRL 4;"),
        ("A report is made. (TRL 4) Then", "A report is made. (TRL 4) Then"),
        ("Spaced   out\tto  TRL 4.", "Spaced out to TRL 4."),
        ("• a pump • TRL 4 pump • more", "TRL 4 pump •"),
    ],
)
def test_the_sentence_is_quoted(text: str, quote: str) -> None:
    assert quote_in(text) == quote


def test_long_sentences_are_cut_at_words_on_both_sides() -> None:
    quote = quote_in("long words " * 50 + "TRL 4" + " other words" * 50)
    assert len(quote) <= MAX_QUOTE + 2
    assert quote.startswith("…")
    assert quote.endswith("…")
    assert "TRL 4" in quote
    assert set(re.findall(r"\w+", quote)) <= {"long", "words", "TRL", "4", "other"}


def test_a_long_start_may_use_the_room_of_a_short_end() -> None:
    quote = quote_in("long words " * 50 + "TRL 4.")
    assert len(quote) > MAX_QUOTE * 0.8


@given(st.text(max_size=400), st.text(max_size=400))
def test_the_find_is_always_quoted_verbatim(before: str, after: str) -> None:
    quote = quote_in(before.replace("TRL", "") + "TRL 4" + after)
    assert "TRL 4" in quote
    assert len(quote) <= MAX_QUOTE + 2


@given(st.text(max_size=300), st.text(max_size=300))
def test_a_clause_is_a_part_of_its_text(before: str, after: str) -> None:
    text = before + "TRL 4" + after
    match = LEVEL.search(text)
    assert match is not None
    assert clause_of(match).text in text


def test_every_find_comes_with_its_passage_in_order() -> None:
    passages = [Passage("title", "TRL 1"), Passage("body", "TRL 2. TRL 3.")]
    found = [(p.field, m[0]) for p, m, _ in find_clauses(LEVEL, passages)]
    assert found == [("title", "TRL 1"), ("body", "TRL 2"), ("body", "TRL 3")]


def test_the_fast_look_ignores_case() -> None:
    passages = [Passage("title", "A Trl B"), Passage("body", "nothing")]
    assert passages_with(("trl",), passages) == passages[:1]
    assert passages_with((), passages) == []
