"""The app's name for Django."""

from django.apps import AppConfig


class ApiConfig(AppConfig):
    """The versioned API, its tokens and webhooks."""

    name = "terrace_web.api"
    label = "api"
