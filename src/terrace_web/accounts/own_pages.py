"""The pages of one's own account, and how each leads back to the profile."""

from collections.abc import Mapping

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

PROFILE = "profile"
PAGES: Mapping[str, tuple[Promise, str]] = {
    "account_email": (_("E-mail addresses"), PROFILE),
    "account_change_password": (_("Password"), PROFILE),
    "account_set_password": (_("Password"), PROFILE),
    "account_reauthenticate": (_("Confirm that it is you"), PROFILE),
    "account_logout": (_("Sign out"), PROFILE),
    "mfa_index": (_("Two-factor authentication"), PROFILE),
    "mfa_activate_totp": (_("Authenticator app"), "mfa_index"),
    "mfa_deactivate_totp": (_("Authenticator app"), "mfa_index"),
    "mfa_view_recovery_codes": (_("Recovery codes"), "mfa_index"),
    "mfa_generate_recovery_codes": (_("New recovery codes"), "mfa_view_recovery_codes"),
    "mfa_reauthenticate": (_("Confirm that it is you"), PROFILE),
    "socialaccount_connections": (_("Accounts elsewhere"), PROFILE),
    "usersessions_list": (_("Where you are signed in"), PROFILE),
}
"""By the name of its address what a page is called, and the page above it."""


def trail_to(page: str) -> list[str]:
    """What ``breadcrumbs`` takes: label and address of each page above, and its own label."""
    if page not in PAGES:
        return []
    label, above = PAGES[page]
    found = [str(label)]
    while above in PAGES:
        label, higher = PAGES[above]
        found = [str(label), reverse(above), *found]
        above = higher
    return [str(_("Profile")), reverse(PROFILE), *found]
