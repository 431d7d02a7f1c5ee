from collections.abc import Callable
from pathlib import Path

import pytest
from rulebook_parts import write_rulebook

from terrace.rules import Rulebook, load_rulebooks


@pytest.fixture
def make_rulebook(tmp_path: Path) -> Callable[..., Rulebook]:
    def make(criteria: str, **parts: str) -> Rulebook:
        write_rulebook(tmp_path, criteria, **parts)
        (rulebook,) = load_rulebooks(tmp_path)
        return rulebook

    return make
