import pytest
from hypothesis import given
from hypothesis import strategies as st

from terrace.criteria.tokens import FactType, Source, check_tokens, split_tokens
from terrace.errors import CriteriaError

FACTS: dict[str, FactType] = {"need.floor": "number", "place": "text", "open": "truth"}


def words(text: str) -> list[str]:
    return [token.word for token in split_tokens(Source(text))]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a", ["a"]),
        ("a.b<=2.5", ["a.b", "<=", "2.5"]),
        ("a<>'x y'", ["a", "<>", "'x y'"]),
        ("a='it''s'", ["a", "=", "'it''s'"]),
        ("NOT a AND b", ["not", "a", "and", "b"]),
        ("Least(A, b)", ["least", "(", "A", ",", "b", ")"]),
        ("  a  ", ["a"]),
        ("事实 > 1", ["事实", ">", "1"]),
        ("a - -1", ["a", "-", "-", "1"]),
        ("''", ["''"]),
    ],
)
def test_expressions_are_split_into_words(text: str, expected: list[str]) -> None:
    assert words(text) == expected


def test_tokens_know_their_kind_and_place() -> None:
    tokens = split_tokens(Source("place in ('x', 2)"))
    assert [(token.kind, token.place) for token in tokens] == [
        ("name", 1),
        ("name", 7),
        ("operator", 10),
        ("text", 11),
        ("operator", 14),
        ("number", 16),
        ("operator", 17),
    ]


@pytest.mark.parametrize(
    ("text", "place"),
    [("a & b", 3), ("a\n  # b", 5), ("'open", 1), ("a.", 2), (".a", 1), ("1.2.3", 1), ("2x", 1)],
)
def test_what_is_no_word_is_refused_at_its_place(text: str, place: int) -> None:
    with pytest.raises(CriteriaError, match=f"not understood at character {place} of"):
        split_tokens(Source(text))


def test_long_expressions_are_shortened_in_messages() -> None:
    with pytest.raises(CriteriaError) as error:
        split_tokens(Source("a or " * 100 + "?", "rule 7"))
    message = str(error.value)
    assert message.startswith("rule 7: '?' is not understood at character 501 of 'a or a or")
    assert len(message) < 450


@pytest.mark.parametrize(
    "text",
    [
        "open",
        "open and not open",
        "need.floor between 1 and 5",
        "need.floor not in (1, 2) or place is not null",
        "(need.floor + 1) * 2 < abs(need.floor)",
        "least(need.floor, 1) = 1",
        "open is true",
        "open = false",
        "not (place = 'x')",
        "not need.floor > 3",
        "not place in ('x')",
        "need.floor / 2.5 > 1",
        "1 < need.floor and need.floor < 9",
    ],
)
def test_the_language_is_taken(text: str) -> None:
    source = Source(text)
    check_tokens(source, split_tokens(source), FACTS)


@given(st.lists(st.sampled_from(["a", "<=", "'x y'", "2.5", "(", "not", "least"]), min_size=1))
def test_words_joined_by_spaces_come_back(listed: list[str]) -> None:
    assert words(" ".join(listed)) == listed
