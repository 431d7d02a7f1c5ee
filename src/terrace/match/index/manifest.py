"""The one file that says what an index consists of; replacing it is the commit."""

import dataclasses
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from terrace.errors import IndexFault
from terrace.files import write_atomically

FILE_NAME = "manifest.json"
_FORMAT = "terrace-index/1"


@dataclass(frozen=True, slots=True)
class Attachment:
    """The files of one model's vectors in one segment, by name inside its folder."""

    vectors: str
    present: str


@dataclass(frozen=True, slots=True)
class Part:
    """One segment as of one generation; ``dead`` is '' while every row lives."""

    segment: str
    dead: str = ""
    attached: tuple[tuple[str, Attachment], ...] = ()

    def files(self) -> set[str]:
        """The names of those files that change from generation to generation."""
        pairs = {name for _, one in self.attached for name in (one.vectors, one.present)}
        return pairs | {self.dead}


@dataclass(frozen=True, slots=True)
class Manifest:
    """What an index consists of at one generation.

    ``identity`` tells an index from another one built later in the same folder;
    ``vocabulary_bytes`` and ``vocabulary_terms`` bound the committed part of
    the vocabulary file; ``models`` maps a model's id to its dimension.
    """

    identity: str = ""
    generation: int = 0
    vocabulary_bytes: int = 0
    vocabulary_terms: int = 0
    models: Mapping[str, int] = field(default_factory=dict)
    parts: tuple[Part, ...] = ()


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Commit: from here on every new view sees this generation."""
    content = json.dumps({"format": _FORMAT, **dataclasses.asdict(manifest)}, indent=1)
    write_atomically(folder / FILE_NAME, lambda file: file.write(content.encode()))


def read_manifest(folder: Path) -> Manifest:
    """The newest committed generation.

    Raises:
        IndexFault: the file is missing, damaged or of another format.
    """
    path = folder / FILE_NAME
    try:
        content = json.loads(path.read_bytes())
        if content.pop("format") != _FORMAT:
            raise ValueError("another format")
        return _parse_manifest(content)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise unreadable(folder, f"{FILE_NAME}: {error}") from error


def unreadable(folder: Path, reason: str) -> IndexFault:
    """The error of an index that cannot be used any more, with the way out."""
    return IndexFault(
        f"the index in {folder} cannot be read ({reason}); "
        "it holds nothing that its records do not: delete the folder and build it again"
    )


def _parse_manifest(content: dict[str, Any]) -> Manifest:
    parts = tuple(_parse_part(part) for part in content.pop("parts"))
    return Manifest(parts=parts, **content)


def _parse_part(content: dict[str, Any]) -> Part:
    attached = tuple((model, Attachment(**files)) for model, files in content["attached"])
    return Part(content["segment"], content["dead"], attached)
