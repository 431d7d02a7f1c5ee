"""Mails with what is new, one per person, in their language, made of what they may see now."""

from collections import defaultdict
from datetime import datetime

from django.conf import settings
from django.core.mail import send_mail
from django.core.signing import BadSignature, Signer
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import ngettext

from terrace_web.accounts.audience import audience_of
from terrace_web.accounts.models import User
from terrace_web.notices.models import Notice
from terrace_web.notices.queries import write_notices

_SALT = "notices.unsubscribe"
_MOST_IN_A_MAIL = 50


def send_new(now: datetime) -> int:
    """Mail what was not mailed yet to those who want mails; how many mails."""
    waiting: dict[int, list[Notice]] = defaultdict(list)
    for notice in Notice.objects.filter(mailed_at=None, read_at=None).order_by("at"):
        waiting[notice.user_id].append(notice)
    people = User.objects.filter(pk__in=waiting, is_active=True).exclude(mails=User.Mails.NONE)
    for user in people:
        _send(user, waiting[user.pk][-_MOST_IN_A_MAIL:])
    Notice.objects.filter(pk__in=[n.pk for some in waiting.values() for n in some]).update(
        mailed_at=now
    )
    return len(people)


def stop_mails(key: str) -> bool:
    """Stop the mails of the person in a signed key; False where the key is not ours."""
    try:
        user_id = int(Signer(salt=_SALT).unsign(key))
    except (BadSignature, ValueError):
        return False
    return User.objects.filter(pk=user_id).update(mails=User.Mails.NONE) > 0


def unsubscribe_key(user: User) -> str:
    """The signed key that stops a person's mails."""
    return Signer(salt=_SALT).sign(str(user.pk))


def _send(user: User, notices: list[Notice]) -> None:
    base = settings.CONFIG.base_url.rstrip("/")
    with translation.override(user.language):
        written = write_notices(audience_of(user, user.language), notices)
        subject = ngettext("%(n)s new notice", "%(n)s new notices", len(written)) % {
            "n": len(written)
        }
        link = base + reverse("notices:unsubscribe", args=[unsubscribe_key(user)])
        context = {"user": user, "notices": written, "base": base, "unsubscribe": link}
        text = render_to_string("notices/mail.txt", context)
    prefixed = f"[{settings.CONFIG.zone_name}] {subject}"
    send_mail(prefixed, text, settings.DEFAULT_FROM_EMAIL, [user.email])
