"""The kinds of notices: what is said, with which icon, and where it leads."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

_RECORD, _MATCHES, _ACCESS = "market:record", "matching:matches", "market:access"


@dataclass(frozen=True, slots=True)
class NoticeKind:
    """``says`` may name {record} and {other}; ``leads_to`` is a URL of the record's code."""

    says: str
    icon: str
    leads_to: str = _RECORD


KINDS: Mapping[str, NoticeKind] = {
    "submitted_for_review": NoticeKind(_("“{record}” waits for your review."), "checklist"),
    "returned": NoticeKind(_("“{record}” was returned to you."), "arrow-back-up"),
    "published": NoticeKind(_("“{record}” was published."), "circle-check"),
    "withdrawn": NoticeKind(_("“{record}” was withdrawn."), "archive"),
    "expired": NoticeKind(_("“{record}” has expired."), "clock"),
    "match_found": NoticeKind(_("“{record}” may fit “{other}”."), "target-arrow", _MATCHES),
    "shortlisted": NoticeKind(_("“{record}” was shortlisted with “{other}”."), "star", _MATCHES),
    "assigned": NoticeKind(_("You are in charge of “{record}”."), "user-check"),
    "access_asked": NoticeKind(_("Somebody asks to see more of “{record}”."), "lock", _ACCESS),
    "access_granted": NoticeKind(_("More of “{record}” is open to you."), "lock-open"),
    "access_refused": NoticeKind(_("Your request about “{record}” was declined."), "ban"),
    "followed_changed": NoticeKind(_("“{record}”, which you follow, has changed."), "bookmark"),
    "saved_search_hits": NoticeKind(_("There is news for one of your saved searches."), "search"),
}
NEUTRAL = NoticeKind(
    _("Something changed in a record that is not open to you any more."), "eye-off"
)
"""What is said where the record is no longer visible."""
