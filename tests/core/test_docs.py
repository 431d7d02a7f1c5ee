"""The documentation is held to the code: what it names is there, what is there is named."""

import dataclasses
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, get_args

import pytest
import typer
from typer.core import TyperGroup

from terrace.cli.main import app
from terrace.errors import InputError
from terrace.match import matcher as matcher_module
from terrace.match.decisions import DECISIONS, read_decisions
from terrace.match.gates import load_gates
from terrace.records import RECORD_TYPES, Kind, Level, Text, Visibility, Work
from terrace.sources import SOURCES, read_mapping, read_records
from terrace.sources.mapping import require_known_targets
from terrace.sources.targets import find_target
from terrace.zone import LINK_SCHEMA, read_links

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGES = sorted([ROOT / "README.md", ROOT / "CONTRIBUTING.md", *DOCS.rglob("*.md")])
RECORDS = (DOCS / "reference" / "records.md").read_text("utf-8")
GUIDE = (DOCS / "guide.md").read_text("utf-8")
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
BLOCK = re.compile(r"```(\w*)\n(.*?)```", re.S)
HEADING = re.compile(r"^#+ (.+)$", re.M)
CODE = re.compile(r"`([^`]+)`")
KINDS_OF_SECTION: dict[str, tuple[Kind, ...]] = {
    "Every record": get_args(Kind),
    "Texts": ("achievement", "need"),
    "Achievement": ("achievement",),
    "Need": ("need",),
    "Company": ("company",),
    "Expert": ("expert",),
}


def section_of(page: str, heading: str) -> str:
    """The text below a heading of the second level, up to the next one."""
    return page.split(f"\n## {heading}\n", 1)[1].split("\n## ", 1)[0]


def rows_of(section: str) -> Iterator[list[str]]:
    """The rows of its tables that begin with code, cell by cell."""
    for line in section.splitlines():
        if line.startswith("| `"):
            yield [cell.strip() for cell in line.strip("|").split(" |")]


def blocks_of(page: str, language: str) -> list[str]:
    return [text for kind, text in BLOCK.findall(page) if kind == language]


def list_commands(group: TyperGroup, above: str = "terrace") -> Iterator[str]:
    for name, command in group.commands.items():
        if isinstance(command, TyperGroup):
            yield from list_commands(command, f"{above} {name}")
        else:
            yield f"{above} {name}"


def slugs_of(page: Path) -> set[str]:
    """The anchors of a page's headings, as the usual hosts of Markdown make them."""
    prose = BLOCK.sub("", page.read_text("utf-8"))
    titles = (heading.lower().replace("`", "") for heading in HEADING.findall(prose))
    return {re.sub(r"[^\w\- ]", "", title).strip().replace(" ", "-") for title in titles}


def links_of(page: Path) -> Iterator[tuple[Path, str]]:
    """Each relative link: the file it points to, and its anchor ('' if none)."""
    prose = BLOCK.sub("", page.read_text("utf-8"))
    for target in LINK.findall(prose):
        if not re.match(r"[a-z]+:", target):
            path, _, anchor = target.partition("#")
            yield ((page.parent / path).resolve() if path else page), anchor


class TestRecords:
    @pytest.mark.parametrize("kind", get_args(Kind))
    def test_every_field_is_in_a_table_of_its_kind(self, kind: Kind) -> None:
        sections = [name for name, kinds in KINDS_OF_SECTION.items() if kind in kinds]
        tables = "\n".join(section_of(RECORDS, name) for name in sections)
        named = {CODE.findall(row[0])[0] for row in rows_of(tables)} | {"texts"}

        fields = {field.name for field in dataclasses.fields(RECORD_TYPES[kind])}

        assert fields - named == set()

    @pytest.mark.parametrize(
        ("section", "part"), [("Texts", Text), ("Works", Work), ("Visibility", Visibility)]
    )
    def test_every_field_of_a_part_is_in_its_table(self, section: str, part: Any) -> None:
        named = {CODE.findall(row[0])[0] for row in rows_of(section_of(RECORDS, section))}

        assert {field.name for field in dataclasses.fields(part)} - named == set()

    def test_no_table_has_a_field_that_is_not_there(self) -> None:
        known = {"title", "summary", "body", "language"}
        for section, kinds in KINDS_OF_SECTION.items():
            fields = {f.name for kind in kinds for f in dataclasses.fields(RECORD_TYPES[kind])}
            for row in rows_of(section_of(RECORDS, section)):
                assert CODE.findall(row[0])[0] in fields | known

    @pytest.mark.parametrize("section", KINDS_OF_SECTION)
    def test_the_column_names_are_understood(self, section: str) -> None:
        for row in rows_of(section_of(RECORDS, section)):
            field = CODE.findall(row[0])[0]
            for column in CODE.findall(row[3]):
                found = {find_target(column, kind=kind) for kind in KINDS_OF_SECTION[section]}
                assert found == {field}, column

    def test_every_level_of_visibility_is_explained(self) -> None:
        section = section_of(RECORDS, "Visibility")

        assert all(f"| `{level}` |" in section for level in get_args(Level))


@pytest.mark.parametrize("gate", [gate.id for gate in load_gates()])
def test_every_gate_is_in_the_guide(gate: str) -> None:
    assert f"| `{gate}` |" in section_of(GUIDE, "Gates")


def test_every_command_is_in_the_guide_or_the_reference() -> None:
    group = typer.main.get_command(app)
    assert isinstance(group, TyperGroup)
    written = GUIDE + "".join(page.read_text("utf-8") for page in (DOCS / "reference").glob("*.md"))

    assert [name for name in list_commands(group) if f"{name}" not in written] == []


@pytest.mark.parametrize("source", SOURCES)
def test_every_public_format_is_in_the_guide(source: str) -> None:
    assert f"`{source}`" in section_of(GUIDE, "Importing")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_points_to_something(page: Path) -> None:
    for target, anchor in links_of(page):
        assert target.exists(), f"{page.name} points to {target}"
        if anchor and target.suffix == ".md":
            assert anchor in slugs_of(target), f"{page.name} points to {target.name}#{anchor}"


class TestExamples:
    def test_the_mapping_can_be_read(self, tmp_path: Path) -> None:
        path = tmp_path / "columns.yaml"
        path.write_text(blocks_of(GUIDE, "yaml")[0], encoding="utf-8")
        mapping = read_mapping(path)

        require_known_targets(mapping, kind="achievement", file=path)

        assert mapping.columns["title_zh"] == ("成果名称",)
        with pytest.raises(InputError):
            require_known_targets(mapping, kind="company", file=path)

    def test_the_managers_can_be_read(self, tmp_path: Path) -> None:
        path = tmp_path / "managers.csv"
        path.write_text(blocks_of(GUIDE, "csv")[0], encoding="utf-8")

        first, second = read_records("expert", path).frame.iter_rows(named=True)

        assert [work["title"] for work in first["works"]] == [
            "Licence of a diode laser",
            "Fibre sensors for bridges",
        ]
        assert (first["capacity"], first["conflicts"]) == (4, ["LAB-7"])
        assert (len(second["works"]), second["languages"]) == (2, ["zh", "en"])

    def test_the_links_and_decisions_can_be_read(self, tmp_path: Path) -> None:
        links, decisions = tmp_path / "qrels.tsv", tmp_path / "decisions.jsonl"
        links.write_text(blocks_of(section_of(GUIDE, "Training on your own decisions"), "")[0])
        decisions.write_text(blocks_of(GUIDE, "json")[0])

        assert read_links(links).schema == LINK_SCHEMA
        assert read_decisions(decisions)["decision"].to_list() == ["reject"]
        assert all(f"`{decision}`" in GUIDE for decision in DECISIONS)

    @pytest.mark.parametrize("page", ["README.md", "docs/guide.md"])
    def test_the_python_runs(
        self, page: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, files: Callable[[], None]
    ) -> None:
        monkeypatch.chdir(tmp_path)
        monkeypatch.setattr(matcher_module, "default_embedders", tuple)
        files()
        code = "\n".join(blocks_of((ROOT / page).read_text("utf-8"), "python"))
        known: dict[str, Any] = {}

        exec(compile(code, page, "exec"), known)

        assert known["pairs"].columns[:2] == ["need_id", "achievement_id"]
        assert known["pairs"].row(0)[:2] == ("N-1", "A-1")

    @pytest.fixture
    def files(self) -> Callable[[], None]:
        """Writes the README's own files, and one of firms, into the working folder."""

        def write() -> None:
            readme = (ROOT / "README.md").read_text("utf-8")
            for name, text in re.findall(r"cat > (\S+) <<'END'\n(.*?)END\n", readme, re.S):
                Path(name).write_text(text, encoding="utf-8")
            Path("firms.csv").write_text("id,name,works\nC-1,Pipewell,Radio sensors for pipes\n")

        return write
