"""The block of this app that the market's record page includes, and parts of its own pages."""

from typing import Any

from django import template
from django.http import HttpRequest
from django.utils.safestring import SafeString

from terrace_web.market.models import Record
from terrace_web.market.redaction import RecordView
from terrace_web.matching.forms import RejectionForm
from terrace_web.permissions import rows

register = template.Library()
_MATCHED = ("need", "achievement")


@register.inclusion_tag("matching/_record_links.html", takes_context=True)
def match_links(context: template.Context, view: RecordView) -> dict[str, Any]:
    """Where the record's matches are, for those who may see them; nothing for others."""
    request: HttpRequest = context["request"]
    audience = request.audience
    is_asked = view.kind in _MATCHED and audience.user_id is not None
    seen = Record.objects.filter(rows("matching:record:matches", audience), pk=view.id)
    return {"view": view, "is_shown": is_asked and seen.exists()}


@register.simple_tag
def reject_fields(rejection: RejectionForm, key: str) -> SafeString:
    """The fields that a rejection asks for, in the row of this key."""
    return rejection.draw_fields(key)
