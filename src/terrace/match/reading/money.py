"""Budgets in texts: what one contract or project may cost, never the size of a whole fund."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from terrace.match.reading.quotes import Clause, Passage, Reading, find_clauses


@dataclass(frozen=True, slots=True)
class Amount:
    """An amount of money with the ISO code of its currency."""

    value: float
    currency: str


_CURRENCIES = {
    "£": "GBP", "gbp": "GBP", "€": "EUR", "eur": "EUR", "euro": "EUR", "euros": "EUR",
    "$": "USD", "us$": "USD", "usd": "USD", "元": "CNY", "人民币": "CNY", "rmb": "CNY",
    "cny": "CNY", "元人民币": "CNY", "欧元": "EUR", "美元": "USD", "英镑": "GBP",
}  # fmt: skip
_SCALES = {
    "k": 1e3, "thousand": 1e3, "m": 1e6, "mn": 1e6, "million": 1e6, "bn": 1e9, "b": 1e9,
    "billion": 1e9, "千": 1e3, "万": 1e4, "百万": 1e6, "千万": 1e7, "亿": 1e8,
}  # fmt: skip
_NUMBER = r"\d{1,3}(?:[,\s]\d{3})+(?:\.\d+)?(?!\d)|\d+(?:\.\d+)*"
_POINTS_GROUP = re.compile(r"[1-9]\d{0,2}(?:\.\d{3})+")
_AMOUNT = re.compile(
    rf"(?P<sign>£|€|US\$|(?<![A-Za-z])\$|\b(?:EUR|GBP|USD|RMB|CNY)\b|人民币)\s?(?P<a>{_NUMBER})"
    r"\s?(?P<scale_a>k|mn?|bn?|thousand|million|billion|千万|百万|千|万|亿)?(?![A-Za-z])(?:元)?"
    rf"|(?P<b>{_NUMBER})\s?"
    r"(?P<scale_b>[km]|mn|bn|thousand |million |billion |千万|百万|千|万|亿)?\s?"
    r"(?P<unit>元人民币|人民币|欧元|美元|英镑|元|\b(?:euros?|EUR|GBP|USD|RMB|CNY)\b)",
    re.I,
)
_LIMIT = re.compile(
    r"\b(?:up to|maximum(?: (?:of|budget|amount|grant|value))*|max\.?|no more than"
    r"|not (?:to )?exceed(?:ing)?|at most"
    r"|less than|below|cap(?:ped)? (?:at|of)|budget(?: (?:of|is|for \w+))*)"
    r"(?:[\s:]+(?:of|is|a|an|total|the|about|around|approximately|between)\b)*\s*$"
    r"|(?:不超过|最高|至多|上限为?|以内|不高于|预算(?:为|金额)?(?:约|不超过)?|最多)[:：]?\s*$",
    re.I,
)
_LOWER_END = re.compile(
    r"(?:£|€|\$)?\s*[\d.,]+\s*(?:k|m|million|万)?\s*(?:[-–—~至到]|to|and)\s*$", re.I
)
_AFTER_LIMIT = re.compile(r"^\s*(?:以内|以下|之内|maximum\b|max\b)", re.I)
_ONE_PROJECT = re.compile(
    r"\b(?:per|each|every) (?:\w+ )?(?:projects?|organi[sz]ations?|compan\w+"
    r"|business\w*|applicants?|proposals?|grants?|awards?|phase|contract)\b"
    r"|\bproject funding\b|\bgrants? (?:of )?(?:worth )?(?:up to|between)\b"
    r"|\bproject(?:s'?)? (?:\w+ ){0,3}(?:costs?|range|size|budget)"
    r"|\b(?:total )?(?:eligible|project) costs?\b|\b(?:for|under) this (?:award"
    r"|contract|project)\b|\bour budget\b|预算|项目|合同|每项|单个|投入|采购",
    re.I,
)
_WHOLE_FUND = re.compile(
    r"\bshare (?:of|in)\b|\b(?:fund|scheme|programme|program|pot|competition|call"
    r"|portfolio)\b(?! for each)|\btotal (?:\w+ ){0,2}budget\b"
    r"|\binvest(?:ed|ing|ments?|s)?\b|\ballocate|\btotal funding\b|\bin loans\b"
    r"|\bsavings?\b|\bannual|\bturnover|\brevenue|\bsales\b|\bmarket\b|\bworth\b"
    r"|\bsav(?:e|es|ing|ings)\b|\bloss|\badditional\b"
    r"|产值|销售|利润|效益|损失|营收|市场规模|节约",
    re.I,
)
_FUNDING = re.compile(
    r"\bfund(?:ed|s|ing)?\b|\bgrants?\b|\bawards?\b|\bappl(?:y|ications?) for\b"
    r"|\bcontracts?\b|\bcontribution"
    r"|\bsupport\b|\bloans?\b|\bprojects?\b|\bbudgets?\b|\bbid\b|\bavailable\b|\breceive\b"
    r"|预算|资助|经费|项目|合同|投入|采购|资金|出资|费用",
    re.I,
)
_OTHER_COST = re.compile(
    r"\b(?:unit|production|recurring|life[- ]?cycle|repair|system|target"
    r"|low) (?:\w+ )?(?:costs?|prices?)\b"
    r"|\bcosts? (?:avoid|goal|target|objective|structure|of (?:an?|the|single"
    r"|reproducible)\b|(?:of )?less|no more|below)"
    r"|\bper (?:kwh?|kg|unit|ton|m2|year|annum|day|ship|mine|foot|base|copy|vessel)\b"
    r"|\bthird part(?:y|ies)\b|单价|成本",
    re.I,
)
HINTS = ("£", "€", "$", "eur", "gbp", "usd", "rmb", "cny", "元", "人民币", "英镑")
"""Lower-case words without one of which a text names no amount."""


def read_budget(passages: Sequence[Passage]) -> Reading[Amount] | None:
    """The most that one project may cost, as the texts say.

    Only an amount with words of a limit counts ("up to £50,000"); it is certain
    where the sentence says that it is for one project or contract. Amounts that
    are shared out among many, turnovers and unit prices are left out.
    """
    found = []
    for passage, match, clause in find_clauses(_AMOUNT, passages):
        if _is_limit(clause) and _is_budget(clause):
            certain = bool(_ONE_PROJECT.search(clause.text))
            found.append(Reading(_amount_of(match), certain, clause.quote, passage.field))
    return max(found, key=lambda reading: reading.certain, default=None)


def _is_limit(clause: Clause) -> bool:
    before = _LOWER_END.sub("", clause.before) or clause.before
    return bool(_LIMIT.search(before) or _AFTER_LIMIT.match(clause.after)) or (
        bool(_LOWER_END.search(clause.before)) and bool(_ONE_PROJECT.search(clause.text))
    )


def _is_budget(clause: Clause) -> bool:
    if _WHOLE_FUND.search(_near(clause)) or _OTHER_COST.search(clause.text):
        return False
    return bool(_FUNDING.search(clause.text))


def _near(clause: Clause) -> str:
    return clause.before[-50:] + " " + clause.after[:40]


def _amount_of(match: re.Match[str]) -> Amount:
    number = re.sub(r"[,\s]", "", match["a"] or match["b"])
    # Continental portals write 100.000 for a hundred thousand.
    if _POINTS_GROUP.fullmatch(number):
        number = number.replace(".", "")
    scale = (match["scale_a"] or match["scale_b"] or "").strip().lower()
    sign = (match["sign"] or match["unit"]).strip().lower()
    return Amount(float(number) * _SCALES.get(scale, 1.0), _CURRENCIES[sign])
