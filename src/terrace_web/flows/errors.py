"""What can stand against a move."""

from terrace.errors import TerraceError
from terrace.flow import MoveCheck


class MoveRefused(TerraceError):
    """A move that may not be made now; ``check`` says why, condition by condition.

    ``said`` are the words of who knows what the conditions are about.
    """

    def __init__(self, check: MoveCheck, language: str = "en", *, said: str = "") -> None:
        reasons = "; ".join(reason.text(language) for reason in check.reasons)
        super().__init__(said or reasons or check.refusal or "")
        self.check = check
