"""Organisations and who belongs to them: each action checks, changes and records."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404
from django.utils.translation import gettext as _

from terrace.errors import TerraceError
from terrace_web.accounts.audience import Audience
from terrace_web.accounts.models import Invitation, Membership, Organisation, User
from terrace_web.audit.actions import record_audit

ZONE_ROLES = ("manager", "officer", "administrator")
OWN_ROLES = ("member", "editor", "admin")
_EVERYBODYS_DOMAINS = {
    "gmail.com", "outlook.com", "hotmail.com", "yahoo.com", "icloud.com", "proton.me",
    "qq.com", "163.com", "126.com", "sina.com", "foxmail.com", "aliyun.com",
}  # fmt: skip


class MembershipRefused(TerraceError):
    """A change of members that cannot be made; the message says why."""


def may_manage(audience: Audience, organisation: Organisation) -> bool:
    """Whether this audience decides on members: its administrators, and the platform's."""
    return organisation.pk in audience.administers or audience.has("administrator")


def roles_in(organisation: Organisation) -> tuple[str, ...]:
    """The roles there are in this organisation."""
    return ZONE_ROLES if organisation.kind == Organisation.Kind.ZONE else OWN_ROLES


def save_organisation(
    organisation: Organisation | None,
    values: Mapping[str, Any],
    *,
    by: User,
    audience: Audience,
    now: datetime,
) -> Organisation:
    """Change an organisation, or make a new one.

    Raises:
        PermissionDenied: the user neither administers it nor is an officer.
        MembershipRefused: its domain is one that anybody can have an address at.
    """
    is_officer = audience.has("officer", "administrator")
    if not (is_officer or (organisation and may_manage(audience, organisation))):
        raise PermissionDenied(_("only its administrators and zone officers may do this"))
    domain = str(values.get("email_domain", "")).strip().lower().lstrip("@")
    if domain in _EVERYBODYS_DOMAINS:
        raise MembershipRefused(_("Anybody can have an address at this domain; leave it empty."))
    with transaction.atomic():
        target = organisation or Organisation(code=values["code"], kind=values["kind"])
        for name in ("name", "name_zh", "region", "website", "about"):
            setattr(target, name, values.get(name, ""))
        target.email_domain = domain
        target.save()
        record_audit("organisation:save", by=by, now=now, subject=f"organisation {target.code}")
    return target


def invite(
    email: str,
    organisation: Organisation,
    role: str,
    *,
    by: User,
    audience: Audience,
    now: datetime,
    language: str = "en",
) -> Invitation:
    """Ask somebody by mail to join; the mail is sent by the caller's task.

    Raises:
        PermissionDenied: the user does not decide on its members.
        MembershipRefused: there is no such role there.
    """
    _require_managing(audience, organisation)
    _require_role(organisation, role)
    with transaction.atomic():
        invitation = Invitation.objects.create(
            email=email.lower(),
            language=language,
            organisation=organisation,
            role=role,
            invited_by=by,
            created_at=now,
            sent_at=now,
        )
        details = {"organisation": organisation.code, "role": role}
        record_audit("invitation:make", by=by, now=now, subject=email.lower(), details=details)
    return invitation


def withdraw_invitation(invitation_id: int, *, by: User, audience: Audience, now: datetime) -> None:
    """Let an invitation open nothing any more."""
    invitation = Invitation.objects.filter(pk=invitation_id, accepted_at=None).first()
    if invitation is None:
        raise Http404
    _require_managing(audience, invitation.organisation)
    invitation.withdrawn_at = now
    invitation.save(update_fields=["withdrawn_at"])
    record_audit("invitation:withdraw", by=by, now=now, subject=invitation.email)


def find_invitation(key: str, now: datetime) -> Invitation:
    """The open invitation with this key.

    Raises:
        Http404: there is none.
        MembershipRefused: it was used, withdrawn, or is too old.
    """
    found = Invitation.objects.select_related("organisation", "invited_by").filter(key=key).first()
    if found is None:
        raise Http404
    if not found.is_open(now):
        raise MembershipRefused(
            _("This invitation was used, withdrawn or is too old. Ask for a new one.")
        )
    return found


def accept_invitation(invitation: Invitation, *, by: User, now: datetime) -> Membership:
    """Join, if the invitation was sent to a confirmed address of the user.

    Raises:
        MembershipRefused: it was sent to somebody else.
    """
    if not by.emailaddress_set.filter(email__iexact=invitation.email, verified=True).exists():
        raise MembershipRefused(
            _("This invitation was sent to %(email)s; confirm that address in your profile first.")
            % {"email": invitation.email}
        )
    with transaction.atomic():
        invitation.accepted_at = now
        invitation.save(update_fields=["accepted_at"])
        return _join(by, invitation.organisation, invitation.role, now=now)


def organisations_by_domain(user: User) -> list[Organisation]:
    """The organisations whose domain one of the user's confirmed addresses has."""
    addresses = user.emailaddress_set.filter(verified=True).values_list("email", flat=True)
    domains = {address.rsplit("@", 1)[-1].lower() for address in addresses} - _EVERYBODYS_DOMAINS
    joined = user.memberships.values("organisation_id")
    return list(Organisation.objects.filter(email_domain__in=domains).exclude(pk__in=joined))


def join_by_domain(organisation_id: int, *, by: User, now: datetime) -> Membership:
    """Join as a member on the strength of a confirmed address.

    Raises:
        Http404: none of the user's addresses has this organisation's domain.
    """
    for organisation in organisations_by_domain(by):
        if organisation.pk == organisation_id:
            return _join(by, organisation, "member", now=now)
    raise Http404


def change_role(
    membership_id: int, role: str, *, by: User, audience: Audience, now: datetime
) -> Membership:
    """Give a member another role.

    Raises:
        Http404, PermissionDenied: the membership is not the user's to change.
        MembershipRefused: there is no such role, or nobody would be left to administer.
    """
    membership = _get_membership(membership_id, audience)
    _require_role(membership.organisation, role)
    _keep_an_administrator(membership, becomes=role)
    membership.role = role
    membership.save(update_fields=["role"])
    _record("membership:change", membership, by=by, now=now)
    return membership


def end_membership(membership_id: int, *, by: User, audience: Audience, now: datetime) -> None:
    """Let somebody leave; members may leave by themselves.

    Raises:
        Http404, PermissionDenied: the membership is not the user's to end.
        MembershipRefused: nobody would be left to administer.
    """
    own = (
        Membership.objects.filter(pk=membership_id, user=by).select_related("organisation").first()
    )
    membership = own or _get_membership(membership_id, audience)
    _keep_an_administrator(membership, becomes="")
    _record("membership:end", membership, by=by, now=now)
    membership.delete()


def _join(user: User, organisation: Organisation, role: str, *, now: datetime) -> Membership:
    membership, _made = Membership.objects.get_or_create(
        user=user, organisation=organisation, role=role
    )
    _record("membership:begin", membership, by=user, now=now)
    return membership


def _get_membership(membership_id: int, audience: Audience) -> Membership:
    found = (
        Membership.objects.select_related("organisation", "user").filter(pk=membership_id).first()
    )
    if found is None:
        raise Http404
    _require_managing(audience, found.organisation)
    return found


def _require_managing(audience: Audience, organisation: Organisation) -> None:
    if not may_manage(audience, organisation):
        raise PermissionDenied(_("only its administrators decide on members"))


def _require_role(organisation: Organisation, role: str) -> None:
    if role not in roles_in(organisation):
        raise MembershipRefused(_("There is no such role in this organisation."))


def _keep_an_administrator(membership: Membership, *, becomes: str) -> None:
    organisation = membership.organisation
    is_zone = organisation.kind == Organisation.Kind.ZONE
    needed = "administrator" if is_zone else "admin"
    if membership.role != needed or becomes == needed:
        return
    others = Membership.objects.filter(organisation=organisation, role=needed)
    if not others.exclude(pk=membership.pk).exists():
        raise MembershipRefused(_("Somebody has to remain who administers the organisation."))


def _record(action: str, membership: Membership, *, by: User, now: datetime) -> None:
    details = {"organisation": membership.organisation.code, "role": membership.role}
    record_audit(action, by=by, now=now, subject=f"user {membership.user_id}", details=details)
