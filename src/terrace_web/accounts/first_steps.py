"""What an administrator does first in a new installation, until all of it is done."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from terrace_web.accounts.audience import Audience
from terrace_web.accounts.models import Membership, Organisation
from terrace_web.accounts.queries import users_with_role, zone_organisation


@dataclass(frozen=True, slots=True)
class Step:
    """Something to do, where, and whether somebody has done it."""

    label: str
    url: str
    is_done: bool


def first_steps(audience: Audience) -> list[Step]:
    """For administrators, until the zone can review and publish; empty for everybody else."""
    zone = zone_organisation() if audience.has("administrator") else None
    steps = _list_steps(zone) if zone else []
    return [] if all(step.is_done for step in steps) else steps


def _list_steps(zone: Organisation) -> list[Step]:
    page = reverse("organisation", args=[zone.code])
    others = Organisation.objects.exclude(kind=Organisation.Kind.ZONE)
    return [
        Step(
            _("Invite technology managers: they review what labs and companies write"),
            page,
            users_with_role(Membership.Role.MANAGER).exists(),
        ),
        Step(
            _("Invite a zone officer, who decides on organisations and assignments"),
            page,
            users_with_role(Membership.Role.OFFICER).exists(),
        ),
        Step(
            _("Enter the first lab or company, and invite its editors"),
            reverse("organisations"),
            others.exists(),
        ),
    ]
