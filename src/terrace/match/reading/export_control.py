"""Export restrictions in texts: which regime, whose nationals, in which words."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from terrace.match.reading.quotes import Clause, Passage, Reading, find_clauses


@dataclass(frozen=True, slots=True)
class Restriction:
    """A restriction: the regime ('ITAR', 'EAR' ...) and who stands outside it.

    ``country`` is the ISO code of the country whose own organisations are
    eligible without a licence, '' where the words do not say. ``owners_only``:
    nobody else can be licensed, as for 'must be U.S. owned and operated'.
    """

    regime: str
    country: str
    owners_only: bool = False


_ITAR = re.compile(r"\bITAR\b|International Traffic in Arms", re.I)
_EAR = re.compile(r"Export Administration Regulation|\bEAR(?:99)?\b(?=[^.]{0,40}\b(?:CFR|export))")
_US_LAWS = re.compile(r"\bU\.?S\.? Export Control Laws?\b", re.I)
_US_OWNED = re.compile(
    r"\bU\.?S\.?[- ]owned and operated\b|\b(?:must|only|require[ds]?|restricted"
    r"|limited)\b[^.]{0,40}"
    r"\bU\.?S\.? (?:citizens?(?:hip)?|persons?|nationals?)\b"
    r"|\bU\.?S\.? (?:citizens?(?:hip)?|persons?|nationals?)"
    r"\b[^.]{0,25}\b(?:only|(?:is|are) required)\b",
    re.I,
)
_CONTROLLED = re.compile(
    r"\bexport[- ]controlled\b|\b(?:subject to|restricted (?:by|under)|falls? under) "
    r"(?:\w+ ){0,3}export[- ]controls?",
    re.I,
)
_CHINA = re.compile(
    r"(?:属于|列入|受到?|涉及|纳入)[^。；;\n]{0,20}(?:出口管制|限制出口|禁止出口)"
    r"|(?:限制|禁止)出口(?:的)?技术(?!目录[^。]{0,6}(?:研究|分析))"
)
_FREE = re.compile(
    r"\b(?:not|no|non|without|never|nor)\b(?!\W+limited)[\w\s,-]{0,30}$|\bfree (?:of|from)\b.*$"
    r"|\b(?:no|without) (?:\w+ )?(?:restrictions?|limitations?)\b.*$",
    re.I | re.S,
)
_FREE_AFTER = re.compile(
    r"^[- ](?:free|exempt)\b|^\s*(?:do(?:es)? not apply|is not applicable)", re.I
)
_FREE_CHINA = re.compile(r"(?:不|未|非|无|没有)[^，。；]{0,4}$")
_REGIMES: Sequence[tuple[re.Pattern[str], Restriction]] = (
    (_US_OWNED, Restriction("US owners", "US", owners_only=True)),
    (_ITAR, Restriction("ITAR", "US")),
    (_EAR, Restriction("EAR", "US")),
    (_US_LAWS, Restriction("US export control", "US")),
    (_CONTROLLED, Restriction("export control", "")),
    (_CHINA, Restriction("CN export control", "CN")),
)
_NONE_STATED = re.compile(
    r"^\s*(?:none|no|n/?a|not (?:applicable|controlled|restricted)|unrestricted|public"
    r"|EAR99|无|不涉及|不适用|否)\s*\.?\s*$",
    re.I,
)
_PLAIN = re.compile(
    r"\b(?:restrict|control|requir|subject|must|comply|complian|govern|regulat)\w*|受"
    r"|属于|列入|限制|禁止",
    re.I,
)
HINTS = ("itar", "traffic in arms", "export", "owned", "citizen", "nationals", "persons", "出口")
"""Lower-case words without one of which a text states no restriction."""


def read_restriction(passages: Sequence[Passage]) -> Reading[Restriction] | None:
    """The export restriction that texts state, None where they state none.

    Several regimes are named together ("ITAR, EAR"); the strictest counts.
    A bare mention ("ITAR experience") is uncertain.
    """
    found = [find for pattern, kind in _REGIMES for find in _find_regime(pattern, kind, passages)]
    if not found:
        return None
    certain = [find for find in found if find.certain]
    first = (certain or found)[0]
    kinds = [find.value for find in certain or found]
    return Reading(_strictest(kinds), bool(certain), first.quote, first.field)


def read_export(words: str, passages: Sequence[Passage]) -> Reading[Restriction] | None:
    """The restriction of a record: its own field first, the texts where that is empty.

    Texts that admit owners of one country only add to a field that names a regime.
    """
    if not words.strip():
        return read_restriction(passages)
    stated, read = read_stated_restriction(words), read_restriction(passages)
    if stated is None or read is None or not (read.certain and read.value.owners_only):
        return stated
    return replace(read, value=_strictest([stated.value, read.value]))


def read_stated_restriction(words: str) -> Reading[Restriction] | None:
    """The restriction a record's own ``export_control`` field states."""
    if not words.strip() or _NONE_STATED.match(words):
        return None
    read = read_restriction([Passage("export_control", words)])
    kind = read.value if read else Restriction(words.strip()[:40], "")
    quote = read.quote if read else words.strip()[:240]
    return Reading(kind, True, quote, "export_control")


def _find_regime(
    pattern: re.Pattern[str], kind: Restriction, passages: Sequence[Passage]
) -> list[Reading[Restriction]]:
    return [
        Reading(
            kind, kind.owners_only or bool(_PLAIN.search(clause.text)), clause.quote, passage.field
        )
        for passage, _, clause in find_clauses(pattern, passages)
        if not _is_denied(clause)
    ]


def _is_denied(clause: Clause) -> bool:
    return bool(
        _FREE.search(clause.before)
        or _FREE_AFTER.search(clause.after)
        or _FREE_CHINA.search(clause.before)
    )


def _strictest(kinds: Sequence[Restriction]) -> Restriction:
    names = list(dict.fromkeys(name for kind in kinds for name in kind.regime.split(", ")))
    countries = {kind.country for kind in kinds if kind.country}
    return Restriction(
        ", ".join(names),
        countries.pop() if len(countries) == 1 else "",
        any(kind.owners_only for kind in kinds),
    )
