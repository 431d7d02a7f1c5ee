"""An OpenAI-compatible ``/embeddings`` endpoint, in the house or outside it.

The key is read from the environment variable ``TERRACE_EMBEDDING_KEY`` and is
sent to the given address only: redirects are not followed.
"""

import json
import os
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from http.client import HTTPException
from typing import Any
from urllib.parse import urlsplit

import numpy as np
import numpy.typing as npt

from terrace.errors import EmbedderError
from terrace.match.embedders.batches import Vectors, encode_in_batches

KEY_VARIABLE = "TERRACE_EMBEDDING_KEY"
_BUSY = frozenset({408, 409, 425, 429, 500, 502, 503, 504, 529})
_LONGEST_WAIT_S = 60.0


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any) -> None:
        return None


@dataclass(frozen=True)
class EndpointEmbedder:
    """Asks ``base_url`` + '/embeddings' for vectors of ``model``, a batch at a time.

    A busy or unreachable endpoint is asked again, ``attempts`` times in all,
    after 1, 2, 4 ... seconds or what it says in ``Retry-After``. The dimension
    is learnt from a first, one-word request.
    """

    model: str
    base_url: str
    key: str = ""
    languages: frozenset[str] = frozenset({"*"})
    is_symmetric: bool = True
    batch_size: int = 64
    max_characters: int = 6000
    timeout_s: float = 60.0
    attempts: int = 5
    sleep: Callable[[float], None] = time.sleep

    @property
    def id(self) -> str:
        """Model and address: the same name elsewhere may be another model."""
        address = urlsplit(self.base_url)
        return f"{self.model}@{address.netloc}{address.path}-{self.max_characters}c"

    @cached_property
    def dimension(self) -> int:
        """How many numbers the endpoint's vectors have."""
        return int(self._request(["dimension"]).shape[1])

    def encode_documents(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors [n, d], zero for a blank text.

        Raises:
            EmbedderError: the endpoint refuses, stays away or answers wrongly.
        """
        return encode_in_batches(
            texts,
            self._request_checked,
            dimension=self.dimension,
            batch_size=self.batch_size,
            max_characters=self.max_characters,
        )

    encode_queries = encode_documents

    def _request(self, texts: list[str]) -> npt.NDArray[np.float32]:
        body = {"model": self.model, "input": texts, "encoding_format": "float"}
        answer = self._post_patiently(json.dumps(body).encode())
        return _vectors_in(answer, len(texts), self.id)

    def _request_checked(self, texts: list[str]) -> npt.NDArray[np.float32]:
        vectors = self._request(texts)
        if vectors.shape[1] != self.dimension:
            raise EmbedderError(
                f"'{self.id}' gave {vectors.shape[1]} numbers instead of {self.dimension};"
                " check that one model answers under this name"
            )
        return vectors

    def _post_patiently(self, body: bytes) -> bytes:
        for attempt in range(1, self.attempts + 1):
            try:
                return self._post(body)
            except urllib.error.HTTPError as error:
                if error.code not in _BUSY or attempt == self.attempts:
                    raise self._refused(error) from error
                wait_s = _wait_s(attempt, error.headers.get("Retry-After", ""))
            except (OSError, HTTPException) as error:
                if attempt == self.attempts:
                    raise self._unreachable(error) from error
                wait_s = _wait_s(attempt)
            self.sleep(wait_s)
        raise EmbedderError(f"'{self.id}' was given no attempt; set attempts to 1 or more")

    def _post(self, body: bytes) -> bytes:
        headers = {"Content-Type": "application/json"}
        if self.key:
            headers["Authorization"] = f"Bearer {self.key}"
        url = f"{self.base_url.rstrip('/')}/embeddings"
        request = urllib.request.Request(url, data=body, headers=headers)
        with urllib.request.build_opener(_NoRedirect).open(request, timeout=self.timeout_s) as got:
            answer: bytes = got.read()
            return answer

    def _refused(self, error: urllib.error.HTTPError) -> EmbedderError:
        said = error.read(300).decode("utf-8", "replace").strip()
        remedy = {
            401: f"set {KEY_VARIABLE} to a valid key",
            403: f"set {KEY_VARIABLE} to a key that may use this model",
            404: "check the model's name and the address, which often ends in /v1",
            429: "the quota is used up: wait, then run again; finished texts are kept",
        }.get(error.code, "check the endpoint, then run again; finished texts are kept")
        return EmbedderError(f"'{self.id}' answered {error.code} ({said}); {remedy}")

    def _unreachable(self, error: Exception) -> EmbedderError:
        return EmbedderError(
            f"'{self.id}' cannot be reached ({error}); check the address and the network,"
            " then run again; finished texts are kept"
        )


def load_endpoint(
    model_at_url: str, environment: Mapping[str, str] = os.environ
) -> EndpointEmbedder:
    """The embedder of 'MODEL@BASE_URL'; nothing is sent yet.

    Raises:
        EmbedderError: the model or an http(s) address is missing.
    """
    model, _, base_url = model_at_url.rpartition("@")
    address = urlsplit(base_url)
    has_address = address.scheme in ("http", "https") and bool(address.hostname)
    if not model or "://" in model or not has_address:
        raise EmbedderError(
            "an endpoint needs a model and an http(s) address without a password;"
            " write openai:MODEL@https://host/v1"
        )
    return EndpointEmbedder(model, base_url, environment.get(KEY_VARIABLE, ""))


def _wait_s(attempt: int, asked: str = "") -> float:
    wished = float(asked) if asked.strip().isdigit() else 2.0 ** (attempt - 1)
    return min(wished, _LONGEST_WAIT_S)


def _vectors_in(answer: bytes, count: int, model_id: str) -> npt.NDArray[np.float32]:
    try:
        entries = sorted(json.loads(answer)["data"], key=lambda entry: int(entry["index"]))
        vectors = np.array([entry["embedding"] for entry in entries], dtype=np.float32)
    except (ValueError, KeyError, TypeError) as error:
        raise EmbedderError(
            f"'{model_id}' gave an answer that is no list of embeddings ({error!r});"
            " check that the address is an OpenAI-compatible one"
        ) from error
    if vectors.ndim != 2 or len(vectors) != count:
        raise EmbedderError(
            f"'{model_id}' gave {len(vectors)} embeddings for {count} texts; check the endpoint"
        )
    return vectors
