"""Where allauth asks this project."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class AccountAdapter(DefaultAccountAdapter):
    """Addresses are kept in lower case, so that one person has one account."""

    def clean_email(self, email: str) -> str:
        """The address as it is stored."""
        cleaned: str = super().clean_email(email)
        return cleaned.lower()

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Anybody may sign up; what they see then depends on their organisations."""
        return True
