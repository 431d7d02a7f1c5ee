import re
from pathlib import Path
from typing import Any, get_args

import pytest

from terrace.readiness import load_scale
from terrace.readiness.advice import StepKind

PAGE = (Path(__file__).parents[3] / "docs" / "reference" / "readiness.md").read_text("utf-8")


@pytest.mark.parametrize("dimension", load_scale().dimensions, ids=lambda dimension: dimension.id)
def test_every_dimension_is_in_the_table(dimension: Any) -> None:
    assert f"| `{dimension.id}` | {dimension.question.en} |" in PAGE


@pytest.mark.parametrize("kind", get_args(StepKind))
def test_every_kind_of_step_is_explained(kind: str) -> None:
    assert f"| `{kind}` |" in PAGE


def test_the_python_runs() -> None:
    known: dict[str, Any] = {}
    exec(re.findall(r"```python\n(.*?)```", PAGE, re.S)[0], known)

    technology = known["technology"]
    assert (technology.shown, technology.claimed, technology.possible) == (2, 3, 9)
