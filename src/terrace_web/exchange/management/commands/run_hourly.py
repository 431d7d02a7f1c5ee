"""What time alone brings about; ``serve`` does it, other servers run this every hour."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from terrace_web.exchange.hourly import do_hourly


class Command(BaseCommand):
    """Expire records, tell of late reviews, and send the mails that are due."""

    help = "Expires records, tells of late reviews, sends daily mails; 'serve' does it by itself."

    def handle(self, *args: Any, **options: Any) -> None:
        """Do it, and say how much."""
        done = do_hourly(timezone.now())
        self.stdout.write(
            f"{done.expired} records expired, {done.told} people told of late reviews, "
            f"{done.mails} mails and {done.digests} digests sent"
        )
