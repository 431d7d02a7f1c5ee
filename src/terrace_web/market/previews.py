"""What somebody else would see of a record once it is published as it stands."""

from copy import copy
from typing import Literal

from terrace_web.accounts.audience import Audience
from terrace_web.flows.models import Run
from terrace_web.market.models import Record
from terrace_web.market.redaction import RecordView, open_groups, view_for

Viewer = Literal["visitor", "member"]


def preview_of(record: Record, viewer: Viewer, language: str) -> RecordView | None:
    """The record as a visitor or a member of another organisation would see it; None: not at all.

    Ask for the permission ``market:record:history`` first: it reads drafts.
    """
    published = copy(record)
    published.run = Run(flow=record.run.flow, version=record.run.version, stage="published")
    audience = _audience(viewer, language)
    if "teaser" not in open_groups(audience, published):
        return None
    return view_for(audience, published)


def _audience(viewer: Viewer, language: str) -> Audience:
    if viewer == "visitor":
        return Audience(language=language)
    # An organisation that owns and was granted nothing.
    return Audience(
        language=language, roles=frozenset({"visitor", "member"}), member_of=frozenset({0})
    )
