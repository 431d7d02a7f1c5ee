"""``{% load ui %}``: icons, badges, facets and small filters of the components."""

import re
from collections.abc import Iterable
from datetime import date
from typing import Any

from django import template
from django.forms import BoundField, CheckboxInput, CheckboxSelectMultiple, RadioSelect
from django.http import QueryDict
from django.templatetags.static import static
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _

register = template.Library()

STAGES = {
    "draft": (_("Draft"), "secondary"),
    "in_review": (_("In review"), "azure"),
    "published": (_("Published"), "green"),
    "withdrawn": (_("Withdrawn"), "orange"),
    "expired": (_("Expired"), "orange"),
}
LEVELS = {
    "public": (_("Public"), "world"),
    "zone": (_("Zone members"), "building-community"),
    "named": (_("Named organisations"), "users"),
    "private": (_("Private"), "lock"),
}
RESULTS = {
    "met": (_("met"), "green", "circle-check"),
    "unmet": (_("not met"), "red", "circle-x"),
    "unknown": (_("unknown"), "yellow", "help"),
    "needs_judgement": (_("to judge"), "azure", "scale"),
    "not_applicable": (_("not applicable"), "secondary", "minus"),
}
_WORD = re.compile(r"[A-Za-z0-9]+|[\u3400-\u9fff]+")


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """An icon of the sprite; decorative, or with a label that is read out."""
    spoken = format_html('role="img" aria-label="{}"', label) if label else 'aria-hidden="true"'
    return format_html(
        '<svg class="icon" width="20" height="20" {}><use href="{}#{}"></use></svg>',
        mark_safe(spoken),
        static("vendor/icons.svg"),
        name,
    )


@register.simple_tag
def stage_badge(stage: str) -> SafeString:
    """The stage of a record."""
    label, tone = STAGES.get(stage, (stage, "secondary"))
    return format_html('<span class="badge bg-{}-lt">{}</span>', tone, label)


@register.simple_tag
def level_badge(level: str) -> SafeString:
    """Who may see a group of fields."""
    label, name = LEVELS.get(level, (level, "lock"))
    return format_html('<span class="badge badge-outline">{} {}</span>', icon(name), label)


@register.simple_tag
def readiness_badge(level: int | None) -> SafeString:
    """A technology readiness level, where one is known."""
    if level is None:
        return mark_safe("")
    title = _("Technology readiness level %(level)s of 9") % {"level": level}
    return format_html('<span class="badge bg-teal-lt" title="{}">TRL {}</span>', title, level)


@register.simple_tag
def result_badge(result: str) -> SafeString:
    """One of the five results of a criterion."""
    label, tone, name = RESULTS.get(result, (result, "secondary", "help"))
    return format_html('<span class="badge bg-{}-lt">{} {}</span>', tone, icon(name), label)


@register.simple_tag
def per_cent(fraction: float | None, digits: int = 0) -> str:
    """A fraction as per cent."""
    return "" if fraction is None else f"{100 * fraction:.{digits}f}%"


@register.filter
def widget_kind(field: BoundField) -> str:
    """How a field is laid out: checkbox, choices or plain."""
    widget = field.field.widget
    if isinstance(widget, CheckboxSelectMultiple | RadioSelect):
        return "choices"
    return "checkbox" if isinstance(widget, CheckboxInput) else "plain"


@register.filter
def styled(field: BoundField) -> SafeString:
    """The field with its classes, tied to its notes and errors."""
    widget = field.field.widget
    is_select = getattr(widget, "input_type", "") == "select"
    css = "form-check-input" if isinstance(widget, CheckboxInput) else "form-control"
    classes = ["form-select" if is_select else css, widget.attrs.get("class", "")]
    attributes: dict[str, Any] = {"aria-describedby": f"{field.id_for_label}-notes"}
    if field.errors:
        classes.append("is-invalid")
        attributes["aria-invalid"] = "true"
    attributes["class"] = " ".join(filter(None, classes))
    return field.as_widget(attrs=attributes)


@register.filter
def highlight(text: str, query: str) -> SafeString:
    """The text with the words of a query marked; both are escaped."""
    words = [word for word in _WORD.findall(query or "") if len(word) > 1 or not word.isascii()]
    if not words:
        return conditional_escape(text)
    pattern = re.compile("|".join(sorted(map(re.escape, words), key=len, reverse=True)), re.I)
    parts, last = [], 0
    for found in pattern.finditer(text):
        parts += [conditional_escape(text[last : found.start()])]
        parts += [format_html("<mark>{}</mark>", found[0])]
        last = found.end()
    return mark_safe("".join([*parts, conditional_escape(text[last:])]))


@register.filter
def is_past(day: date | None) -> bool:
    """Whether a day lies before today."""
    return day is not None and day < date.today()


@register.simple_tag(takes_context=True)
def with_query(context: template.Context, **changes: Any) -> str:
    """The page's query string with some parameters set (None removes one)."""
    query: QueryDict = context["request"].GET.copy()
    for name, value in changes.items():
        query.pop(name, None)
        values = value if isinstance(value, list | tuple) else [value]
        query.setlist(name, [str(each) for each in values if each is not None])
    return f"?{query.urlencode()}"


@register.simple_tag(takes_context=True)
def toggled_query(context: template.Context, name: str, value: str) -> str:
    """The query string with one value of a facet added or removed, and the first page."""
    query: QueryDict = context["request"].GET.copy()
    values = query.getlist(name)
    kept = [v for v in values if v != value] if value in values else [*values, value]
    query.setlist(name, kept)
    query.pop("page", None)
    return f"?{query.urlencode()}"


@register.inclusion_tag("components/empty.html")
def empty_state(
    sentence: str, icon_name: str = "inbox", url: str = "", action: str = ""
) -> dict[str, str]:
    """What a list shows when there is nothing, and what to do about it."""
    return {"sentence": sentence, "icon_name": icon_name, "url": url, "action": action}


@register.inclusion_tag("components/pagination.html", takes_context=True)
def pagination(context: template.Context, page: int, pages: int) -> dict[str, Any]:
    """Links to the neighbouring pages."""
    near = [n for n in range(1, pages + 1) if n in (1, pages) or abs(n - page) <= 2]
    return {"page": page, "pages": pages, "near": near, "request": context["request"]}


@register.inclusion_tag("components/facet.html", takes_context=True)
def facet(
    context: template.Context, name: str, title: str, counts: Iterable[tuple[str, str, int]]
) -> dict[str, Any]:
    """One facet of a filter panel: (value, label, count) with what is chosen."""
    request = context["request"]
    chosen = request.GET.getlist(name)
    return {
        "name": name,
        "title": title,
        "values": [(value, label, count, value in chosen) for value, label, count in counts],
        "request": request,
    }


@register.inclusion_tag("components/stat.html")
def stat(label: str, value: Any, icon_name: str = "chart-bar", url: str = "") -> dict[str, Any]:
    """A figure with its name."""
    return {"label": label, "value": value, "icon_name": icon_name, "url": url}
