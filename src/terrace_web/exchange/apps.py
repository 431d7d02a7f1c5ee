"""The app's name for Django, and what it follows."""

from django.apps import AppConfig


class ExchangeConfig(AppConfig):
    """Imports, exports, attachments, feeds and what people follow."""

    name = "terrace_web.exchange"
    label = "exchange"

    def ready(self) -> None:
        """Follow the market's moves, and remove the files of attachments that are gone."""
        from django.db.models.signals import post_delete

        from terrace_web.exchange.attachments import drop_file
        from terrace_web.exchange.models import Attachment
        from terrace_web.exchange.tasks import enqueue_telling
        from terrace_web.market.signals import record_moved

        record_moved.connect(enqueue_telling, dispatch_uid="exchange.tell")
        post_delete.connect(drop_file, sender=Attachment, dispatch_uid="exchange.drop_file")
