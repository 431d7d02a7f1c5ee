"""What the login page knows of the demonstration, and names of roles."""

from importlib import import_module
from typing import Any

from django import template
from django.conf import settings

from terrace_web.accounts.models import Membership

register = template.Library()


@register.simple_tag(takes_context=True)
def demo_logins(context: template.Context) -> Any:
    """The logins of the demonstration with their password; none in any other mode."""
    if settings.CONFIG.mode != "demo":
        return ()
    # The demonstration stands above this app and is looked up only where it is shown.
    logins = import_module("terrace_web.demo.logins")
    context["demo_password"] = logins.PASSWORD
    return logins.shown_logins()


@register.filter
def role_name(code: str) -> str:
    """A membership role in the page's language."""
    return str(dict(Membership.Role.choices).get(code, code))
