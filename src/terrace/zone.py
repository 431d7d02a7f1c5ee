"""A zone is a folder: its records by kind, its links, and what is computed from them.

zone.yaml               says that the folder is a zone, and in which layout
records/<kind>.parquet  the records, one file per kind
qrels.tsv               known links: need_id, achievement_id, relevance
vectors/ index/ ranker/ decisions.jsonl   kept by other parts, see the paths below
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

import filelock
import polars as pl
import yaml

from terrace.errors import InputError, NotFound, TerraceError
from terrace.files import write_atomically
from terrace.records import RECORD_TYPES, SCHEMAS, Kind

LINK_SCHEMA = pl.Schema(
    {"need_id": pl.String(), "achievement_id": pl.String(), "relevance": pl.Int64()}
)
_MARKER = "zone.yaml"
_LAYOUT = 1
_LOCK_WAIT_S = 60.0


@dataclass(frozen=True, slots=True)
class Change:
    """How many records an upsert added, updated and found as they were."""

    added: int = 0
    updated: int = 0
    unchanged: int = 0


@dataclass(frozen=True, slots=True)
class Zone:
    """An opened zone folder; use ``Zone.open``, ``Zone.create`` or ``sample_zone``."""

    folder: Path
    is_read_only: bool = False

    @classmethod
    def open(cls, folder: Path | str) -> "Zone":
        """The zone in this folder.

        Raises:
            NotFound: there is no zone in it.
            InputError: its zone.yaml is damaged, or of another layout.
        """
        zone = cls(Path(folder))
        _require_marker(zone.folder)
        return zone

    @classmethod
    def create(cls, folder: Path | str) -> "Zone":
        """A new, empty zone in a folder that is new or empty.

        Raises:
            InputError: the folder holds something already.
            TerraceError: it cannot be written.
        """
        zone = cls(Path(folder))
        if zone.folder.is_file() or (zone.folder.is_dir() and any(zone.folder.iterdir())):
            raise InputError.of_file(
                zone.folder, "is in use already", "Name a new folder, or the one of a zone"
            )
        marker = yaml.safe_dump({"terrace_zone": _LAYOUT}).encode()
        write_atomically(zone.folder / _MARKER, lambda file: file.write(marker))
        return zone

    @property
    def vectors_path(self) -> Path:
        """Where the embedding vectors are kept."""
        return self.folder / "vectors"

    @property
    def index_path(self) -> Path:
        """Where the search index is kept."""
        return self.folder / "index"

    @property
    def ranker_path(self) -> Path:
        """Where the zone's own ranker is kept."""
        return self.folder / "ranker"

    @property
    def decisions_path(self) -> Path:
        """Where the decisions on matches are kept that a ranker learns from."""
        return self.folder / "decisions.jsonl"

    @property
    def links_path(self) -> Path:
        """The file of known links."""
        return self.folder / "qrels.tsv"

    def records_path(self, kind: Kind) -> Path:
        """The file of the records of one kind."""
        return self.folder / "records" / f"{kind}.parquet"

    def kinds(self) -> tuple[Kind, ...]:
        """The kinds of which the zone has a file."""
        return tuple(kind for kind in RECORD_TYPES if self.records_path(kind).is_file())

    def records(self, kind: Kind) -> pl.DataFrame:
        """All records of one kind, with the schema ``SCHEMAS[kind]``; none is an empty frame.

        Raises:
            InputError: the file is damaged or has other columns.
        """
        path = self.records_path(kind)
        return _read_records(path, kind) if path.is_file() else SCHEMAS[kind].to_frame()

    def links(self) -> pl.DataFrame:
        """The known links (need_id, achievement_id, relevance); unlinked pairs are unjudged.

        Raises:
            InputError: the file is damaged.
        """
        return read_links(self.links_path) if self.links_path.is_file() else LINK_SCHEMA.to_frame()

    def upsert(self, kind: Kind, frame: pl.DataFrame) -> Change:
        """Add new records and replace those of the same id; all others stay.

        The file is replaced in one step under a lock, so that a reader sees
        the records before or after, and two writers follow each other.

        Raises:
            InputError: the frame has another schema, or an id twice.
            TerraceError: read-only zone, or the disk cannot be written.
        """
        _require_upsertable(kind, frame)
        with self._locked():
            stored = self.records(kind)
            change = compare_records(stored, frame)
            if change.added or change.updated:
                merged = merge_records(stored, frame)
                path = self.records_path(kind)
                write_atomically(path, lambda file: merged.write_parquet(file, compression="zstd"))
        return change

    @contextmanager
    def _locked(self) -> Iterator[None]:
        if self.is_read_only:
            raise TerraceError(
                f"the zone in {self.folder} is read-only; import into one of your own with --zone"
            )
        try:
            with filelock.FileLock(self.folder / ".lock", timeout=_LOCK_WAIT_S):
                yield
        except filelock.Timeout as error:
            raise TerraceError(
                f"another process has been writing to {self.folder} for {_LOCK_WAIT_S:.0f} s;"
                " wait for it, then run again"
            ) from error
        except OSError as error:
            raise TerraceError(
                f"cannot lock {self.folder}: {error.strerror}; check that it can be written"
            ) from error


def is_zone(folder: Path) -> bool:
    """Whether the folder is marked as a zone (it may still be damaged)."""
    return (folder / _MARKER).is_file()


def sample_zone() -> Zone:
    """The read-only zone that ships with the package."""
    folder = Path(str(resources.files("terrace") / "data" / "sample"))
    _require_marker(folder)
    return Zone(folder, is_read_only=True)


def read_links(path: Path) -> pl.DataFrame:
    """The links in a tab-separated file with the columns of ``LINK_SCHEMA``.

    Raises:
        InputError: missing, damaged, or with other columns.
    """
    try:
        return pl.read_csv(path, separator="\t", schema=LINK_SCHEMA, quote_char=None)
    except (pl.exceptions.PolarsError, OSError) as error:
        raise InputError.of_file(
            path,
            f"holds no links: {error}",
            "Write need_id, achievement_id and relevance, separated by tabs, below a header",
        ) from error


def compare_records(stored: pl.DataFrame, incoming: pl.DataFrame) -> Change:
    """What storing ``incoming`` over ``stored`` (same schema, ids unique) would change."""
    both = stored.join(incoming, on="id", suffix="_incoming")
    columns = [name for name in stored.columns if name != "id"]
    same = [pl.col(name).eq_missing(pl.col(f"{name}_incoming")) for name in columns]
    unchanged = both.filter(pl.all_horizontal(same)).height
    added = incoming.height - both.height
    return Change(added=added, updated=both.height - unchanged, unchanged=unchanged)


def merge_records(stored: pl.DataFrame, incoming: pl.DataFrame) -> pl.DataFrame:
    """``stored`` in its order with the rows of ``incoming`` in place, new ones after them."""
    kept = stored.join(incoming.select("id"), on="id", how="anti")
    ids = pl.concat([stored.select("id"), incoming.select("id")]).unique(maintain_order=True)
    merged = ids.join(pl.concat([kept, incoming]), on="id", maintain_order="left")
    return merged.select(stored.columns)


def _require_marker(folder: Path) -> None:
    path = folder / _MARKER
    if not is_zone(folder):
        raise NotFound(
            f"{folder} is no zone (it has no {_MARKER}); make one with: terrace import --zone"
        )
    try:
        declared = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise InputError.of_file(
            path, f"cannot be read: {error}", f"Write 'terrace_zone: {_LAYOUT}' into it"
        ) from error
    layout = declared.get("terrace_zone") if isinstance(declared, dict) else None
    if layout != _LAYOUT:
        raise InputError.of_file(
            path,
            f"is of layout {layout}, this version of Terrace reads {_LAYOUT}",
            "Check the folder, or install the version that wrote it",
        )


def _read_records(path: Path, kind: Kind) -> pl.DataFrame:
    try:
        frame = pl.read_parquet(path)
    except (pl.exceptions.PolarsError, OSError) as error:
        raise InputError.of_file(
            path, f"is damaged: {error}", "Restore it, or delete it and import the records again"
        ) from error
    if frame.schema != SCHEMAS[kind]:
        differing = sorted(set(frame.schema.items()) ^ set(SCHEMAS[kind].items()), key=str)
        raise InputError.of_file(
            path,
            f"has other columns than a {kind} has, e.g. '{differing[0][0]}'",
            "Move it away and import the records again",
        )
    return frame


def _require_upsertable(kind: Kind, frame: pl.DataFrame) -> None:
    if frame.schema != SCHEMAS[kind]:
        raise InputError.of_file(
            f"frame of {kind}", "has another schema", f"Build it to records.SCHEMAS['{kind}']"
        )
    twice = frame.filter(pl.col("id").is_duplicated())
    if not twice.is_empty():
        raise InputError.of_file(
            f"frame of {kind}", f"has the id '{twice['id'][0]}' twice", "Keep one of the rows"
        )
