"""Several candidates of one record side by side."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.http import Http404

from terrace_web.accounts.audience import Audience
from terrace_web.market.display import shown_fields
from terrace_web.market.kinds import fields_of
from terrace_web.market.models import Record
from terrace_web.market.queries import get_record, visible_to
from terrace_web.market.redaction import RecordView, view_for
from terrace_web.matching.asking import OTHER, Side
from terrace_web.matching.evidence import SEES, Evidence, gather
from terrace_web.matching.lines import GateLine, RequirementLine
from terrace_web.matching.queries import side_of

MOST_COMPARED = 4


@dataclass(frozen=True, slots=True)
class Comparison:
    """A record and 2 to 4 candidates side by side.

    ``fields`` are (label, texts in the order of the candidates); ``gates`` likewise with
    lines. ``matrix`` has a requirement of the need, whether it is the title that is not
    counted, and each candidate's verdict; it is empty where the candidates are needs, which
    ask for different things.
    """

    record: RecordView
    candidates: list[Evidence]
    others: list[RecordView]
    fields: list[tuple[str, list[tuple[str, ...]]]]
    gates: list[tuple[str, list[GateLine]]]
    matrix: list[tuple[str, bool, list[RequirementLine | None]]]

    @property
    def columns(self) -> list[dict[str, object]]:
        """The candidates with their views."""
        pairs = zip(self.candidates, self.others, strict=True)
        return [{"evidence": evidence, "view": view} for evidence, view in pairs]

    @property
    def span(self) -> int:
        """How many columns the table has."""
        return len(self.candidates) + 1


def compare_candidates(
    audience: Audience, code: str, candidates: Sequence[str], *, now: datetime
) -> Comparison:
    """Up to four candidates of a record side by side; what is not visible is left out.

    Raises:
        Http404, PermissionDenied: see ``permissions.require``; or no candidate is left.
    """
    record = get_record(audience, code, SEES)
    side = side_of(record)
    others = _read_candidates(audience, OTHER[side], candidates)
    if not others:
        raise Http404
    pairs = [(record, other) if side == "need" else (other, record) for other in others]
    found = gather(audience, pairs, now=now)
    views = [view_for(audience, other) for other in others]
    return Comparison(
        record=view_for(audience, record),
        candidates=found,
        others=views,
        fields=_align_fields(views),
        gates=_align_gates(found),
        matrix=_align_requirements(found) if side == "need" else [],
    )


def _read_candidates(audience: Audience, kind: Side, codes: Sequence[str]) -> list[Record]:
    wanted = list(dict.fromkeys(codes))[:MOST_COMPARED]
    found = {r.code: r for r in visible_to(audience).filter(kind=kind, code__in=wanted)}
    return [found[code] for code in wanted if code in found]


def _align_fields(views: Sequence[RecordView]) -> list[tuple[str, list[tuple[str, ...]]]]:
    """The fields that at least one of them fills, as far as each shows them."""
    shown = [{each.name: each for each in shown_fields(view, "teaser")} for view in views]
    labels = {name: each.label for fields in shown for name, each in fields.items()}
    ordered = [field.name for field in fields_of(views[0].kind) if field.name in labels]
    return [
        (labels[name], [fields[name].texts if name in fields else () for fields in shown])
        for name in ordered
    ]


def _align_gates(found: Sequence[Evidence]) -> list[tuple[str, list[GateLine]]]:
    by_gate = zip(*(each.gates for each in found), strict=True)
    return [(lines[0].name, list(lines)) for lines in by_gate]


def _align_requirements(
    found: Sequence[Evidence],
) -> list[tuple[str, bool, list[RequirementLine | None]]]:
    """By the requirement's text: how a need is cut depends on the candidate's language."""
    said = [{each.text: each for each in one.requirements} for one in found]
    texts = dict.fromkeys(text for verdicts in said for text in verdicts)
    titles = {
        each.text
        for one in found
        for each in one.requirements
        if each.is_title and len(one.requirements) > one.total
    }
    return [(text, text in titles, [verdicts.get(text) for verdicts in said]) for text in texts]
