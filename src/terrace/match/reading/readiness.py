"""Technology readiness levels in texts: where work starts, where it is to end.

A level that a text names is where work starts, what is there at present, what is to
be reached, a floor, or unclear. Only starts and floors bind a need, only starts and
present levels describe an achievement; an unclear level is never more than a hint. The
phase of an award is no level and is never taken for one.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from terrace.match.reading.quotes import Clause, Passage, Reading, find_clauses

Role = Literal["start", "present", "end", "floor", "unclear"]

_NAME = (
    r"(?:(?<![A-Za-z])TRLs?(?:/MRL)?(?:[ -]?level)?"
    r"|\btechn(?:ology|ical|ological) readiness levels?"
    r"(?:\s*\(TRLs?\))?|技术(?:成熟|就绪)(?:度|水平)?(?:等级|级别|水平)?(?:\s*[(（]TRL[)）])?)"
)
_BETWEEN = (
    r"(?:\s*(?:of(?: at least)?|is|at|to|为|提[升高][到至]|达到?"
    r"|不低于|至少为?|大于等于|>=|≥|[:：=-])\s*|\s*)"
)
_RANGE = r"(?:\s*(?:[-–—~/至到]|to|and|or)\s*-?(?:TRL\s*-?)?(?P<high>[1-9])(?![\d.,]*\d|%))?"
_LEVEL = re.compile(
    rf"{_NAME}{_BETWEEN}(?:L(?=\d))?(?P<low>[1-9])(?![.,]?\d|%){_RANGE}"
    r"(?P<more>\s*(?:\+|or (?:higher|above|greater|more)|and (?:above|higher)"
    r"|级?\s*(?:及|或)?以上))?",
    re.I,
)
_OPEN = re.compile(r"\b(?:start|begin)\w*\s+(?:at|from) any (?:TRL|technology readiness)", re.I)
_CUES: Sequence[tuple[Role, re.Pattern[str]]] = (
    (
        "start",
        re.compile(r"\b(?:start|begin)(?:s|ning|ing)?\b|\bfrom\s*$|\bentry\b|起始|起点|起步", re.I),
    ),
    (
        "present",
        re.compile(
            r"\bcurrent(?:ly)?\b|\balready(?: \w+ed)?\b|\bnow\b|\bexisting\b|\bpreviously\b"
            r"|\b(?:is|are) at\b"
            r"|\b(?:has|have|had) (?:been |already )?(?:reach|achiev|attain"
            r"|demonstrat|validat)ed|\bproven at\s*$"
            r"|目前|现有|当前|已达到?|处于",
            re.I,
        ),
    ),
    (
        "end",
        re.compile(
            r"\b(?:achiev|reach|attain|target|deliver|rais|increas|advanc|elevat|matur|yield)"
            r"(?:e|es|s|ing|ed|es to)?\b|\bto be\b|\bresult(?:s|ing)? in\b|\bgoals?\b"
            r"|\bend of\b|\bwill\b"
            r"|\bexpected\b|\bplans?\b|\bup to\b|\bdevelop(?:ed|ing)?\b"
            r"|\bdemonstrat(?:e|ing|ion|or)s?\b"
            r"|\bsupport\b|\bprototyp(?:e|es|ing)\b|\bavailable\b|\bfinal\b|\bintend"
            r"|\bpropos(?:e|es|ing)\b|\benabl"
            r"|\bwould\b|\bdeliverable|\bto (?:at least )?(?:an? )?\s*$|提升|达到|目标|推进",
            re.I,
        ),
    ),
)
_LATER = re.compile(
    r"\b(?:by|at|after|upon) (?:the )?(?:\w+ )?(?:end|conclusion|completion|finish)\b"
    r"|结束时|完成时",
    re.I,
)
_AFTERWARDS = re.compile(
    r"^[^,;]{0,40}\b(?:will be|to be|is (?:anticipated|expected|targeted|planned|the goal))\b", re.I
)
_RAISED = re.compile(r"提[升高][到至]")
_AT_LEAST = re.compile(
    r"at least|between|minimum|no (?:lower|less) than|不低于|至少|≥|>=|大于等于", re.I
)
_CEILING = re.compile(
    r"(?:\b(?:above|beyond|below|under|less than|up to)|低于|高于|不超过)\s*$", re.I
)
_DEMAND = re.compile(
    r"\b(?:must|shall|should|required?|requires|minimum|only|eligible|seek\w*"
    r"|look\w* for)\b|[一-鿿]",
    re.I,
)
HINTS = ("trl", "readiness", "技术成熟", "技术就绪")
"""Lower-case words without one of which a text names no level."""


@dataclass(frozen=True, slots=True)
class Mention:
    """A level or range of levels in a sentence, and what it stands for."""

    low: int
    high: int
    role: Role
    quote: str
    field: str


def find_levels(passages: Iterable[Passage]) -> list[Mention]:
    """Every readiness level the passages name, in order."""
    found = []
    for passage, match, clause in find_clauses(_LEVEL, passages):
        low, high = int(match["low"]), int(match["high"] or match["low"])
        # "From TRL 1 to TRL 9" explains the scale, "above TRL 4 is out of scope" is no floor.
        if (low, high) == (1, 9) or _CEILING.search(clause.before):
            continue
        role = _role_of(clause, has_more=bool(match["more"]))
        found.append(Mention(min(low, high), max(low, high), role, clause.quote, passage.field))
    return found


def _role_of(clause: Clause, *, has_more: bool) -> Role:
    if _LATER.search(clause.before + clause.found) or _LATER.match(clause.after.lstrip(" ,(")):
        return "start" if _nearest_cue(clause.before) == "start" else "end"
    if _RAISED.search(clause.found):
        return "end"
    cue = _nearest_cue(clause.before) or ("end" if _AFTERWARDS.search(clause.after) else None)
    if cue is not None:
        return cue
    at_least = has_more or _AT_LEAST.search(clause.before[-30:] + clause.found)
    return "floor" if at_least and _DEMAND.search(clause.text) else "unclear"


def _nearest_cue(before: str) -> Role | None:
    places = {role: _last_place(pattern, before) for role, pattern in _CUES}
    nearest = max(places, key=places.__getitem__)
    return nearest if places[nearest] >= 0 else None


def _last_place(pattern: re.Pattern[str], text: str) -> int:
    return max((match.end() for match in pattern.finditer(text)), default=-1)


def read_floor(passages: Sequence[Passage]) -> Reading[int] | None:
    """The level a need's texts ask to start from; unclear where only an unplaced level is named."""
    levels = find_levels(passages)
    stated = [level for level in levels if level.role in ("start", "floor")]
    if stated:
        return _reading(stated[0], stated[0].low, certain=True)
    if any(_OPEN.search(passage.text) for passage in passages):
        return None
    unclear = [level for level in levels if level.role == "unclear"]
    if any(level.role == "end" for level in levels) or not unclear:
        return None
    return _reading(unclear[0], unclear[0].low, certain=False)


def read_target(passages: Sequence[Passage]) -> Reading[int] | None:
    """The level that is to be reached by the end of the work."""
    ends = [level for level in find_levels(passages) if level.role == "end"]
    return _reading(ends[0], ends[0].low, certain=True) if ends else None


def read_level(passages: Sequence[Passage]) -> Reading[int] | None:
    """The present level of an achievement; certain only where the text says it is reached."""
    levels = find_levels(passages)
    present = [level for level in levels if level.role in ("start", "present")]
    if present:
        return _reading(present[0], present[0].low, certain=True)
    unclear = [level for level in levels if level.role in ("unclear", "floor")]
    return _reading(unclear[0], unclear[0].low, certain=False) if unclear else None


def _reading(mention: Mention, value: int, *, certain: bool) -> Reading[int]:
    return Reading(value, certain, mention.quote, mention.field)
