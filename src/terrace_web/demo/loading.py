"""Putting the demonstration into an empty database: the sample zone and an invented cast."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from itertools import islice, pairwise
from pathlib import Path
from typing import Any

import polars as pl
import yaml
from django.db import transaction
from django.utils import timezone

from terrace.progress import Progress, silent
from terrace.zone import sample_zone
from terrace_web.accounts.models import Membership, Organisation, User
from terrace_web.demo.logins import LOGINS, OTHER_MANAGERS, PASSWORD, Login
from terrace_web.flows.models import Event, Run
from terrace_web.flows.queries import flows
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
_SAMPLE_DAYS, _BEGAN_DAYS, _STEP_DAYS = 30, 20, 5
_IN_CHARGE: Mapping[str, int] = {"need": 12, "achievement": 6}


def load_demo(now: datetime, progress: Progress = silent) -> list[Loaded]:
    """Add what is not there yet; a second run adds nothing. All of it in one transaction."""
    said = yaml.safe_load((Path(__file__).parent / "zone.yaml").read_text(encoding="utf-8"))
    with transaction.atomic():
        organisations = {each["code"]: _organisation(each) for each in said["organisations"]}
        people = {each.email: _person(each) for each in (*LOGINS, *OTHER_MANAGERS)}
        sample = sample_zone()
        frames: dict[str, pl.DataFrame] = {k: sample.records(k) for k in sample.kinds()}
        loaded = load_zone(frames, now=now - timedelta(days=_SAMPLE_DAYS), progress=progress)
        added = sum(_record(each, organisations, people, now) for each in said["records"])
        if added:
            _put_in_charge(said["managers"], people)
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


def _put_in_charge(managers: Sequence[Mapping[str, Any]], people: Mapping[str, User]) -> None:
    """Give each manager a profile, and some records of the sample in their fields."""
    for said in managers:
        user = people[said["email"]]
        values = {name: value for name, value in said.items() if name != "email"}
        Profile.objects.get_or_create(user=user, defaults=values)
        for kind, most in _IN_CHARGE.items():
            free = Record.objects.filter(kind=kind, manager=None).exclude(source="demo")
            rows = free.order_by("pk").values_list("pk", "fields")
            fitting = (pk for pk, fields in rows if set(fields) & set(said["fields"]))
            Record.objects.filter(pk__in=list(islice(fitting, most))).update(manager=user)


def _record(
    said: Mapping[str, Any],
    organisations: Mapping[str, Organisation],
    people: Mapping[str, User],
    now: datetime,
) -> bool:
    if Record.objects.filter(code=said["code"]).exists():
        return False
    stage, manager = said["stage"], people.get(said.get("manager", ""))
    was_published = stage in ("published", "expired")
    record = Record(
        code=said["code"],
        kind=said["kind"],
        owner=organisations[said["owner"]],
        run=_run(stage, said, manager, now),
        manager=manager,
        language=said.get("language", "en"),
        content=said["content"],
        source="demo",
        created_at=now - timedelta(days=_BEGAN_DAYS),
        updated_at=now - timedelta(days=1),
        published_at=_reached(now, 2) if was_published else None,
        deadline=_day(said, "deadline_in_days", now),
        expires=_day(said, "expires_in_days", now),
        **{name: said[name] for name in _COLUMNS if name in said},
        **{f"{group}_level": level for group, level in said.get("levels", {}).items()},
    )
    record.save()
    return True


def _day(said: Mapping[str, Any], name: str, now: datetime) -> date | None:
    return timezone.localdate(now) + timedelta(days=said[name]) if name in said else None


def _reached(now: datetime, step: int) -> datetime:
    """When a record of the demonstration made its so-many-th move."""
    return now - timedelta(days=_BEGAN_DAYS - _STEP_DAYS * step)


def _run(stage: str, said: Mapping[str, Any], manager: User | None, now: datetime) -> Run:
    """A run in this stage with the moves that lead there."""
    steps = _STAGES_BEFORE.get(stage, ())
    run = Run.objects.create(
        flow="publication",
        version=flows()["publication"].version_at(timezone.localdate(now)).number,
        stage=stage,
        due_on=_day(said, "due_in_days", now) or _day(said, "expires_in_days", now),
        began_at=_reached(now, 0),
        stage_since=_reached(now, len(steps)),
    )
    moves = [("", "", "draft"), *_moves(steps)]
    Event.objects.bulk_create(
        Event(
            run=run,
            move=move,
            from_stage=before,
            to_stage=reached,
            at=_reached(now, place),
            by=manager if move == "publish" else None,
        )
        for place, (move, before, reached) in enumerate(moves)
    )
    return run


def _moves(steps: Sequence[str]) -> list[tuple[str, str, str]]:
    return [(_MOVES[reached], before, reached) for before, reached in pairwise(("draft", *steps))]
