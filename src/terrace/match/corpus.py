"""The searchable side of a match: passages in an index, their vectors, what was learned of them.

A corpus is written in two steps, so that it can be searched by words at once:
``put`` indexes the texts, ``embed`` adds the vectors that are still missing.
What is learned of a corpus (LSA, whitening) comes from its public records only.
"""

import copy
import functools
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl

from terrace.errors import EmbedderError
from terrace.match.embed import Embedder
from terrace.match.embedders.batches import Vectors
from terrace.match.embedders.lsa import LsaEmbedder, fit_lsa
from terrace.match.gloss import Glossary, build_glossary
from terrace.match.index import Bm25, Entry, Index, View
from terrace.match.masks import RecordRows
from terrace.match.passages import Passage, make_passages
from terrace.match.spaces import LSA, MONOLINGUAL, MULTILINGUAL, WHITE, Space, assign_parts
from terrace.match.vectors import RecentVectors, VectorCache
from terrace.match.whitening import Whitening, fit_whitening
from terrace.progress import Progress, silent

_HEAVY = ("texts", "works", "extra", "visibility", "language")
_LSA_FILE, _WHITENING_FILE = "lsa.npz", "whitening.npz"
_EMBED_ROWS = 4_096
_LSA_TEXTS = 15_000
_ALL = pl.lit(True)
_PASSAGE = pl.Schema(dict.fromkeys(("id", "record_id", "text", "language"), pl.String()))
_BM25 = Bm25(k1=1.5, b=0.75)


@dataclass
class Corpus:
    """One folder with an index and its embedders; see the module's docstring.

    One process writes, any number read, each with a ``Corpus`` of its own on the folder.
    ``recent`` keeps the vectors of what is typed; they never get to the disk.
    """

    folder: Path
    cache: VectorCache
    embedders: tuple[Embedder, ...]
    recent: RecentVectors = field(default_factory=RecentVectors)
    index: Index = field(init=False)

    def __post_init__(self) -> None:
        self._parts = assign_parts(self.embedders)
        self._glossaries: dict[str, Glossary] = {}
        self._learned: dict[Path, tuple[int, Space | None]] = {}
        self._aligned: dict[str, RecordRows] = {}
        self._rarities: dict[str, tuple[View, Callable[[str], float]]] = {}
        self._pinned: View | None = None
        self.index = Index.open(self.folder / "index", bm25=_BM25)

    def view(self) -> View:
        """The newest state; the same object as long as nothing was written."""
        return self._pinned or self.index.view()

    def pinned(self) -> "Corpus":
        """This corpus as it is now, for reading: what is written meanwhile does not show.

        Rows have a meaning within one view only. Whoever makes a mask and searches with
        it does both on one pinned corpus.
        """
        pinned = copy.copy(self)
        pinned._pinned = self.view()
        return pinned

    def align(self, record_ids: pl.Series) -> RecordRows:
        """The rows of these records; made anew when the view or the ``Series`` is another.

        Raises:
            IndexFault: an id stands there twice.
        """
        view, kept = self.view(), self._aligned.get("last")
        if kept is None or kept.view is not view or kept.record_ids is not record_ids:
            kept = RecordRows.align(view, record_ids)
            self._aligned["last"] = kept
        return kept

    def rarity(self) -> Callable[[str], float]:
        """The inverse document frequency of a term; remembered until something is written."""
        view, kept = self.view(), self._rarities.get("last")
        if kept is None or kept[0] is not view:
            kept = (view, functools.cache(lambda term: float(view.idf([term])[0])))
            self._rarities["last"] = kept
        return kept[1]

    def passages(self) -> pl.DataFrame:
        """The texts and their records' columns, row by row of the view.

        id, record_id, text and language are there even when nothing else is.
        """
        return _passages_in(self.view())

    def put(self, frame: pl.DataFrame, progress: Progress = silent) -> None:
        """Add these records, or replace those with the same ids; searchable by words at once.

        Of any kind of record the frame needs ``id``, ``visibility`` and ``texts`` (or
        ``works``), of the types in ``records.SCHEMAS``. ``keywords`` are searched too; all
        other columns become attributes to filter by.
        """
        passages = [p for row in frame.iter_rows(named=True) for p in make_passages(row)]
        counted = _counted_ids(frame)
        entries = [Entry(id=p.id, text=p.text, counted=p.record_id in counted) for p in passages]
        gone = self._passages_of(frame["id"].to_list()) - {p.id for p in passages}
        attributes = _attributes_of(frame, passages)
        self.index.write(entries, attributes, delete=sorted(gone), progress=progress)

    def remove(self, record_ids: Sequence[str]) -> None:
        """Take records out; ids that are not there change nothing."""
        self.index.write(delete=sorted(self._passages_of(record_ids)))

    def embed(self, progress: Progress = silent) -> None:
        """Embed what has no vector yet, model by model; may be interrupted and called again."""
        for part, embedder in self._parts.items():
            self._add_vectors(Space(part, embedder), progress)
        self._learn()
        for space in self.learned:
            self._add_vectors(space, progress)

    def spaces(self) -> list[Space]:
        """The spaces in which this corpus has vectors."""
        own = [Space(part, embedder) for part, embedder in self._parts.items()]
        models = self.view().models
        return [space for space in (*self.learned, *own) if space.id in models]

    @property
    def learned(self) -> tuple[Space, ...]:
        """LSA and the whitened model, as far as they were learned by any process."""
        found = (
            self._read_once(self.folder / _LSA_FILE, _load_lsa),
            self._read_once(self.folder / _WHITENING_FILE, self._load_whitened),
        )
        return tuple(space for space in found if space)

    @property
    def bridge(self) -> Space | None:
        """The space in which texts of several languages meet, if there is one."""
        model = self._parts.get(MULTILINGUAL)
        return Space(MULTILINGUAL, model) if model else None

    def glossary(self, language: str, progress: Progress = silent) -> Glossary | None:
        """The words of the public passages in one language; None without a multilingual model.

        Made at the first query in another language and kept until the corpus is opened anew.
        """
        if self.bridge is None:
            return None
        if language not in self._glossaries:
            texts = self._public_texts(pl.col("language") == language)
            self._glossaries[language] = build_glossary(
                language, texts, self.bridge, self.cache, progress
            )
        return self._glossaries[language]

    def close(self) -> None:
        """Let go of the files."""
        self.index.close()

    def _learn(self) -> None:
        """Learn what is not there yet; afterwards new records are folded in."""
        known = {space.name for space in self.learned}
        if LSA not in known:
            self._learn_lsa()
        if MONOLINGUAL + WHITE not in known:
            self._learn_whitening()

    def _learn_lsa(self) -> None:
        # Sorted, so that the choice does not depend on the order of loading.
        texts = sorted(self._public_texts())
        try:
            model = fit_lsa(random.Random(0).sample(texts, min(len(texts), _LSA_TEXTS)))
        except EmbedderError:
            # Too little text to learn from: matching works without.
            return
        model.save(self.folder / _LSA_FILE)

    def _learn_whitening(self) -> None:
        mono = self._parts.get(MONOLINGUAL)
        view = self.view()
        if mono is None or mono.id not in view.models:
            return
        rows = (view.has_vectors(mono.id) & view.counted).nonzero()[0]
        whitening = fit_whitening(mono.id, view.vectors(mono.id, rows))
        if whitening:
            whitening.save(self.folder / _WHITENING_FILE)

    def _read_once(self, path: Path, load: Callable[[Path], Space | None]) -> Space | None:
        """What a learned file holds; read anew when another process has written it."""
        changed_ns = path.stat().st_mtime_ns if path.exists() else 0
        if self._learned.get(path, (-1, None))[0] != changed_ns:
            self._learned[path] = (changed_ns, load(path) if changed_ns else None)
        return self._learned[path][1]

    def _load_whitened(self, path: Path) -> Space | None:
        mono, whitening = self._parts.get(MONOLINGUAL), Whitening.load(path)
        if mono is None or whitening.model_id != mono.id:
            return None
        return Space(MONOLINGUAL + WHITE, mono, whitening)

    def _public_texts(self, where: pl.Expr = _ALL) -> list[str]:
        view = self.view()
        public = pl.Series(view.live & view.counted, dtype=pl.Boolean)
        return _passages_in(view).filter(public & where)["text"].to_list()

    def _add_vectors(self, space: Space, progress: Progress) -> None:
        view = self.view()
        wanting = view.live & ~view.has_vectors(space.id) & _spoken_rows(view, space)
        missing = wanting.nonzero()[0]
        for start in range(0, len(missing), _EMBED_ROWS):
            found = view.attributes[missing[start : start + _EMBED_ROWS].tolist()]
            vectors = self._encode_documents(space, found["text"].to_list(), progress)
            ids = found["id"].to_list()
            self.index.add_vectors(space.id, ids, vectors, generation=view.generation)

    def _encode_documents(self, space: Space, texts: list[str], progress: Progress) -> Vectors:
        if isinstance(space.embedder, LsaEmbedder):
            return space.embedder.encode_documents(texts)
        vectors = self.cache.encode(space.embedder, texts, "document", progress)
        return space.whitening(vectors) if space.whitening else vectors

    def _passages_of(self, record_ids: Sequence[str]) -> set[str]:
        view = self.view()
        live = pl.Series(view.live, dtype=pl.Boolean)
        wanted = pl.col("record_id").is_in(record_ids) & live
        return set(_passages_in(view).filter(wanted)["id"].to_list())


def _load_lsa(path: Path) -> Space:
    return Space(LSA, LsaEmbedder.load(path))


def _passages_in(view: View) -> pl.DataFrame:
    return view.attributes if len(view) else _PASSAGE.to_frame()


def _spoken_rows(view: View, space: Space) -> npt.NDArray[np.bool_]:
    """The rows whose language means something in this space."""
    languages = _passages_in(view)["language"]
    spoken = [each for each in languages.unique() if space.speaks(each or "")]
    return np.asarray(languages.is_in(spoken, nulls_equal=True))


def _counted_ids(frame: pl.DataFrame) -> set[str]:
    public = frame.filter(pl.col("visibility").struct.field("teaser") == "public")
    return set(public["id"].to_list())


def _attributes_of(frame: pl.DataFrame, passages: Sequence[Passage]) -> pl.DataFrame:
    """One row per passage: its text, and its record's columns for filters."""
    listed = pl.DataFrame(
        {
            "id": [p.id for p in passages],
            "record_id": [p.record_id for p in passages],
            "text": [p.text for p in passages],
            "language": [p.language for p in passages],
        },
        schema=_PASSAGE,
    )
    light = frame.drop(*_HEAVY, strict=False).rename({"id": "record_id"})
    return listed.join(light, on="record_id", how="left", maintain_order="left")
