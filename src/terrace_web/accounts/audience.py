"""Who is asking: a user's organisations, roles and grants, read once per request."""

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from django.contrib.auth.models import AnonymousUser

from terrace_web.accounts.models import Grant, Membership, Organisation, User

Role = Literal[
    "visitor", "member", "lab", "company", "provider", "incubator",
    "manager", "officer", "administrator",
]  # fmt: skip
Group = Literal["teaser", "identity", "confidential"]
GROUPS: tuple[Group, ...] = ("teaser", "identity", "confidential")
_EDITING = {Membership.Role.EDITOR, Membership.Role.ADMIN}
_ZONE = Organisation.Kind.ZONE
_ZONE_ROLES: Mapping[str, Role] = {
    Membership.Role.MANAGER: "manager",
    Membership.Role.OFFICER: "officer",
    Membership.Role.ADMINISTRATOR: "administrator",
}
_KIND_ROLES: Mapping[str, Role] = {
    Organisation.Kind.LAB: "lab",
    Organisation.Kind.COMPANY: "company",
    Organisation.Kind.PROVIDER: "provider",
    Organisation.Kind.INCUBATOR: "incubator",
}


@dataclass(frozen=True, slots=True)
class Audience:
    """What decides on every permission; ids of organisations and of granted records.

    ``member_of`` are the organisations whose records the user sees, ``edits`` those
    whose records the user may change, ``administers`` those whose members the user
    manages. ``interested_in`` are those the user belongs to but for the zone itself: of
    their records somebody else decides. ``granted`` has the records opened to these
    organisations, by group.
    """

    user_id: int | None = None
    language: str = "en"
    roles: frozenset[Role] = frozenset({"visitor"})
    member_of: frozenset[int] = frozenset()
    edits: frozenset[int] = frozenset()
    administers: frozenset[int] = frozenset()
    interested_in: frozenset[int] = frozenset()
    granted: Mapping[Group, frozenset[int]] = field(
        default_factory=lambda: dict.fromkeys(GROUPS, frozenset())
    )

    @property
    def is_member(self) -> bool:
        """Whether the user belongs to an organisation of the zone."""
        return bool(self.member_of)

    @property
    def sight(self) -> Hashable:
        """All that decides on what is seen: two audiences with the same see the same."""
        granted = tuple(self.granted[group] for group in GROUPS)
        organisations = (self.member_of, self.edits, self.administers, self.interested_in)
        return (self.user_id, self.roles, *organisations, granted)

    def has(self, *roles: Role) -> bool:
        """Whether the user has one of these roles."""
        return not self.roles.isdisjoint(roles)


VISITOR = Audience()


def audience_of(user: User | AnonymousUser, language: str = "en") -> Audience:
    """The audience a user stands for; two queries."""
    if not isinstance(user, User) or not user.is_active:
        return Audience(language=language)
    held = list(user.memberships.values_list("organisation_id", "role", "organisation__kind"))
    organisations = frozenset(each for each, _role, _kind in held)
    return Audience(
        user_id=user.pk,
        language=language,
        roles=frozenset(_roles_of(held)),
        member_of=organisations,
        edits=frozenset(each for each, role, _kind in held if role in _EDITING),
        administers=frozenset(each for each, role, _kind in held if role == Membership.Role.ADMIN),
        interested_in=frozenset(each for each, _role, kind in held if kind != _ZONE),
        granted=_grants_of(organisations),
    )


def _roles_of(held: Iterable[tuple[int, str, str]]) -> set[Role]:
    roles: set[Role] = {"visitor"}
    for _organisation, role, kind in held:
        roles.add("member")
        if kind in _KIND_ROLES:
            roles.add(_KIND_ROLES[kind])
        elif role in _ZONE_ROLES:
            roles.add(_ZONE_ROLES[role])
    return roles


def _grants_of(organisations: frozenset[int]) -> dict[Group, frozenset[int]]:
    """The records opened to them; a grant opens its group and every group that says less."""
    open_now = Grant.objects.filter(organisation_id__in=organisations, revoked_at=None)
    found = list(open_now.values_list("record_id", "group")) if organisations else []
    return {
        group: frozenset(record for record, opened in found if place <= _place_of(opened))
        for place, group in enumerate(GROUPS)
    }


def _place_of(group: str) -> int:
    return [str(each) for each in GROUPS].index(group)
