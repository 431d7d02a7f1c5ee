"""A need cut into its requirements: what is wanted, without the background.

A requirement is a verbatim stretch of the need's title, summary or body that
says what is wanted: by a verb of duty or wish, as an order ("Develop ..."),
as an entry of an announced list, or by a figure with a direction. Sentences
on procedure (proposals, eligibility, clearances) are left out.
"""

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from terrace.match.clauses import (
    PADDING,
    Clause,
    cut_clauses,
    is_heading,
    measure_length,
    trim_clause,
)
from terrace.match.figures import Figure, find_figures
from terrace.match.text import detect_language, terms
from terrace.records import Need, Text

Part = Literal["title", "summary", "body"]

_DUTY = re.compile(
    r"\b(?:must|shall|(?:is|are|be) required|requirements? (?:is|are|include)"
    r"|at least|no (?:less|more) than|minimum|threshold)\b"
    r"|必须|须|要求|应当|应(?![用对急答])|不低于|不少于|不小于|不高于|不超过|不大于|至少|≥|≤",
    re.I,
)
_WISH = re.compile(
    r"\b(?:should|desir(?:ed|able)|needs? to|is needed|are needed|need for|seeks?|sought|goals?"
    r"|aims? (?:to|at)|objectives?|expected to|capable of|ideal(?:ly)?|focus(?:es)? on"
    r"|of interest|will (?:be able|provide|enable|allow|include|focus))\b"
    r"|需要|需求|希望|寻求|征集|目标|指标|拟|实现|达到|攻克|突破|解决|研制",
    re.I,
)
_ORDER = re.compile(
    r"(?:research and )?(?:develop|design|demonstrate|build|create|provide|identify|improve|reduce"
    r"|enable|investigate|establish|produce|fabricate|achieve|determine|integrate|increase|support"
    r"|explore|implement|deliver|evaluate|assess|advance|apply|analy[sz]e|adapt|optimi[sz]e)\b"
    r"(?!\s(?:and development|of|has|have|is|are|becomes?)\b)"
    r"|(?:开发|研究|研发|设计|建立|构建|提高|提升|降低|形成|完成)",
    re.I,
)
_PROCEDURE = re.compile(
    r"\bITAR\b|foreign national|offeror|proposer|security clearance|\bDD.?254|eligib|award criteria"
    r"|general annex|lump sum|applicants?\b|can apply|competition|funding rate"
    r"|\bgrants?\b|\bref(?:s|erences)?\b\.?:|horizon (?:2020|europe)|already funded"
    r"|\bphase (?:i|ii|iii|1|2|3)\b|work programme|page limit|consorti|small business|\bcontact\b"
    r"|proposals? (?:must|should|shall) (?:include|provide|describe|contain|submit)"
    r"|topic (?:author|number)|point of contact|申报|资助|经费|联系人|附件",
    re.I,
)
_BACKGROUND = re.compile(
    r"^(?:however|historically|currently|traditionally|typical|existing|unfortunately|today"
    r"|as a result|in recent|because|although|while|these|current)\b"
    r"|\b(?:has|have) (?:been|focused)\b"
    r"|\bcurrently (?:only|used|no)\b|目前|近年来|随着",
    re.I,
)
_ANNOUNCES = re.compile(
    r"following|outcomes?|requirements?|must|should|shall|includ|expected|goals?|objectives?|capabilit"
    r"|要求|如下|指标|目标|内容|需求",
    re.I,
)
_SECTION = re.compile(
    r"^(?:expected (?:outcome|impact)s?|scope|objectives?|description)\s*:$", re.I
)
_NEW_SUBJECT = re.compile(
    r"^(?:proposals?|projects?|applicants?|this topic|the (?:projects?|topic|proposals?"
    r"|action|selected)|in (?:addition|particular|order)|where|if|for)\b",
    re.I,
)
_TITLE_BORDER = re.compile(
    r"[,;:/，；：、]\s*|\s[-\u2013\u2014]\s|\s+(?=(?:for|using|with|via|through|in|under|by|from|to)\s)|(?<=的)"
)
_TITLE_PADDING = PADDING + ",;:/-\u2013\u2014，；：、"
_MAX_LIST = 8
_WEIGHTS = {"title": 1.0, "summary": 0.9, "duty": 0.7, "wish": 0.55, "entry": 0.5, "order": 0.5}
_FIGURE_BONUS = 0.1


@dataclass(frozen=True, slots=True)
class Requirement:
    """Something a need asks for.

    ``text`` stands verbatim at ``[start:end]`` of the need's ``part``;
    ``weight`` (0 to 1) says how central it is: title 1.0, objective 0.9,
    duties 0.7, wishes 0.55, orders and list entries 0.5, with a figure 0.1 more.
    """

    text: str
    part: Part
    start: int
    end: int
    language: str
    weight: float
    figures: tuple[Figure, ...] = ()


def cut_requirements(need: Need, *, language: str = "", limit: int = 12) -> list[Requirement]:
    """The requirements of a need, in the order in which they appear, at most ``limit``.

    Of several texts the one in ``language`` is taken, else the one that says
    most. A need with nothing but a title gives one requirement per phrase.
    """
    text = choose_text(need.texts, language)
    if text is None:
        return []
    found = [*_cut_summary(text), *_cut_body(text)]
    title = _make_whole(text.title, "title") if found else _cut_title(text.title)
    distinct = _drop_repeats([*title, *found])
    best = sorted(distinct, key=lambda requirement: -requirement.weight)[:limit]
    return [requirement for requirement in distinct if requirement in best]


def choose_text(texts: tuple[Text, ...], language: str) -> Text | None:
    """The text in this language, else the longest; None where there are none.

    A translated title does not stand for a text that says more.
    """
    if not texts:
        return None
    says_more = any(_is_full(text) for text in texts)
    chosen = [text for text in texts if _is_full(text)] if says_more else texts
    return max(chosen, key=lambda text: (bool(language) and text.language == language, _size(text)))


def _is_full(text: Text) -> bool:
    return bool(text.summary.strip() or text.body.strip())


def _size(text: Text) -> int:
    return measure_length(text.title + text.summary + text.body)


def _make_whole(title: str, part: Part) -> list[Requirement]:
    clause = trim_clause(title, 0, len(title))
    return [_make_requirement(clause, part, _WEIGHTS[part])] if clause.text else []


def _make_requirement(clause: Clause, part: Part, weight: float) -> Requirement:
    figures = tuple(find_figures(clause.text))
    bonus = _FIGURE_BONUS if any(figure.direction for figure in figures) else 0.0
    return Requirement(
        text=clause.text,
        part=part,
        start=clause.start,
        end=clause.end,
        language=detect_language(clause.text),
        weight=min(1.0, weight + bonus),
        figures=figures,
    )


def _cut_summary(text: Text) -> list[Requirement]:
    return [
        _make_requirement(clause, "summary", _WEIGHTS["summary"])
        for clause in cut_clauses(text.summary)
        if not _PROCEDURE.search(clause.text) and not is_heading(clause.text)
    ]


def _cut_body(text: Text) -> list[Requirement]:
    found: list[Requirement] = []
    entries_left = 0
    for clause in cut_clauses(text.body):
        if is_heading(clause.text):
            entries_left = _open_list(clause.text, entries_left)
            continue
        if _NEW_SUBJECT.match(clause.text):
            entries_left = 0
        kind = _find_kind(clause.text, is_entry=entries_left > 0)
        entries_left = max(0, entries_left - 1)
        if kind:
            found.append(_make_requirement(clause, "body", _WEIGHTS[kind]))
    return found


def _open_list(heading: str, entries_left: int) -> int:
    """How many entries to expect after a heading; "Scope:" ends a list, others may start one."""
    if _SECTION.match(heading):
        return 0
    return _MAX_LIST if _ANNOUNCES.search(heading) else entries_left


def _find_kind(clause: str, *, is_entry: bool) -> str:
    """The kind of requirement a clause of the body is; '' where it is none."""
    if _PROCEDURE.search(clause) or not terms(clause):
        return ""
    if _DUTY.search(clause):
        return "duty"
    if _WISH.search(clause) and not _BACKGROUND.search(clause):
        return "wish"
    if is_entry and not _BACKGROUND.search(clause):
        return "entry"
    return "order" if _ORDER.match(clause) else ""


def _cut_title(title: str) -> list[Requirement]:
    places = [0, *(match.end() for match in _TITLE_BORDER.finditer(title)), len(title)]
    phrases: list[tuple[int, int]] = []
    for start, end in pairwise(places):
        joins = bool(phrases) and min(_count(title, *phrases[-1]), _count(title, start, end)) < 2
        begin = phrases.pop()[0] if joins else start
        phrases.append((begin, end))
    clauses = [trim_clause(title, *phrase, padding=_TITLE_PADDING) for phrase in phrases]
    return [_make_requirement(c, "title", _WEIGHTS["title"]) for c in clauses if terms(c.text)]


def _count(text: str, start: int, end: int) -> int:
    return len(terms(text[start:end]))


def _drop_repeats(requirements: list[Requirement]) -> list[Requirement]:
    """Without those that say again what one before them says."""
    kept: list[Requirement] = []
    for requirement in requirements:
        if not any(_says_again(requirement, earlier) for earlier in kept):
            kept.append(requirement)
    return kept


def _says_again(requirement: Requirement, earlier: Requirement) -> bool:
    mine, theirs = set(terms(requirement.text)), set(terms(earlier.text))
    return len(mine & theirs) > 0.8 * len(mine | theirs)
