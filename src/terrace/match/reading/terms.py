"""Terms of a deal as codes, so that 'License' offered meets 'licensing' or 许可 wanted."""

import re
from collections.abc import Iterable, Sequence

_TERMS: Sequence[tuple[str, re.Pattern[str]]] = tuple(
    (code, re.compile(pattern, re.I))
    for code, pattern in (
        ("non_exclusive_licence", r"\bnon[- ]?exclusive\b|普通许可|非独占"),
        ("exclusive_licence", r"\bexclusive\b|独占|排他|独家"),
        ("licence", r"\blicen[sc]|许可"),
        ("equity", r"\bequity\b|\bshares?\b|\bspin-?(?:off|out)\b|入股|股权"),
        (
            "joint_development",
            r"\b(?:joint|co-?)\s?-?develop|\bcollaborat|\bpartnership\b|(?:合作|联合)",
        ),
        ("transfer", r"\btransfer\b|\bassignment\b|\bsale\b|\bbuy-?out\b|转让"),
        ("development", r"\bcontract (?:research|development)\b|\bdevelopment\b|委托|开发"),
        ("consulting", r"\bconsult|咨询"),
        ("service", r"\bservices?\b|服务"),
    )
)
# An offer covers what is narrower or wider than itself only where nobody would object.
_IMPLIED = {"non_exclusive_licence": ("licence",), "exclusive_licence": ("licence",)}


def term_code(term: str) -> str:
    """The code of a term ('licence', 'transfer' ...); an unknown term stays, in lower case."""
    tidy = " ".join(term.lower().replace("_", " ").split())
    return next((code for code, pattern in _TERMS if pattern.search(tidy)), tidy)


def wanted_terms(terms: Iterable[str]) -> list[str]:
    """The codes of the terms a need would accept."""
    return list(dict.fromkeys(term_code(term) for term in terms if term.strip()))


def offered_terms(terms: Iterable[str]) -> list[str]:
    """The codes of the terms offered, with what they imply."""
    codes = wanted_terms(terms)
    return list(dict.fromkeys([*codes, *(i for code in codes for i in _IMPLIED.get(code, ()))]))
