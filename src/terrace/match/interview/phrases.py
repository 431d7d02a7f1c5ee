"""Sentences of requirements that stay one sentence when the need is cut again."""

import re

from terrace.match.clauses import cut_clauses
from terrace.match.figures import find_figures
from terrace.match.gates.declaration import Language, Sentence
from terrace.match.interview.answers import FigureRow
from terrace.match.interview.declaration import Comparison, say
from terrace.match.interview.typed import read_number, split_figure
from terrace.match.text import clean_text, detect_language

# The borders at which texts are cut, as far as somebody types them inside a phrase.
_BORDERS = re.compile(
    r"(?<!\be\.g)(?<!\bi\.e)(?<!\bapprox)(?<!\bNo)[.!?;:]+\s+(?=[A-Z0-9(\"'\u201c\[])"
    r"|(?<=[a-z0-9)])[.!?:;](?=[A-Z][a-z])|(?<=\))(?=[A-Z][a-z]{3,}\s[a-z])"
    r"|[。！？；]|(?<=[求下容标])：|\s*[\n\r\u2022\u25aa\uf0b7]+\s*"
)
_RUN_TOGETHER = re.compile(r"((?<![A-Za-z])[a-z][a-z-]{3,})(?=[A-Z][a-z]+(?:[ ,-]|$))")
_MARKER = r"(?:\d{1,2}|[a-h]|i{1,3}|iv|v)"
_NUMBERING = re.compile(rf"(?:(?<=\s)|^)\(?{_MARKER}\)(?:\s+(?=[A-Za-z])|$)")
# "(stage 1) of" would be taken for the first entry of a list.
_BRACKETED = re.compile(rf"(?<=\s)\(((?:[^()]*\s)?{_MARKER})\)|(?<=\S)\(([^()]*\s{_MARKER})\)")
_ENDS = " \t\r\n\u3000.;:!?,。；：！？，、\u2022\u25aa\uf0b7"
_ARTICLE = re.compile(r"(?:The|A|An|It|All|Each|Every|No)\s")
_WORDS: dict[Language, dict[Comparison, str]] = {
    "en": {"at_least": "at least", "at_most": "at most"},
    "zh": {"at_least": "不低于", "at_most": "不超过"},
}
_UNNAMED = Sentence("something not yet named", "（未写明的内容）")
_MAX_PASSES = 5


def make_phrase(text: str) -> str:
    """The text as one stretch without borders of sentences, marks at its ends or numbering."""
    comma = "，" if detect_language(text) == "zh" else ", "
    phrase = clean_text(_BORDERS.sub(comma, text.strip(_ENDS)))
    phrase = _RUN_TOGETHER.sub(r"\1 ", _BRACKETED.sub(r"[\1\2]", phrase))
    for _ in range(_MAX_PASSES):
        phrase = _NUMBERING.sub("", phrase)
        pieces = [clause.text.strip(_ENDS) for clause in cut_clauses(phrase)]
        if pieces == [phrase]:
            break
        phrase = comma.join(piece for piece in pieces if piece)
    return phrase


def say_figure(row: FigureRow, language: Language) -> str:
    """'at least 5 MPa' or '不低于5MPa'; '' where comparison, number or unit is missing."""
    words = _WORDS[language].get(row.comparison)
    if not words or read_number(row.value) is None or not row.unit:
        return ""
    number = split_figure(row.value, "")[0]
    space = " " if language == "en" else ""
    return f"{words}{space}{number}{space}{make_phrase(row.unit)}"


def say_row(row: FigureRow, language: Language) -> str:
    """The sentence of a row; what is still open in it is said to be so."""
    what = make_phrase(row.what) or say(_UNNAMED, language)
    brackets = _say_brackets(row, language)
    if row.comparison == "has":
        return _end(_say_property(what, language) + brackets, language)
    figure = say_figure(row, language)
    if not figure:
        return _end(_say_open(what, _say_unread(row, language), language) + brackets, language)
    if language == "en":
        return _end(f"{_capital(what)} must be {figure}{brackets}", language)
    return _end(f"{what}须{figure}{brackets}", language)


def say_amended(sentence: str, row: FigureRow, language: Language) -> str:
    """The user's own sentence with the row's figure, condition and test in brackets.

    The figure is left out where the sentence has one with a direction already.
    """
    has_figure = any(figure.direction for figure in find_figures(sentence))
    brackets = _say_brackets(row, language, "" if has_figure else say_figure(row, language))
    return _end(make_phrase(sentence) + brackets, language)


def _say_property(what: str, language: Language) -> str:
    return f"It must hold that {_lower_article(what)}" if language == "en" else f"必须做到{what}"


def _say_unread(row: FigureRow, language: Language) -> str:
    """What was typed for a number and is none; people can read it."""
    if read_number(row.value) is not None:
        return ""
    space = " " if language == "en" else ""
    return space.join(filter(None, (make_phrase(row.value), make_phrase(row.unit))))


def _say_open(what: str, typed: str, language: Language) -> str:
    if language == "en":
        said = f" (“{typed}”)" if typed else ""
        return f"{_capital(what)} is required{said}, its figure still open"
    said = f"（“{typed}”）" if typed else ""
    return f"对{what}有要求{said}，具体数值待定"


def _say_brackets(row: FigureRow, language: Language, figure: str = "") -> str:
    names = ("condition: ", "test: ") if language == "en" else ("条件：", "验证：")
    parts = [figure] if figure else []
    for name, text in zip(names, (row.condition, row.test), strict=True):
        parts += [name + make_phrase(text)] if text else []
    if language == "zh":
        return "".join(f"（{part}）" for part in parts)
    return f" ({'; '.join(parts)})" if parts else ""


def _end(sentence: str, language: Language) -> str:
    return sentence + ("." if language == "en" else "。")


def _capital(phrase: str) -> str:
    return phrase[:1].upper() + phrase[1:]


def _lower_article(phrase: str) -> str:
    return phrase[:1].lower() + phrase[1:] if _ARTICLE.match(phrase) else phrase
