"""Regions in forms: shown and entered by their names, kept by their codes."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from terrace.regions import read_region, region_name, region_names

_LONGEST = 60


def region_label(code: str) -> str:
    """What a region is called in the language of the page."""
    return region_name(code, get_language() or "en")


class RegionInput(forms.TextInput):
    """A line with all regions to choose from as one types."""

    template_name = "ui/region_input.html"

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """With the names to choose from."""
        context = super().get_context(name, value, attrs)
        names = region_names(get_language() or "en").values()
        list_id = f"{context['widget']['attrs'].get('id', name)}_regions"
        context["widget"]["attrs"]["list"] = list_id
        return {**context, "list_id": list_id, "names": names}


class RegionField(forms.CharField):
    """A country, or a part of one; gives its code."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", RegionInput)
        super().__init__(max_length=_LONGEST, **kwargs)

    def prepare_value(self, value: Any) -> Any:
        """The name; what was typed stays."""
        return region_label(value) if isinstance(value, str) else value

    def clean(self, value: Any) -> str:
        """The code.

        Raises:
            ValidationError: no region is called so.
        """
        return check_region(super().clean(value))


def check_region(text: str) -> str:
    """The code of a region given by code or name; '' for ''.

    Raises:
        ValidationError: no region is called so.
    """
    code = read_region(text) if text else ""
    if code is None:
        raise ValidationError(
            _("No region is called “%(name)s”. Write a country, a province or a code: CN-SN."),
            params={"name": text},
        )
    return code
