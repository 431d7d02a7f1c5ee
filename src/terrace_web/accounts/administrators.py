"""The first administrator of an installation, whom nobody on the site could invite."""

from datetime import datetime

from django.conf import settings
from django.db import transaction

from terrace_web.accounts.models import Membership, Organisation, User
from terrace_web.accounts.organisations import MembershipRefused, begin_membership
from terrace_web.accounts.queries import zone_organisation


def make_administrator(email: str, name: str, *, now: datetime) -> User:
    """Let whoever has this address administer the platform; the zone is made where it is missing.

    A new account has no password: its owner sets one by the mail of a forgotten one. Nor has one
    whose address nobody confirmed: anybody may have entered it.

    Raises:
        MembershipRefused: the account is switched off.
    """
    address = email.strip().lower()
    with transaction.atomic():
        user = _find(address) or User.objects.create_user(address, name=name or address)
        if not user.is_active:
            raise MembershipRefused(f"the account of {user.email} is switched off")
        if not user.emailaddress_set.filter(email=address, verified=True).exists():
            user.set_unusable_password()
            user.save(update_fields=["password"])
        # Who runs the server vouches for the address.
        user.emailaddress_set.update_or_create(
            email=address, defaults={"verified": True, "primary": user.email == address}
        )
        begin_membership(user, _zone(), Membership.Role.ADMINISTRATOR, now=now)
    return user


def _find(address: str) -> User | None:
    confirmed = User.objects.filter(
        emailaddress__email__iexact=address, emailaddress__verified=True
    )
    return confirmed.first() or User.objects.filter(email__iexact=address).first()


def _zone() -> Organisation:
    if found := zone_organisation():
        return found
    name = settings.CONFIG.zone_name
    return Organisation.objects.create(code="zone", kind=Organisation.Kind.ZONE, name=name)
