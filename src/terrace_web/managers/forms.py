"""What is entered about technology managers."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from terrace_web.accounts.picking import OrganisationsField
from terrace_web.managers.models import Profile
from terrace_web.managers.queries import ManagerView
from terrace_web.market import vocabulary

LANGUAGES = [("en", "English"), ("zh", "中文")]


class ProfileForm(forms.Form):
    """A manager's entry in the registry."""

    fields_of_work = forms.MultipleChoiceField(
        label=_("Fields"), widget=forms.CheckboxSelectMultiple, required=False
    )
    languages = forms.MultipleChoiceField(
        label=_("Languages"),
        choices=LANGUAGES,
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=_("Records in other languages are not proposed; with none ticked, all are."),
    )
    grade = forms.ChoiceField(label=_("Grade"), choices=Profile.Grade.choices)
    capacity = forms.IntegerField(
        label=_("Records at a time"),
        min_value=0,
        max_value=500,
        help_text=_("Proposals stop when there are so many."),
    )
    about = forms.CharField(
        label=_("Experience"),
        widget=forms.Textarea(attrs={"rows": 6}),
        required=False,
        max_length=4000,
        help_text=_("One deal or project a line; proposals are made by them."),
    )
    conflicts = OrganisationsField(
        label=_("Conflicts of interest"),
        required=False,
        help_text=_(
            "Organisations whose records are never in this manager’s charge, one a line; empty a "
            "line to take its organisation off."
        ),
    )
    is_active = forms.BooleanField(label=_("Takes new records"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["fields_of_work"].choices = list(vocabulary.fields().items())

    @classmethod
    def initial_of(cls, profile: Profile) -> dict[str, Any]:
        """What the form begins with."""
        names = ("languages", "grade", "capacity", "about", "is_active")
        chosen = list(profile.conflicts.order_by("name")) if profile.pk else []
        values = {name: getattr(profile, name) for name in names}
        return {**values, "fields_of_work": profile.fields, "conflicts": chosen}

    @property
    def values(self) -> dict[str, Any]:
        """What ``actions.save_profile`` takes."""
        cleaned = dict(self.cleaned_data)
        cleaned["conflicts"] = [each.pk for each in cleaned["conflicts"]]
        return {**cleaned, "fields": cleaned.pop("fields_of_work")}


class ManagerChoice(forms.Form):
    """Another manager than the proposed one."""

    manager = forms.ChoiceField(label=_("Technology manager"))

    def __init__(self, *args: Any, managers: list[ManagerView], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["manager"].choices = [
            # Nobody is put in charge by one press too many.
            ("", _("Choose a technology manager")),
            *((each.id, each.in_a_list) for each in managers),
        ]
