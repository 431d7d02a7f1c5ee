import dataclasses
import re
from pathlib import Path
from typing import Any, get_args

import pytest

from terrace.match.interview import FigureRow, load_interview
from terrace.match.interview.cautions import CautionKind

PAGE = (Path(__file__).parents[4] / "docs" / "reference" / "interview.md").read_text("utf-8")
COLUMNS = [field.name for field in dataclasses.fields(FigureRow)]


def test_every_question_is_in_the_table_with_its_kind() -> None:
    for question in load_interview().questions:
        answer = "yes" if question.is_required else "no"
        assert re.search(rf"^\| `{question.id}` \| {question.kind} \|.*\| {answer} \|$", PAGE, re.M)


@pytest.mark.parametrize("name", [*COLUMNS, *get_args(CautionKind)])
def test_every_field_and_warning_is_explained(name: str) -> None:
    assert re.search(rf"^\|.*`{name}`.*\|", PAGE, re.M)


def test_the_python_runs() -> None:
    known: dict[str, Any] = {}
    exec(re.findall(r"```python\n(.*?)```", PAGE, re.S)[0], known)

    assert known["need"].currency == "GBP"
    assert known["testable_share"](known["found"].requirements) == 1.0
