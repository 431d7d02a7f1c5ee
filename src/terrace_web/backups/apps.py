"""The app's name for Django."""

from django.apps import AppConfig


class BackupsConfig(AppConfig):
    """One file with all records, histories, matches and uploads, and the way back."""

    name = "terrace_web.backups"
    label = "backups"
