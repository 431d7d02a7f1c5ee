"""Who came by the link of an invitation: remembered in the session until they have joined."""

from django.contrib.sessions.backends.base import SessionBase
from django.utils import timezone

from terrace_web.accounts.models import Invitation

_KEY = "invitation"


def remember_invitation(session: SessionBase, invitation: Invitation) -> None:
    """Keep whose link was followed; the link was sent to that address alone."""
    session[_KEY] = invitation.key


def remembered_invitation(session: SessionBase) -> Invitation | None:
    """The invitation whose link was followed, as long as it is open."""
    found = Invitation.objects.filter(key=session.get(_KEY, "")).first()
    return found if found and found.is_open(timezone.now()) else None
