"""The form of a record, made of what its kind declares, in three groups by who may see them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from terrace.errors import InputError
from terrace.sources.values import parse_currency
from terrace_web.accounts.audience import GROUPS, Group
from terrace_web.accounts.models import Organisation
from terrace_web.market import vocabulary
from terrace_web.market.display import (
    GROUP_HELP,
    GROUP_LABELS,
    LANGUAGE_LABEL,
    LANGUAGES,
    LEVEL_HELP,
    LEVEL_LABELS,
)
from terrace_web.market.inputs import ListField, NumberField, RegionsField, YesNoField
from terrace_web.market.kinds import Field, fields_of
from terrace_web.market.models import Level, Record
from terrace_web.ui.regions import RegionField

_LONGEST = {
    "title": 300,
    "waiver": 400,
    "currency": 12,
    "summary": 2_000,
    "summary_other": 2_000,
}
_LINE, _TEXT = 400, 20_000
_PAST_EXPIRY = _("It lies in the past: choose a later day or leave it out.")
_OWN_PAGE = ("works", "assessment")
_DEFAULT_LEVELS: Mapping[str, str] = {
    "teaser": Level.PUBLIC,
    "identity": Level.PUBLIC,
    "confidential": Level.NAMED,
}


@dataclass(frozen=True, slots=True)
class FieldGroup:
    """The fields of one group with the choice of who may see them."""

    group: Group
    label: str | Promise
    help: str | Promise
    level: forms.BoundField
    fields: list[forms.BoundField]


class RecordForm(forms.Form):
    """All fields of a kind; none is needed for a draft, the flow asks for them later."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    language = forms.ChoiceField(
        label=LANGUAGE_LABEL,
        choices=[("", _("As it is written")), *LANGUAGES.items()],
        required=False,
    )

    def __init__(self, kind: str, *args: Any, **kwargs: Any) -> None:
        self.kind = kind
        super().__init__(*args, **kwargs)
        for group in GROUPS:
            self.fields[f"{group}_level"] = _level_field(group)
            for field in _entered(kind, group):
                self.fields[field.name] = _form_field(field)

    def clean_currency(self) -> str:
        """A code, also from a common name or sign of a currency.

        Raises:
            ValidationError: it is none.
        """
        try:
            return parse_currency(self.cleaned_data["currency"])
        except InputError:
            raise forms.ValidationError(_("Write three letters, such as CNY or EUR.")) from None

    def clean(self) -> dict[str, Any]:
        """What no draft should say, because it is wrong whatever comes."""
        said: dict[str, Any] = super().clean() or {}
        low, high = said.get("budget_min"), said.get("budget_max")
        if low is not None and high is not None and low > high:
            self.add_error("budget_max", _("It is below the lowest budget."))
        if (said.get("priority_date") or date.min) > timezone.localdate():
            self.add_error("priority_date", _("It lies in the future: leave it out until then."))
        if (said.get("expires") or date.max) < timezone.localdate():
            self.add_error("expires", _PAST_EXPIRY)
        return said

    @property
    def groups(self) -> Iterator[FieldGroup]:
        """The groups in order, for the page."""
        for group in GROUPS:
            yield FieldGroup(
                group=group,
                label=GROUP_LABELS[group],
                help=GROUP_HELP[group],
                level=self[f"{group}_level"],
                fields=[self[field.name] for field in _entered(self.kind, group)],
            )

    def values(self) -> dict[str, Any]:
        """What was entered and can be read, by field; what cannot is left out."""
        entered = {field.name for field in _entered(self.kind)}
        return {name: said for name, said in self.cleaned_data.items() if name in entered}

    def levels(self) -> dict[str, str]:
        """Who may see each group, as far as it was said."""
        said = {group: self.cleaned_data.get(f"{group}_level") for group in GROUPS}
        return {group: level for group, level in said.items() if level}


class RenewalForm(forms.Form):
    """Until when an expired record is offered anew."""

    expires = forms.DateField(
        label=_("Published until"),
        help_text=_("A later day; empty: without an end."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        input_formats=["%Y-%m-%d"],
        required=False,
    )

    def clean_expires(self) -> date | None:
        """A day that is not past, or none."""
        expires: date | None = self.cleaned_data["expires"]
        if (expires or date.max) < timezone.localdate():
            raise forms.ValidationError(_PAST_EXPIRY)
        return expires


class OwnerForm(forms.Form):
    """Which of the user's organisations a new record belongs to."""

    owner = forms.ModelChoiceField(label=_("Belongs to"), queryset=Organisation.objects.none())

    def __init__(self, owners: Sequence[Organisation], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen = self.fields["owner"]
        assert isinstance(chosen, forms.ModelChoiceField)
        chosen.queryset = Organisation.objects.filter(pk__in=[each.pk for each in owners])
        chosen.empty_label = None
        self.initial.setdefault("owner", owners[0].pk if owners else None)


def form_values(record: Record, stored: Mapping[str, Any]) -> dict[str, Any]:
    """The initial values of the form for a record; ``stored`` as ``editable_values`` gives it."""
    return {**stored, "version": record.version}


def first_values() -> dict[str, Any]:
    """The initial values of a new record."""
    return {f"{group}_level": level for group, level in _DEFAULT_LEVELS.items()}


def _entered(kind: str, *groups: Group) -> list[Field]:
    return [field for field in fields_of(kind, *groups) if field.type not in _OWN_PAGE]


def _level_field(group: Group) -> forms.ChoiceField:
    said = [
        (level, _("%(label)s: %(said)s") % {"label": label, "said": LEVEL_HELP[level]})
        for level, label in LEVEL_LABELS.items()
    ]
    return forms.ChoiceField(
        label=_("Who may see this part once it is published"), choices=said, required=False
    )


def _form_field(field: Field) -> forms.Field:
    shared: dict[str, Any] = {
        "label": field.label,
        "help_text": field.help,
        "required": False,
    }
    made = _MAKERS[field.type](field, shared)
    if field.needed:
        made.widget.attrs["data-needed"] = ""
    return made


def _line(field: Field, shared: dict[str, Any]) -> forms.Field:
    return forms.CharField(max_length=_LONGEST.get(field.name, _LINE), **shared)


def _text(field: Field, shared: dict[str, Any]) -> forms.Field:
    longest = _LONGEST.get(field.name, _TEXT)
    rows = 4 if longest < _TEXT else 8
    widget = forms.Textarea(attrs={"rows": rows, "data-counter": ""})
    return forms.CharField(max_length=longest, widget=widget, **shared)


def _date(field: Field, shared: dict[str, Any]) -> forms.Field:
    # A date input reads and gives ISO dates whatever the language is.
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(widget=widget, input_formats=["%Y-%m-%d"], **shared)


def _level(field: Field, shared: dict[str, Any]) -> forms.Field:
    choices = [("", "—"), *((str(level), str(level)) for level in range(1, 10))]
    return forms.TypedChoiceField(choices=choices, coerce=int, empty_value=None, **shared)


def _fields(field: Field, shared: dict[str, Any]) -> forms.Field:
    return forms.MultipleChoiceField(
        choices=lambda: list(vocabulary.fields().items()),
        widget=forms.CheckboxSelectMultiple,
        **shared,
    )


def _terms(field: Field, shared: dict[str, Any]) -> forms.Field:
    return forms.MultipleChoiceField(
        choices=lambda: list(vocabulary.terms().items()),
        widget=forms.CheckboxSelectMultiple,
        **shared,
    )


_MAKERS = {
    "line": _line,
    "text": _text,
    "date": _date,
    "level": _level,
    "fields": _fields,
    "terms": _terms,
    "number": lambda _field, shared: NumberField(**shared),
    "truth": lambda _field, shared: YesNoField(**shared),
    "list": lambda field, shared: ListField(words=field.name == "keywords", **shared),
    "region": lambda _field, shared: RegionField(**shared),
    "regions": lambda _field, shared: RegionsField(**shared),
}
