"""The app's name for Django."""

from django.apps import AppConfig


class AuditConfig(AppConfig):
    """Who did, saw and exported what."""

    name = "terrace_web.audit"
    label = "audit"
