"""This process's matchers, one per kind of record, over the index folders that all processes share.

They can be thrown away: ``actions.rebuild`` writes them anew from the records.
"""

import threading
from pathlib import Path
from typing import Literal

from django.conf import settings

from terrace.match import Matcher
from terrace.match.embed import Embedder, default_embedders
from terrace.match.rank import Ranker, shipped_ranker
from terrace.records import Kind
from terrace.zone import sample_zone

INDEXED = ("achievement", "need", "company", "expert", "equipment", "service")
_CORE_KIND: dict[str, Kind] = {"equipment": "achievement", "service": "achievement"}
_ASKED_BY: dict[str, Kind] = {"need": "achievement", "company": "achievement"}
# Names and short descriptions are found by their words; what is matched gets vectors.
_EMBEDDED = ("achievement", "need")
_lock = threading.Lock()
_matchers: dict[str, Matcher] = {}
_models: list[tuple[Embedder, ...]] = []
_NO_RANKER = 0
_ranker_stamps: list[int] = [_NO_RANKER]


def matcher_of(kind: str) -> Matcher:
    """The matcher whose records are of this kind; opened at its first use.

    A ranker that was accepted meanwhile, in this process or another, is taken up here.
    """
    with _lock:
        _follow_ranker()
        if kind not in _matchers:
            _matchers[kind] = _open(kind)
        return _matchers[kind]


def close_all() -> None:
    """Let go of all index files (before a restore, between tests)."""
    with _lock:
        for matcher in _matchers.values():
            matcher.close()
        _matchers.clear()


def index_folder() -> Path:
    """Where the indexes of all kinds are kept."""
    return Path(settings.DATA_DIR) / "index"


def _open(kind: str) -> Matcher:
    return Matcher(
        kind=_CORE_KIND.get(kind) or _as_core(kind),
        asked_by=_ASKED_BY.get(kind, "need"),
        folder=index_folder() / kind,
        embedders=_embedders() if kind in _EMBEDDED else (),
        ranker=_ranker(),
        cache_path=Path(settings.DATA_DIR) / "vectors.sqlite",
        fallback_vectors=sorted(sample_zone().vectors_path.glob("*.npz")),
    )


def ranker_path() -> Path:
    """Where the ranker is kept that this zone trained on its own decisions."""
    return Path(settings.DATA_DIR) / "ranker.json"


def _ranker() -> Ranker:
    """The zone's own, else a shipped one; the demo's has never seen the sample zone."""
    if ranker_path().exists():
        return Ranker.load(ranker_path())
    return shipped_ranker("demo" if settings.CONFIG.mode == "demo" else "default")


def _follow_ranker() -> None:
    try:
        stamp = ranker_path().stat().st_mtime_ns
    except FileNotFoundError:
        stamp = _NO_RANKER
    if stamp == _ranker_stamps[0]:
        return
    _ranker_stamps[0] = stamp
    for matcher in _matchers.values():
        matcher.ranker = _ranker()


def _embedders() -> tuple[Embedder, ...]:
    if settings.CONFIG.embedders == "none":
        return ()
    if not _models:
        _models.append(default_embedders())
    return _models[0]


def _as_core(kind: str) -> Literal["achievement", "need", "company", "expert"]:
    found: dict[str, Literal["achievement", "need", "company", "expert"]] = {
        "achievement": "achievement",
        "need": "need",
        "company": "company",
        "expert": "expert",
    }
    return found[kind]
