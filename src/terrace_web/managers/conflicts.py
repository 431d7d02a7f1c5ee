"""Who must not be in charge of a record: conflicts of interest, declared or by belonging."""

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from terrace.errors import TerraceError
from terrace_web.accounts.audience import Audience
from terrace_web.accounts.models import Membership, Organisation, User
from terrace_web.managers.models import Profile
from terrace_web.market.models import Record
from terrace_web.permissions import holds


class ConflictOfInterest(TerraceError):
    """Somebody was to be in charge who must not; the owner is named to who may know it."""

    def __init__(self, manager: User, record: Record, audience: Audience) -> None:
        is_named = holds(audience, "market:record:see_identity", record)
        said = _("%(manager)s has a conflict of interest with the owner; choose somebody else.")
        if is_named:
            said = _("%(manager)s has a conflict of interest with %(owner)s; choose somebody else.")
        owner = record.owner.name_in(audience.language)
        super().__init__(said % {"manager": manager, "owner": owner})


def conflicting_with(owner: Organisation) -> Q:
    """The users with a conflict of interest with an organisation."""
    return _interest(OuterRef("pk"), owner.pk)


def in_conflict(owner: str) -> Q:
    """The rows whose ``manager`` has a conflict of interest with what ``owner`` leads to."""
    return _interest(OuterRef("manager_id"), OuterRef(owner))


def has_conflict(manager: User, record: Record) -> bool:
    """Whether this manager has a conflict of interest with the record's owner."""
    return User.objects.filter(conflicting_with(record.owner), pk=manager.pk).exists()


def check_conflict(manager: User, record: Record, audience: Audience) -> None:
    """Pass, or refuse.

    Raises:
        ConflictOfInterest: this manager has one with the record's owner.
    """
    if has_conflict(manager, record):
        raise ConflictOfInterest(manager, record, audience)


def _interest(user: OuterRef, organisation: OuterRef | int) -> Q:
    """Whether a user declared an interest in an organisation, or belongs to it.

    The zone's own people have none in the zone by belonging to it.
    """
    declared = Profile.conflicts.through.objects.filter(
        profile__user_id=user, organisation_id=organisation
    )
    belonging = Membership.objects.filter(user_id=user, organisation_id=organisation)
    own = belonging.exclude(organisation__kind=Organisation.Kind.ZONE)
    return Q(Exists(declared)) | Q(Exists(own))
