"""The limits of a need: read from the answers, said again in words that gates read too."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

from terrace.match.gates.declaration import Language
from terrace.match.interview.answers import Answers
from terrace.match.interview.days import read_day
from terrace.match.interview.declaration import Catalogue, say
from terrace.match.interview.phrases import make_phrase
from terrace.match.interview.typed import write_digits
from terrace.match.reading.money import Amount, read_budget
from terrace.match.reading.quotes import Passage
from terrace.match.reading.readiness import read_floor
from terrace.match.reading.terms import wanted_terms

_TRL = re.compile(r"^(?:TRL|技术成熟度)\s*", re.I)
_LEVEL = re.compile(r"^(?:level|at least)\s+|\s*(?:or (?:higher|more|above))$", re.I)
_CURRENCY_WORDS = {"yuan": "CNY", "dollars": "USD", "pounds": "GBP"}
_ABOUT = re.compile(
    r"^(?:(?:about|around|approximately|roughly|up to|at most|max(?:imum)?|no more than)\s+)+"
    r"|^(?:约|大约|大概|最多|不超过)+|(?:左右|以内|上下)$",
    re.I,
)
_NO_LIMIT = re.compile(
    r"(?:none|no(?: limit)?|any|unlimited|not limited|open|n/?a|[-–—/]"
    r"|无|无上限|没有|没有上限|不限|不限制|无限制)[.。]?",
    re.I,
)
_MONEY_ZH = {"CNY": "元", "USD": "美元", "EUR": "欧元", "GBP": "英镑"}
_LINES: Mapping[str, Mapping[Language, str]] = {
    "readiness": {
        "en": "Technology readiness at the start: TRL {} or higher.",
        "zh": "起始技术成熟度：TRL {}级以上。",
    },
    "budget": {"en": "Budget: up to {} for this project.", "zh": "预算上限{}（本项目）。"},
    "deadline": {"en": "In use by {}.", "zh": "最迟投入使用时间：{}。"},
    "terms": {"en": "Terms: {}.", "zh": "合作方式：{}。"},
    "export": {"en": "Export control: {}.", "zh": "出口管制：{}。"},
}

# What no field can hold people read all the same.
_AS_TYPED: Mapping[str, Mapping[Language, str]] = {
    "readiness": {"en": "Technology readiness at the start: {}.", "zh": "起始技术成熟度：{}。"},
    "budget": {"en": "Budget: {}.", "zh": "预算：{}。"},
    "deadline": {"en": "In use by: {}.", "zh": "最迟投入使用时间：{}。"},
    "export": {"en": "Export control: {}.", "zh": "出口管制：{}。"},
}


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits as values of a need's fields, as lines of its text, and what cannot be read.

    ``values`` has ``readiness_min``, ``budget_max``, ``currency``, ``deadline``,
    ``terms`` and ``export_control`` where they were given; ``unreadable`` are the
    questions whose answers could not be understood: their lines say them as typed.
    """

    values: Mapping[str, Any]
    lines: tuple[str, ...]
    unreadable: tuple[str, ...]


def read_limits(
    answers: Answers, catalogue: Catalogue, language: Language, *, today: date | None = None
) -> Limits:
    """The limits among the answers; what cannot be understood is a line as typed, and named."""
    values: dict[str, Any] = {}
    lines: dict[str, str] = {}
    unreadable = []
    for name, read in _make_readers(today).items():
        text = _limit_in(answers, name)
        if text and not (found := read(text)):
            unreadable.append(name)
            lines[name] = _AS_TYPED[name][language].format(make_phrase(text))
        elif text:
            values |= found
            lines[name] = _LINES[name][language].format(_show(name, found, language))
    if answers.terms:
        values["terms"] = tuple(wanted_terms(answers.terms))
        said = _show_terms(values["terms"], catalogue, language)
        lines["terms"] = _LINES["terms"][language].format(said)
    in_order = tuple(lines[name] for name in _LINES if name in lines)
    return Limits(values, in_order, tuple(unreadable))


def _limit_in(answers: Answers, name: str) -> str:
    """What was typed for a limit; that there is none says nothing, but of export control."""
    text = answers.text(name)
    return "" if name != "export" and _NO_LIMIT.fullmatch(text.strip()) else text


def _read_level(text: str) -> dict[str, Any]:
    # The reader of needs knows every way to write a level, once it is told that it is one.
    level = _TRL.sub("", _LEVEL.sub("", write_digits(text)))
    reading = read_floor([Passage("readiness", f"start at TRL {level}")])
    return {"readiness_min": reading.value} if reading else {}


def _read_money(text: str) -> dict[str, Any]:
    reading = read_budget([Passage("budget", f"project budget up to {_tidy_money(text)}")])
    if reading is None or reading.value.value <= 0:
        return {}
    return {"budget_max": reading.value.value, "currency": reading.value.currency}


def _tidy_money(text: str) -> str:
    tidy = _ABOUT.sub("", write_digits(text)).strip()
    for word, code in _CURRENCY_WORDS.items():
        tidy = re.sub(rf"\b{word}\b", code, tidy, flags=re.I)
    # 30万 is said of yuan alone.
    return tidy + "元" if re.fullmatch(r"[\d.,]+\s*[千百]?[万亿]", tidy) else tidy


def _read_day(text: str, *, today: date | None) -> dict[str, Any]:
    day = read_day(text, today)
    return {"deadline": day} if day else {}


def _read_export(text: str) -> dict[str, Any]:
    return {"export_control": text.rstrip(".。")}


def _make_readers(today: date | None) -> Mapping[str, Callable[[str], dict[str, Any]]]:
    return {
        "readiness": _read_level,
        "budget": _read_money,
        "deadline": partial(_read_day, today=today),
        "export": _read_export,
    }


def _show(name: str, found: Mapping[str, Any], language: Language) -> str:
    if name == "budget":
        return _show_amount(Amount(found["budget_max"], found["currency"]), language)
    return str(next(iter(found.values())))


def _show_amount(amount: Amount, language: Language) -> str:
    number = f"{amount.value:,.2f}".removesuffix(".00")
    if language == "zh":
        return number + _MONEY_ZH.get(amount.currency, f" {amount.currency}")
    return f"{number} {amount.currency}"


def _show_terms(codes: tuple[str, ...], catalogue: Catalogue, language: Language) -> str:
    return ("、" if language == "zh" else ", ").join(_label_terms(codes, catalogue, language))


def _label_terms(codes: tuple[str, ...], catalogue: Catalogue, language: Language) -> Iterator[str]:
    labels = {choice.id: choice.label for spec in catalogue.questions for choice in spec.choices}
    for code in codes:
        yield say(labels[code], language) if code in labels else code.replace("_", " ")
