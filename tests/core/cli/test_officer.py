"""The guide's walk of an officer: typed as it stands there, with the edits it shows."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from terrace.cli.main import app
from terrace.errors import TerraceError

GUIDE = Path(__file__).parents[3] / "docs" / "guide.md"
BLOCK = re.compile(r"```(\w+)\n(.*?)```", re.S)


def walk() -> Iterator[tuple[str, str]]:
    """The blocks of the section: commands (sh), edits (diff), what is read then (text)."""
    section = GUIDE.read_text("utf-8").split("\n## Correcting a rule\n", 1)[1]
    yield from BLOCK.findall(section.split("\n## ", 1)[0])


def type_commands(lines: str) -> str:
    """All that is printed, with the message of a refusal at its end."""
    printed = []
    for line in lines.strip().splitlines():
        program, *arguments = shlex.split(line)
        assert program == "terrace"
        result = CliRunner().invoke(app, arguments, env={"COLUMNS": "110"})
        printed.append(result.output)
        if result.exception is not None:
            assert isinstance(result.exception, TerraceError), result.exception
            printed.append(f"error: {result.exception}")
    return "\n".join(printed)


def make_edit(block: str) -> None:
    """Replace what stands in the file by what the block writes."""
    name, *lines = block.splitlines()
    old = "\n".join(line[1:] for line in lines if not line.startswith("+"))
    new = "\n".join(line[1:] for line in lines if not line.startswith("-"))
    path = Path(name)
    text = path.read_text("utf-8")
    assert text.count(old) == 1, f"{name} has not once what the guide says"
    path.write_text(text.replace(old, new), "utf-8")


def test_the_walk_of_the_guide_goes_as_it_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    printed, refused = "", 0
    for kind, block in walk():
        if kind == "sh":
            printed = type_commands(block)
            refused += "error:" in printed
        elif kind == "diff":
            make_edit(block)
        else:
            missing = [line for line in block.strip().splitlines() if line not in printed]
            assert missing == []
    # Only the first check is refused, on purpose.
    assert refused == 1
    assert "超出33人" in (tmp_path / "reasons.html").read_text("utf-8")
    assert (tmp_path / "reasons.xlsx").read_bytes().startswith(b"PK")
