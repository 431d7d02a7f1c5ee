"""``{% load ui %}``: the components as tags; /ui/components shows each with sample values."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import Any

from django import template
from django.forms import BoundField
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from terrace_web.ui import addresses
from terrace_web.ui.charts import ChartTable, table_of
from terrace_web.ui.labels import LEVELS, RESULTS, STAGES, html_language_of, script_language_of
from terrace_web.ui.marking import mark_words
from terrace_web.ui.navigation import Section
from terrace_web.ui.regions import region_label

register = template.Library()
Context = dict[str, Any]
Counts = Sequence[tuple[str, str, int]]
THEMES = ("light", "dark")

register.filter("html_language", html_language_of)
register.filter("script_language", script_language_of)
register.filter("highlight", mark_words)
register.filter("region_name", region_label)


@register.filter
def listed(words: Iterable[object]) -> str:
    """Words in a row as the page's language separates them."""
    between = "、" if (get_language() or "").startswith("zh") else ", "
    return between.join(str(word) for word in words)


@register.simple_tag
def theme_attribute(request: HttpRequest | str) -> SafeString:
    """`` data-bs-theme="dark"`` where a cookie says so; else the system's setting holds."""
    theme = request.COOKIES.get("theme") if isinstance(request, HttpRequest) else None
    return format_html(' data-bs-theme="{}"', theme) if theme in THEMES else mark_safe("")


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """An icon of ``ui/icons.txt``: decoration, or with a label that is read out."""
    return _draw_icon(name, str(label))


@lru_cache(maxsize=1_000)
def _draw_icon(name: str, label: str) -> SafeString:
    spoken = format_html('role="img" aria-label="{}"', label) if label else 'aria-hidden="true"'
    return format_html(
        '<svg class="icon" width="20" height="20" {}><use href="{}#{}"></use></svg>',
        mark_safe(spoken),
        static("vendor/icons.svg"),
        name,
    )


@register.simple_tag
def badge(text: str, tone: str = "neutral", icon_name: str = "") -> SafeString:
    """A short word in a colour; tones: neutral, info, good, warn, bad, accent."""
    drawn = icon(icon_name) if icon_name else ""
    return format_html('<span class="tag tag-{}">{}{}</span>', tone, drawn, text)


@register.simple_tag
def stage_badge(stage: str, label: str = "") -> SafeString:
    """Where something stands in its flow; ``label`` for stages of other flows than publication."""
    known, tone = STAGES.get(stage, (stage, "neutral"))
    return badge(label or str(known), tone)


@register.simple_tag
def level_badge(level: str) -> SafeString:
    """Who may see a group of fields."""
    label, icon_name, tone = LEVELS.get(level, (level, "lock", "neutral"))
    return badge(str(label), tone, icon_name)


@register.simple_tag
def result_badge(result: str) -> SafeString:
    """One of the five results of a criterion."""
    label, icon_name, tone = RESULTS.get(result, (result, "help", "neutral"))
    return badge(str(label), tone, icon_name)


@register.simple_tag
def readiness_badge(level: int | None, highest: int = 9) -> SafeString:
    """A readiness level as steps and number; nothing where it is unknown."""
    return _draw_readiness(level, highest, get_language())


@lru_cache(maxsize=200)
def _draw_readiness(level: int | None, highest: int, _language: str) -> SafeString:
    said = {"level": level, "highest": highest, "steps": _steps(level or 0, highest)}
    return render_to_string("components/readiness.html", said)


@register.simple_tag
def drawn_once(template_name: str, sections: Iterable[Section]) -> SafeString:
    """A part of every page that says nothing but these sections of the navigation."""
    return _draw_sections(template_name, tuple(sections))


@lru_cache(maxsize=1_000)
def _draw_sections(template_name: str, sections: tuple[Section, ...]) -> SafeString:
    return render_to_string(template_name, {"sections": sections})


@register.simple_tag
def per_cent(fraction: float | None, digits: int = 0) -> str:
    """A fraction as per cent."""
    return "" if fraction is None else f"{100 * fraction:.{digits}f}%"


@register.filter
def styled(field: BoundField) -> SafeString:
    """The field's widget alone; class, notes and errors come from ``ui.forms.BoundField``."""
    return field.as_widget()


@register.filter
def is_past(day: date | None) -> bool:
    """Whether a day lies before today."""
    return day is not None and day < timezone.localdate()


@register.simple_tag(takes_context=True)
def with_query(context: Context, **changes: Any) -> str:
    """The page's query string with some parameters set (None removes one)."""
    return addresses.with_values(context["request"].GET, **changes)


@register.simple_tag(takes_context=True)
def toggled_query(context: Context, name: str, value: object) -> str:
    """The query string with one value of a facet added or removed, and the first page."""
    return addresses.toggled(context["request"].GET, name, value)


@register.inclusion_tag("components/empty.html")
def empty_state(
    sentence: str, icon_name: str = "inbox", url: str = "", action: str = "", hint: str = ""
) -> Context:
    """What a list shows when there is nothing, and what to do about it."""
    return {
        "sentence": sentence, "icon_name": icon_name, "url": url, "action": action, "hint": hint,
    }  # fmt: skip


@register.inclusion_tag("components/pagination.html", takes_context=True)
def pagination(
    context: Context, page: int, pages: int, total: int | None = None, target: str = ""
) -> Context:
    """Links to the other pages; with ``target`` (a selector) htmx swaps that part alone."""
    query = context["request"].GET
    return {
        "page": page,
        "pages": pages,
        "total": total,
        "links": addresses.page_links(query, page, pages),
        "previous": addresses.with_values(query, page=page - 1) if page > 1 else "",
        "following": addresses.with_values(query, page=page + 1) if page < pages else "",
        "target": target,
    }


@register.inclusion_tag("components/sort_header.html", takes_context=True)
def sort_header(context: Context, name: str, label: str, css: str = "") -> Context:
    """A column's head that orders the table by ``?order=name`` and turns it round."""
    query, state = addresses.order_address(context["request"].GET, name)
    return {"query": query, "state": state, "label": label, "css": css}


@register.inclusion_tag("components/facet.html", takes_context=True)
def facet(context: Context, name: str, title: str, counts: Counts) -> Context:
    """One facet of a filter form: (value, label, count) with what is chosen, most first."""
    chosen = context["request"].GET.getlist(name)
    values = [(value, label, count, str(value) in chosen) for value, label, count in counts]
    return {"name": name, "title": title, "values": values, "chosen": len(chosen)}


@register.inclusion_tag("components/chips.html", takes_context=True)
def filter_chips(
    context: Context, facets: Iterable[tuple[str, str, Counts]], target: str = ""
) -> Context:
    """What the list is narrowed to, each with a link that drops it: (name, title, counts)."""
    return {"chips": addresses.chips_of(context["request"].GET, facets), "target": target}


@register.inclusion_tag("components/stat.html")
def stat(
    label: str, value: Any, icon_name: str = "chart-bar", url: str = "",
    *, unit: str = "", note: str = "",
) -> Context:  # fmt: skip
    """A figure with its name."""
    return {
        "label": label, "value": value, "icon_name": icon_name, "url": url,
        "unit": unit, "note": note,
    }  # fmt: skip


@register.filter
def with_errors(fields: Iterable[BoundField]) -> list[BoundField]:
    """The fields that are marked as wrong."""
    return [field for field in fields if field.errors]


@register.filter
def grouped(value: Any) -> str:
    """A count as people read it: 120,000."""
    return f"{value:,}" if isinstance(value, int) else str(value)


@register.inclusion_tag("components/tabs.html")
def tabs(entries: Sequence[Mapping[str, Any]], label: str = "") -> Context:
    """Links to the parts of a page: label, url, active, count."""
    return {"entries": entries, "label": label}


@register.inclusion_tag("components/breadcrumbs.html")
def breadcrumbs(*parts: str) -> Context:
    """Label, address, label, address ...; a last label without address is the page itself."""
    pairs = [(parts[at], parts[at + 1]) for at in range(0, len(parts) - 1, 2)]
    return {"pairs": pairs, "here": parts[-1] if len(parts) % 2 else ""}


@register.inclusion_tag("components/copy_button.html")
def copy_button(text: str, label: str = "") -> Context:
    """Puts ``text`` on the clipboard."""
    return {"text": text, "label": label}


@register.inclusion_tag("components/compare.html")
def compare(
    columns: Sequence[Mapping[str, Any]], rows: Iterable[Mapping[str, Any]], caption: str = ""
) -> Context:
    """Things side by side: columns {title, url}, rows {label, cells, differs}."""
    return {"columns": columns, "rows": rows, "caption": caption}


@register.inclusion_tag("components/record_card.html")
def record_card(card: Any, query: str = "") -> Context:
    """A record in a list: title, url, and whatever of the other parts the card has."""
    return {"card": card, "query": query}


@register.inclusion_tag("components/chart.html")
def chart(
    name: str, option: Mapping[str, Any], label: str,
    height: str = "md", table: ChartTable | None = None,
) -> Context:  # fmt: skip
    """An ECharts option as picture and as table; heights: sm, md, lg."""
    found = table or table_of(option)
    return {"name": name, "option": option, "label": label, "height": height, "table": found}


def _steps(level: int, highest: int) -> list[dict[str, Any]]:
    """Rising steps, four units wide, the first ``level`` of them filled."""
    heights = [4 + round(10 * step / max(highest - 1, 1)) for step in range(highest)]
    return [
        {"x": 4 * step, "y": 14 - height, "height": height, "filled": step < level}
        for step, height in enumerate(heights)
    ]
