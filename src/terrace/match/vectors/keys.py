"""What a vector is stored under: a digest of model, role and text."""

import hashlib
from collections.abc import Sequence
from typing import Literal

Role = Literal["query", "document"]
KEY_BYTES = 16


def keys_of(model_id: str, role: Role, texts: Sequence[str]) -> list[bytes]:
    """One key of 16 bytes per text; equal texts have equal keys."""
    prefix = hashlib.blake2b(f"{model_id}\0{role}\0".encode(), digest_size=KEY_BYTES)
    return [_key_of(prefix.copy(), text) for text in texts]


def _key_of(prefix: "hashlib.blake2b", text: str) -> bytes:
    prefix.update(text.encode("utf-8", "surrogatepass"))
    return prefix.digest()
