"""The app's name for Django."""

from django.apps import AppConfig


class UiConfig(AppConfig):
    """Templates, components and assets that every app uses."""

    name = "terrace_web.ui"
    label = "ui"
