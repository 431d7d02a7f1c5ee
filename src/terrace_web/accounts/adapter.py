"""Where allauth asks this project."""

from types import SimpleNamespace
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.core.mail import EmailMessage
from django.http import HttpRequest

from terrace_web.accounts.sessions import name_browser


class AccountAdapter(DefaultAccountAdapter):
    """Addresses are kept in lower case, so that one person has one account."""

    def clean_email(self, email: str) -> str:
        """The address as it is stored."""
        cleaned: str = super().clean_email(email)
        return cleaned.lower()

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Anybody may sign up; what they see then depends on their organisations."""
        return True

    def get_http_user_agent(self, request: HttpRequest) -> str:
        """The browser as the list of sign-ins names it; '' leaves the line out of the mail."""
        return name_browser(request.META.get("HTTP_USER_AGENT", ""))

    def render_mail(
        self,
        template_prefix: str,
        email: str | list[str],
        context: dict[str, Any],
        headers: dict[str, str] | None = None,
    ) -> EmailMessage:
        """Mails name the site by its name, not by the address it happens to be asked at."""
        config = settings.CONFIG
        site = SimpleNamespace(name=config.zone_name, domain=config.base_url.rstrip("/"))
        named = {**context, "current_site": site}
        mail: EmailMessage = super().render_mail(template_prefix, email, named, headers)
        return mail
