"""The app's name for Django."""

from django.apps import AppConfig


class ManagersConfig(AppConfig):
    """Technology managers, their capacity and their assignments."""

    name = "terrace_web.managers"
    label = "managers"
