"""The page of one record, its versions, and what is similar."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from terrace.readiness import load_scale
from terrace_web.accounts.audience import GROUPS, Audience
from terrace_web.flows.queries import diagram_of, history_of, stage_name
from terrace_web.market.actions import editable_values, is_deletable, restore_version
from terrace_web.market.charts import readiness_chart
from terrace_web.market.differences import compare_versions
from terrace_web.market.display import (
    GROUP_LABELS,
    KIND_ICONS,
    LANGUAGES,
    LEVEL_LABELS,
    SLUGS,
    shown_fields,
)
from terrace_web.market.errors import NotEditable
from terrace_web.market.guard import shows_confidential
from terrace_web.market.listing import cards_of, plural_of
from terrace_web.market.models import Record
from terrace_web.market.moves import offered_moves, roles_for
from terrace_web.market.openings import locks_of
from terrace_web.market.publication import describe_moves
from terrace_web.market.queries import get_record, get_view, returned_with
from terrace_web.market.readiness import profile_of
from terrace_web.market.redaction import RecordView, view_for
from terrace_web.market.sight import note_sight
from terrace_web.market.similar import similar_to
from terrace_web.market.structured import description_of, public_view, structured_data
from terrace_web.permissions import may

_IN_HEAD = (
    "currency",
    "title",
    "summary",
    "body",
    "fields",
    "readiness",
    "title_other",
    "summary_other",
)


@require_safe
def show_record(request: HttpRequest, code: str) -> HttpResponse:
    """A record as far as it is open to the reader; insiders also see where it stands."""
    audience, now = request.audience, timezone.now()
    record = get_record(audience, code)
    view = view_for(audience, record)
    note_sight(view, by=request.user, now=now)
    context = {
        **record_context(view),
        "stage_label": stage_name(record.run, record.run.stage, audience.language),
        "locks": locks_of(audience, record),
        "is_insider": may(audience, "market:record:history", record).allowed,
        "can_edit": may(audience, "market:record:edit", record).allowed,
        **_public_context(record),
    }
    if context["is_insider"]:
        context |= _insider_context(record, audience)
    if roles_for(audience, record):
        context["moves"] = describe_moves(offered_moves(audience, record, now), record, audience)
    return render(request, "market/record.html", context)


@require_safe
def show_similar(request: HttpRequest, code: str) -> HttpResponse:
    """Records like this one; a page of its own without JavaScript."""
    view = get_view(request.audience, code)
    found = similar_to(request.audience, view, today=timezone.localdate())
    context = {"view": view, "cards": cards_of(found)}
    part = "market/_similar.html" if request.htmx else "market/similar.html"
    return render(request, part, context)


@require_safe
@login_required
def show_versions(request: HttpRequest, code: str) -> HttpResponse:
    """Every version of a record, each with what differs from the one before it."""
    record = get_record(request.audience, code, "market:record:history")
    note_sight(view_for(request.audience, record), by=request.user, now=timezone.now())
    context = {
        "view": view_for(request.audience, record),
        "versions": _versions_of(record),
        "can_restore": may(request.audience, "market:record:edit", record).allowed
        and record.run.stage == "draft",
    }
    return render(request, "market/versions.html", context)


@login_required
def restore(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """Make an earlier version the current one, after asking."""
    audience = request.audience
    if request.method == "POST":
        try:
            restore_version(code, number, by=request.user, audience=audience, now=timezone.now())
            messages.success(request, _("Version %(n)s is the current one again.") % {"n": number})
        except NotEditable as error:
            messages.error(request, str(error))
        return redirect("market:versions", code)
    record = get_record(audience, code, "market:record:edit")
    version = record.versions.filter(number=number).first()
    found = (
        compare_versions(record.kind, editable_values(record), version.values) if version else []
    )
    context = {
        "view": view_for(audience, record),
        "number": number,
        "differences": found,
    }
    return render(request, "market/restore.html", context, status=200 if version else 404)


def record_context(view: RecordView) -> dict[str, Any]:
    """What the parts of a record's page need, whoever it is shown to."""
    profile = profile_of(view)
    return {
        "view": view,
        "plural": plural_of(view.kind),
        "list_url": reverse(f"market:{SLUGS[view.kind]}"),
        "kind_icon": KIND_ICONS[view.kind],
        "language_name": LANGUAGES.get(view.language, view.language),
        "paragraphs": _paragraphs(view),
        "fields": shown_fields(view, "teaser", but=_IN_HEAD),
        "field_tags": [text for each in shown_fields(view, "teaser") if each.name == "fields"
                       for text in each.texts],
        "other_language": [each for each in shown_fields(view, "teaser")
                           if each.name in ("title_other", "summary_other")],
        "identity": shown_fields(view, "identity"),
        "confidential": shown_fields(view, "confidential"),
        "profile": profile,
        "profile_chart": readiness_chart(profile, load_scale()) if profile else None,
    }  # fmt: skip


def _paragraphs(view: RecordView) -> dict[str, tuple[str, ...]]:
    shown = {each.name: each.texts for each in shown_fields(view, "teaser")}
    return {name: shown.get(name, ()) for name in ("summary", "body")}


def _public_context(record: Record) -> dict[str, Any]:
    """What search engines and share cards read: only what a visitor sees."""
    seen = public_view(record)
    url = settings.CONFIG.base_url.rstrip("/") + reverse("market:record", args=[record.code])
    if seen is None:
        return {"canonical": url, "is_public": False}
    return {
        "canonical": url,
        "is_public": True,
        "public_title": seen.title,
        "description": description_of(seen),
        "json_ld": structured_data(seen, url),
        "share_card": _share_card(record),
    }


def _share_card(record: Record) -> str:
    try:
        path = reverse("exchange:share_card", args=[record.code])
    except NoReverseMatch:
        return ""
    return settings.CONFIG.base_url.rstrip("/") + path


def _insider_context(record: Record, audience: Audience) -> dict[str, Any]:
    return {
        "levels": [
            (GROUP_LABELS[group], getattr(record, f"{group}_level"),
             LEVEL_LABELS[getattr(record, f"{group}_level")])
            for group in GROUPS
        ],
        "returned": returned_with(record),
        "history": history_of(record.run, audience.language),
        "diagram": diagram_of(record.run, audience.language),
        "is_deletable": is_deletable(record),
        "opens_secret": shows_confidential(record),
        "is_draft": record.run.stage == "draft",
        "can_grant": may(audience, "market:record:grant", record).allowed,
    }  # fmt: skip


def _versions_of(record: Record) -> list[dict[str, Any]]:
    """Newest first: number, who made it and when, and what it changed."""
    kept = list(record.versions.select_related("saved_by"))
    texts = [editable_values(record), *(each.values for each in kept)]
    made = [
        {"number": old.number, "current": place == 0, "by": old.saved_by, "at": old.saved_at,
         "shown_number": number,
         "differences": compare_versions(record.kind, old.values, texts[place])}
        for place, (old, number) in enumerate(
            zip(kept, [record.version, *(each.number for each in kept)], strict=False)
        )
    ]  # fmt: skip
    first = {
        "shown_number": kept[-1].number if kept else record.version,
        "current": not kept, "by": record.created_by, "at": record.created_at, "differences": None,
    }  # fmt: skip
    return [*made, first]
