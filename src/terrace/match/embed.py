"""Embedders: models that make a text a vector, so that what is alike in meaning lies close.

Any object with the attributes of ``Embedder`` is one. ``load_embedder`` makes
those that Terrace knows from a short specification:

=====================  ==================================================================
``use``                the bundled default: 16 languages in one space, 512 dimensions
``minilm``             all-MiniLM-L6-v2 in ONNX: English, 384 dimensions
``folder:PATH``        a model folder with ``tokenizer.json`` and an ONNX file
``openai:MODEL@URL``   an OpenAI-compatible ``/embeddings`` endpoint
``lsa:FILE``           a model trained on a corpus by ``fit_lsa``, saved as ``.npz``
=====================  ==================================================================

A blank text gives a zero vector: it is like nothing, and like no other blank text.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from terrace.errors import EmbedderError, MixedVectors
from terrace.match.embedders.batches import Vectors
from terrace.match.embedders.endpoint import load_endpoint
from terrace.match.embedders.folder import load_folder
from terrace.match.embedders.lsa import LsaEmbedder
from terrace.match.embedders.minilm import load_minilm, missing_for_minilm
from terrace.match.embedders.onnx import missing_for_onnx
from terrace.match.embedders.use import UseEmbedder, missing_for_use


class Embedder(Protocol):
    """What makes texts vectors.

    An embedder may also say ``is_symmetric = True``: a text gets the same
    vector as query and as document, and is then embedded once for both.
    """

    @property
    def id(self) -> str:
        """Names the model, its version and whatever else changes its vectors."""

    @property
    def dimension(self) -> int:
        """How many numbers a vector has."""

    @property
    def languages(self) -> frozenset[str]:
        """ISO codes of the languages it was made for, or {'*'}."""

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors, float32 [n, dimension], of texts that look for something."""

    def encode_documents(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors, float32 [n, dimension], of texts that are to be found."""


@dataclass(frozen=True, slots=True)
class Availability:
    """Whether an embedder can be loaded here; ``missing`` says what to do, '' = nothing."""

    spec: str
    about: str
    missing: str = ""


def load_embedder(spec: str) -> Embedder:
    """The embedder of a specification; models are read at the first text.

    Raises:
        EmbedderError: the specification is unknown, or what it needs is missing.
    """
    kind, _, argument = spec.strip().partition(":")
    load = _LOADERS.get(kind)
    if load is None:
        raise EmbedderError(f"unknown embedder '{spec}'; use one of {', '.join(_FORMS.values())}")
    if bool(argument) != (":" in _FORMS[kind]):
        raise EmbedderError(f"embedder '{spec}' is incomplete or too long; write {_FORMS[kind]}")
    return load(argument)


def installed_embedders() -> list[Availability]:
    """Every kind of embedder, with what is missing for it; nothing is loaded."""
    return [
        Availability("use", "16 languages in one space, 512 dimensions", missing_for_use()),
        Availability("minilm", "English, 384 dimensions", missing_for_minilm()),
        Availability("folder:PATH", "a local model folder", missing_for_onnx()),
        Availability("openai:MODEL@URL", "an OpenAI-compatible endpoint"),
        Availability("lsa:FILE", "trained on your own corpus"),
    ]


def default_embedders() -> tuple[Embedder, ...]:
    """The multilingual default, then MiniLM; only those installed, so perhaps none."""
    ready = {kind.spec for kind in installed_embedders() if not kind.missing}
    return tuple(load_embedder(spec) for spec in ("use", "minilm") if spec in ready)


def require_same_model(a: str, b: str) -> None:
    """Let vectors of two model ids meet only where the ids are equal.

    Raises:
        MixedVectors: they differ.
    """
    if a != b:
        raise MixedVectors(
            f"vectors of '{a}' cannot be compared with vectors of '{b}';"
            " embed both sides with one model"
        )


def _load_use(_: str) -> Embedder:
    if missing := missing_for_use():
        raise EmbedderError(f"the embedder 'use' is not installed; {missing}")
    return UseEmbedder()


_FORMS = {
    "use": "use",
    "minilm": "minilm",
    "folder": "folder:PATH",
    "openai": "openai:MODEL@URL",
    "lsa": "lsa:FILE",
}
_LOADERS: Mapping[str, Callable[[str], Embedder]] = {
    "use": _load_use,
    "minilm": lambda _: load_minilm(),
    "folder": lambda path: load_folder(Path(path)),
    "openai": load_endpoint,
    "lsa": lambda path: LsaEmbedder.load(Path(path)),
}
