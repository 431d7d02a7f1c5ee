"""What can stand against a move."""

from terrace.errors import TerraceError
from terrace.flow import MoveCheck


class MoveRefused(TerraceError):
    """A move that may not be made now; ``check`` says why, condition by condition."""

    def __init__(self, check: MoveCheck, language: str = "en") -> None:
        reasons = "; ".join(reason.text(language) for reason in check.reasons)
        super().__init__(reasons or check.refusal or "")
        self.check = check
