"""The codes that records are filed under, with their names."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from terrace_web.market.kinds import TERMS

_FIELDS: Mapping[str, str | Promise] = {
    "materials": _("New materials"),
    "optics": _("Optics and photonics"),
    "computing": _("Computing and software"),
    "energy": _("Energy"),
}


def fields() -> Mapping[str, str | Promise]:
    """The fields of technology by code."""
    return _FIELDS


def terms() -> Mapping[str, str | Promise]:
    """The terms of transfer by code."""
    return TERMS
