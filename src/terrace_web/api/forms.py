"""What is asked for a token or a webhook."""

from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from terrace_web.accounts.audience import Audience
from terrace_web.accounts.models import Organisation, User
from terrace_web.api.models import EVENTS, SCOPES, Token

_NEVER = "never"
_MOST_LETTERS = 400
_PERIODS = [
    ("30", _("30 days")),
    ("90", _("90 days")),
    ("365", _("a year")),
    (_NEVER, _("never")),
]


class TokenForm(forms.Form):
    """A new token."""

    name = forms.CharField(label=_("What it is for"), max_length=80)
    scopes = forms.MultipleChoiceField(
        label=_("What it may do"),
        choices=list(SCOPES.items()),
        widget=forms.CheckboxSelectMultiple,
        initial=["market:read"],
    )
    period = forms.ChoiceField(label=_("Expires after"), choices=_PERIODS, initial="90")

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_name(self) -> str:
        """A name that no other token of the user has: one could revoke the wrong one.

        Raises:
            ValidationError: there is one.
        """
        name = str(self.cleaned_data["name"])
        if Token.objects.filter(user=self.user, revoked_at=None, name=name).exists():
            raise forms.ValidationError(_("You have a token of this name; choose another name."))
        return name

    def expires_at(self, now: datetime) -> datetime | None:
        """When it ends, None for never."""
        days = self.cleaned_data["period"]
        return None if days == _NEVER else now + timedelta(days=int(days))


class WebhookForm(forms.Form):
    """A new webhook."""

    organisation = forms.ChoiceField(label=_("Organisation"))
    url = forms.URLField(label=_("Address"), assume_scheme="https", max_length=_MOST_LETTERS)
    events = forms.MultipleChoiceField(
        label=_("Events"), choices=list(EVENTS.items()), widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, audience: Audience, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        mine = Organisation.objects.filter(pk__in=audience.edits).order_by("name")
        self.fields["organisation"].choices = [(each.pk, str(each)) for each in mine]
        self.fields["url"].help_text = (
            _("An https address of yours that can be reached from the internet.")
            if settings.CONFIG.mode == "production"
            else _("An address of yours; for tests http and this machine will do too.")
        )

    def clean_url(self) -> str:
        """An address that is told; elsewhere than in production also one without https.

        Raises:
            ValidationError: nothing would be sent there.
        """
        url = str(self.cleaned_data["url"])
        if settings.CONFIG.mode == "production" and not url.lower().startswith("https://"):
            raise forms.ValidationError(_("Messages are sent to https addresses only."))
        _check_port(url)
        return url


def _check_port(url: str) -> None:
    try:
        _port = urlsplit(url).port
    except ValueError as error:
        raise forms.ValidationError(_("There is no such port; ports go up to 65535.")) from error
