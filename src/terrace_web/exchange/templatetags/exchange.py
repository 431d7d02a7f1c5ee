"""Blocks of this app that the market's pages include, each with its own small query."""

from typing import Any

from django import template
from django.http import HttpRequest

from terrace_web.exchange.attachments import groups_to_change
from terrace_web.exchange.following import is_followed, kept_query
from terrace_web.exchange.views.attachments import file_context
from terrace_web.market.redaction import RecordView
from terrace_web.permissions import may
from terrace_web.predicates import IN_REVIEW, PUBLISHED

register = template.Library()


@register.inclusion_tag("exchange/follow_button.html", takes_context=True)
def follow_button(context: template.Context, view: RecordView) -> dict[str, Any]:
    """Follow, or follow no longer; visitors are led to sign in."""
    request: HttpRequest = context["request"]
    is_user = request.user.is_authenticated
    return {
        "request": request,
        "view": view,
        "user": request.user,
        "followed": is_user and is_followed(request.user, view.id),
    }


@register.inclusion_tag("exchange/attachments.html", takes_context=True)
def attachments(context: template.Context, view: RecordView, can_edit: bool) -> dict[str, Any]:
    """The files of a record, and for its editors the form to add one."""
    groups = groups_to_change(view.stage) if can_edit else []
    return {**file_context(view, groups), "request": context["request"]}


@register.inclusion_tag("exchange/record_tools.html", takes_context=True)
def record_tools(context: template.Context, view: RecordView) -> dict[str, Any]:
    """Print, export and share one record; officers also change who is in charge."""
    request: HttpRequest = context["request"]
    plans = may(request.audience, "managers:assign").allowed
    return {
        "view": view,
        "can_export": may(request.audience, "market:export").allowed,
        "can_assign": plans and view.stage in (PUBLISHED, IN_REVIEW),
    }


@register.inclusion_tag("exchange/export_links.html", takes_context=True)
def export_links(context: template.Context, kind: str) -> dict[str, Any]:
    """Export, feed and saving of a list with its current filters."""
    request: HttpRequest = context["request"]
    return {
        "kind": kind,
        "query": kept_query(request.GET),
        "can_export": may(request.audience, "market:export").allowed,
        "can_follow": may(request.audience, "market:follow").allowed,
    }


@register.inclusion_tag("exchange/discovery.html", takes_context=True)
def discovery(context: template.Context, kind: str) -> dict[str, Any]:
    """The links in a page's head by which feed readers find a list's feeds."""
    return {"kind": kind, "query": kept_query(context["request"].GET)}
