"""Mails what saved searches found; to be run every hour."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from terrace_web.exchange.digests import send_due_digests
from terrace_web.exchange.importing import drop_old_uploads


class Command(BaseCommand):
    """Send the mails of all saved searches that are due, and drop uploads nobody decided on."""

    help = "Mails the new hits of saved searches that are due; run it every hour."

    def handle(self, *args: Any, **options: Any) -> None:
        """Do it, and say how many."""
        now = timezone.now()
        drop_old_uploads(now)
        sent = send_due_digests(now)
        self.stdout.write(f"{sent} digest{'s' * (sent != 1)} sent")
