"""Invitations by mail: each action checks, changes and records."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal

from django.db import transaction
from django.db.models import Q, QuerySet
from django.http import Http404
from django.utils.translation import gettext as _

from terrace_web.accounts.audience import Audience
from terrace_web.accounts.models import Invitation, Membership, Organisation, User
from terrace_web.accounts.organisations import (
    MembershipRefused,
    begin_membership,
    require_managing,
    require_role,
)
from terrace_web.accounts.tasks import send_invitation
from terrace_web.audit.actions import record_audit
from terrace_web.notices.actions import notify
from terrace_web.notices.models import Notice

State = Literal["open", "used", "withdrawn", "expired"]


class InvitationClosed(MembershipRefused):
    """An invitation that opens nothing any more; ``state`` says why."""

    def __init__(self, invitation: Invitation, state: State) -> None:
        self.invitation, self.state = invitation, state
        super().__init__(_("This invitation opens nothing any more."))


def invite(
    email: str,
    organisation: Organisation,
    role: str,
    *,
    language: str,
    by: User,
    audience: Audience,
    now: datetime,
) -> Invitation:
    """Ask somebody by mail to join.

    Raises:
        PermissionDenied: the user does not decide on its members.
        MembershipRefused: no such role there, or the address was invited or belongs already.
    """
    require_managing(audience, organisation)
    require_role(organisation, role)
    address = email.strip().lower()
    with transaction.atomic():
        _check_new(address, organisation, role)
        invitation = Invitation.objects.create(
            email=address,
            language=language,
            organisation=organisation,
            role=role,
            invited_by=by,
            created_at=now,
            sent_at=now,
        )
        _note("make", invitation, by=by, now=now)
        send_invitation(invitation)
    return invitation


def resend_invitation(
    invitation_id: int, *, by: User, audience: Audience, now: datetime
) -> Invitation:
    """Send an invitation again, with all of its days anew; an expired one opens again.

    Raises:
        Http404: there is none.
        PermissionDenied: the user does not decide on the members there.
        InvitationClosed: it was accepted or withdrawn meanwhile.
    """
    with transaction.atomic():
        invitation = _get_waiting(invitation_id, audience)
        _change(invitation, "resend", {"sent_at": now, "invited_by": by}, by=by, now=now)
        send_invitation(invitation)
    return invitation


def withdraw_invitation(
    invitation_id: int, *, by: User, audience: Audience, now: datetime
) -> Invitation:
    """Let an invitation open nothing any more.

    Raises:
        Http404: there is none.
        PermissionDenied: the user does not decide on the members there.
        InvitationClosed: it was accepted or withdrawn meanwhile.
    """
    with transaction.atomic():
        invitation = _get_waiting(invitation_id, audience)
        _change(invitation, "withdraw", {"withdrawn_at": now}, by=by, now=now)
    return invitation


def waiting_invitations(organisation: Organisation) -> QuerySet[Invitation]:
    """What was neither accepted nor withdrawn, expired ones too; the newest first."""
    waiting = organisation.invitations.filter(accepted_at=None, withdrawn_at=None)
    return waiting.order_by("-sent_at", "-pk")


def state_of(invitation: Invitation, now: datetime) -> State:
    """Whether it can be accepted, or why not."""
    if invitation.accepted_at is not None:
        return "used"
    if invitation.withdrawn_at is not None:
        return "withdrawn"
    return "open" if invitation.is_open(now) else "expired"


def find_invitation(key: str, now: datetime) -> Invitation:
    """The open invitation with this key.

    Raises:
        Http404: there is none.
        InvitationClosed: it was used, withdrawn, or is too old.
    """
    found = _get_by_key(key)
    state = state_of(found, now)
    if state != "open":
        raise InvitationClosed(found, state)
    return found


def accept_invitation(invitation: Invitation, *, by: User, now: datetime) -> Membership:
    """Join, if the invitation was sent to a confirmed address of the user.

    Raises:
        MembershipRefused: it was sent to somebody else.
    """
    if not is_for(invitation, by):
        raise MembershipRefused(
            _("This invitation was sent to %(email)s; confirm that address in your profile first.")
            % {"email": invitation.email}
        )
    with transaction.atomic():
        invitation.accepted_at = now
        invitation.save(update_fields=["accepted_at"])
        return begin_membership(by, invitation.organisation, invitation.role, now=now)


def is_for(invitation: Invitation, user: User) -> bool:
    """Whether it was sent to a confirmed address of the user."""
    return user.emailaddress_set.filter(email__iexact=invitation.email, verified=True).exists()


def want_invitation(key: str, now: datetime) -> None:
    """Tell who invited that an expired invitation is wanted anew; once until they have read it.

    Raises:
        Http404: there is no expired invitation with this key.
    """
    invitation = _get_by_key(key)
    if state_of(invitation, now) != "expired":
        raise Http404
    about: dict[str, Any] = {"organisation": invitation.organisation, "note": invitation.email}
    with transaction.atomic():
        told = Notice.objects.filter(
            user=invitation.invited_by, kind="invitation_wanted", read_at=None, **about
        )
        if not told.exists():
            notify([invitation.invited_by], "invitation_wanted", now=now, **about)


def _check_new(address: str, organisation: Organisation, role: str) -> None:
    is_theirs = Q(user__emailaddress__email__iexact=address, user__emailaddress__verified=True)
    held = organisation.memberships.filter(is_theirs | Q(user__email__iexact=address))
    if held.filter(role=role).exists():
        raise MembershipRefused(_("%(email)s has this role there already.") % {"email": address})
    if role == "member" and held.exists():
        raise MembershipRefused(_("%(email)s is a member there already.") % {"email": address})
    waiting = waiting_invitations(organisation).filter(email=address, role=role)
    if waiting.exists():
        raise MembershipRefused(
            _("%(email)s was invited already; send that invitation again, or withdraw it.")
            % {"email": address}
        )


def _get_waiting(invitation_id: int, audience: Audience) -> Invitation:
    found = Invitation.objects.select_related("organisation").filter(pk=invitation_id).first()
    if found is None:
        raise Http404
    require_managing(audience, found.organisation)
    if found.accepted_at or found.withdrawn_at:
        raise InvitationClosed(found, "used" if found.accepted_at else "withdrawn")
    return found


def _get_by_key(key: str) -> Invitation:
    found = Invitation.objects.select_related("organisation", "invited_by").filter(key=key).first()
    if found is None:
        raise Http404
    return found


def _change(
    invitation: Invitation, action: str, values: Mapping[str, Any], *, by: User, now: datetime
) -> None:
    for name, value in values.items():
        setattr(invitation, name, value)
    invitation.save(update_fields=list(values))
    _note(action, invitation, by=by, now=now)


def _note(action: str, invitation: Invitation, *, by: User, now: datetime) -> None:
    details = {"organisation": invitation.organisation.code, "role": invitation.role}
    record_audit(f"invitation:{action}", by=by, now=now, subject=invitation.email, details=details)
