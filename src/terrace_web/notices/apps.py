"""The app's name for Django, and what it follows."""

from django.apps import AppConfig


class NoticesConfig(AppConfig):
    """What people are told, on the site and by mail."""

    name = "terrace_web.notices"
    label = "notices"

    def ready(self) -> None:
        """Tell people about moves."""
        from terrace_web.market.signals import record_moved
        from terrace_web.notices.tasks import on_record_moved

        record_moved.connect(on_record_moved, dispatch_uid="notices.moves")
