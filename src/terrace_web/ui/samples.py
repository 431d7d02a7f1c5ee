"""The style guide: every component with sample values, for development and tests."""

import json
from datetime import UTC, date, datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from terrace_web.ui.charts import ChartTable
from terrace_web.ui.labels import LEVELS, RESULTS, STAGES

_QUARTERS = [("2025 Q1", 41, 12), ("2025 Q2", 57, 19), ("2025 Q3", 66, 31), ("2025 Q4", 94, 38)]


class SampleForm(forms.Form):
    """One field of every kind; the name is refused when it is "taken"."""

    title = forms.CharField(
        label=gettext_lazy("Title"), help_text=gettext_lazy("What it is, in one line.")
    )
    summary = forms.CharField(
        label=gettext_lazy("Public summary"), widget=forms.Textarea(attrs={"rows": 3})
    )
    field = forms.ChoiceField(
        label=gettext_lazy("Field"),
        choices=[("", "–"), ("materials", gettext_lazy("Materials")), ("optics", "Optics")],
    )
    deadline = forms.DateField(
        label=gettext_lazy("Deadline"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
    )
    terms = forms.MultipleChoiceField(
        label=gettext_lazy("Terms"),
        required=False,
        choices=[
            ("licence", gettext_lazy("Licence")),
            ("development", gettext_lazy("Development")),
            ("consulting", gettext_lazy("Consulting")),
        ],
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("All that are open to you."),
    )
    level = forms.ChoiceField(
        label=gettext_lazy("Who sees it"),
        choices=[(code, label) for code, (label, _icon, _tone) in LEVELS.items()],
        widget=forms.RadioSelect,
    )
    paper = forms.FileField(label=gettext_lazy("Attachment"), required=False)
    agreed = forms.BooleanField(label=gettext_lazy("Nothing in the summary is confidential."))

    def clean_title(self) -> str:
        """Refuses the title "taken", to show how an error looks."""
        title: str = self.cleaned_data["title"]
        if title == "taken":
            raise ValidationError(_("Another record has this title."))
        return title


def show_components(request: HttpRequest) -> HttpResponse:
    """The style guide; ``?errors=1`` shows its form with errors."""
    form = SampleForm({"title": "taken"}) if request.GET.get("errors") else SampleForm()
    return render(request, "ui/components.html", {"sample": {**_values(request), "form": form}})


def show_points(request: HttpRequest) -> JsonResponse:
    """A few points for the landscape of the style guide."""
    points = [
        {
            "x": (at * 37 % 100) / 100,
            "y": (at * at * 13 % 97) / 97,
            "kind": "need" if at % 3 else "achievement",
            "title": f"Record {at}",
            "fields": ["materials"],
            "url": f"#record-{at}",
        }
        for at in range(60)
    ]
    clusters = [
        {"x": 0.25, "y": 0.7, "label": "Materials"},
        {"x": 0.7, "y": 0.3, "label": "Optics"},
    ]
    return JsonResponse({"points": points, "clusters": clusters})


def _values(request: HttpRequest) -> dict[str, Any]:
    labels = {"achievement": _("Achievements"), "need": _("Needs")}
    return {
        "tabs": _tabs(),
        "stages": list(STAGES),
        "levels": list(LEVELS),
        "results": list(RESULTS),
        "facets": _facets(),
        "cards": _cards(),
        "query": "seal",
        "page": {"number": int(request.GET.get("page") or 4), "last": 19, "total": 374},
        "columns": [{"title": card["title"], "url": card["url"]} for card in _cards()[:2]],
        "rows": _rows(),
        "table": [(card["title"], date(2026, 9, 30), "250,000") for card in _cards()],
        "steps": _steps(),
        "chart": _chart(),
        "radar": _radar(),
        "radar_table": ChartTable([_("Dimension"), _("Level")], [*_DIMENSIONS.items()]),
        "map_url": reverse("component_points"),
        "map_labels": json.dumps(labels, ensure_ascii=False),
    }


def _tabs() -> list[dict[str, Any]]:
    return [
        {"label": _("Overview"), "url": "#content", "active": True},
        {"label": _("Matches"), "url": "#records", "count": 12},
        {"label": _("History"), "url": "#history", "count": 3},
    ]


def _facets() -> list[tuple[str, str, list[tuple[str, Any, int]]]]:
    return [
        ("fields", _("Field"), [("materials", _("Materials"), 214), ("optics", "Optics", 87)]),
        ("readiness", _("Readiness"), [("6", "6", 41), ("4", "4", 33), ("2", "2", 9)]),
        ("level", _("Who sees it"), [("public", LEVELS["public"][0], 301)]),
    ]


def _cards() -> list[dict[str, Any]]:
    body = _(
        "A ceramic seal that keeps abrasive slurries out of pump bearings for longer than "
        "rubber does; tried for 2,000 hours in a copper mine."
    )
    return [
        {
            "title": _("Ceramic seal for slurry pumps"), "url": "#a", "summary": body,
            "kind_label": _("Achievement"), "icon": "flask", "owner": "Coastal Institute",
            "stage": "published", "readiness": 6, "fields": [_("Materials")],
            "meta": [(_("Priority date"), "2024-03-11")],
        },
        {
            "title": _("Seal that runs dry for ten minutes"), "url": "#b", "summary": body,
            "kind_label": _("Need"), "icon": "bulb", "is_blind": True, "stage": "in_review",
            "level": "zone", "readiness": 4, "meta": [(_("Budget"), "250,000 CNY")],
        },
        {
            "title": "渣浆泵用陶瓷密封件", "url": "#c", "language": "zh-hans",
            "summary": "一种陶瓷密封件，使磨蚀性浆料长期不进入泵轴承；已在铜矿试用两千小时。",
            "kind_label": _("Achievement"), "icon": "flask", "owner": "港湾创新区",
            "stage": "draft", "readiness": 8,
        },
    ]  # fmt: skip


def _rows() -> list[dict[str, Any]]:
    return [
        {"label": _("Readiness"), "cells": ["6", "4"], "differs": True},
        {"label": _("Terms"), "cells": [_("Licence"), _("Licence")], "differs": False},
        {"label": _("Owner"), "cells": ["Institute of Coastal Materials", None], "differs": True},
    ]


def _steps() -> list[dict[str, Any]]:
    at = datetime(2026, 6, 1, 9, 30, tzinfo=UTC)
    return [
        {"icon": "edit", "title": _("Draft"), "who": "Ruth Researcher", "at": at},
        {"icon": "send", "title": _("In review"), "who": "Ruth Researcher", "at": at,
         "note": _("The summary is new."), "tone": "info"},
        {"icon": "circle-check", "title": _("Published"), "who": "Mei Manager", "at": at,
         "tone": "good"},
    ]  # fmt: skip


def _chart() -> dict[str, Any]:
    heads = [_("Quarter"), _("Achievements"), _("Needs")]
    return {
        "dataset": {"source": [heads, *map(list, _QUARTERS)]},
        "legend": {},
        "tooltip": {"trigger": "axis"},
        "xAxis": {"type": "category"},
        "yAxis": {},
        "series": [{"type": "bar"}, {"type": "bar"}],
    }


_DIMENSIONS = {"T": 6, "M": 4, "B": 3, "C": 5, "I": 7, "F": 2}


def _radar() -> dict[str, Any]:
    indicator = [{"name": name, "max": 9} for name in _DIMENSIONS]
    return {
        "radar": {"indicator": indicator, "radius": "68%"},
        "series": [{"type": "radar", "data": [{"value": [*_DIMENSIONS.values()]}]}],
    }
