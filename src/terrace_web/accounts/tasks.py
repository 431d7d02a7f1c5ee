"""Mails about accounts, by the worker."""

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django_tasks import task

from terrace_web.accounts.models import Invitation


def send_invitation(invitation: Invitation) -> None:
    """Let the worker send the mail of an invitation."""
    transaction.on_commit(lambda: mail_invitation.enqueue(invitation.pk))


@task()
def mail_invitation(invitation_id: int) -> None:
    """The mail itself, in the language chosen for it."""
    invitation = Invitation.objects.select_related("organisation", "invited_by").get(
        pk=invitation_id
    )
    link = settings.CONFIG.base_url.rstrip("/") + reverse("invitation", args=[invitation.key])
    language = invitation.language
    with translation.override(language):
        name = invitation.organisation.name_in(language)
        text = render_to_string(
            "accounts/mail/invitation.txt",
            {
                "invitation": invitation,
                "organisation": name,
                "link": link,
                "zone": settings.CONFIG.zone_name,
            },
        )
        subject = _("Invitation to %(name)s") % {"name": name}
    send_mail(
        f"[{settings.CONFIG.zone_name}] {subject}",
        text,
        settings.DEFAULT_FROM_EMAIL,
        [invitation.email],
    )
