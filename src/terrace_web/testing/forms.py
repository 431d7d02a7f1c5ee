"""What forms of the platform are sent with."""

from typing import Any


def fill(**said: Any) -> dict[str, Any]:
    """What the form of a record sends at least, and what is ``said``."""
    levels = {"teaser_level": "public", "identity_level": "public", "confidential_level": "named"}
    return {"language": "en", **levels, **said}
