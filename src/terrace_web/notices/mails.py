"""Mails with what is new, one per person, in their language, made of what they may see now."""

import logging
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from itertools import groupby

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.signing import BadSignature, Signer
from django.db.models import Q, QuerySet
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from terrace_web.accounts.audience import audience_of
from terrace_web.accounts.models import User
from terrace_web.notices.kinds import UNDOABLE
from terrace_web.notices.mailing import UNDO_TIME
from terrace_web.notices.merging import merge_notices
from terrace_web.notices.models import Notice
from terrace_web.notices.queries import write_notices

_log = logging.getLogger(__name__)
_SALT = "notices.unsubscribe"
_MOST_IN_A_MAIL = 50
_LONGEST_SUBJECT = 100
# A little less than a day: a run that is late once must not move the next ones.
_DAY = timedelta(hours=20)
Mails = User.Mails


def send_new(now: datetime) -> int:
    """Mail what was not mailed yet to those who want it at once; how many mails.

    Who wants none has it marked as done, so that another choice brings no flood.
    """
    _waiting(now).filter(user__mails=Mails.NONE).update(mailed_at=now)
    return _send_to(Q(mails=Mails.AT_ONCE), now)


def send_daily(now: datetime) -> int:
    """Mail what gathered to those who want one mail a day and got none today; how many."""
    is_due = Q(digest_at=None) | Q(digest_at__lte=now - _DAY)
    return _send_to(Q(mails=Mails.DAILY) & is_due, now)


def stop_mails(key: str) -> bool:
    """Stop the mails of the person in a signed key; False where the key is not ours."""
    return User.objects.filter(pk=_read_key(key)).update(mails=Mails.NONE) > 0


def reads_key(key: str) -> bool:
    """Whether the key of a link is one of ours, and whole."""
    return _read_key(key) is not None


def _read_key(key: str) -> int | None:
    try:
        return int(Signer(salt=_SALT).unsign(key))
    except (BadSignature, ValueError):
        return None


def unsubscribe_key(user: User) -> str:
    """The signed key that stops a person's mails."""
    return Signer(salt=_SALT).sign(str(user.pk))


def _waiting(now: datetime) -> QuerySet[Notice]:
    """What nobody has read yet, and nobody may still undo in a moment."""
    unread = Notice.objects.filter(mailed_at=None, read_at=None, user__is_active=True)
    return unread.exclude(kind__in=UNDOABLE, at__gt=now - UNDO_TIME)


def _send_to(whom: Q, now: datetime) -> int:
    people = User.objects.filter(whom).values("pk")
    waiting = _waiting(now).filter(user__in=people).select_related("user", "organisation")
    sent = 0
    for user, notices in groupby(waiting.order_by("user_id", "at", "pk"), key=lambda n: n.user):
        sent += _try_to_send(user, list(notices), now)
    return sent


def _try_to_send(user: User, notices: list[Notice], now: datetime) -> bool:
    """Send them; what the mail server does not take waits for the next run."""
    try:
        _write_mail(user, notices[-_MOST_IN_A_MAIL:]).send()
    except OSError as error:
        _log.warning("the notices of user %s could not be mailed: %s", user.pk, error)
        return False
    Notice.objects.filter(pk__in=[notice.pk for notice in notices]).update(mailed_at=now)
    User.objects.filter(pk=user.pk).update(digest_at=now)
    return True


def _write_mail(user: User, notices: Iterable[Notice]) -> EmailMessage:
    base = settings.CONFIG.base_url.rstrip("/")
    stop = base + reverse("notices:unsubscribe", args=[unsubscribe_key(user)])
    with translation.override(user.language):
        written = merge_notices(write_notices(audience_of(user, user.language), list(notices)))
        context = {
            "user": user,
            "notices": written,
            "base": base,
            "unsubscribe": stop,
            "preferences": base + reverse("profile"),
            "zone": settings.CONFIG.zone_name,
        }
        subject = _write_subject([notice.text for notice in written])
        text = render_to_string("notices/mail.txt", context)
    return EmailMessage(
        subject=f"[{settings.CONFIG.zone_name}] {subject}",
        body=text,
        to=[user.email],
        headers={
            "List-Unsubscribe": f"<{stop}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        },
    )


def _write_subject(texts: Sequence[str]) -> str:
    """What the first says and how many there are beside; in one line, as a header has to be."""
    first = Truncator(" ".join(texts[0].split())).chars(_LONGEST_SUBJECT)
    more = len(texts) - 1
    if not more:
        return first
    beside = ngettext("and %(n)s more", "and %(n)s more", more) % {"n": more}
    return _("%(text)s (%(beside)s)") % {"text": first, "beside": beside}
