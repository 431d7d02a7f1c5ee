"""Opening groups of fields to organisations, and taking that back."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet
from django.http import Http404
from django.utils import translation
from django.utils.translation import gettext as _

from terrace_web.accounts.audience import GROUPS, Audience, Group
from terrace_web.accounts.models import Grant, Membership, Organisation, User
from terrace_web.accounts.queries import members_of
from terrace_web.audit.actions import record_audit
from terrace_web.market.display import GROUP_LABELS
from terrace_web.market.errors import AccessRefused
from terrace_web.market.models import AccessRequest, Level, Record
from terrace_web.market.outbox import note_change
from terrace_web.market.queries import get_record
from terrace_web.notices.actions import notify
from terrace_web.predicates import PUBLISHED

_EDITING = (Membership.Role.EDITOR, Membership.Role.ADMIN)


def open_to(
    code: str,
    organisation: Organisation,
    group: Group,
    *,
    basis: Grant.Basis,
    by: User,
    audience: Audience,
    note: str = "",
    now: datetime,
) -> Grant:
    """Let an organisation see a group of fields, once the record is published.

    Raises:
        AccessRefused: the level of these fields is not 'named', so that it would change nothing.
        PermissionDenied, Http404: the user is no editor of the owning organisation.
    """
    with transaction.atomic():
        record = get_record(audience, code, "market:record:grant")
        if group not in named_groups(record):
            raise AccessRefused(_("This part is not open to named organisations."))
        grant = Grant.objects.create(
            record=record,
            organisation=organisation,
            group=group,
            basis=basis,
            note=note,
            granted_by=by,
            granted_at=now,
        )
        _record("record:open", grant, record, by=by, now=now)
        if basis == Grant.Basis.LISTED and record.run.stage == PUBLISHED:
            # Consent and agreement answer somebody, who is told by the answer.
            tell_of_part(concerned_by(grant), "access_granted", record, group, now=now)
    return grant


def named_groups(record: Record) -> list[Group]:
    """The groups of fields that are open to the organisations named, and to them alone."""
    return [group for group in GROUPS if getattr(record, f"{group}_level") == Level.NAMED]


def revoke(grant_ids: Sequence[int], *, by: User, audience: Audience, now: datetime) -> bool:
    """Take grants back and tell whom they were given to; what was seen stays in the audit trail.

    Whether the parts are closed by that: what another grant opens as well stays open, and
    nobody is told that it was closed.

    Raises:
        Http404: there is no such grant on a record of the user's organisations.
    """
    with transaction.atomic():
        grants = list(_held().filter(pk__in=grant_ids))
        if len(grants) < len(grant_ids):
            raise Http404
        for grant in grants:
            record = get_record(audience, grant.record.code, "market:record:grant")
            grant.revoked_at = now
            grant.save(update_fields=["revoked_at"])
            _record("record:close", grant, record, by=by, now=now)
        closed = [grant for grant in grants if not others_opening(grant)]
        for grant in closed:
            tell_of_part(concerned_by(grant), "access_revoked", grant.record, grant.group, now=now)
    return len(closed) == len(grants)


def others_opening(grant: Grant) -> list[Grant]:
    """The other grants that hold and open this one's part to the same organisation."""
    same = _held().filter(record=grant.record_id, organisation=grant.organisation_id)
    more = GROUPS[GROUPS.index(grant.group) :]  # type: ignore[arg-type]
    return list(same.filter(group__in=more).exclude(pk=grant.pk).order_by("pk"))


def _held() -> QuerySet[Grant]:
    return Grant.objects.select_related("record", "organisation").filter(revoked_at=None)


def tell_named(record: Record, now: datetime) -> None:
    """Tell the organisations that were named while it was not in the market; now it is."""
    left = record.run.events.filter(from_stage=PUBLISHED).order_by("-at", "-pk").first()
    named = record.grants.filter(
        revoked_at=None, basis=Grant.Basis.LISTED, group__in=named_groups(record)
    )
    fresh = named.filter(granted_at__gte=left.at) if left else named
    for grant in fresh.select_related("organisation"):
        tell_of_part(concerned_by(grant), "access_granted", record, grant.group, now=now)


def tell_of_part(
    people: list[User], kind: str, record: Record, group: str, *, said: str = "", now: datetime
) -> None:
    """Leave each a notice that names the part, in their language, before what was said."""
    for user in people:
        with translation.override(user.language):
            label = str(GROUP_LABELS[group])
            note = _("%(label)s: %(said)s") % {"label": label, "said": said} if said else label
        notify([user], kind, record=record, note=note, now=now)


def concerned_by(grant: Grant) -> list[User]:
    """Who answers for the organisation it was given to, and who asked for it there."""
    members = members_of([grant.organisation_id])
    answering = Q(memberships__organisation=grant.organisation_id, memberships__role__in=_EDITING)
    asked = AccessRequest.objects.filter(record=grant.record_id, organisation=grant.organisation_id)
    return list(members.filter(answering | Q(pk__in=asked.values("asked_by"))).distinct())


def _record(action: str, grant: Grant, record: Record, *, by: User, now: datetime) -> None:
    details = {
        "organisation": grant.organisation.code,
        "group": grant.group,
        "basis": grant.basis,
    }
    record_audit(action, by=by, now=now, subject=record.subject, details=details)
    note_change(record.pk, now)
