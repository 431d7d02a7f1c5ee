"""Putting the demonstration into an empty database: the sample zone and an invented cast."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import yaml
from django.db import transaction
from django.utils import timezone

from terrace.progress import Progress, silent
from terrace.zone import sample_zone
from terrace_web.accounts.models import Membership, Organisation, User
from terrace_web.demo.logins import LOGINS, OTHER_MANAGERS, PASSWORD, Login
from terrace_web.flows.models import Event, Run
from terrace_web.managers.models import Profile
from terrace_web.market.loading import Loaded, load_zone
from terrace_web.market.models import Record
from terrace_web.market.outbox import note_everything

_STAGES_BEFORE = {
    "in_review": ("in_review",),
    "published": ("in_review", "published"),
    "expired": ("in_review", "published", "expired"),
}
_MOVES = {"in_review": "submit", "published": "publish", "expired": "expire"}
_COLUMNS = ("title", "fields", "terms", "readiness", "priority_date")


def load_demo(now: datetime, progress: Progress = silent) -> list[Loaded]:
    """Add what is not there yet; a second run adds nothing. All of it in one transaction."""
    said = yaml.safe_load((Path(__file__).parent / "zone.yaml").read_text(encoding="utf-8"))
    with transaction.atomic():
        organisations = {each["code"]: _organisation(each) for each in said["organisations"]}
        people = {each.email: _person(each) for each in (*LOGINS, *OTHER_MANAGERS)}
        for each in said["managers"]:
            _profile(people[each["email"]], each)
        added = sum(_record(each, organisations, people, now) for each in said["records"])
        sample = sample_zone()
        frames = {kind: sample.records(kind) for kind in sample.kinds()}
        loaded = load_zone(frames, fallback=organisations["zone"], now=now, progress=progress)
        if added:
            note_everything(now)
    return [*loaded, Loaded("demo", added)]


def _organisation(said: Mapping[str, str]) -> Organisation:
    found, _made = Organisation.objects.get_or_create(code=said["code"], defaults=dict(said))
    return found


def _person(login: Login) -> User:
    user = User.objects.filter(email=login.email).first()
    if user is None:
        user = User.objects.create_user(
            login.email, PASSWORD, name=login.name, language=login.language
        )
        user.emailaddress_set.create(email=user.email, verified=True, primary=True)
    for role in login.roles:
        organisation = Organisation.objects.get(code=login.organisation)
        Membership.objects.get_or_create(user=user, organisation=organisation, role=role)
    return user


def _profile(user: User, said: Mapping[str, Any]) -> None:
    values = {name: value for name, value in said.items() if name != "email"}
    Profile.objects.get_or_create(user=user, defaults=values)


def _record(
    said: Mapping[str, Any],
    organisations: Mapping[str, Organisation],
    people: Mapping[str, User],
    now: datetime,
) -> bool:
    if Record.objects.filter(code=said["code"]).exists():
        return False
    stage, manager = said["stage"], people.get(said.get("manager", ""))
    record = Record(
        code=said["code"],
        kind=said["kind"],
        owner=organisations[said["owner"]],
        run=_run(stage, said, manager, now),
        manager=manager,
        language=said.get("language", "en"),
        content=said["content"],
        source="demo",
        created_at=now - timedelta(days=20),
        updated_at=now - timedelta(days=1),
        published_at=now - timedelta(days=5) if stage in ("published", "expired") else None,
        **{name: said[name] for name in _COLUMNS if name in said},
        **{f"{group}_level": level for group, level in said.get("levels", {}).items()},
    )
    if days := said.get("deadline_in_days"):
        record.deadline = timezone.localdate(now) + timedelta(days=days)
    record.save()
    return True


def _run(stage: str, said: Mapping[str, Any], manager: User | None, now: datetime) -> Run:
    due = (
        timezone.localdate(now) + timedelta(days=said["due_in_days"])
        if "due_in_days" in said
        else None
    )
    began = now - timedelta(days=20)
    run = Run.objects.create(
        flow="publication", version=1, stage=stage, due_on=due, began_at=began, stage_since=now
    )
    Event.objects.create(run=run, move="", to_stage="draft", at=began)
    before = "draft"
    for place, reached in enumerate(_STAGES_BEFORE.get(stage, ()), start=1):
        Event.objects.create(
            run=run,
            move=_MOVES[reached],
            from_stage=before,
            to_stage=reached,
            at=began + timedelta(days=5 * place),
            by=manager if reached == "published" else None,
        )
        before = reached
    return run
