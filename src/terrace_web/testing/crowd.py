"""A crowded zone: some thirty of everything, so that a page that asks per row is noticed."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta

from django.core.files.base import ContentFile
from django.db.models import Model

from terrace_web.accounts.models import (
    Grant,
    Invitation,
    Membership,
    Organisation,
    Registration,
    User,
)
from terrace_web.api.models import SCOPES, Token, Webhook
from terrace_web.audit.models import Entry
from terrace_web.backups.models import Job
from terrace_web.exchange.models import Attachment, Follow, Import, SavedSearch
from terrace_web.flows.models import Event
from terrace_web.index import actions as index
from terrace_web.managers.models import Assignment, Profile
from terrace_web.market.models import AccessRequest, Record, Version
from terrace_web.market.snapshots import snapshot
from terrace_web.matching.actions import build_landscape
from terrace_web.matching.models import Decision, Pair, TrainingRun
from terrace_web.notices.models import Notice
from terrace_web.testing.cast import (
    NOW,
    Cast,
    Kind,
    Role,
    make_cast,
    make_organisation,
    make_record,
    make_user,
)

MANY = 30
_THINGS = ("seal", "pump", "brake", "laser", "sensor", "alloy")
_STAGES = ("published",) * 4 + ("in_review", "draft")


@dataclass(frozen=True)
class Crowd:
    """The cast and who stands around it.

    ``need`` and ``achievement`` belong to the first organisation and are paired with all of
    the other side; ``editors`` are those of the organisations, in their order.
    """

    cast: Cast
    organisations: list[Organisation]
    editors: list[User]
    managers: list[User]
    records: dict[str, list[Record]]

    @property
    def need(self) -> Record:
        """The need that has everything."""
        return self.records["need"][0]

    @property
    def achievement(self) -> Record:
        """The achievement that has everything."""
        return self.records["achievement"][0]


def make_crowd() -> Crowd:
    """Create it all, indexed and on the map."""
    cast = make_cast()
    organisations = [_organisation(number) for number in range(MANY)]
    editors = [_editor(number, each) for number, each in enumerate(organisations)]
    managers = [cast.manager, *(_manager(cast, number) for number in range(MANY))]
    records = {kind: _records(kind, organisations, managers) for kind in Record.Kind.values}
    crowd = Crowd(cast, organisations, editors, managers, records)
    _store(_pairs(crowd))
    for kind in records:
        _store(_surroundings(crowd, kind))
    for user in (editors[0], cast.manager, cast.administrator):
        _store(_belongings(crowd, user))
    for kind, made in records.items():
        index.put(kind, snapshot(kind, [each for each in made if each.run.stage == "published"]))
    build_landscape()
    return crowd


def _store(rows: Iterable[Model]) -> None:
    by_model: dict[type[Model], list[Model]] = defaultdict(list)
    for row in rows:
        by_model[type(row)].append(row)
    for model, made in by_model.items():
        model._default_manager.bulk_create(made)


def _organisation(number: int) -> Organisation:
    kind = (Kind.LAB, Kind.COMPANY, Kind.PROVIDER)[number % 3]
    return make_organisation(f"organisation-{number}", kind, f"Organisation {number}")


def _editor(number: int, organisation: Organisation) -> User:
    return make_user(f"editor{number}", f"Editor {number}", organisation, Role.EDITOR, Role.ADMIN)


def _manager(cast: Cast, number: int) -> User:
    user = make_user(f"manager{number}", f"Manager {number}", cast.zone, Role.MANAGER)
    fields = ["materials", "energy"][: 1 + number % 2]
    Profile.objects.create(user=user, fields=fields, languages=["en", "zh"])
    return user


def _records(kind: str, owners: list[Organisation], managers: list[User]) -> list[Record]:
    return [
        make_record(
            owners[number],
            kind,
            title=f"{_THINGS[number % len(_THINGS)]} {kind} {number}".capitalize(),
            stage=_STAGES[number % len(_STAGES)],
            content={"summary": f"A ceramic {_THINGS[number % len(_THINGS)]} for slurry."},
            levels={"identity": "named"} if number % 5 == 0 else None,
            fields=["materials"],
            readiness=1 + number % 9,
            manager=managers[0] if number % 2 == 0 else managers[number],
        )
        for number in range(MANY)
    ]


def _pairs(crowd: Crowd) -> Iterator[Model]:
    """One need with all achievements and one achievement with all needs, half of it decided."""
    needs, achievements = crowd.records["need"], crowd.records["achievement"]
    met = [(crowd.need, each) for each in achievements]
    met += [(each, crowd.achievement) for each in needs[1:]]
    for place, (need, achievement) in enumerate(met):
        both = {"need": need, "achievement": achievement}
        figures = {"score": 1.0, "confidence": 0.9 - place / 100, "gates": "met"}
        ranks = {"need_rank": place + 1, "achievement_rank": place + 1}
        yield Pair(**both, **figures, **ranks, found_at=NOW, computed_at=NOW)
        if place % 2:
            choice = ("shortlist", "reject", "later")[place % 3]
            yield Decision(**both, choice=choice, holds=choice, by=crowd.cast.manager, at=NOW)


def _surroundings(crowd: Crowd, kind: str) -> Iterator[Model]:
    """What hangs on records: thirty of it on the first, one on each of the others."""
    first, *others = crowd.records[kind]
    by = crowd.cast.manager
    for number, manager in enumerate(crowd.managers[1:]):
        yield from _asked(crowd, first, number)
        yield Event(run=first.run, move="submit", to_stage="in_review", at=NOW, by=by)
        yield Version(record=first, number=number + 1, values={}, saved_by=by, saved_at=NOW)
        yield _attachment(first, number, by)
        yield Assignment(record=first, manager=manager, fit=0.5, proposed_at=NOW)
    for number, record in enumerate(others, start=1):
        yield from _asked(crowd, record, number)
        yield Event(run=record.run, move="submit", to_stage="in_review", at=NOW, by=by)
        yield Assignment(record=record, manager=crowd.managers[number], fit=0.5, proposed_at=NOW)


def _asked(crowd: Crowd, record: Record, number: int) -> Iterator[Model]:
    about = {"record": record, "organisation": crowd.organisations[number], "group": "identity"}
    editor = crowd.editors[number]
    yield AccessRequest(**about, reason="To try it.", asked_by=editor, asked_at=NOW)
    yield Grant(**about, basis="consent", granted_by=editor, granted_at=NOW)


def _attachment(record: Record, number: int, by: User) -> Attachment:
    return Attachment(
        record=record,
        group="teaser",
        file=ContentFile(b"%PDF-1.4", name="sheet.pdf"),
        name=f"sheet-{number}.pdf",
        size=8,
        sha256="0" * 64,
        content_type="application/pdf",
        uploaded_by=by,
        at=NOW,
    )


def _belongings(crowd: Crowd, user: User) -> Iterator[Model]:
    """What a person has of their own."""
    for number, record in enumerate(crowd.records["achievement"]):
        yield Notice(user=user, kind="match_found", record=record, other=crowd.need, at=NOW)
        yield Follow(user=user, record=record, since=NOW)
        yield Entry(at=NOW, user=user, who=str(user), action="record:view", subject=record.subject)
        yield from _own_tools(crowd, user, number)
        yield from _own_tasks(crowd, user, number)


def _own_tools(crowd: Crowd, user: User, number: int) -> Iterator[Model]:
    made = {"name": f"Number {number}", "user": user, "created_at": NOW}
    yield SavedSearch(**made, kind="need", query="q=seal", last_run_at=NOW)
    yield Token(**made, digest=f"{user.pk}-{number}", scopes=list(SCOPES))
    organisation = crowd.organisations[0]
    url = f"https://hook.example/{number}"
    yield Webhook(organisation=organisation, created_by=user, url=url, created_at=NOW)
    yield Invitation(
        email=f"guest{user.pk}.{number}@zone.example",
        organisation=organisation,
        role=Membership.Role.EDITOR,
        invited_by=user,
        created_at=NOW,
        sent_at=NOW,
    )
    yield Registration(
        name=f"Quay {user.pk}.{number}", kind="company", reason="Partners.",
        asked_by=user, asked_at=NOW,
    )  # fmt: skip


def _own_tasks(crowd: Crowd, user: User, number: int) -> Iterator[Model]:
    file = {"file_name": f"{number}.csv", "folder": str(number)}
    owner = crowd.organisations[0]
    yield Import(user=user, owner=owner, kind="need", created_at=NOW, **file)
    yield Job(action="backup", state="done", user_id=user.pk, began_at=NOW, ended_at=NOW)
    yield TrainingRun(by=user, at=NOW - timedelta(days=number), state="discarded")
