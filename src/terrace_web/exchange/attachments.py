"""Files of records: added by the owner's editors, fetched by who sees their group of fields."""

import hashlib
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.http import Http404
from django.utils.translation import gettext as _

from terrace_web.accounts.audience import GROUPS, Audience
from terrace_web.accounts.models import User
from terrace_web.audit.actions import record_audit
from terrace_web.exchange.checks import check_file
from terrace_web.exchange.errors import UploadRefused
from terrace_web.exchange.models import Attachment
from terrace_web.exchange.uploads import upload_limit
from terrace_web.market.models import Record
from terrace_web.market.queries import get_record, get_view
from terrace_web.market.redaction import RecordView
from terrace_web.permissions import may

MOST_FILES = 20


def attachments_of(view: RecordView) -> list[Attachment]:
    """The files of a record whose group of fields is open to the audience of this view."""
    return list(Attachment.objects.filter(record_id=view.id, group__in=view.groups))


def changeable_groups(audience: Audience, record: Record) -> list[str]:
    """The groups whose files this user may add and delete now."""
    can_edit = may(audience, "market:record:edit", record).allowed
    return groups_to_change(record.run.stage) if can_edit else []


def groups_to_change(stage: str) -> list[str]:
    """The groups whose files editors may change at a stage.

    Files of the public part are reviewed with it, so they change only in a draft.
    """
    return [str(group) for group in GROUPS if stage == "draft" or group != "teaser"]


def add_attachment(
    code: str, file: UploadedFile, group: str, *, by: User, audience: Audience, now: datetime
) -> Attachment:
    """Add a file to a group of fields.

    Raises:
        UploadRefused: too large, of a kind that is not taken, or of a closed group.
        PermissionDenied, Http404: see ``permissions.require``.
    """
    with transaction.atomic():
        record = get_record(audience, code, "market:record:edit")
        _require_changeable(audience, record, group)
        _require_room(record, file)
        assert file.file is not None
        name, content_type = check_file(file.name or "", file.file)
        sha256 = _digest(file)
        _require_new(record, group, name, sha256)
        attachment = Attachment.objects.create(
            record=record,
            group=group,
            file=file,
            name=name,
            size=file.size or 0,
            sha256=sha256,
            content_type=content_type,
            uploaded_by=by,
            at=now,
        )
        _record("attachment:add", attachment, by=by, now=now)
    return attachment


def delete_attachment(
    code: str, attachment_id: int, *, by: User, audience: Audience, now: datetime
) -> None:
    """Remove a file.

    Raises:
        UploadRefused: it is of the public part, and the record is no draft.
        PermissionDenied, Http404: see ``permissions.require``.
    """
    with transaction.atomic():
        record = get_record(audience, code, "market:record:edit")
        attachment = _find(record.pk, attachment_id)
        _require_changeable(audience, record, attachment.group)
        _record("attachment:delete", attachment, by=by, now=now)
        attachment.delete()


def get_attachment(audience: Audience, code: str, attachment_id: int) -> Attachment:
    """A file that is open to the audience.

    Raises:
        Http404: there is none, or it is of a closed group; both look alike.
    """
    view = get_view(audience, code)
    attachment = _find(view.id, attachment_id)
    if attachment.group not in view.groups:
        raise Http404
    return attachment


def open_attachment(
    code: str,
    attachment_id: int,
    *,
    by: User | AnonymousUser,
    audience: Audience,
    now: datetime,
) -> Attachment:
    """The file to send; who takes a confidential one of somebody else is written down.

    Raises:
        Http404: see ``get_attachment``.
    """
    attachment = get_attachment(audience, code, attachment_id)
    is_mine = attachment.record.owner_id in audience.member_of
    if attachment.group == Attachment.Group.CONFIDENTIAL and not is_mine:
        _record("attachment:download", attachment, by=by, now=now)
    return attachment


def drop_file(instance: Attachment, **_signal: Any) -> None:
    """Remove the file of an attachment that is gone, once that is certain."""
    stored, name = instance.file.storage, instance.file.name
    if name:
        transaction.on_commit(lambda: stored.delete(name))


def _find(record_id: int, attachment_id: int) -> Attachment:
    found = Attachment.objects.filter(record_id=record_id, pk=attachment_id)
    attachment = found.select_related("record").first()
    if attachment is None:
        raise Http404
    return attachment


def _require_changeable(audience: Audience, record: Record, group: str) -> None:
    if group not in changeable_groups(audience, record):
        raise UploadRefused(
            _("Files of the public part are reviewed with it; take the record back to draft first.")
        )


def _require_room(record: Record, file: UploadedFile) -> None:
    if (file.size or 0) > upload_limit():
        raise UploadRefused(
            _("The file is too large: at most %(n)s MB.") % {"n": settings.CONFIG.upload_megabytes}
        )
    if not file.size:
        raise UploadRefused(_("The file is empty."))
    if record.attachments.count() >= MOST_FILES:  # type: ignore[attr-defined]
        raise UploadRefused(_("A record has at most %(n)s files.") % {"n": MOST_FILES})


def _require_new(record: Record, group: str, name: str, sha256: str) -> None:
    same = Attachment.objects.filter(record=record, group=group, name=name, sha256=sha256)
    if same.exists():
        raise UploadRefused(_("This file is here already."))


def _digest(file: UploadedFile) -> str:
    digest = hashlib.sha256()
    for chunk in file.chunks():
        digest.update(chunk)
    file.seek(0)
    return digest.hexdigest()


def _record(
    action: str, attachment: Attachment, *, by: User | AnonymousUser, now: datetime
) -> None:
    # Names of files may tell what is confidential: the trail has numbers.
    details = {"attachment": attachment.pk, "group": attachment.group, "size": attachment.size}
    record_audit(action, by=by, now=now, subject=attachment.record.subject, details=details)
