"""Organisations and who belongs to them: each action checks, changes and records."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404
from django.utils.translation import gettext as _

from terrace.errors import TerraceError
from terrace_web.accounts.audience import Audience
from terrace_web.accounts.domains import EVERYBODYS_DOMAINS, confirmed_domains, read_domain
from terrace_web.accounts.models import Membership, Organisation, User
from terrace_web.accounts.signals import membership_began, roles_ended
from terrace_web.audit.actions import record_audit
from terrace_web.notices.actions import notify

ZONE_ROLES = ("manager", "officer", "administrator")
OWN_ROLES = ("member", "editor", "admin")


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
        MembershipRefused: its domain is one that anybody can have an address at, or not the
            user's own.
    """
    is_officer = audience.has("officer", "administrator")
    if not (is_officer or (organisation and may_manage(audience, organisation))):
        raise PermissionDenied(_("only its administrators and zone officers may do this"))
    domain = read_domain(str(values.get("email_domain", "")))
    if domain in EVERYBODYS_DOMAINS:
        raise MembershipRefused(_("Anybody can have an address at this domain; leave it empty."))
    if domain and not is_officer:
        _check_domain(organisation, domain, by)
    with transaction.atomic():
        target = organisation or Organisation(code=values["code"], kind=values["kind"])
        for name in ("name", "name_zh", "region", "website", "about"):
            setattr(target, name, values.get(name, ""))
        target.email_domain = domain
        target.save()
        record_audit("organisation:save", by=by, now=now, subject=f"organisation {target.code}")
    return target


def _check_domain(organisation: Organisation | None, domain: str, by: User) -> None:
    """Of whose domain people are asked to join is theirs to say, or an officer's."""
    # What is stored counts: a form has written its values into the organisation already.
    stored = Organisation.objects.filter(pk=organisation.pk if organisation else None)
    if not (stored.filter(email_domain=domain).exists() or domain in confirmed_domains(by)):
        raise MembershipRefused(
            _("You have no confirmed address at this domain; confirm one, or ask a zone officer.")
        )


def organisations_by_domain(user: User) -> list[Organisation]:
    """The organisations whose domain one of the user's confirmed addresses has."""
    domains = confirmed_domains(user)
    joined = user.memberships.values("organisation_id")
    # The zone has no mere members: whoever works there is invited.
    found = Organisation.objects.filter(email_domain__in=domains)
    return list(found.exclude(kind=Organisation.Kind.ZONE).exclude(pk__in=joined))


def join_by_domain(organisation_id: int, *, by: User, now: datetime) -> Membership:
    """Join as a member on the strength of a confirmed address.

    Raises:
        Http404: none of the user's addresses has this organisation's domain.
    """
    for organisation in organisations_by_domain(by):
        if organisation.pk == organisation_id:
            with transaction.atomic():
                membership = begin_membership(by, organisation, "member", now=now)
                administrators = _others_with(_administering(organisation), membership)
                told = [each.user for each in administrators.select_related("user")]
                notify(told, "member_joined", organisation=organisation, note=str(by), now=now)
            return membership
    raise Http404


def change_role(
    membership_id: int, role: str, *, by: User, audience: Audience, now: datetime
) -> Membership:
    """Give a member another role.

    Raises:
        Http404, PermissionDenied: the membership is not the user's to change.
        MembershipRefused: there is no such role, they have it already beside this one, or
            nobody would be left to administer.
    """
    membership = _get_membership(membership_id, audience)
    require_role(membership.organisation, role)
    if _beside(membership).filter(role=role).exists():
        raise MembershipRefused(_("They have this role already."))
    _keep_an_administrator(membership, becomes=role)
    membership.role = role
    with transaction.atomic():
        membership.save(update_fields=["role"])
        _record("membership:change", membership, by=by, now=now)
        _tell(membership, "role_changed", by=by, now=now)
        roles_ended.send(sender=User, by=by, now=now)
    return membership


def end_membership(membership_id: int, *, by: User, audience: Audience, now: datetime) -> None:
    """End one role of somebody; members may give up their own.

    Raises:
        Http404, PermissionDenied: the membership is not the user's to end.
        MembershipRefused: nobody would be left to administer.
    """
    membership = _get_membership(membership_id, audience, by)
    with transaction.atomic():
        _end(membership, by=by, now=now)
        remains = _beside(membership).exists()
        _tell(membership, "role_changed" if remains else "membership_ended", by=by, now=now)


def end_belonging(membership_id: int, *, by: User, audience: Audience, now: datetime) -> None:
    """Let somebody leave with all roles they have where this one is.

    Raises:
        Http404, PermissionDenied, MembershipRefused: as ``end_membership``; nothing is ended.
    """
    membership = _get_membership(membership_id, audience, by)
    with transaction.atomic():
        for each in _beside(membership):
            _end(each, by=by, now=now)
        _end(membership, by=by, now=now)
        _tell(membership, "membership_ended", by=by, now=now)


def begin_membership(
    user: User, organisation: Organisation, role: str, *, now: datetime
) -> Membership:
    """Let somebody belong to an organisation; once, however often it is asked."""
    with transaction.atomic():
        membership, _made = Membership.objects.get_or_create(
            user=user, organisation=organisation, role=role
        )
        _record("membership:begin", membership, by=user, now=now)
        membership_began.send(sender=User, by=user, now=now)
    return membership


def _get_membership(membership_id: int, audience: Audience, own: User | None = None) -> Membership:
    """One that this audience decides on, or that is ``own``'s."""
    found = (
        Membership.objects.select_related("organisation", "user").filter(pk=membership_id).first()
    )
    if found is None:
        raise Http404
    if own is None or found.user_id != own.pk:
        require_managing(audience, found.organisation)
    return found


def _beside(membership: Membership) -> QuerySet[Membership]:
    """The other roles of the same person in the same organisation."""
    held = Membership.objects.filter(
        user=membership.user_id, organisation=membership.organisation_id
    )
    return held.exclude(pk=membership.pk).select_related("organisation", "user")


def _end(membership: Membership, *, by: User, now: datetime) -> None:
    _keep_an_administrator(membership, becomes="")
    _record("membership:end", membership, by=by, now=now)
    Membership.objects.filter(pk=membership.pk).delete()
    roles_ended.send(sender=User, by=by, now=now)


def require_managing(audience: Audience, organisation: Organisation) -> None:
    """Pass, or refuse.

    Raises:
        PermissionDenied: this audience does not decide on its members.
    """
    if not may_manage(audience, organisation):
        raise PermissionDenied(_("only its administrators decide on members"))


def require_role(organisation: Organisation, role: str) -> None:
    """Pass, or refuse.

    Raises:
        MembershipRefused: there is no such role there.
    """
    if role not in roles_in(organisation):
        raise MembershipRefused(_("There is no such role in this organisation."))


def _keep_an_administrator(membership: Membership, *, becomes: str) -> None:
    needed = _administering(membership.organisation)
    if membership.role != needed or becomes == needed:
        return
    if not _others_with(needed, membership).exists():
        raise MembershipRefused(_("Somebody has to remain who administers the organisation."))


def _administering(organisation: Organisation) -> str:
    return "administrator" if organisation.kind == Organisation.Kind.ZONE else "admin"


def _others_with(role: str, membership: Membership) -> QuerySet[Membership]:
    """Others there in a role who can sign in."""
    held = Membership.objects.filter(organisation=membership.organisation_id, role=role)
    return held.filter(user__is_active=True).exclude(user=membership.user_id)


def left_alone_by(user: User) -> list[Organisation]:
    """Where nobody could administer any more without this user, though there is somebody to.

    An organisation in which the user is alone is not among them; the zone always is.
    """
    held = [
        each
        for each in user.memberships.select_related("organisation").order_by("pk")
        if each.role == _administering(each.organisation)
    ]
    alone = [each for each in held if not _others_with(each.role, each).exists()]
    return [each.organisation for each in alone if _is_needed(each)]


def _is_needed(membership: Membership) -> bool:
    organisation = membership.organisation
    others = organisation.memberships.exclude(user=membership.user_id)
    return organisation.kind == Organisation.Kind.ZONE or others.exists()


def _record(action: str, membership: Membership, *, by: User, now: datetime) -> None:
    details = {"organisation": membership.organisation.code, "role": membership.role}
    record_audit(action, by=by, now=now, subject=f"user {membership.user_id}", details=details)


def _tell(membership: Membership, kind: str, *, by: User, now: datetime) -> None:
    """Whoever did not do it themselves is told."""
    if membership.user_id != by.pk:
        notify([membership.user], kind, organisation=membership.organisation, now=now)
