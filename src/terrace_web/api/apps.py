"""The app's name for Django, and what it follows."""

from django.apps import AppConfig


class ApiConfig(AppConfig):
    """The versioned API, its tokens and webhooks."""

    name = "terrace_web.api"
    label = "api"

    def ready(self) -> None:
        """Tell webhooks about records that come and go."""
        from terrace_web.api.tasks import on_record_moved
        from terrace_web.market.signals import record_moved

        record_moved.connect(on_record_moved, dispatch_uid="api.webhooks")
