"""The app's name for Django."""

from django.apps import AppConfig


class FlowsConfig(AppConfig):
    """The runs and events of every flow."""

    name = "terrace_web.flows"
    label = "flows"
