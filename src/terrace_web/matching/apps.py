"""The app's name for Django."""

from django.apps import AppConfig


class MatchingConfig(AppConfig):
    """Pairs of needs and achievements, the desk and its decisions."""

    name = "terrace_web.matching"
    label = "matching"
