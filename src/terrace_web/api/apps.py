"""The app's name for Django, and what it follows."""

from django.apps import AppConfig


class ApiConfig(AppConfig):
    """The versioned API, its tokens and webhooks."""

    name = "terrace_web.api"
    label = "api"

    def ready(self) -> None:
        """Tell webhooks about records that come and go, and about matches and decisions."""
        from terrace_web.api import tasks
        from terrace_web.market.signals import record_moved
        from terrace_web.matching.signals import pair_decided, pairs_found

        record_moved.connect(tasks.on_record_moved, dispatch_uid="api.webhooks")
        pairs_found.connect(tasks.on_pairs_found, dispatch_uid="api.pairs")
        pair_decided.connect(tasks.on_pair_decided, dispatch_uid="api.decisions")
