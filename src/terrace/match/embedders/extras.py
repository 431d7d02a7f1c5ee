"""Optional libraries: imported when needed, with a clear error where missing."""

import importlib
import importlib.util
from importlib import metadata
from pathlib import Path
from typing import Any

from terrace.errors import EmbedderError


def has_module(name: str) -> bool:
    """Whether the module can be imported; it is not."""
    return importlib.util.find_spec(name) is not None


def import_extra(name: str, *, remedy: str) -> Any:
    """The module, imported now.

    Raises:
        EmbedderError: it is not installed.
    """
    try:
        return importlib.import_module(name)
    except ImportError as error:
        raise EmbedderError(f"{name} cannot be imported ({error}); {remedy}") from error


def package_folder(name: str) -> Path | None:
    """Where an installed package lies, without importing it; None where it is missing."""
    found = importlib.util.find_spec(name)
    return Path(found.origin).parent if found and found.origin else None


def version_of(distribution: str) -> str:
    """The installed version of a distribution, '0' where it does not say."""
    try:
        return metadata.version(distribution)
    except metadata.PackageNotFoundError:
        return "0"
