"""The app's name for Django."""

from django.apps import AppConfig


class AuditConfig(AppConfig):
    """Who did, saw and exported what."""

    name = "terrace_web.audit"
    label = "audit"

    def ready(self) -> None:
        """Follow what becomes of accounts."""
        from terrace_web.audit.security import follow_accounts

        follow_accounts()
