import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

# A busy machine is no reason to fail.
settings.register_profile("patient", deadline=None, max_examples=50)
settings.load_profile("patient")

WriteFile = Callable[[str, bytes | str], Path]
WriteLines = Callable[..., Path]


@pytest.fixture
def write_file(tmp_path: Path) -> WriteFile:
    def write(name: str, content: bytes | str) -> Path:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


@pytest.fixture
def write_jsonl(write_file: WriteFile) -> WriteLines:
    def write(*rows: dict[str, Any], name: str = "rows.jsonl") -> Path:
        return write_file(name, "\n".join(json.dumps(row, ensure_ascii=False) for row in rows))

    return write
