"""What search engines and other sites read of a public record: schema.org and a description."""

import json
from typing import Any

from django.utils.safestring import SafeString, mark_safe

from terrace_web.accounts.audience import VISITOR
from terrace_web.market.display import field_label
from terrace_web.market.models import Record
from terrace_web.market.redaction import RecordView, open_groups, view_for

_TYPES = {
    "achievement": "CreativeWork",
    "need": "Demand",
    "company": "Organization",
    "expert": "Person",
    "equipment": "Product",
    "service": "Service",
}
_ESCAPES = {ord(">"): "\\u003E", ord("<"): "\\u003C", ord("&"): "\\u0026"}
_DESCRIPTION = 200


def public_view(record: Record) -> RecordView | None:
    """The record as a visitor sees it, None where a visitor sees nothing."""
    return view_for(VISITOR, record) if "teaser" in open_groups(VISITOR, record) else None


def structured_data(view: RecordView, url: str) -> SafeString:
    """JSON-LD of what a visitor sees; safe inside a script element."""
    said = json.dumps(_describe(view, url), ensure_ascii=False)
    return mark_safe(said.translate(_ESCAPES))


def description_of(view: RecordView) -> str:
    """One line for search engines and share cards."""
    text = " ".join(view.summary.split())
    return text if len(text) <= _DESCRIPTION else f"{text[: _DESCRIPTION - 1].rstrip()}…"


def _describe(view: RecordView, url: str) -> dict[str, Any]:
    fields = [field_label(code) for code in view.values.get("fields") or []]
    words = [*fields, *(view.values.get("keywords") or [])]
    found = {
        "@context": "https://schema.org",
        "@type": _TYPES[view.kind],
        "@id": url,
        "url": url,
        "identifier": view.code,
        "name": view.title,
        "description": description_of(view),
        **_details(view, words),
    }
    return {name: value for name, value in found.items() if value}


def _details(view: RecordView, words: list[str]) -> dict[str, Any]:
    owner = {"@type": "Organization", "name": view.owner.name} if view.owner else None
    match view.kind:
        case "achievement":
            published = view.published_at.date().isoformat() if view.published_at else ""
            return {
                "inLanguage": view.language,
                "keywords": ", ".join(words),
                "creator": owner,
                "datePublished": published,
            }
        case "need":
            deadline = view.values.get("deadline")
            ends = deadline.isoformat() if deadline else ""
            return {"availabilityEnds": ends, "areaServed": view.values["region"]}
        case "service":
            return {"provider": owner, "serviceType": ", ".join(words[:5])}
        case "equipment":
            return {"model": view.values.get("model"), "category": ", ".join(words)}
        case "expert":
            return {"knowsAbout": words, "affiliation": owner}
        case _:
            return {"knowsAbout": words, "sameAs": view.values.get("website")}
