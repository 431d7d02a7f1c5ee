"""What can go wrong when a record is changed."""

from terrace.errors import TerraceError


class EditConflict(TerraceError):
    """Somebody saved the record while the user was editing it; ``version`` is the newer one."""

    def __init__(self, version: int) -> None:
        super().__init__(
            "somebody else saved this record in the meantime; compare both and save again"
        )
        self.version = version


class NotEditable(TerraceError):
    """What was reviewed and published is what visitors read; it changes by a new draft."""

    def __init__(self) -> None:
        super().__init__("this record is no draft any more; take it back to draft, then edit it")
