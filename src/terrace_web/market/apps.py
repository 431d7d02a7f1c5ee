"""The app's name for Django."""

from django.apps import AppConfig


class MarketConfig(AppConfig):
    """The records of the zone: what is offered, sought and known."""

    name = "terrace_web.market"
    label = "market"
