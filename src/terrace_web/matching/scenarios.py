"""Who could use an achievement: the needs it fits, by field, and companies by their own works."""

from collections import defaultdict
from dataclasses import dataclass

import polars as pl
from django.http import Http404

from terrace.match.companies import find_own_companies
from terrace.match.matcher import ABSTAIN_BELOW
from terrace.records import to_frame
from terrace_web.accounts.audience import Audience
from terrace_web.index import queries as index
from terrace_web.market.catalogue import catalogue
from terrace_web.market.display import field_label
from terrace_web.market.models import Record
from terrace_web.market.queries import get_record, visible_to
from terrace_web.market.redaction import RecordView, view_for
from terrace_web.market.snapshots import core_record
from terrace_web.matching.queries import visible_pairs, with_records
from terrace_web.matching.rows import PairRow, make_rows
from terrace_web.matching.states import with_state
from terrace_web.permissions import mask

_NEEDS, _COMPANIES = 40, 12
_UNCLAIMED = 5
"""How many are shown of what the matcher claims nothing of."""


@dataclass(frozen=True, slots=True)
class CompanyFit:
    """A company that could use it, and how sure the matcher is."""

    view: RecordView
    confidence: float
    claims: bool


@dataclass(frozen=True, slots=True)
class Scenarios:
    """The needs by their first field ('' where a need names none), and the companies."""

    record: RecordView
    fields: list[tuple[str, list[PairRow]]]
    companies: list[CompanyFit]

    @property
    def claimed(self) -> list[CompanyFit]:
        """The companies of which the matcher claims something."""
        return [each for each in self.companies if each.claims]

    @property
    def unclaimed(self) -> list[CompanyFit]:
        """The first of the others: near by their works, no more."""
        return [each for each in self.companies if not each.claims][:_UNCLAIMED]


def list_scenarios(audience: Audience, code: str) -> Scenarios:
    """Who could use an achievement, among those the audience may see.

    Raises:
        Http404: there is no such achievement, or it is not visible.
        PermissionDenied: it is visible, but its matches are not.
    """
    record = get_record(audience, code, "matching:record:matches")
    if record.kind != "achievement":
        raise Http404
    view = view_for(audience, record)
    return Scenarios(view, _group_needs(audience, record), _find_companies(audience, record, view))


def _group_needs(audience: Audience, record: Record) -> list[tuple[str, list[PairRow]]]:
    pairs = with_state(
        visible_pairs(audience).filter(achievement=record, need__run__stage="published")
    )
    best = with_records(pairs.exclude(state="reject").order_by("-confidence", "pk")[:_NEEDS])
    kept = [each for each in best if each.confidence >= ABSTAIN_BELOW] or best[:_UNCLAIMED]
    grouped: dict[str, list[PairRow]] = defaultdict(list)
    for pair, row in zip(kept, make_rows(audience, kept, asked="achievement"), strict=True):
        grouped[next(iter(pair.need.fields), "")].append(row)
    return [(field_label(code) if code else "", rows) for code, rows in grouped.items()]


def _find_companies(audience: Audience, record: Record, view: RecordView) -> list[CompanyFit]:
    asked = to_frame("achievement", [core_record(view)])
    allowed = _companies_for(audience, record)
    if allowed.is_empty():
        return []
    found = index.match("company", asked, top=_COMPANIES * 2, allowed=allowed)
    records = {
        r.code: r for r in visible_to(audience).filter(code__in=found["company_id"].to_list())
    }
    views = {code: view_for(audience, each) for code, each in records.items()}
    own = find_own_companies(asked, to_frame("company", map(core_record, views.values())))
    taken = set(own["company_id"])
    return [
        CompanyFit(views[row["company_id"]], row["confidence"], row["confidence"] >= ABSTAIN_BELOW)
        for row in found.iter_rows(named=True)
        if row["company_id"] in views and row["company_id"] not in taken
    ][:_COMPANIES]


def _companies_for(audience: Audience, record: Record) -> pl.Series:
    """The codes of visible companies but those of the owner."""
    visible = catalogue.frame().filter(
        (pl.col("kind") == "company")
        & (pl.col("stage") == "published")
        & (pl.col("owner_id") != record.owner_id)
        & mask("market:record:see", audience)
    )
    return visible["code"]
