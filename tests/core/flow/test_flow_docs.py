"""The reference of flows is held to what is read."""

import re
from pathlib import Path
from typing import Any, get_args

import pytest
import yaml

from terrace.errors import CriteriaError
from terrace.flow import ROLES, Refusal, Tone, read_calendar, read_flow

PAGE = (Path(__file__).parents[3] / "docs" / "reference" / "flows.md").read_text("utf-8")
FLOW, CALENDAR = re.findall(r"```yaml\n(.*?)```", PAGE, re.S)
(PYTHON,) = re.findall(r"```python\n(.*?)```", PAGE, re.S)


def read_text(folder: Path, text: str, read: Any = read_flow) -> Any:
    path = folder / "page.yaml"
    path.write_text(text, encoding="utf-8")
    return read(path)


def test_its_examples_can_be_read_and_run(tmp_path: Path) -> None:
    assert read_text(tmp_path, FLOW).id == "booking"
    assert read_text(tmp_path, CALENDAR, read_calendar).id == "park"
    exec(compile(PYTHON, "flows.md", "exec"), {})


def test_every_code_is_in_it() -> None:
    assert all(f"`{code}`" in PAGE for code in (*ROLES, *get_args(Refusal)))
    assert all(tone in PAGE for tone in get_args(Tone))


@pytest.mark.parametrize("part", ["conditions", "stages", "moves", None])
def test_every_key_is_in_it(tmp_path: Path, part: str | None) -> None:
    declared = yaml.safe_load(FLOW)
    version = declared["versions"][0]
    (version[part][0] if part else version)["strange"] = 1
    with pytest.raises(CriteriaError, match="'strange' is not known here; known are ") as caught:
        read_text(tmp_path, yaml.safe_dump(declared, allow_unicode=True))
    keys = str(caught.value).rsplit("known are ", 1)[1].split(", ")
    assert len(keys) > 3
    assert [key for key in keys if f"`{key}`" not in PAGE and f" {key}:" not in FLOW] == []
