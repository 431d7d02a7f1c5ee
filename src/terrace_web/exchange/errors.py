"""What can go wrong here; the messages are in the language of the request."""

from terrace.errors import TerraceError


class ImportRefused(TerraceError):
    """An import that cannot be taken further; the message says why."""


class UploadRefused(TerraceError):
    """A file that is not taken; the message says why and what would be."""


class SearchRefused(TerraceError):
    """A search that is saved already; the message names it."""
