"""The app's name for Django."""

from django.apps import AppConfig


class NoticesConfig(AppConfig):
    """What people are told, on the site and by mail."""

    name = "terrace_web.notices"
    label = "notices"
