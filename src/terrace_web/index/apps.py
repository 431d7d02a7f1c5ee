"""The app's name for Django."""

from django.apps import AppConfig


class IndexConfig(AppConfig):
    """The search indexes of the market, one per kind of record."""

    name = "terrace_web.index"
    label = "index"
