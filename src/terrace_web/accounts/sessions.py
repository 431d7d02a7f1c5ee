"""Where somebody is signed in: names of browsers, and letting go of what has ended."""

import re
from datetime import datetime

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session

# The first that fits: Edge and Opera also call themselves Chrome, and all call themselves Safari.
_BROWSERS = {
    "Edg": "Edge",
    "OPR": "Opera",
    "Firefox": "Firefox",
    "Chrom": "Chrome",
    "Safari": "Safari",
}
_SYSTEMS = {
    "Windows": "Windows",
    "Android": "Android",
    "HarmonyOS": "HarmonyOS",
    "iPhone|iPad": "iOS",
    "Mac OS": "macOS",
    "Linux": "Linux",
}
_SHOWN_AT_MOST = 60


def name_browser(user_agent: str) -> str:
    """``Firefox · Windows``; the beginning of what it says of itself where it is no browser."""
    found = [_first(_BROWSERS, user_agent), _first(_SYSTEMS, user_agent)]
    return " · ".join(filter(None, found)) or user_agent[:_SHOWN_AT_MOST]


def drop_ended_sessions(now: datetime) -> None:
    """Delete sessions that have expired, and the addresses and browsers they came from."""
    Session.objects.filter(expire_date__lt=now).delete()
    UserSession.objects.exclude(session_key__in=Session.objects.values("session_key")).delete()


def _first(names: dict[str, str], user_agent: str) -> str:
    return next((name for mark, name in names.items() if re.search(mark, user_agent)), "")
