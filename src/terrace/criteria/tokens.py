"""The words of an expression: split, checked one by one, and written as safe SQL.

Only what is listed here ever reaches the SQL parser, so that subqueries,
casts, comments and further functions cannot.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, NoReturn

from terrace.errors import CriteriaError

FactType = Literal["number", "text", "truth", "date"]

MAX_LENGTH = 2000
MAX_DEPTH = 20
KEYWORDS = frozenset(("and", "or", "not", "in", "is", "null", "between", "true", "false"))
FUNCTIONS = frozenset(("abs", "least", "greatest"))
COMPARISONS = frozenset(("<", "<=", ">", ">=", "=", "<>", "!="))
_ORDERINGS = frozenset(("<", "<=", ">", ">=", "+", "-", "*", "/"))
_CONNECTIVES = frozenset(("and", "or", "not", "(", ")", ","))
_TOKEN = re.compile(
    r"\s*(?:(?P<text>'(?:[^'\x00]|'')*')|(?P<number>\d{1,15}(?:\.\d{1,9})?(?![\w.]))"
    r"|(?P<name>[^\W\d]\w*(?:\.[^\W\d]\w*)*)|(?P<operator><=|>=|<>|!=|[=<>+\-*/(),]))"
)
_LITERALS = ("text", "number")
_WORDS_BETWEEN = (KEYWORDS - {"true", "false", "null"}) | FUNCTIONS


@dataclass(frozen=True, slots=True)
class Token:
    """One word: its kind (text, number, name, operator), the word, its place from 1."""

    kind: str
    word: str
    place: int


@dataclass(frozen=True, slots=True)
class Source:
    """An expression as it was written, and where it stands, for messages."""

    text: str
    where: str = ""

    def refuse(self, what: str, remedy: str, place: int = 0) -> NoReturn:
        """Raise a CriteriaError that shows the expression and the place in it."""
        at = f" at character {place}" if place else ""
        shown = self.text if len(self.text) <= 200 else self.text[:200] + "..."
        raise CriteriaError.at(self.where, f"{what}{at} of '{shown}'", remedy)


def split_tokens(source: Source) -> list[Token]:
    """The words of an expression; keywords and functions in lower case."""
    if len(source.text) > MAX_LENGTH:
        source.refuse(f"{len(source.text)} characters", f"keep it below {MAX_LENGTH}")
    tokens, end, text = [], 0, source.text.rstrip()
    while end < len(text):
        match = _TOKEN.match(text, end)
        if match is None:
            start = end + len(text[end:]) - len(text[end:].lstrip())
            source.refuse(
                f"'{text[start : start + 10]}' is not understood",
                "allowed are facts, numbers, 'texts', comparisons, + - * /, and, or, not, in, "
                "between, is null, abs, least, greatest",
                start + 1,
            )
        tokens.append(_token_of(match))
        end = match.end()
    if not tokens:
        source.refuse("the expression is empty", "write a condition, or 'true'")
    return tokens


def _token_of(match: re.Match[str]) -> Token:
    kind = match.lastgroup or ""
    word = match[kind]
    if kind == "name" and word.lower() in KEYWORDS | FUNCTIONS:
        word = word.lower()
    return Token(kind, word, match.start(kind) + 1)


def check_tokens(source: Source, tokens: Sequence[Token], facts: Mapping[str, FactType]) -> None:
    """Refuse whatever the language does not have, word by word.

    Raises:
        CriteriaError: names the word, its place and what to write instead.
    """
    _check_depth(source, tokens)
    _check_chains(source, tokens)
    _check_nulls(source, tokens)
    for before, token, after in _neighbours(tokens):
        if token.kind == "name":
            _check_name(source, before, token, after, facts)
        elif token.word == "(" and before.word == "in":
            _check_list(source, tokens, token)
        elif token.word == "/" and (after.kind != "number" or not float(after.word)):
            source.refuse(
                "a division by something other than a number above zero",
                "multiply the other side of the comparison instead",
                token.place,
            )
    _check_operands(source, tokens)


def _neighbours(tokens: Sequence[Token]) -> Iterator[tuple[Token, Token, Token]]:
    edge = Token("edge", "", 0)
    padded = [edge, *tokens, edge]
    yield from zip(padded, tokens, padded[2:], strict=False)


def _check_depth(source: Source, tokens: Sequence[Token]) -> None:
    depth = 0
    for token in tokens:
        depth += (token.word == "(") - (token.word == ")")
        if depth < 0:
            source.refuse("')' closes nothing", "remove it", token.place)
        if depth > MAX_DEPTH:
            source.refuse("too many brackets", f"nest at most {MAX_DEPTH}", token.place)
    if depth:
        source.refuse(f"{depth} '(' not closed", "add ')'")
    if sum(token.word in ("not", "-") for token in tokens) > MAX_DEPTH:
        source.refuse("too many 'not' or '-'", f"use at most {MAX_DEPTH}")


def _check_chains(source: Source, tokens: Sequence[Token]) -> None:
    compared = False
    for token in tokens:
        if token.word in _CONNECTIVES:
            compared = False
        elif token.word in COMPARISONS:
            if compared:
                source.refuse("a second comparison in a row", "join them with 'and'", token.place)
            compared = True


def _check_name(
    source: Source, before: Token, token: Token, after: Token, facts: Mapping[str, FactType]
) -> None:
    if token.word in KEYWORDS:
        return
    if token.word in FUNCTIONS:
        if after.word != "(":
            source.refuse(f"'{token.word}' without brackets", "write its arguments", token.place)
    elif after.word == "(":
        source.refuse(
            f"there is no function '{token.word}'",
            f"there are {', '.join(sorted(FUNCTIONS))}",
            token.place,
        )
    elif token.word not in facts:
        source.refuse(f"there is no fact '{token.word}'", _similar(token.word, facts), token.place)
    else:
        _check_use(source, before, token, after, facts[token.word])


def _check_operands(source: Source, tokens: Sequence[Token]) -> None:
    for before, token, _ in _neighbours(tokens):
        ends = _is_value(before) or before.word == ")"
        begins = _is_value(token) or token.word in FUNCTIONS or token.word == "("
        if ends and begins:
            source.refuse(
                f"'{token.word}' follows '{before.word}'", "join them with 'and'", token.place
            )


def _is_value(token: Token) -> bool:
    if token.kind == "name":
        return token.word not in _WORDS_BETWEEN
    return token.kind in _LITERALS


def _check_nulls(source: Source, tokens: Sequence[Token]) -> None:
    words = ["", "", *(token.word for token in tokens)]
    for place, token in enumerate(tokens):
        before = words[place : place + 2]
        if token.word == "null" and before[1] != "is" and before != ["is", "not"]:
            source.refuse("'null' as a value", "write 'is null' or 'is not null'", token.place)


def _check_use(source: Source, before: Token, token: Token, after: Token, kind: FactType) -> None:
    if kind == "truth" and (before.word in _ORDERINGS or after.word in _ORDERINGS):
        source.refuse(
            f"'{token.word}' is true or false, it has no size", "use 'and', 'or', '='", token.place
        )
    stands_alone = before.word == "not" and after.word in ("", "and", "or", ")")
    if kind != "truth" and stands_alone:
        source.refuse(f"'{token.word}' is a {kind}, not true or false", "compare it", token.place)


def _similar(word: str, facts: Mapping[str, FactType]) -> str:
    tail = word.rsplit(".", 1)[-1].lower()
    near = [fact for fact in facts if fact.rsplit(".", 1)[-1] == tail] or sorted(facts)
    return f"declared are {', '.join(near[:12])}" + (" ..." if len(near) > 12 else "")


def _check_list(source: Source, tokens: Sequence[Token], opening: Token) -> None:
    for token in tokens[tokens.index(opening) + 1 :]:
        if token.word == ")":
            return
        if token.kind not in _LITERALS and token.word != ",":
            source.refuse(
                f"'{token.word}' in a list", "a list after 'in' has texts or numbers", token.place
            )
