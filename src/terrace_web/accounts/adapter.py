"""Where allauth asks this project."""

from types import SimpleNamespace
from typing import Any, ClassVar

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.core.mail import EmailMessage
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from terrace_web.accounts.invited import remembered_invitation
from terrace_web.accounts.languages import begin_reading, language_at_sign_in
from terrace_web.accounts.models import User
from terrace_web.accounts.sessions import name_browser


class AccountAdapter(DefaultAccountAdapter):
    """Addresses are kept in lower case, so that one person has one account."""

    error_messages: ClassVar[dict[str, Any]] = {
        **DefaultAccountAdapter.error_messages,
        # allauth counts over five minutes.
        "too_many_login_attempts": _("Too many failed attempts. Try again in five minutes."),
    }

    def clean_email(self, email: str) -> str:
        """The address as it is stored."""
        cleaned: str = super().clean_email(email)
        return cleaned.lower()

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Anybody may sign up; what they see then depends on their organisations."""
        return True

    def is_email_verified(self, request: HttpRequest, email: str) -> bool:
        """Whoever came by an open invitation's link reads the mails of the address invited."""
        invitation = remembered_invitation(request.session)
        invited = invitation is not None and invitation.email == email.lower()
        return invited or bool(super().is_email_verified(request, email))

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """The invitation one came by, else the start page."""
        if invitation := remembered_invitation(request.session):
            return reverse("invitation", args=[invitation.key])
        return str(super().get_login_redirect_url(request))

    get_signup_redirect_url = get_login_redirect_url

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        """The profile: an empty form would look as if nothing was done."""
        return reverse("profile")

    def post_login(self, request: HttpRequest, user: User, **given: Any) -> HttpResponse:
        """Sign in, and go on in the user's language."""
        language = language_at_sign_in(request, user)
        with translation.override(language):
            response: HttpResponse = super().post_login(request, user, **given)
        begin_reading(response, language)
        return response

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
