"""What can go wrong when a record is changed; the messages are in the language of the request."""

from django.utils.translation import gettext as _

from terrace.errors import TerraceError


class EditConflict(TerraceError):
    """Somebody saved the record while the user was editing it; ``version`` is the newer one."""

    def __init__(self, version: int) -> None:
        super().__init__(
            _("Somebody else saved this record in the meantime; compare both and save again.")
        )
        self.version = version


class NotEditable(TerraceError):
    """What was reviewed and published is what visitors read; it changes by a new draft."""

    def __init__(self) -> None:
        super().__init__(
            _("This record is no draft any more; take it back to draft, then change it.")
        )


class NoReviewer(TerraceError):
    """Nobody could review the record: the zone has no technology manager yet."""

    def __init__(self) -> None:
        super().__init__(
            _("The zone has no technology manager who could review this; ask a zone officer.")
        )


class AccessRefused(TerraceError):
    """A request for access that cannot be made or answered; the message says why."""
