"""What the login page knows of the demonstration, and names of roles and organisations."""

from collections.abc import Iterable
from importlib import import_module
from typing import Any

from django import template
from django.conf import settings
from django.utils.translation import get_language

from terrace_web.accounts.models import Membership, Organisation
from terrace_web.accounts.sessions import name_browser
from terrace_web.ui.templatetags.ui import listed

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


register.filter("browser_name", name_browser)


@register.filter
def role_name(code: str) -> str:
    """A membership role in the page's language."""
    return str(dict(Membership.Role.choices).get(code, code))


@register.filter
def role_names(memberships: Iterable[Membership]) -> str:
    """The roles of these memberships in a row."""
    return listed(role_name(each.role) for each in memberships)


@register.filter
def organisation_name(organisation: Organisation) -> str:
    """Its name in the page's language, as far as there is one."""
    return organisation.name_in(get_language() or "en")


@register.filter
def other_name(organisation: Organisation) -> str:
    """Its name in the language the page is not in."""
    shown = organisation_name(organisation)
    return organisation.name if shown == organisation.name_zh else organisation.name_zh
