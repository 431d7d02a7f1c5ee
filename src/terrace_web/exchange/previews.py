"""What the page of an import shows of its rows and of the records it made."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from terrace_web.accounts.audience import Audience
from terrace_web.exchange.columns import core_name, entered_fields
from terrace_web.exchange.models import Import
from terrace_web.market.display import Label, say_value
from terrace_web.market.listing import card_of
from terrace_web.market.queries import views_by_id
from terrace_web.market.redaction import RecordView

_SHOWN_RECORDS = 20
_LONGEST = 160
OUTCOME_LABELS: Mapping[str, Label] = {
    "new": gettext_lazy("New"),
    "updated": gettext_lazy("Changed"),
    "unchanged": gettext_lazy("Unchanged"),
    "kept": gettext_lazy("Left as published"),
    "bad": gettext_lazy("With problems"),
}
OUTCOME_TONES = {"new": "good", "updated": "info", "unchanged": "neutral", "kept": "warn",
                 "bad": "bad"}  # fmt: skip
OUTCOME_ICONS = {"new": "plus", "updated": "edit", "unchanged": "check", "kept": "lock",
                 "bad": "alert-triangle"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class HeadTable:
    """The first rows as they would be stored: headings, and cells with row and outcome."""

    columns: list[str]
    rows: list[dict[str, Any]]


def outcome_labels(job: Import) -> list[dict[str, Any]]:
    """Each outcome that there is, with how many rows have it."""
    return [
        {"name": name, "label": label, "count": job.counts[name], "icon": OUTCOME_ICONS[name]}
        for name, label in OUTCOME_LABELS.items()
        if job.counts.get(name) or (name in ("new", "updated", "unchanged") and job.counts)
    ]


def head_table(job: Import) -> HeadTable:
    """The filled fields of the first rows, as a record's page would say them."""
    filled = {name for row in job.head for name in row["values"]}
    fields = [field for field in entered_fields(job.kind) if field.name in filled]
    rows = [
        {
            "row": row["row"],
            "key": row["key"],
            "outcome": OUTCOME_LABELS[row["outcome"]],
            "tone": OUTCOME_TONES[row["outcome"]],
            "cells": [_cut(say_value(field, row["values"].get(field.name))) for field in fields],
        }
        for row in job.head
    ]
    return HeadTable([str(field.label) for field in fields], rows)


def shown_problems(job: Import, most: int) -> list[dict[str, Any]]:
    """The first problems and notes in the page's language, with the labels of their fields."""
    labels = {}
    for field in entered_fields(job.kind):
        labels[core_name(job.kind, field) or field.name] = str(field.label)
        labels[field.name] = str(field.label)
    is_other = (get_language() or "en")[:2] != job.language[:2]
    return [
        {
            **each,
            **(each.get("other", {}) if is_other else {}),
            "field": labels.get(each["field"], each["field"]),
        }
        for each in job.problems[:most]
    ]


def imported_views(audience: Audience, job: Import) -> list[dict[str, Any]]:
    """Cards of the first records an import made or changed, as far as they are visible."""
    ids = [*map(int, job.made), *job.changed][:_SHOWN_RECORDS]
    return [card_of(view, shows_stage=True) for view in views_by_id(audience, ids)]


def refused_views(audience: Audience, job: Import) -> list[tuple[RecordView, str]]:
    """The drafts that could not be submitted, each with the reasons."""
    reasons = {each["id"]: each["reason"] for each in job.refusals}
    return [(view, reasons[view.id]) for view in views_by_id(audience, list(reasons))]


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else _("%(beginning)s…") % {"beginning": text[:_LONGEST]}
