"""What can be wrong with a backup."""

from terrace.errors import TerraceError


class BackupError(TerraceError):
    """A file that is no backup, is damaged, or is of a newer version; nothing was changed."""
