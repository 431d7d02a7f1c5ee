"""The promises of the design that no other tool holds us to."""

import ast
import re
import statistics
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
# Migrations are written by Django.
SOURCES = sorted(p for p in (ROOT / "src").rglob("*.py") if "migrations" not in p.parts)
WRITTEN_IN = ("src", "tests", "bench", "tools", "docs", ".ci")
TEXT_SUFFIXES = {".py", ".md", ".toml", ".yaml", ".yml", ".lock", ".in", ".txt", ".cfg", ""}
MOST_LINES, FEW_LINES = 400, 300

# Put together here, so that this file does not name what it forbids.
MACHINE_PATHS = "|".join(
    ["/" + "work/", "/" + "tmp/(?:exp|brief)", "/" + "root/", "/" + "home/[a-z]"]
)
REGISTRIES = "|".join(
    name + ending
    for name, ending in (
        ("pypi", r"\.org"),
        ("pythonhosted", r"\.org"),
        ("registry", r"\.npmjs"),
        ("proxy", r"\.golang"),
        ("index", "-url"),
    )
)
FORBIDDEN = re.compile(f"{MACHINE_PATHS}|{REGISTRIES}")

Function = ast.FunctionDef | ast.AsyncFunctionDef
Documented = Function | ast.ClassDef


def parse(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


def count_lines(function: Function) -> int:
    """The lines of a function without its docstring."""
    lines = (function.end_lineno or function.lineno) - function.lineno + 1
    if ast.get_docstring(function) is None:
        return lines
    docstring = function.body[0]
    return lines - ((docstring.end_lineno or docstring.lineno) - docstring.lineno + 1)


def public_parts(scope: ast.Module | ast.ClassDef, prefix: str) -> Iterator[tuple[str, Documented]]:
    """Public functions and classes of a module, and the public methods of these."""
    for part in scope.body:
        if isinstance(part, Documented) and not part.name.startswith("_"):
            yield f"{prefix}:{part.name}", part
            if isinstance(part, ast.ClassDef):
                yield from public_parts(part, f"{prefix}:{part.name}")


def written_files() -> list[Path]:
    found = [path for path in ROOT.iterdir() if path.is_file()]
    found += [path for folder in WRITTEN_IN for path in (ROOT / folder).rglob("*")]
    kept = [path for path in found if path.is_file() and path.suffix in TEXT_SUFFIXES]
    return [path for path in kept if "__pycache__" not in path.parts and path.name != ".git"]


def test_imports_point_one_way() -> None:
    lint = Path(sys.executable).with_name("lint-imports")

    done = subprocess.run(
        [lint, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stdout + done.stderr


def test_no_file_is_too_long_to_read() -> None:
    lengths = {name_of(path): len(path.read_text("utf-8").splitlines()) for path in SOURCES}

    assert {name: lines for name, lines in lengths.items() if lines > MOST_LINES} == {}
    assert statistics.quantiles(lengths.values(), n=10)[-1] <= FEW_LINES


def test_functions_are_short() -> None:
    lengths = [
        count_lines(node)
        for path in SOURCES
        for node in ast.walk(parse(path))
        if isinstance(node, Function)
    ]

    assert statistics.median(lengths) <= 7
    assert statistics.quantiles(lengths, n=10)[-1] <= 30


def test_what_is_public_is_explained() -> None:
    bare = [
        where
        for path in SOURCES
        for where, part in public_parts(parse(path), name_of(path))
        if not ast.get_docstring(part)
    ]

    assert bare == []


def test_modules_are_explained() -> None:
    bare = [name_of(path) for path in SOURCES if not ast.get_docstring(parse(path))]

    assert bare == []


def test_no_machine_path_and_no_registry_is_named() -> None:
    found = [
        f"{name_of(path)}:{number}: {line.strip()}"
        for path in written_files()
        for number, line in enumerate(path.read_text("utf-8", errors="replace").splitlines(), 1)
        if FORBIDDEN.search(line)
    ]

    assert found == []


def test_no_module_has_a_name_that_says_nothing() -> None:
    nothing = {"utils", "util", "helpers", "helper", "common", "misc", "manager", "service"}

    assert [name_of(path) for path in SOURCES if path.stem.lower() in nothing] == []


def dependencies() -> list[str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    extras = project["optional-dependencies"]
    listed = [*project["dependencies"], *(each for names in extras.values() for each in names)]
    names = {re.split(r"[\[<>=!~ ;]", each)[0] for each in listed}
    return sorted(names - {project["name"]})


@pytest.mark.parametrize("package", dependencies())
def test_every_dependency_is_explained(package: str) -> None:
    explained = (ROOT / "docs" / "dependencies.md").read_text("utf-8").lower()
    # Type stubs are explained together.
    searched = "type stubs" if package.startswith("types-") or "stubs" in package else package

    assert searched.lower() in explained


def test_every_decision_is_listed_and_every_listed_one_is_there() -> None:
    folder = ROOT / "docs" / "adr"
    listed = set(re.findall(r"\]\((\d{4}-[\w-]+\.md)\)", (folder / "README.md").read_text("utf-8")))

    assert listed == {path.name for path in folder.glob("[0-9]*.md")}
