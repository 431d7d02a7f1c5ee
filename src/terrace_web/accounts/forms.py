"""What people enter about themselves and their organisations."""

import re
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.core import context
from django import forms
from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from terrace_web.accounts.domains import RESERVED_CODES, check_domain
from terrace_web.accounts.invited import remembered_invitation
from terrace_web.accounts.models import Membership, Organisation, User
from terrace_web.accounts.organisations import roles_in
from terrace_web.ui.regions import RegionField

_UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069]")
"""Control characters, and what turns the direction of all that follows on a page."""


def read_name(text: str) -> str:
    """A person's name without what nobody sees.

    Raises:
        ValidationError: nothing is left.
    """
    if name := _UNSEEN.sub("", text).strip():
        return name
    raise forms.ValidationError(forms.Field.default_error_messages["required"])


class SignupForm(forms.Form):
    """What signing up asks for beside address and password."""

    name = forms.CharField(label=_("Your name"), max_length=120)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # This form is not given the request; allauth keeps it.
        if invitation := remembered_invitation(context.request.session):
            self.initial.setdefault("email", invitation.email)

    def signup(self, request: HttpRequest, user: User) -> None:
        """Store the name and the language the page was read in."""
        user.name = self.cleaned_data["name"]
        user.language = getattr(request, "LANGUAGE_CODE", "en")
        user.save(update_fields=["name", "language"])

    def clean_name(self) -> str:
        """The name as it is kept."""
        return read_name(self.cleaned_data["name"])


class ProfileForm(forms.ModelForm[User]):
    """What people say of themselves."""

    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)

    class Meta:
        """The fields people change themselves."""

        model = User
        fields = ("name", "language", "mails")
        labels = {"name": _("Your name")}  # noqa: RUF012
        help_texts = {  # noqa: RUF012
            "mails": _("Mails about your account's safety always come.")
        }

    def clean_name(self) -> str:
        """The name as it is kept."""
        return read_name(self.cleaned_data["name"])


class ClosingForm(forms.Form):
    """What shows that it is the owner who closes an account."""

    password = forms.CharField(
        label=_("Your password"),
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    address = forms.CharField(label=_("Type your e-mail address to confirm"))

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._user = user
        # Who always signs in elsewhere has no password to be asked for.
        del self.fields["address" if user.has_usable_password() else "password"]

    def clean_password(self) -> str:
        """The user's password; guesses are counted as at signing in."""
        password = str(self.cleaned_data["password"])
        if not get_adapter().reauthenticate(self._user, password):
            raise forms.ValidationError(_("This is not your password."))
        return password

    def clean_address(self) -> str:
        """The user's own address."""
        address = str(self.cleaned_data["address"]).strip().lower()
        if address != self._user.email:
            raise forms.ValidationError(_("This is not the address of your account."))
        return address


_CODE = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9_-]{0,78}[A-Za-z0-9])?")


_KINDS = [
    ("", _("Choose a kind")),
    # There is one zone, and it is there.
    *(each for each in Organisation.Kind.choices if each[0] != Organisation.Kind.ZONE),
]


class OrganisationForm(forms.ModelForm[Organisation]):
    """An organisation of the zone."""

    region = RegionField(label=_("Region"), required=False)
    website = forms.URLField(label=_("Website"), assume_scheme="https", required=False)

    class Meta:
        """All but what the platform keeps."""

        model = Organisation
        fields = ("code", "kind", "name", "name_zh", "region", "website", "email_domain", "about")
        widgets = {"about": forms.Textarea(attrs={"rows": 5})}  # noqa: RUF012
        help_texts = {  # noqa: RUF012
            "code": _("Stands in links and never changes: letters, digits and hyphens.")
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            # Both stand in links and permissions; they do not change.
            del self.fields["code"], self.fields["kind"]
        else:
            self.fields["kind"].choices = _KINDS
        if self.instance.kind == Organisation.Kind.ZONE:
            # Its roles are given one by one; nobody joins by an address.
            del self.fields["email_domain"]

    def clean_code(self) -> str:
        """A code that can stand in an address, and is no page's.

        Raises:
            ValidationError: it cannot, is one, or is another organisation's.
        """
        code = str(self.cleaned_data["code"]).strip()
        if not _CODE.fullmatch(code):
            raise forms.ValidationError(_("Use letters, digits and hyphens alone."))
        if code in RESERVED_CODES:
            raise forms.ValidationError(_("This word is taken by a page; choose another code."))
        if Organisation.objects.filter(code=code).exists():
            raise forms.ValidationError(_("Another organisation has this code."))
        return code

    def clean_email_domain(self) -> str:
        """The bare domain."""
        return check_domain(self.cleaned_data["email_domain"])

    @property
    def values(self) -> dict[str, Any]:
        """What ``organisations.save_organisation`` takes."""
        return dict(self.cleaned_data)


class RegistrationForm(forms.Form):
    """An organisation somebody asks to be registered."""

    name = forms.CharField(
        label=_("Name in English"),
        max_length=200,
        required=False,
        help_text=_("One of the two names is enough."),
    )
    name_zh = forms.CharField(label=_("Name in Chinese"), max_length=200, required=False)
    kind = forms.ChoiceField(
        label=_("Kind"),
        choices=_KINDS,
    )
    domain = forms.CharField(
        label=_("Web domain"),
        max_length=200,
        required=False,
        help_text=_("Such as lab.example. With a confirmed address there, colleagues join freely."),
    )
    reason = forms.CharField(
        label=_("What it does, and what you do there"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("The zone's officers read this."),
    )

    def clean(self) -> dict[str, Any]:
        """What has one name has it in both languages.

        Raises:
            ValidationError: it has none.
        """
        given = super().clean() or {}
        if not given.get("name") and not self.errors.get("name"):
            if not given.get("name_zh"):
                self.add_error("name", _("Give the name in one language at least."))
            given["name"], given["name_zh"] = given.get("name_zh", ""), ""
        return given

    def clean_domain(self) -> str:
        """The bare domain."""
        return check_domain(self.cleaned_data["domain"])


class InvitationForm(forms.Form):
    """Somebody to invite."""

    email = forms.EmailField(label=_("E-mail address"))
    role = forms.ChoiceField(label=_("Role"))
    language = forms.ChoiceField(
        label=_("Language of the mail"), choices=settings.LANGUAGES, initial=get_language
    )

    def __init__(self, *args: Any, organisation: Organisation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"].choices = self.choices_of(organisation)

    @staticmethod
    def choices_of(organisation: Organisation) -> list[tuple[str, Any]]:
        """The roles there are in an organisation, with their names."""
        names = dict(Membership.Role.choices)
        return [(role, names[role]) for role in roles_in(organisation)]
