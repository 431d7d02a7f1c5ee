"""Rights in an achievement: exclusive licences already given, and a funder's conditions."""

import re
from collections.abc import Sequence

from terrace.match.reading.quotes import Clause, Passage, Reading, find_clauses

_LICENSED = re.compile(
    r"\b(?:has|have|had|was|were|is|are)\s+(?:already |been |now )*(?:exclusively licen[sc]ed"
    r"|licen[sc]ed exclusively)\b"
    r"|\bexclusive (?:world-?wide |global )?licen[sc]es? (?:(?:has|have|was"
    r"|is) )?(?:already |been )*"
    r"(?:granted|sold|given|held)\b|\b(?:granted|sold|gave) (?:an "
    r"|the )?exclusive (?:\w+ )?licen[sc]e\b"
    r"|已(?:经)?(?:授予|签订|实施)?[^。；，]{0,10}(?:独占|排他|独家)(?:实施)?许可"
    r"|(?:独占|独家)许可给",
    re.I,
)
_HOLDER = re.compile(
    r"\b(?:hold|holds|holding|owns?|obtained|secured|acquired|have|has) (?:an |the )?"
    r"exclusive (?:\w+ ){0,2}(?:licen[sc]e|rights)\b|\bexclusive licensee\b",
    re.I,
)
_AVAILABLE = re.compile(
    r"\bavailable for (?:\w+ ){0,2}licen[sc]|\bnon-?exclusive(?:ly)? (?:\w+ )?licen[sc]"
    r"|\bno exclusive licen[sc]|\bnot (?:yet )?(?:been )?(?:exclusively )?licen[sc]ed\b"
    r"|(?:尚未|未|没有)[^。；，]{0,6}(?:独占|排他|独家)?(?:实施)?许可|可(?:独占|排他"
    r"|普通)?许可|非独占许可",
    re.I,
)
_CONDITIONAL = re.compile(
    r"\b(?:may|could|would|if|option|intends?|seek\w*|offer\w*|propos\w*)\b", re.I
)

OBLIGATIONS: Sequence[tuple[str, re.Pattern[str]]] = (
    (
        "open_source",
        re.compile(
            r"\breleased (?:\w+ ){0,4}open[- ]source\b|\bopen[- ]source licen[sc]e"
            r"|\bunder (?:the|an?) (?:MIT|Apache|BSD|GNU|L?GPL|MPL|EPL"
            r"|Mozilla)\b[^.]{0,20}licen[sc]e"
            r"|开源(?:许可|协议|发布)",
            re.I,
        ),
    ),
    (
        "open_access",
        re.compile(
            r"\bopen access (?:to (?:the )?(?:publications?|results|data)|is required|publication"
            r"|obligation|requirement|condition)|(?:必须|应当?|须)[^。]{0,10}开放获取",
            re.I,
        ),
    ),
    (
        "bayh_dole",
        re.compile(r"\bBayh[- –]Dole\b|\bmarch-in rights?\b|\b37 CFR (?:part )?401\b", re.I),
    ),
    (
        "government_rights",
        re.compile(
            r"\bgovernment[- ]purpose (?:\w+ )?rights?\b|\bGPR\b(?=[^.]{0,20}rights)"
            r"|\bgovernment (?:has|retains|holds|will (?:have|retain)) (?:certain "
            r"|a )?(?:\w+ )?(?:rights|licen[sc]e)"
            r"|\bSBIR data rights\b|国家(?:保留|享有)[^。]{0,12}(?:使用权|许可)|国有知识产权",
            re.I,
        ),
    ),
    (
        "joint_ownership",
        re.compile(
            r"\b(?:jointly|co-?)[- ]?owned (?:by|with)\b|\bjoint ownership\b|共同所有"
            r"|权利?共有|共有(?:专利)?权",
            re.I,
        ),
    ),
    (
        "transfer_approval",
        re.compile(
            r"\bobject to (?:a |the )?transfer of ownership\b"
            r"|\b(?:prior )?(?:approval|consent) (?:of|from|by) "
            r"the (?:funder|granting authority|funding agency)\b|须?经(?:资助方"
            r"|主管部门|出资方)(?:批准|同意)",
            re.I,
        ),
    ),
)
_LICENCE_NAMES = re.compile(
    r"\bopen[- ]source\b|\bMIT\b|\bApache\b|\bBSD\b|\b[AL]?GPL|\bMPL|\bEPL\b|\bCC[- ]BY\b|开源",
    re.I,
)
LICENCE_HINTS = ("licen", "exclusive", "许可")
"""Lower-case words without one of which a text says nothing of licences."""

OBLIGATION_HINTS = (
    "open-source",
    "open source",
    "licen",
    "open access",
    "bayh",
    "march-in",
    "401",
    "rights",
    "owned",
    "ownership",
    "consent",
    "approval",
    "government",
    "开源",
    "开放获取",
    "国家",
    "国有",
    "共同",
    "共有",
    "批准",
    "同意",
)
"""Lower-case words without one of which a text states no obligation."""


def read_exclusive_licence(passages: Sequence[Passage]) -> Reading[bool] | None:
    """Whether somebody already has the exclusive licence, as the texts say.

    Uncertain where it is the owner that holds one, or where it is only intended.
    """
    for passage, _, clause in find_clauses(_AVAILABLE, passages):
        return Reading(False, True, clause.quote, passage.field)
    for passage, _, clause in find_clauses(_LICENSED, passages):
        return Reading(True, not _is_conditional(clause), clause.quote, passage.field)
    for passage, _, clause in find_clauses(_HOLDER, passages):
        return Reading(True, False, clause.quote, passage.field)
    return None


def read_obligations(passages: Sequence[Passage]) -> list[Reading[str]]:
    """The conditions on an achievement that texts state, one reading for each kind."""
    found = []
    for kind, pattern in OBLIGATIONS:
        for passage, _, clause in find_clauses(pattern, passages):
            found.append(Reading(kind, not _is_conditional(clause), clause.quote, passage.field))
            break
    return found


def classify_obligation(words: str) -> str:
    """The kind of a condition stated in a record's own field; 'other' where unknown."""
    if _LICENCE_NAMES.search(words):
        return "open_source"
    return next((kind for kind, pattern in OBLIGATIONS if pattern.search(words)), "other")


def _is_conditional(clause: Clause) -> bool:
    return bool(_CONDITIONAL.search(clause.text))
