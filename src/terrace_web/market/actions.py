"""Changing records: each action checks, changes and records in one transaction."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.http import Http404

from terrace.match.text import detect_language
from terrace_web.accounts.audience import GROUPS, Audience
from terrace_web.accounts.models import Organisation, User
from terrace_web.audit.actions import record_audit
from terrace_web.flows import actions as flows
from terrace_web.market.errors import EditConflict, NotEditable
from terrace_web.market.kinds import fields_of
from terrace_web.market.models import Level, Record, Version
from terrace_web.market.outbox import note_change
from terrace_web.market.queries import get_record
from terrace_web.market.redaction import value_of
from terrace_web.permissions import require

_ONE_SITTING = timedelta(minutes=10)
_OPENNESS = [Level.PRIVATE, Level.NAMED, Level.ZONE, Level.PUBLIC]


def create_record(
    kind: str,
    *,
    owner: Organisation,
    by: User,
    audience: Audience,
    values: Mapping[str, Any],
    levels: Mapping[Any, str] | None = None,
    language: str = "",
    now: datetime,
) -> Record:
    """A new draft of the organisation ``owner``; its language is that of its text, if not given.

    Raises:
        PermissionDenied, Http404: the user is no editor of that organisation.
    """
    require(audience, "market:create")
    if owner.pk not in audience.edits:
        raise Http404
    with transaction.atomic():
        run = flows.start_run("publication", by=by, now=now)
        record = Record(kind=kind, owner=owner, created_by=by, run=run)
        record.created_at = record.updated_at = now
        _fill(record, values, levels or {})
        record.language = language or _language_of(record)
        record.save()
        record_audit("record:create", by=by, now=now, subject=record.subject)
        note_change(record.pk, now)
    return record


def save_record(
    code: str,
    *,
    by: User,
    audience: Audience,
    values: Mapping[str, Any],
    levels: Mapping[Any, str] | None = None,
    language: str | None = None,
    version: int | None = None,
    by_itself: bool = False,
    now: datetime,
) -> Record:
    """Store changed fields; what it said before is kept as a version.

    ``language`` '' is that of the text, None the one it had. ``version`` is the one the
    user began to edit; None overwrites. What a form saves
    ``by_itself`` while somebody types makes one version in ten minutes, not thirty.

    Raises:
        EditConflict: somebody else saved in between.
        NotEditable: it has left the draft stage; take it back first.
        PermissionDenied, Http404: see ``permissions.require``.
    """
    with transaction.atomic():
        record = get_record(audience, code, "market:record:edit")
        if record.run.stage != "draft":
            raise NotEditable()
        if version is not None and record.version != version:
            raise EditConflict(record.version)
        before = editable_values(record)
        _fill(record, values, levels or {})
        if language is not None:
            record.language = language or _language_of(record)
        changed = [name for name, value in editable_values(record).items() if before[name] != value]
        if changed:
            if not (by_itself and _has_fresh_version(record, by, now)):
                _keep_version(record, before, by=by, now=now)
            _store_change(record, changed, by=by, now=now)
    return record


def _language_of(record: Record) -> str:
    """What most of its public text is written in; while there is none, English."""
    text = (record.title, record.content.get("summary"), record.content.get("body"))
    return detect_language(" ".join(filter(None, text))) or "en"


def editable_values(record: Record) -> dict[str, Any]:
    """All values of a record that a version keeps, dates as text."""
    values = {field.name: value_of(record, field) for field in fields_of(record.kind)}
    levels = {f"{group}_level": getattr(record, f"{group}_level") for group in GROUPS}
    kept = {**values, **levels, "language": record.language}
    return {name: _plain(value) for name, value in kept.items()}


def restore_version(
    code: str, number: int, *, by: User, audience: Audience, now: datetime
) -> Record:
    """Make an earlier version the current one; the current one is kept as a version too.

    Raises:
        Http404: there is no such version, or the record is not the user's to edit.
    """
    record = get_record(audience, code, "market:record:edit")
    version = Version.objects.filter(record=record, number=number).first()
    if version is None:
        raise Http404
    levels = {group: version.values[f"{group}_level"] for group in GROUPS}
    return save_record(
        code,
        by=by,
        audience=audience,
        values=version.values,
        levels=levels,
        language=version.values["language"],
        now=now,
    )


def set_expiry(record: Record, expires: date | None, *, by: User, now: datetime) -> None:
    """Another last day of publication, kept as a version; call it inside a transaction."""
    if record.expires == expires:
        return
    before = editable_values(record)
    record.expires = expires
    _keep_version(record, before, by=by, now=now)
    _store_change(record, ["expires"], by=by, now=now)


def delete_draft(code: str, *, by: User, audience: Audience, now: datetime) -> None:
    """Remove a draft that was never published, with its versions and its history.

    Raises:
        NotEditable: it was published once, or has left the draft stage; withdraw it instead.
        PermissionDenied, Http404: see ``permissions.require``.
    """
    with transaction.atomic():
        record = get_record(audience, code, "market:record:edit")
        if not is_deletable(record):
            raise NotEditable()
        run, number = record.run, record.pk
        record_audit("record:delete", by=by, now=now, subject=record.subject)
        record.delete()
        run.delete()
        note_change(number, now)


def is_deletable(record: Record) -> bool:
    """Whether it is a draft that nobody but its owner ever saw."""
    return record.run.stage == "draft" and record.published_at is None


def _has_fresh_version(record: Record, by: User, now: datetime) -> bool:
    """Whether this user's typing of the last minutes already has its version.

    What was handed in, returned or published in between has to stay as it was read then.
    """
    began = max(now - _ONE_SITTING, record.run.stage_since)
    last = record.versions.order_by("-number").first()
    return last is not None and last.saved_by_id == by.pk and last.saved_at >= began


def _keep_version(record: Record, before: Mapping[str, Any], *, by: User, now: datetime) -> None:
    Version.objects.create(
        record=record, number=record.version, values=before, saved_by=by, saved_at=now
    )


def _store_change(record: Record, changed: list[str], *, by: User, now: datetime) -> None:
    record.version += 1
    record.updated_at = now
    record.save()
    details = {"version": record.version, "fields": sorted(changed)}
    record_audit("record:save", by=by, now=now, subject=record.subject, details=details)
    note_change(record.pk, now)


def _fill(record: Record, values: Mapping[str, Any], levels: Mapping[str, str]) -> None:
    for field in fields_of(record.kind):
        if field.name not in values:
            continue
        if field.is_column:
            setattr(record, field.name, _column_value(values[field.name], field.type))
        else:
            record.content[field.name] = _plain(values[field.name])
    for group, level in levels.items():
        setattr(record, f"{group}_level", level)
    _close_inner_groups(record)


def _close_inner_groups(record: Record) -> None:
    """No group is more open than the one around it."""
    widest = len(_OPENNESS)
    for group in GROUPS:
        place = min(_OPENNESS.index(Level(getattr(record, f"{group}_level"))), widest)
        setattr(record, f"{group}_level", _OPENNESS[place].value)
        widest = place


def _column_value(value: Any, field_type: str) -> Any:
    if field_type == "date":
        return date.fromisoformat(value) if isinstance(value, str) and value else value or None
    if field_type in ("list", "fields", "terms", "regions"):
        return list(value or [])
    if field_type in ("number", "level"):
        return value
    return value or ""


def _plain(value: Any) -> Any:
    """As JSON holds it; lines end alike, whether a form or a script sent them."""
    if isinstance(value, str):
        return value.replace("\r\n", "\n")
    return value.isoformat() if isinstance(value, date) else value
