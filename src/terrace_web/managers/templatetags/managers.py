"""Names of the codes that managers are described by."""

from django import template

from terrace_web.managers.forms import LANGUAGES
from terrace_web.managers.models import Profile
from terrace_web.market import vocabulary

register = template.Library()


@register.filter
def grade_name(code: str) -> str:
    """A grade in the page's language."""
    return str(dict(Profile.Grade.choices).get(code, code))


@register.filter
def field_name(code: str) -> str:
    """A field in the page's language."""
    return str(vocabulary.fields().get(code, code))


@register.filter
def language_name(code: str) -> str:
    """A language by its own name."""
    return dict(LANGUAGES).get(code, code)
