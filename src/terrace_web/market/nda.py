"""The agreement under which confidential fields are opened; our own wording, by version."""

from django.utils.translation import gettext_lazy as _

VERSION = "2026-1"
"""Raise it with every change of the text: each request keeps the version it was made under."""

CLAUSES = (
    _(
        "What the owner marks as confidential is used only to decide on working together on this "
        "record."
    ),
    _(
        "It is shown to those of our people who need it for that, and to nobody outside our "
        "organisation."
    ),
    _(
        "It is kept secret for five years, unless it becomes public without our doing or the "
        "owner allows more in writing."
    ),
    _(
        "No right to use, copy or protect it passes to us; documents are destroyed when the owner "
        "asks for it."
    ),
    _(
        "The platform records who accepted this, when and in which version, and who looked at the "
        "confidential fields."
    ),
)
