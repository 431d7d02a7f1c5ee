"""How the fields of a record are shown: labels, and values as texts."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils import formats
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from terrace.readiness import load_scale
from terrace_web.accounts.audience import Group
from terrace_web.market import vocabulary
from terrace_web.market.kinds import Field
from terrace_web.market.models import Level
from terrace_web.market.redaction import RecordView
from terrace_web.ui.regions import region_label

Label = str | Promise

GROUP_LABELS: Mapping[str, Label] = {
    "teaser": gettext_lazy("Public part"),
    "identity": gettext_lazy("Identity"),
    "confidential": gettext_lazy("Confidential part"),
}
GROUP_HELP: Mapping[str, Label] = {
    "teaser": gettext_lazy("What is searched and matched. Write it so that everybody may read it."),
    "identity": gettext_lazy(
        "Who stands behind it: the organisation's name, inventors, contact. Opened to named "
        "organisations only, the record is blind: others see it without a name."
    ),
    "confidential": gettext_lazy(
        "Never searched, matched or quoted. Opened to organisations one by one, under an agreement."
    ),
}
LEVEL_LABELS: Mapping[str, Label] = dict(Level.choices)
LEVEL_HELP: Mapping[str, Label] = {
    "public": gettext_lazy("search engines included"),
    "zone": gettext_lazy("after they sign in"),
    "named": gettext_lazy("those you name or consent to"),
    "private": gettext_lazy("nobody else, not even in the zone"),
}
LANGUAGE_LABEL = gettext_lazy("Language of the record")
LANGUAGES: Mapping[str, str] = {"en": "English", "zh": "中文"}
KIND_PLURALS: Mapping[str, Label] = {
    "achievement": gettext_lazy("Achievements"),
    "need": gettext_lazy("Needs"),
    "company": gettext_lazy("Companies"),
    "expert": gettext_lazy("Experts"),
    "equipment": gettext_lazy("Equipment"),
    "service": gettext_lazy("Services"),
}
KIND_ICONS: Mapping[str, str] = {
    "achievement": "flask",
    "need": "bulb",
    "company": "building-factory-2",
    "expert": "user-circle",
    "equipment": "microscope",
    "service": "briefcase",
}
SLUGS: Mapping[str, str] = {
    "achievement": "achievements",
    "need": "needs",
    "company": "companies",
    "expert": "experts",
    "equipment": "equipment",
    "service": "services",
}


@dataclass(frozen=True, slots=True)
class Shown:
    """A filled field: ``texts`` are paragraphs (type text), entries (lists) or one value."""

    name: str
    label: str
    type: str
    texts: tuple[str, ...]
    url: str = ""


def shown_fields(view: RecordView, *groups: Group, but: Sequence[str] = ()) -> list[Shown]:
    """The filled fields of these groups that are open, as texts."""
    return [
        Shown(
            name=field.name,
            label=str(field.label),
            type=field.type,
            texts=tuple(_texts(field, value, view)),
            url=value if _is_address(field, value) else "",
        )
        for field, value in view.shown(*groups)
        if field.name not in but
    ]


def say_value(field: Field, value: Any) -> str:
    """A field's value as one text, as a version keeps it (dates as text)."""
    if value in (None, "", []):
        return ""
    if field.type == "assessment":
        return _say_assessment(value)
    return "\n".join(_plain_texts(field, value))


def field_label(code: str) -> str:
    """The name of a field of technology."""
    return str(vocabulary.fields().get(code, code))


def term_label(code: str) -> str:
    """The name of a term of transfer."""
    return str(vocabulary.terms().get(code, code))


def _texts(field: Field, value: Any, view: RecordView) -> list[str]:
    if field.type == "number" and ("price" in field.name or "budget" in field.name):
        currency = str(view.values.get("currency") or "")
        return [f"{_say_number(value)} {currency}".strip()]
    return _plain_texts(field, value)


def _plain_texts(field: Field, value: Any) -> list[str]:
    if field.type == "text":
        return [each.strip() for each in str(value).split("\n") if each.strip()]
    if field.name == "languages":
        return [LANGUAGES.get(each, each) for each in value]
    say_entry = _SAY_ENTRIES.get(field.type)
    return [say_entry(each) for each in value] if say_entry else [_say_one(field, value)]


def _say_work(work: Mapping[str, Any]) -> str:
    return str(work.get("title") or work.get("id") or "")


_SAY_ENTRIES: Mapping[str, Callable[[Any], str]] = {
    "list": str,
    "fields": field_label,
    "terms": term_label,
    "regions": region_label,
    "works": _say_work,
}


def _say_one(field: Field, value: Any) -> str:
    if field.type == "region":
        return region_label(value)
    if field.type == "truth":
        return _("Yes") if value else _("No")
    if field.type == "number":
        return _say_number(value)
    if field.type == "date":
        day = date.fromisoformat(value) if isinstance(value, str) else value
        return formats.date_format(day, "DATE_FORMAT")
    return str(value)


def _say_number(value: Any) -> str:
    number = float(value)
    return f"{int(number):,}" if number.is_integer() else f"{number:,}"


def _say_assessment(value: Mapping[str, Any]) -> str:
    """Enough to see that something changed, and what."""
    language = get_language() or "en"
    names = {each.id: each.name.in_language(language) for each in load_scale().dimensions}
    pattern = _("%(label)s: %(said)s")
    profile = value.get("profile")
    if profile is not None:
        lines = [(names.get(name, name), level) for name, level in profile.items()]
    else:
        lines = [
            (f"{names.get(name, name)} {level}", _say_answer(said))
            for name, levels in value.items()
            for level, said in levels.items()
        ]
    return "\n".join(pattern % {"label": label, "said": said} for label, said in lines)


def _say_answer(said: Mapping[str, str]) -> str:
    answers = {"yes": _("Yes"), "no": _("No"), "unknown": _("Not known")}
    answer = answers.get(said.get("answer", ""), said.get("answer", ""))
    parts = (answer, said.get("evidence", ""), said.get("link", ""))
    return " · ".join(part for part in parts if part)


def _is_address(field: Field, value: Any) -> bool:
    return field.name == "website" and str(value).startswith(("https://", "http://"))
