import math
from datetime import date
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from terrace.criteria.expressions import (
    Expression,
    parse_condition,
    parse_expression,
    prepare_facts,
)
from terrace.criteria.tokens import MAX_DEPTH, MAX_LENGTH
from terrace.errors import CriteriaError

FACTS = {
    "need.floor": "number",
    "achievement.level": "number",
    "place": "text",
    "open": "truth",
    "sure": "truth",
    "due": "date",
    "seen": "date",
}
ROWS = {
    "need.floor": [5, 5, None, 7],
    "achievement.level": [6.0, 4.0, 3.0, None],
    "place": ["DE", "US", None, "it's"],
    "open": [True, False, None, True],
    "sure": [True, None, False, False],
    "due": [date(2026, 1, 1), date(2026, 1, 2), None, date(2026, 1, 3)],
    "seen": [date(2026, 1, 1)] * 4,
}
FRAME = prepare_facts(pl.DataFrame(ROWS), FACTS)


def answers(text: str) -> list[object]:
    return answer_rows(FRAME, parse_expression(text, FACTS))


def answer_rows(frame: pl.DataFrame, parsed: Expression) -> list[object]:
    return frame.with_columns(parsed.polars.alias("answer"))["answer"].to_list()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("achievement.level >= need.floor", [True, False, None, None]),
        ("need.floor = 5", [True, True, None, False]),
        ("need.floor <> 5", [False, False, None, True]),
        ("need.floor != 5", [False, False, None, True]),
        ("need.floor - achievement.level < 2", [True, True, None, None]),
        ("need.floor between 4 and 6", [True, True, None, False]),
        ("need.floor in (5, 6)", [True, True, None, False]),
        ("place in ('DE', 'AT')", [True, False, None, False]),
        ("place not in ('DE')", [False, True, None, True]),
        ("place = 'it''s'", [False, False, None, True]),
        ("place is null", [False, False, True, False]),
        ("place is not null", [True, True, False, True]),
        ("not open", [False, True, None, False]),
        ("open is true", [True, False, None, True]),
        ("open = sure", [True, None, None, False]),
        ("due <= seen", [True, False, None, False]),
        ("true", [True, True, True, True]),
        ("NEED.FLOOR = 5 or true", None),
        ("abs(need.floor - 6) = 1", [True, True, None, True]),
        ("need.floor / 2 > 2.5", [False, False, None, True]),
        ("need.floor * 1.2 > 6", [False, False, None, True]),
        ("-need.floor < -5", [False, False, None, True]),
        ("(need.floor + 1) * 2 = 12", [True, True, None, False]),
    ],
)
def test_it_works(text: Any, expected: Any) -> None:
    if expected is None:
        with pytest.raises(CriteriaError, match=r"no fact 'NEED\.FLOOR'.*declared are need\.floor"):
            answers(text)
    else:
        assert answers(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("open and sure", [True, False, False, False]),
        ("open or sure", [True, None, None, True]),
        ("open and place is not null", [True, False, False, True]),
        ("false and open", [False, False, False, False]),
        ("true or open", [True, True, True, True]),
        ("true and open", [True, False, None, True]),
    ],
)
def test_missing_facts_are_neither_yes_nor_no(text: Any, expected: Any) -> None:
    assert answers(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("least(need.floor, achievement.level)", [5.0, 4.0, None, None]),
        ("greatest(need.floor, achievement.level)", [6.0, 5.0, None, None]),
        ("greatest(need.floor, achievement.level, 9)", [9.0, 9.0, None, None]),
        ("least(need.floor + 1, 10) - 1", [5.0, 5.0, None, 7.0]),
        ("least(abs(need.floor), (achievement.level))", [5.0, 4.0, None, None]),
        ("GREATEST(need.floor, 1)", [5.0, 5.0, None, 7.0]),
    ],
)
def test_the_least_of_something_missing_is_missing(text: Any, expected: Any) -> None:
    assert answers(text) == expected


truths = st.sampled_from([True, False, None])


def kleene(operator: str, a: bool | None, b: bool | None) -> bool | None:
    if operator == "and":
        if a is False or b is False:
            return False
        return None if a is None or b is None else True
    if a is True or b is True:
        return True
    return None if a is None or b is None else False


@given(st.lists(st.tuples(truths, truths, truths), min_size=1, max_size=20))
def test_and_or_not_are_those_of_kleene(rows: Any) -> None:
    facts = {"a": "truth", "b": "truth", "c": "truth"}
    frame = prepare_facts(pl.DataFrame(rows, schema=facts_schema(facts), orient="row"), facts)
    for outer in ("and", "or"):
        for inner in ("and", "or"):
            parsed = parse_condition(f"a {outer} (b {inner} not c)", facts)
            expected = [
                kleene(outer, a, kleene(inner, b, None if c is None else not c)) for a, b, c in rows
            ]
            assert frame.select(parsed.polars).to_series().to_list() == expected


def facts_schema(facts: dict[str, str]) -> dict[str, pl.DataType]:
    return {name: pl.Boolean() for name in facts}


@given(st.lists(st.tuples(st.none() | st.integers(-9, 9), st.none() | st.integers(-9, 9))))
def test_comparisons_are_missing_exactly_where_a_side_is(rows: Any) -> None:
    facts = {"a": "number", "b": "number"}
    frame = prepare_facts(
        pl.DataFrame(rows, schema={"a": pl.Int64, "b": pl.Int64}, orient="row"), facts
    )
    for sign, compare in (("<", int.__lt__), (">=", int.__ge__), ("=", int.__eq__)):
        parsed = parse_condition(f"a {sign} b", facts)
        expected = [None if a is None or b is None else compare(a, b) for a, b in rows]
        assert frame.select(parsed.polars.alias("r"))["r"].to_list() == expected


@pytest.mark.parametrize(
    ("text", "what", "remedy"),
    [
        ("", "empty", "write a condition"),
        ("   ", "empty", "write a condition"),
        ("need.ceiling > 1", "no fact 'need.ceiling' at character 1", "declared are"),
        ("x.floor > 1", "no fact 'x.floor'", "declared are need.floor"),
        ("open and need.lvl = 1", "no fact 'need.lvl' at character 10", "declared are"),
        ("sum(need.floor) > 1", "no function 'sum'", "abs, greatest, least"),
        ("count(open)", "no function 'count'", "abs, greatest, least"),
        ("(select 1) = 1", "no fact 'select'", "declared are"),
        ("need.floor in (select x from y)", "'select' in a list", "texts or numbers"),
        ("exists (select 1)", "no function 'exists'", "abs"),
        ("need.floor in (achievement.level)", "'achievement.level' in a list", "texts or numbers"),
        ("case when open then open else sure end", "no fact 'case'", "declared are"),
        ("open; drop table x", "'; drop", "allowed are facts"),
        ("open::int = 1", "'::int", "allowed are facts"),
        ('"open"', "'\"open", "allowed are facts"),
        ("open open", "'open' follows 'open' at character 6", "join them"),
        ("open (sure)", "no function 'open'", "abs"),
        ("(open) (sure)", "'(' follows ')'", "join them"),
        ("need.floor 5", "'5' follows 'need.floor'", "join them"),
        ("1 < need.floor < 9", "second comparison", "join them with 'and'"),
        ("need.floor = null", "'null' as a value", "is null"),
        ("not null", "'null' as a value", "is null"),
        ("open and not null", "'null' as a value", "is null"),
        ("open > 1", "'open' is true or false", "use 'and'"),
        ("1 < open", "'open' is true or false", "use 'and'"),
        ("open + 1 = 2", "'open' is true or false", "use 'and'"),
        ("not place", "'place' is a text", "compare it"),
        ("not need.floor and open", "'need.floor' is a number", "compare it"),
        ("need.floor / achievement.level > 1", "a division by", "multiply"),
        ("need.floor / 0 > 1", "a division by", "multiply"),
        ("need.floor / 0.0 > 1", "a division by", "multiply"),
        ("need.floor / (1) > 1", "a division by", "multiply"),
        ("((open)", "1 '(' not closed", "add ')'"),
        ("open)", "')' closes nothing at character 5", "remove it"),
        ("abs > 1", "'abs' without brackets", "arguments"),
        ("abs(need.floor, 1) > 1", "'abs' takes 1 arguments", "add or remove"),
        ("abs() > 1", "'abs' takes 1 arguments", "add or remove"),
        ("least(1) > 1", "'least' takes 2 to 9", "add or remove"),
        ("greatest() > 1", "'greatest' takes 2 to 9", "add or remove"),
        ("greatest(,) > 1", "'greatest' takes 2 to 9", "add or remove"),
        ("least(1, greatest(2, 3)) > 1", "inside 'least'", "list all in one"),
        ("place > 1", "types do not fit", "like with like"),
        ("place in (1)", "types do not fit", "like with like"),
        ("open and place", "types do not fit", "like with like"),
        ("need.floor + place > 1", "types do not fit", "like with like"),
        ("place in ()", "cannot be parsed", "grammar"),
        ("and open", "cannot be parsed", "grammar"),
        ("open and", "cannot be parsed", "grammar"),
        ("1e9 > need.floor", "'1e9", "allowed are facts"),
        ("9999999999999999 > need.floor", "is not understood", "allowed are facts"),
        ("place = 'x", "''x", "allowed are facts"),
        ("place = 'a\x00b'", "is not understood", "allowed are facts"),
    ],
)
def test_what_the_language_lacks_is_refused(text: Any, what: Any, remedy: Any) -> None:
    with pytest.raises(CriteriaError) as error:
        parse_condition(text, FACTS, where="gate 'x', line 3")
    message = str(error.value)
    assert message.startswith("gate 'x', line 3: ")
    assert what in message
    assert remedy in message


@pytest.mark.parametrize("text", ["need.floor", "place", "due", "need.floor + 1", "'text'", "5"])
def test_a_condition_has_to_be_true_or_false(text: Any) -> None:
    parse_expression(text, FACTS)
    with pytest.raises(CriteriaError, match="not a condition"):
        parse_condition(text, FACTS)


def test_length_and_depth_have_limits() -> None:
    deep = "(" * (MAX_DEPTH + 1) + "open" + ")" * (MAX_DEPTH + 1)
    with pytest.raises(CriteriaError, match=r"too many brackets.*nest at most"):
        parse_condition(deep, FACTS)
    with pytest.raises(CriteriaError, match=r"too many 'not'"):
        parse_condition("not " * (MAX_DEPTH + 1) + "open", FACTS)
    with pytest.raises(CriteriaError, match="keep it below"):
        parse_condition("open and " * MAX_LENGTH + "open", FACTS)


def test_expressions_up_to_the_limits_are_taken() -> None:
    assert answers("(" * MAX_DEPTH + "open" + ")" * MAX_DEPTH) == ROWS["open"]
    assert answers("not " * MAX_DEPTH + "open") == ROWS["open"]
    assert answers(" and ".join(["open"] * 200)) == ROWS["open"]


def test_an_expression_names_its_facts_once() -> None:
    parsed = parse_condition("open and (open or need.floor > 1)", FACTS)
    assert isinstance(parsed, Expression)
    assert parsed.facts == ("need.floor", "open")
    assert parsed.text == "open and (open or need.floor > 1)"


def test_prepared_numbers_have_no_nan_and_no_infinity() -> None:
    frame = pl.DataFrame({"n": [1.0, math.nan, math.inf, -math.inf, None]})
    assert prepare_facts(frame, {"n": "number"})["n"].to_list() == [1.0, None, None, None, None]


def test_whole_numbers_neither_overflow_nor_lose_their_fraction() -> None:
    frame = prepare_facts(pl.DataFrame({"n": [2**62]}), {"n": "number"})
    parsed = parse_condition("n + n + n + n > n", {"n": "number"})
    assert frame.select(parsed.polars).item() is True
    odd = prepare_facts(pl.DataFrame({"n": [7]}), {"n": "number"})
    assert odd.select(parse_expression("n / 2", {"n": "number"}).polars).item() == 3.5


def test_a_lacking_fact_column_is_named() -> None:
    with pytest.raises(CriteriaError, match="lacks the facts open, sure; add"):
        prepare_facts(pl.DataFrame(ROWS).drop("open", "sure"), FACTS)


def test_a_fact_column_of_another_type_is_refused() -> None:
    frame = pl.DataFrame(ROWS).with_columns(pl.lit("many").alias("need.floor"))
    with pytest.raises(CriteriaError, match="another type than declared"):
        prepare_facts(frame, FACTS)


def test_other_columns_are_left_out() -> None:
    frame = pl.DataFrame(ROWS).with_columns(secret=pl.lit(1))
    assert prepare_facts(frame, FACTS).columns == list(FACTS)


WORDS = st.sampled_from(
    [
        *FACTS,
        *[
            "and",
            "or",
            "not",
            "in",
            "is",
            "null",
            "between",
            "true",
            "false",
            "abs",
            "least",
            "greatest",
        ],
        *["(", ")", ",", "<", "<=", "=", "<>", "+", "-", "*", "/", "'a'", "''", "1", "0", "2.5"],
        *["select", "case", "--", "/*", "::", ";", '"', "\\", "\x00", "中", "*", "sum(", "date"],
    ]
)


@settings(max_examples=400, deadline=None)
@given(st.lists(WORDS, max_size=12))
def test_any_words_give_a_condition_or_a_clear_error(words: Any) -> None:
    check_either_way(" ".join(words))


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=40))
def test_any_text_gives_a_condition_or_a_clear_error(text: Any) -> None:
    check_either_way(text)


def check_either_way(text: str) -> None:
    try:
        parsed = parse_condition(text, FACTS, where="here")
    except CriteriaError as error:
        assert str(error).startswith("here: ")
        return
    answered = FRAME.select(parsed.polars.alias("answer"))["answer"]
    assert answered.dtype == pl.Boolean()
    assert len(answered) in (1, FRAME.height)
    assert set(parsed.facts) <= set(FACTS)


@st.composite
def conditions(draw: st.DrawFn, depth: int = 3) -> str:
    if depth == 0 or draw(st.booleans()):
        number = draw(st.sampled_from(["need.floor", "achievement.level", "3", "2.5"]))
        leaf = [
            f"{number} {draw(st.sampled_from(['<', '<=', '=', '<>', '>', '>=']))} need.floor",
            f"abs({number}) > 1",
            f"greatest({number}, 4) = 4",
            "open",
            "sure is null",
            "place in ('DE', 'US')",
            "due < seen",
        ]
        return draw(st.sampled_from(leaf))
    left, right = draw(conditions(depth=depth - 1)), draw(conditions(depth=depth - 1))
    form = draw(st.sampled_from(["({} and {})", "({} or {})", "(not ({}) or {})"]))
    return form.format(left, right)


@settings(max_examples=150, deadline=None)
@given(conditions())
def test_every_well_formed_condition_is_taken_and_row_by_row(text: Any) -> None:
    parsed = parse_condition(text, FACTS)
    by_row = [answer_rows(row, parsed)[0] for row in FRAME.iter_slices(1)]
    assert answer_rows(FRAME, parsed) == by_row


@given(st.lists(st.sampled_from(["open", "sure", "due < seen", "need.floor > 1"]), min_size=1))
def test_of_missing_facts_alone_nothing_is_known(parts: Any) -> None:
    nothing = prepare_facts(pl.DataFrame({name: [None] for name in FACTS}), FACTS)
    for joined in (" and ".join(parts), " or ".join(parts), "not (" + " or ".join(parts) + ")"):
        assert answer_rows(nothing, parse_condition(joined, FACTS)) == [None]
