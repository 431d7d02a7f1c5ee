"""The app's name for Django, and what it follows."""

from django.apps import AppConfig


class MatchingConfig(AppConfig):
    """Pairs of needs and achievements, the desk and its decisions."""

    name = "terrace_web.matching"
    label = "matching"

    def ready(self) -> None:
        """Follow the market's changes."""
        from terrace_web.market.signals import records_changed
        from terrace_web.matching.tasks import enqueue_follow

        records_changed.connect(enqueue_follow, dispatch_uid="matching.follow")
