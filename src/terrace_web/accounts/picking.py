"""Choosing organisations in forms where a zone has too many for a list."""

import re
from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Case, IntegerField, Q, Value, When
from django.urls import reverse_lazy
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from terrace_web.accounts.models import Organisation
from terrace_web.ui.templatetags.ui import listed

_CODE = re.compile(r"\[([^\[\]]+)\]$")
_SUGGESTED, _NEARBY, _SPARE = 12, 3, 2


def search_organisations(text: str, most: int = _SUGGESTED) -> list[Organisation]:
    """Organisations with the text in a name or as their code; names that begin so come first."""
    said = text.strip()
    if not said:
        return []
    begins = Q(name__istartswith=said) | Q(name_zh__istartswith=said)
    within = Q(name__icontains=said) | Q(name_zh__icontains=said) | Q(code__iexact=said)
    place = Case(When(begins, then=Value(0)), default=Value(1), output_field=IntegerField())
    return list(Organisation.objects.filter(within).order_by(place, "name", "pk")[:most])


def label_of(organisation: Organisation) -> str:
    """The name with the code, which tells two of one name apart."""
    return f"{organisation.name_in(get_language() or 'en')} [{organisation.code}]"


def find_organisation(text: str) -> Organisation:
    """The organisation that a label, a code or a whole name stands for.

    Raises:
        ValidationError: there is none, or several have the name.
    """
    said = text.strip()
    labelled = _CODE.search(said)
    code = labelled[1] if labelled else said
    named = Q(name__iexact=said) | Q(name_zh__iexact=said)
    by_code = Organisation.objects.filter(code=code).first()
    found = [by_code] if by_code else list(Organisation.objects.filter(named)[: _NEARBY + 1])
    if len(found) == 1:
        return found[0]
    raise ValidationError(_refuse(said, found))


def _refuse(said: str, found: Sequence[Organisation]) -> str:
    near = [label_of(each) for each in (found or search_organisations(said, _NEARBY))]
    if not near:
        return _("No organisation is called “%(name)s”.") % {"name": said}
    said_of = {"name": said, "near": listed(near[:_NEARBY])}
    return _("“%(name)s” does not say which organisation. Close are: %(near)s.") % said_of


class OrganisationInput(forms.TextInput):
    """A line that offers organisations as one types."""

    template_name = "accounts/organisation_input.html"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        address = reverse_lazy("organisation_options")
        super().__init__({"data-options": address, "autocomplete": "off", **(attrs or {})})

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """With the place of the options."""
        context = super().get_context(name, value, attrs)
        list_id = f"{context['widget']['attrs'].get('id', name)}_options"
        context["widget"]["attrs"]["list"] = list_id
        return {**context, "list_id": list_id}


class OrganisationField(forms.CharField):
    """One organisation, by name or code."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", OrganisationInput)
        kwargs.setdefault("help_text", _("Type a part of the name and choose."))
        super().__init__(max_length=400, **kwargs)

    def prepare_value(self, value: Any) -> Any:
        """The label; what was typed stays."""
        return label_of(value) if isinstance(value, Organisation) else value

    def clean(self, value: Any) -> Any:
        """The organisation, or None.

        Raises:
            ValidationError: none or several are called so.
        """
        said = super().clean(value)
        return find_organisation(said) if said else None


class OrganisationsInput(OrganisationInput):
    """A line for each organisation, and some spare ones."""

    template_name = "accounts/organisations_input.html"

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """With a line for each of the values, the first of which has the label."""
        context = super().get_context(name, None, attrs)
        values = [*(value or ()), *[""] * _SPARE]
        return {
            **context,
            "lines": [self._line(context["widget"], *each) for each in enumerate(values)],
        }

    def _line(self, widget: dict[str, Any], place: int, value: str) -> dict[str, Any]:
        attrs = dict(widget["attrs"])
        if place:
            del attrs["id"]
            attrs["aria-label"] = _("Another organisation")
        return {**widget, "value": value, "attrs": attrs}

    def format_value(self, value: Any) -> Any:
        """Lines stay lines."""
        return value

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[str]:
        """What was typed, without empty lines."""
        return [said for said in map(str.strip, data.getlist(name)) if said]


class OrganisationsField(forms.Field):
    """Several organisations, by name or code, one a line."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", OrganisationsInput)
        super().__init__(**kwargs)

    def prepare_value(self, value: Any) -> Any:
        """Their labels; what was typed stays."""
        return [label_of(e) if isinstance(e, Organisation) else e for e in value or ()]

    def clean(self, value: Any) -> list[Organisation]:
        """The organisations, each once.

        Raises:
            ValidationError: one is none, or not only one.
        """
        found = [find_organisation(said) for said in super().clean(value) or ()]
        return list({each.pk: each for each in found}.values())
