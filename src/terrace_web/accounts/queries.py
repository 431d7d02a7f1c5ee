"""Reading accounts: people and organisations."""

from collections.abc import Iterable

from django.db.models import QuerySet

from terrace_web.accounts.models import Membership, Organisation, User


def zone_organisation() -> Organisation | None:
    """The organisation that runs the zone."""
    return Organisation.objects.filter(kind=Organisation.Kind.ZONE).order_by("pk").first()


def users_with_role(*roles: str) -> QuerySet[User]:
    """The active users with one of these membership roles anywhere."""
    held = Membership.objects.filter(role__in=roles).values("user_id")
    return User.objects.filter(is_active=True, pk__in=held)


def members_of(organisations: Iterable[int]) -> QuerySet[User]:
    """The active members of these organisations."""
    held = Membership.objects.filter(organisation_id__in=list(organisations)).values("user_id")
    return User.objects.filter(is_active=True, pk__in=held)
