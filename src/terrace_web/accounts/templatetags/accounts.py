"""What the login page knows of the demonstration, and names of roles and organisations."""

from collections.abc import Iterable
from importlib import import_module
from typing import Any

from allauth.mfa.utils import is_mfa_enabled
from django import template
from django.conf import settings
from django.utils.translation import get_language

from terrace_web.accounts.models import Membership, Organisation
from terrace_web.accounts.own_pages import trail_to
from terrace_web.accounts.sessions import name_browser
from terrace_web.ui.templatetags.ui import breadcrumbs, listed

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


@register.inclusion_tag("components/breadcrumbs.html", takes_context=True)
def account_breadcrumbs(context: template.Context) -> dict[str, Any]:
    """The way back to the profile from a page of one's own account; nothing on others."""
    match = context["request"].resolver_match
    return breadcrumbs(*trail_to(match.url_name if match else ""))


register.filter("browser_name", name_browser)
register.filter("has_second_factor", is_mfa_enabled)


@register.filter
def role_name(code: str) -> str:
    """A membership role in the page's language."""
    return str(dict(Membership.Role.choices).get(code, code))


@register.filter
def role_names(memberships: Iterable[Membership]) -> str:
    """The roles of these memberships in a row."""
    return listed(role_name(each.role) for each in memberships)


@register.filter
def has_manager(memberships: Iterable[Membership]) -> bool:
    """Whether one of these memberships is a technology manager's."""
    return any(each.role == Membership.Role.MANAGER for each in memberships)


@register.filter
def organisation_name(organisation: Organisation) -> str:
    """Its name in the page's language, as far as there is one."""
    return organisation.name_in(get_language() or "en")


@register.filter
def other_name(organisation: Organisation) -> str:
    """Its name in the language the page is not in."""
    shown = organisation_name(organisation)
    return organisation.name if shown == organisation.name_zh else organisation.name_zh
