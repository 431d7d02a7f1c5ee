"""The Python that the reference of rulebooks shows runs and says what it says."""

import re
from pathlib import Path

import pytest

import terrace.rules
import terrace.rules.forecast
import terrace.rules.impact
import terrace.rules.path

PAGE = (Path(__file__).parents[3] / "docs" / "reference" / "rulebooks.md").read_text("utf-8")


def test_the_example_runs(capsys: pytest.CaptureFixture[str]) -> None:
    (example,) = re.findall(r"```python\n(.*?)```", PAGE, re.S)
    exec(compile(example, "rulebooks.md", "exec"), {})
    assert "unmet 职工总数为620人，要求不超过500人：超出120人" in capsys.readouterr().out


def test_every_name_of_the_package_that_the_page_gives_is_there() -> None:
    section = PAGE.split("\n## From Python\n", 1)[1]
    rows = [line.split(" | ")[0] for line in section.splitlines() if line.startswith("| `")]
    names = [name for row in rows for name in re.findall(r"`([\w.]+)", row)]
    assert {"explain_company", "evaluate", "load_ladder"} <= set(names)
    plain = [name for name in names if "." not in name]
    for name in plain:
        modules = (terrace.rules, terrace.rules.path, terrace.rules.forecast, terrace.rules.impact)
        assert any(hasattr(module, name) for module in modules), name
