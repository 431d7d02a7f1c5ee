"""``terrace-web add_administrator ADDRESS``: who administers the platform, from the server."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_email
from django.urls import reverse
from django.utils import timezone

from terrace_web.accounts.administrators import make_administrator


class Command(BaseCommand):
    """Make somebody an administrator."""

    help = "Make somebody an administrator of the platform: the first one, or where none is left."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Whom."""
        parser.add_argument("address", help="their e-mail address; an account is made if need be")
        parser.add_argument("--name", default="", help="the name of a new account")

    def handle(self, *args: Any, **options: Any) -> None:
        """Make them one and say how they get in.

        Raises:
            CommandError: that is no e-mail address.
            MembershipRefused: the account is switched off.
        """
        try:
            validate_email(options["address"].strip())
        except ValidationError as error:
            raise CommandError(f"'{options['address']}' is no e-mail address") from error
        # Nobody need start the site first.
        call_command("migrate", verbosity=0)
        user = make_administrator(options["address"], options["name"], now=timezone.now())
        self.stdout.write(f"{user.name} <{user.email}> administers {settings.CONFIG.zone_name}.")
        if not user.has_usable_password():
            page = settings.CONFIG.base_url.rstrip("/") + reverse("account_reset_password")
            self.stdout.write(f"They set their password at {page}")
