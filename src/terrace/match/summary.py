"""The line for the technology manager: what the lab offers, what the company gets.

Only what the records say is written; what nobody stated is left out.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import date

from terrace.match.evidence import Idf, pair_words
from terrace.match.general import is_telling
from terrace.match.text import terms
from terrace.records import Achievement, Need, Text

_MOST_WORDS = 4
_SHORTEST_WORD = 4
_CAVEAT_EN = "no evidence found in the words does not mean that it does not fit"
_CAVEAT_ZH = "未见依据不等于不适用"


@dataclass(frozen=True, slots=True)
class Coverage:
    """How many requirements are covered and partly covered, of how many."""

    covered: int
    partly: int
    total: int


@dataclass(frozen=True, slots=True)
class Sides:
    """What is known of both sides of a pair; empty or None where nobody said."""

    readiness: int | None
    owner: str
    distinctive_words: tuple[str, ...]
    coverage: Coverage
    budget: str
    deadline: date | None


def compare_sides(need: Need, achievement: Achievement, coverage: Coverage, *, idf: Idf) -> Sides:
    """What the lab side offers and the company side gets."""
    return Sides(
        readiness=achievement.readiness,
        owner=achievement.owner_name or achievement.owner,
        distinctive_words=find_distinctive_words(achievement, need, idf=idf),
        coverage=coverage,
        budget=_write_budget(need),
        deadline=need.deadline,
    )


def find_distinctive_words(achievement: Achievement, need: Need, *, idf: Idf) -> tuple[str, ...]:
    """Up to four words that mark the achievement and that the need does not say.

    Those of its titles come first; the owner's name marks the owner.
    """
    named = {term for text in achievement.texts for term in terms(text.title)}
    known = terms(f"{achievement.owner} {achievement.owner_name}")
    asked = {term for text in need.texts for term in terms(_join(text))}.union(known)
    said = [pair for text in achievement.texts for pair in pair_words(_join(text))]
    counts = Counter(term for term, _ in said)
    words = {
        term: word
        for term, word in reversed(said)
        if term not in asked and _is_long(term) and is_telling(word)
    }
    ranked = sorted(words, key=lambda t: (t not in named, -(counts[t] ** 0.5) * idf(t), t))
    return tuple(dict.fromkeys(words[term] for term in ranked[:_MOST_WORDS]))


def write_english(sides: Sides) -> str:
    """'Offered: ... . Wanted: ... .' from what is known."""
    offers = [f"TRL {sides.readiness}"] if sides.readiness is not None else []
    offers += [f"owner {sides.owner}"] if sides.owner else []
    offers += [f"key words {', '.join(sides.distinctive_words)}"] if sides.distinctive_words else []
    gets = [_write_coverage_en(sides.coverage)]
    gets += [f"budget {sides.budget}"] if sides.budget else []
    gets += [f"deadline {sides.deadline.isoformat()}"] if sides.deadline else []
    return f"Offered: {'; '.join(offers) or 'nothing stated'}. Wanted: {'; '.join(gets)}."


def write_chinese(sides: Sides) -> str:
    """The same line in Chinese."""
    offers = [f"技术成熟度{sides.readiness}级"] if sides.readiness is not None else []
    offers += [f"权属：{sides.owner}"] if sides.owner else []
    offers += [f"特征词：{'、'.join(sides.distinctive_words)}"] if sides.distinctive_words else []
    gets = [_write_coverage_zh(sides.coverage)]
    gets += [f"预算{sides.budget}"] if sides.budget else []
    gets += [f"截止{sides.deadline.isoformat()}"] if sides.deadline else []
    return f"供方：{'；'.join(offers) or '未说明'}。需方：{'；'.join(gets)}。"


def _write_coverage_en(coverage: Coverage) -> str:
    if not coverage.total:
        return "no requirement could be read"
    line = f"{coverage.covered} of {coverage.total} requirements covered, {coverage.partly} partly"
    return f"{line} ({_CAVEAT_EN})" if _is_incomplete(coverage) else line


def _write_coverage_zh(coverage: Coverage) -> str:
    if not coverage.total:
        return "未能读出需求要点"
    line = f"{coverage.total}项要求中已覆盖{coverage.covered}项，部分覆盖{coverage.partly}项"
    return f"{line}（{_CAVEAT_ZH}）" if _is_incomplete(coverage) else line


def _is_incomplete(coverage: Coverage) -> bool:
    return coverage.covered + coverage.partly < coverage.total


def _write_budget(need: Need) -> str:
    amounts = [f"{a:,.0f}" for a in (need.budget_min, need.budget_max) if a is not None]
    if not amounts:
        return ""
    return " ".join([" - ".join(dict.fromkeys(amounts)), need.currency]).strip()


def _join(text: Text) -> str:
    return f"{text.title} {text.summary} {text.body}"


def _is_long(term: str) -> bool:
    return len(term) >= _SHORTEST_WORD or not term.isascii()
