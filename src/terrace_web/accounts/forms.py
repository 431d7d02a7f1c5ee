"""What people enter about themselves and their organisations."""

from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from terrace_web.accounts.models import User


class SignupForm(forms.Form):
    """What signing up asks for beside address and password."""

    name = forms.CharField(label=_("Your name"), max_length=120)

    def signup(self, request: HttpRequest, user: User) -> None:
        """Store the name and the language the page was read in."""
        user.name = self.cleaned_data["name"]
        user.language = getattr(request, "LANGUAGE_CODE", "en")
        user.save(update_fields=["name", "language"])

    def clean_name(self) -> Any:
        """A name without surrounding space."""
        return self.cleaned_data["name"].strip()
