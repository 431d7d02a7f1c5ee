"""How one generation becomes the next: new files are written, the new manifest is returned.

Nothing here commits: until the manifest is written, no reader knows the files.
"""

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from terrace.errors import EmbedderError, MixedVectors
from terrace.match.index.attachments import name_files, write_vectors
from terrace.match.index.contents import Bools, Contents, join_contents, read_contents
from terrace.match.index.entries import Entry
from terrace.match.index.manifest import Manifest, Part
from terrace.match.index.merging import plan_merge
from terrace.match.index.segments import FOLDER_NAME, write_array, write_segment
from terrace.match.index.shards import Shard
from terrace.match.index.view import View
from terrace.match.index.vocabulary import Numbering, append_terms
from terrace.progress import Progress

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Change:
    """Entries to add or replace, their attributes in the same order, ids to delete."""

    upsert: Sequence[Entry]
    attributes: pl.DataFrame
    delete: Sequence[str]

    def ids(self) -> list[str]:
        """Every id whose present row dies."""
        return [*(entry.id for entry in self.upsert), *self.delete]


@dataclass(frozen=True, slots=True)
class NewVectors:
    """``vectors [len(ids), d]`` of a model; rows written after ``generation`` are passed over."""

    model_id: str
    ids: Sequence[str]
    vectors: Floats
    generation: int | None


def apply_change(folder: Path, view: View, change: Change, progress: Progress) -> Manifest:
    """Write the segments of the next generation and return its manifest."""
    numbering = Numbering(view.known.ids, view.manifest.vocabulary_terms)
    added = read_contents(
        change.upsert,
        change.attributes,
        generation=view.generation + 1,
        numbering=numbering,
        progress=progress,
    )
    lives = _lives_after(view, change.ids())
    size_bytes = append_terms(
        folder, size_bytes=view.manifest.vocabulary_bytes, added=numbering.added
    )
    return dataclasses.replace(
        view.manifest,
        parts=_write_parts(folder, view, lives, added),
        vocabulary_bytes=size_bytes,
        vocabulary_terms=numbering.total,
    )


def _lives_after(view: View, ids: Sequence[str]) -> list[Bools]:
    lives = [shard.live.copy() for shard in view.shards]
    for live, shard in zip(lives, view.shards, strict=True):
        found = [shard.segment.local_rows.get(record_id, -1) for record_id in ids]
        live[[row for row in found if row >= 0]] = False
    return lives


def _write_parts(
    folder: Path, view: View, lives: Sequence[Bools], added: Contents
) -> tuple[Part, ...]:
    sizes = [added.rows.height] if added.rows.height else []
    merged = plan_merge(
        rows=[*map(len, lives), *sizes], live=[*(int(live.sum()) for live in lives), *sizes]
    )
    kept = [
        _write_deaths(view, shard, live)
        for position, (shard, live) in enumerate(zip(view.shards, lives, strict=True))
        if position not in merged
    ]
    joined = [
        (shard, live)
        for position, (shard, live) in enumerate(zip(view.shards, lives, strict=True))
        if position in merged
    ]
    return (*kept, *_write_joined(folder, view, joined, added))


def _write_deaths(view: View, shard: Shard, live: Bools) -> Part:
    if np.array_equal(live, shard.live):
        return shard.part
    name = f"dead-{view.generation + 1:08d}.npy"
    write_array(shard.segment.folder / name, ~live)
    return dataclasses.replace(shard.part, dead=name)


def _write_joined(
    folder: Path, view: View, joined: Sequence[tuple[Shard, Bools]], added: Contents
) -> list[Part]:
    parts = [shard.segment.contents.select(live) for shard, live in joined]
    contents = join_contents([*parts, added])
    if contents.rows.is_empty():
        return []
    part = Part(f"{view.generation + 1:08d}")
    write_segment(folder / FOLDER_NAME / part.segment, contents)
    return [_carry_vectors(folder, view, joined, part, contents.rows.height)]


def _carry_vectors(
    folder: Path, view: View, joined: Sequence[tuple[Shard, Bools]], part: Part, rows: int
) -> Part:
    place = folder / FOLDER_NAME / part.segment
    attached = []
    for model, dimension in view.models.items():
        carried, present = _gather_vectors(joined, model, dimension, rows)
        if len(carried):
            files = name_files(model, view.generation + 1)
            at = np.flatnonzero(present)
            write_vectors(place, files, local_rows=at, vectors=carried, present=present)
            attached.append((model, files))
    return dataclasses.replace(part, attached=tuple(attached))


def _gather_vectors(
    joined: Sequence[tuple[Shard, Bools]], model: str, dimension: int, rows: int
) -> tuple[Floats, Bools]:
    carried, present, offset = [np.zeros((0, dimension), np.float32)], np.zeros(rows, np.bool_), 0
    for shard, live in joined:
        count = int(live.sum())
        if model in shard.vectors:
            vectors = shard.vectors[model]
            carried.append(vectors.matrix[vectors.present & live])
            present[offset : offset + count] = vectors.present[live]
        offset += count
    return np.concatenate(carried), present


def check_vectors(model_id: str, ids: Sequence[str], vectors: Floats) -> None:
    """Refuse vectors that cannot be stored.

    Raises:
        EmbedderError: not one finite vector per id.
    """
    if vectors.ndim != 2 or len(vectors) != len(ids):
        raise EmbedderError(
            f"model '{model_id}' gave an array {vectors.shape} for {len(ids)} texts; "
            "give one vector per id, in the same order"
        )
    if not np.isfinite(vectors).all():
        bad = ids[int(np.flatnonzero(~np.isfinite(vectors).all(axis=1))[0])]
        raise EmbedderError(
            f"model '{model_id}' gave a vector that is not finite for '{bad}'; embed it again"
        )


def attach_vectors(view: View, given: NewVectors) -> Manifest:
    """Write vectors into rows that lack them and return the next manifest.

    Raises:
        MixedVectors: the model's vectors have another dimension.
    """
    dimension = given.vectors.shape[1]
    if view.models.get(given.model_id, dimension) != dimension:
        raise MixedVectors(
            f"vectors of '{given.model_id}' have {view.models[given.model_id]} dimensions in the "
            f"index, these have {dimension}; give the other model another id, or rebuild the index"
        )
    parts = tuple(_attach_to_shard(view, shard, given) for shard in view.shards)
    if parts == view.manifest.parts:
        return view.manifest
    models = {**view.models, given.model_id: dimension}
    return dataclasses.replace(view.manifest, parts=parts, models=models)


def _attach_to_shard(view: View, shard: Shard, given: NewVectors) -> Part:
    wanted = _rows_lacking(shard, given)
    if not wanted:
        return shard.part
    present = np.zeros(len(shard), dtype=np.bool_)
    if given.model_id in shard.vectors:
        present |= shard.vectors[given.model_id].present
    local_rows = np.fromiter(wanted, dtype=np.int64, count=len(wanted))
    present[local_rows] = True
    files = name_files(given.model_id, view.generation + 1)
    chosen = given.vectors[list(wanted.values())]
    write_vectors(
        shard.segment.folder, files, local_rows=local_rows, vectors=chosen, present=present
    )
    attached = {**dict(shard.part.attached), given.model_id: files}
    return dataclasses.replace(shard.part, attached=tuple(attached.items()))


def _rows_lacking(shard: Shard, given: NewVectors) -> dict[int, int]:
    open_rows = shard.live.copy()
    if given.generation is not None:
        open_rows &= shard.segment.contents.rows["generation"].to_numpy() <= given.generation
    if given.model_id in shard.vectors:
        open_rows &= ~shard.vectors[given.model_id].present
    places = ((shard.segment.local_rows.get(i, -1), at) for at, i in enumerate(given.ids))
    return {row: at for row, at in places if row >= 0 and open_rows[row]}
