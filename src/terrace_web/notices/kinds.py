"""The kinds of notices: what is said, with which icon, and where it leads."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

_RECORD, _MATCHES, _ACCESS = "market:record", "matching:matches", "market:access"


@dataclass(frozen=True, slots=True)
class NoticeKind:
    """``says`` may name {record} and {other}; ``leads_to`` is a URL of the record's code.

    Where nothing is said of a record, ``leads_to`` is a page of its own, or of an
    organisation's code; {organisation} and the reader's {roles} in it may be named then.
    What ``names_pair`` leads to the page of both records where both may be seen.
    What ``may_be_undone`` is mailed a little later, and not at all if it was taken back.
    """

    says: str
    icon: str
    leads_to: str = _RECORD
    may_be_undone: bool = False
    names_pair: bool = False

    @property
    def is_about_record(self) -> bool:
        """Whether it makes no sense without its record."""
        return "{record}" in str(self.says)

    @property
    def is_about_organisation(self) -> bool:
        """Whether it names an organisation by itself."""
        return "{organisation}" in str(self.says)

    @property
    def names_roles(self) -> bool:
        """Whether it says what the reader's roles are by now."""
        return "{roles}" in str(self.says)


KINDS: Mapping[str, NoticeKind] = {
    "submitted_for_review": NoticeKind(_("“{record}” waits for your review."), "checklist"),
    "review_late": NoticeKind(_("The review of “{record}” is late."), "clock"),
    "returned": NoticeKind(_("“{record}” was returned to you."), "arrow-back-up"),
    "published": NoticeKind(_("“{record}” was published."), "circle-check"),
    "withdrawn": NoticeKind(_("“{record}” was withdrawn."), "archive"),
    "expired": NoticeKind(
        _("“{record}” has expired and left the market; you may renew it."), "clock"
    ),
    "match_found": NoticeKind(
        _("“{record}” may fit “{other}”."), "target-arrow", _MATCHES, names_pair=True
    ),
    "shortlisted": NoticeKind(
        _("“{record}” was shortlisted with “{other}”."),
        "star",
        _MATCHES,
        may_be_undone=True,
        names_pair=True,
    ),
    "shortlist_ended": NoticeKind(
        _("“{record}” is no longer shortlisted with “{other}”."),
        "star-off",
        _MATCHES,
        may_be_undone=True,
        names_pair=True,
    ),
    "assigned": NoticeKind(_("You are in charge of “{record}”."), "user-check"),
    "charge_ended": NoticeKind(_("You are no longer in charge of “{record}”."), "user-off"),
    "no_reviewer": NoticeKind(
        _("Nobody can review “{record}” at present; ask a zone officer for a reviewer."), "user-off"
    ),
    "nobody_in_charge": NoticeKind(
        _("Records have nobody in charge any more; managers can be proposed for them."),
        "user-off",
        "managers:proposals",
    ),
    "access_asked": NoticeKind(_("You are asked to open more of “{record}”."), "lock", _ACCESS),
    "access_granted": NoticeKind(_("More of “{record}” is open to you."), "lock-open"),
    "access_refused": NoticeKind(_("Your request about “{record}” was declined."), "ban"),
    "access_revoked": NoticeKind(
        _("Part of “{record}” that was open to you was closed again."), "lock"
    ),
    "followed_changed": NoticeKind(_("“{record}”, which you follow, has changed."), "bookmark"),
    "saved_search_hits": NoticeKind(
        _("There is news for one of your saved searches."), "search", "exchange:following"
    ),
    "registration_asked": NoticeKind(
        _("Somebody asks to register an organisation."), "building-community", "registrations"
    ),
    "registration_accepted": NoticeKind(
        _("The organisation you asked for is registered, and you administer it."),
        "circle-check",
        "profile",
    ),
    "registration_refused": NoticeKind(
        _("The organisation you asked for was not registered."), "ban", "register"
    ),
    "invitation_wanted": NoticeKind(
        _("An invitation to {organisation} is too old, and a new one is asked for."),
        "mail",
        "organisation",
    ),
    "member_joined": NoticeKind(
        _("Somebody with an address of its domain joined {organisation}."), "users", "organisation"
    ),
    "role_changed": NoticeKind(
        _("Your role in {organisation} was changed; it is now: {roles}."), "users", "profile"
    ),
    "membership_ended": NoticeKind(
        _("You are no longer a member of {organisation}."), "users", "profile"
    ),
}
UNDOABLE = tuple(name for name, kind in KINDS.items() if kind.may_be_undone)
NEUTRAL = NoticeKind(
    _("Something changed in a record that is not open to you any more."), "eye-off"
)
"""What is said where the record is no longer visible."""
CLOSED = NoticeKind(_("A record that was open to you was closed again."), "lock")
"""The same, where closing it is what happened."""
