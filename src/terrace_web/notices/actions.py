"""Telling people something."""

from collections.abc import Iterable
from datetime import datetime

from terrace_web.accounts.models import Organisation, User
from terrace_web.market.models import Record
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
        mail_soon()
    return len(told)
