"""The cast: who appears in every test of the platform, and a few records of theirs."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from terrace_web.accounts.audience import Audience, audience_of
from terrace_web.accounts.models import Membership, Organisation, User
from terrace_web.flows.models import Run
from terrace_web.market.models import Record
from terrace_web.market.outbox import note_change

NOW = datetime(2026, 6, 1, 9, 0, tzinfo=UTC)
PASSWORD = "terrace-tests-2026"
Role = Membership.Role
Kind = Organisation.Kind


@dataclass(frozen=True)
class Cast:
    """People of a small zone; each organisation's editor is named after it."""

    zone: Organisation
    lab: Organisation
    other_lab: Organisation
    company: Organisation
    other_company: Organisation
    researcher: User
    colleague: User
    other_researcher: User
    buyer: User
    rival: User
    manager: User
    other_manager: User
    officer: User
    administrator: User
    newcomer: User

    def audience(self, user: User | None) -> Audience:
        """What this user may see; None is a visitor."""
        return Audience() if user is None else audience_of(user)

    def everybody(self) -> dict[str, User | None]:
        """All people by their part, the visitor included."""
        people = {name: each for name, each in vars(self).items() if isinstance(each, User)}
        return {"visitor": None, **people}


def make_cast() -> Cast:
    """Create the cast in the database."""
    zone = make_organisation("zone", Kind.ZONE, "Harbour Innovation Zone", name_zh="港湾创新区")
    lab = make_organisation("lab", Kind.LAB, "Institute of Coastal Materials")
    other_lab = make_organisation("other-lab", Kind.LAB, "Northern Photonics Lab")
    company = make_organisation("company", Kind.COMPANY, "Lindgren Pumps", name_zh="林德格伦泵业")
    other_company = make_organisation("other-company", Kind.COMPANY, "Delta Rail")
    return Cast(
        zone=zone,
        lab=lab,
        other_lab=other_lab,
        company=company,
        other_company=other_company,
        researcher=make_user("researcher", "Ruth Researcher", lab, Role.EDITOR, Role.ADMIN),
        colleague=make_user("colleague", "Carl Colleague", lab, Role.MEMBER),
        other_researcher=make_user("other", "Olga Other", other_lab, Role.EDITOR),
        buyer=make_user("buyer", "Bo Buyer", company, Role.EDITOR, Role.ADMIN),
        rival=make_user("rival", "Rita Rival", other_company, Role.EDITOR),
        manager=make_user("manager", "Mei Manager", zone, Role.MANAGER),
        other_manager=make_user("other.manager", "Max Manager", zone, Role.MANAGER),
        officer=make_user("officer", "Oskar Officer", zone, Role.OFFICER),
        administrator=make_user("admin", "Ada Administrator", zone, Role.ADMINISTRATOR),
        newcomer=make_user("newcomer", "Noor Newcomer", None),
    )


def make_organisation(code: str, kind: str, name: str, **fields: Any) -> Organisation:
    """An organisation of the zone."""
    return Organisation.objects.create(code=code, kind=kind, name=name, **fields)


def make_user(
    local: str, name: str, organisation: Organisation | None, *roles: str, **fields: Any
) -> User:
    """A user ``local@zone.example`` with a confirmed address and the cast's password."""
    user = User.objects.create_user(f"{local}@zone.example", PASSWORD, name=name, **fields)
    user.emailaddress_set.create(email=user.email, verified=True, primary=True)
    for role in roles:
        if organisation is not None:
            Membership.objects.create(user=user, organisation=organisation, role=role)
    return user


def make_record(
    owner: Organisation,
    kind: str = "achievement",
    *,
    title: str = "Ceramic seal for slurry pumps",
    stage: str = "published",
    levels: Mapping[str, str] | None = None,
    content: Mapping[str, Any] | None = None,
    now: datetime = NOW,
    **columns: Any,
) -> Record:
    """A record in any stage and with any levels, as if it had gone through the flow."""
    run = Run.objects.create(
        flow="publication", version=1, stage=stage, began_at=now, stage_since=now
    )
    said = {"summary": f"{title}, in short.", "body": f"{title}, at length.", **(content or {})}
    opened = {f"{group}_level": level for group, level in (levels or {}).items()}
    record = Record.objects.create(
        kind=kind,
        owner=owner,
        run=run,
        title=title,
        content=said,
        created_at=now,
        updated_at=now,
        published_at=now if stage == "published" else None,
        **opened,
        **columns,
    )
    note_change(record.pk, now)
    return record
