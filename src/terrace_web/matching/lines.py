"""The lines that evidence consists of: requirements, gates, score parts, decisions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from terrace.match.contributions import Contribution
from terrace.match.explain import RequirementVerdict
from terrace.match.figures import FigureCheck
from terrace.match.gates import load_gates
from terrace_web.market.kinds import fields_of
from terrace_web.matching.models import Decision
from terrace_web.ui.days import write_days

_READ_ELSEWHERE = {
    "texts": gettext_lazy("Language of its texts"),
    "owner_name": gettext_lazy("Owner"),
}
"""What gates read besides the fields of a kind."""

_CODED_TYPES = ("number", "date", "level", "terms", "fields", "truth")
_LOOKS: Mapping[str, tuple[str, str]] = {
    "shortlist": ("star", "good"),
    "reject": ("x", "bad"),
    "later": ("clock-pause", "warn"),
    "undo": ("arrow-back-up", "neutral"),
}


@dataclass(frozen=True, slots=True)
class Quote:
    """Words of one of the two records: whose, of which field (its label), and what."""

    side: str
    field: str
    text: str
    language: str = ""


@dataclass(frozen=True, slots=True)
class RequirementLine:
    """What the need asks for, the verdict of the achievement's own words, and these words.

    ``is_title`` where it is the need's title, which says the same in short.
    """

    text: str
    language: str
    verdict: str
    quote: Quote | None
    shared_words: tuple[str, ...]
    figures: tuple[FigureCheck, ...]
    is_title: bool

    @property
    def marked(self) -> str:
        """The words to mark in the quote."""
        return " ".join(self.shared_words)


@dataclass(frozen=True, slots=True)
class GateLine:
    """One gate: its name, result and sentence in the audience's language, and what it read."""

    id: str
    name: str
    result: str
    reason: str
    closes: str
    quotes: list[Quote]


@dataclass(frozen=True, slots=True)
class Part:
    """What a feature adds to the score, in plain words; ``share`` is its part of the strongest."""

    name: str
    points: float
    share: float

    @property
    def per_cent(self) -> int:
        """The share as a bar shows it."""
        return round(100 * self.share)


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """A decision as the audience may read it: nameless and without reason where not for them."""

    title: str
    icon: str
    tone: str
    at: datetime
    who: str
    note: str


def name_gates(ids: Sequence[str], language: str) -> list[str]:
    """What gates are called; an id that no gate has any more stays as it is."""
    names = {gate.id: gate.name for gate in load_gates()}
    is_chinese = language.startswith("zh")
    return [
        (names[each].zh if is_chinese else names[each].en) if each in names else each
        for each in ids
    ]


def make_gate_line(row: Mapping[str, Any], language: str) -> GateLine:
    """A row of ``evaluate_gates`` in one language ("en" or "zh")."""
    reason = write_days(row[f"reason_{language}"])
    quotes = _quotes_of(row["quote"], row["quote_source"])
    return GateLine(
        id=row["gate"],
        name=name_gates([row["gate"]], language)[0],
        result=str(row["result"]),
        reason=reason,
        closes=write_days(row[f"closes_{language}"]),
        # What the sentence says already need not be quoted.
        quotes=[each for each in quotes if each.text not in reason],
    )


def _quotes_of(texts: str, sources: str) -> list[Quote]:
    """One quote per line of the core's two columns: words, and ``kind id field``."""
    found = []
    for text, source in zip(texts.splitlines(), sources.splitlines(), strict=False):
        side, _id, place = source.partition(" ")
        name = place.rpartition(" ")[2]
        if name not in _coded(side):
            found.append(Quote(side, _label_of(side, name), text))
    return found


def _coded(kind: str) -> set[str]:
    """Fields whose values are codes, days or figures: the gate's sentence says them in words."""
    fields = fields_of(kind, "teaser")
    return {
        "languages",
        "texts",
        *(each.core or each.name for each in fields if each.type in _CODED_TYPES),
    }


def _label_of(kind: str, name: str) -> str:
    labels = {field.core or field.name: field.label for field in fields_of(kind, "teaser")}
    return str(labels.get(name) or _READ_ELSEWHERE.get(name) or name.replace("_", " "))


def make_requirement(verdict: RequirementVerdict) -> RequirementLine:
    """The core's verdict with the quoted field's label."""
    said = verdict.quote
    label = _label_of("achievement", said.part) if said else ""
    return RequirementLine(
        text=verdict.requirement.text,
        language=verdict.requirement.language,
        verdict=verdict.verdict,
        quote=Quote("achievement", label, said.text, said.language) if said else None,
        shared_words=verdict.shared_words,
        figures=verdict.figures,
        is_title=verdict.requirement.part == "title",
    )


def make_part(contribution: Contribution, largest: float, *, is_chinese: bool) -> Part:
    """A contribution beside the largest one of its pair."""
    name = contribution.name_zh if is_chinese else contribution.name_en
    return Part(name, contribution.points, abs(contribution.points) / largest)


def make_history_line(decision: Decision, *, is_open: bool) -> HistoryLine:
    """A decision, with name and reason only where they are open to the reader."""
    icon, tone = _LOOKS[decision.choice]
    said = filter(None, [decision.get_cause_display(), decision.reason])
    return HistoryLine(
        title=decision.get_choice_display(),
        icon=icon,
        tone=tone,
        at=decision.at,
        who=str(decision.by) if is_open else _("by one of those concerned"),
        note=_(": ").join(said) if is_open else "",
    )
