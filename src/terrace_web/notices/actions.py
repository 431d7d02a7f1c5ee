"""Telling people something."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Q

from terrace_web.accounts.models import Organisation, User
from terrace_web.market.models import Record
from terrace_web.notices.kinds import KINDS, UNDOABLE
from terrace_web.notices.mailing import mail_soon
from terrace_web.notices.models import Notice


def notify(
    users: Iterable[User],
    kind: str,
    *,
    record: Record | None = None,
    other: Record | None = None,
    organisation: Organisation | None = None,
    note: str = "",
    now: datetime,
) -> int:
    """Leave each of them a notice, once; how many were told. Mails follow by the worker.

    ``note`` is text somebody wrote for them; it has to be fit for their eyes.
    """
    told = [
        Notice(
            user=user,
            kind=kind,
            record=record,
            other=other,
            organisation=organisation,
            note=note[:400],
            at=now,
        )
        for user in {user.pk: user for user in users}.values()
    ]
    Notice.objects.bulk_create(told)
    if told:
        mail_soon(may_be_undone=KINDS[kind].may_be_undone)
    return len(told)


def take_back(records: Iterable[Record], *, told_at: datetime) -> frozenset[int]:
    """Forget what was told of these records then and may be undone; who has not noticed it.

    What was read or mailed stays, and whoever did so has to be told what became of it.
    """
    about = list(records)
    told = Notice.objects.filter(kind__in=UNDOABLE, record__in=about, at=told_at)
    ours = told.filter(Q(other=None) | Q(other__in=about))
    unnoticed = ours.filter(read_at=None, mailed_at=None)
    users = frozenset(unnoticed.values_list("user", flat=True))
    unnoticed.delete()
    return users


def forget_name(name: str) -> None:
    """Take the name of who joined out of what others were told of it."""
    Notice.objects.filter(kind="member_joined", note=name).update(note="")
