"""What the API's description and failed deliveries say; both are kept in English."""

from django.utils.translation import gettext as in_language
from django.utils.translation import gettext_noop as _

SAID = (
    _("Search and list records"),
    _("Published records that the caller may see, with facets; 20 a page, none after the last."),
    _("One record"),
    _("The fields that are open to the caller; seeing confidential ones is recorded."),
    _("Create a draft"),
    _("A new draft of an organisation that the caller edits."),
    _("Change a draft"),
    _("Changed fields; send the version you began with and nobody's work is overwritten."),
    _("Make a move"),
    _("A move of the publication flow: submit, return, publish, withdraw, revise, reopen, renew."),
    _("Matches of a record"),
    _("A need's achievements or an achievement's needs, ranked; both sides visible to the caller."),
    _("Decide on a match"),
    _("Shortlist, reject (with a cause or a reason), later, or take the last decision back."),
    _("Who the token stands for"),
    _("The user, their roles and organisations, and the token's scopes."),
)

FAILURES = (
    _("Connection refused"),
    _("Connection reset by peer"),
    _("Name or service not known"),
    _("Temporary failure in name resolution"),
    _("Network is unreachable"),
    _("No route to host"),
    _("timed out"),
    _("webhooks are sent by https only"),
    _("this is not a public address"),
)


def say(text: str) -> str:
    """One of these sentences in the page's language; any other as it is."""
    return in_language(text) if text else ""
