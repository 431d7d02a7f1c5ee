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


def send_invitation(invitation: Invitation, language: str) -> None:
    """Let the worker send the mail of an invitation."""
    transaction.on_commit(lambda: mail_invitation.enqueue(invitation.pk, language))


@task()
def mail_invitation(invitation_id: int, language: str) -> None:
    """The mail itself, in the chosen language."""
    invitation = Invitation.objects.select_related("organisation", "invited_by").get(
        pk=invitation_id
    )
    link = settings.CONFIG.base_url.rstrip("/") + reverse("invitation", args=[invitation.key])
    with translation.override(language):
        name = invitation.organisation.name_in(language)
        text = render_to_string(
            "accounts/mail/invitation.txt",
            {"invitation": invitation, "organisation": name, "link": link},
        )
        subject = _("Invitation to %(name)s") % {"name": name}
    send_mail(subject, text, settings.DEFAULT_FROM_EMAIL, [invitation.email])
