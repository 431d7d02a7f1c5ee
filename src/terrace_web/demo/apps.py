"""The app's name for Django."""

from django.apps import AppConfig


class DemoConfig(AppConfig):
    """The demonstration: the sample zone, a cast of invented people, and serving it all."""

    name = "terrace_web.demo"
    label = "demo"
