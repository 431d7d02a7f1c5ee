from pathlib import Path

import pytest

from terrace.errors import CriteriaError, NotFound
from terrace.rules import Ladder, load_ladder, load_rulebooks

SHIPPED = load_rulebooks()
TITLE = '{{id: {id}, rulebook: hnte, en: A, zh: A, branch: stem, held_until: "", {more}}}'


def write_ladder(folder: Path, *titles: tuple[str, str]) -> Path:
    path = folder / "ladder.yaml"
    lines = [f"  - {TITLE.format(id=name, more=more)}" for name, more in titles]
    path.write_text("titles:\n" + "\n".join(lines).replace(", }", "}"), "utf-8")
    return path


def load(folder: Path, *titles: tuple[str, str]) -> Ladder:
    return load_ladder(write_ladder(folder, *titles), rulebooks=SHIPPED)


def test_the_shipped_ladder_is_a_graph_not_a_rank() -> None:
    ladder = load_ladder(rulebooks=SHIPPED)
    assert ladder.prerequisites_of("little_giant") == ("tech_sme", "innovative_sme", "srdi")
    assert ladder.prerequisites_of("hnte") == ()
    assert ladder.title("hnte").branch == "side"
    assert ladder.title("little_giant").held_until == "little_giant_until"
    order = list(ladder.titles)
    assert order.index("tech_sme") < order.index("srdi") < order.index("little_giant")


@pytest.mark.parametrize(
    ("held", "is_open"),
    [
        (set(), False),
        ({"srdi"}, True),
        ({"srdi", "hnte"}, True),
        ({"tech_sme"}, False),
        ({"srdi", "single_champion"}, False),
        ({"srdi", "little_giant"}, False),
    ],
)
def test_what_is_open_depends_on_what_is_held(held: set[str], is_open: bool) -> None:
    ladder = load_ladder(rulebooks=SHIPPED)
    assert ("little_giant" in ladder.open_titles(held)) is is_open


def test_any_one_prerequisite_opens_a_title(tmp_path: Path) -> None:
    ladder = load(tmp_path, ("a", ""), ("b", ""), ("c", "requires_any: [a, b]"))
    assert ladder.open_titles(set()) == ("a", "b")
    assert ladder.open_titles({"b"}) == ("a", "c")


@pytest.mark.parametrize(
    ("titles", "complaint"),
    [
        ((("a", "requires_any: [b]"), ("b", "requires_any: [a]")), "in a circle"),
        ((("a", "requires_any: [z]"),), "names 'z', which is no title"),
        ((("a", "excludes: [z]"),), "names 'z', which is no title"),
        ((("a", ""), ("a", "")), "is there twice"),
        ((("a", "rank: 3"),), "'rank' is not known"),
    ],
)
def test_a_wrong_ladder_is_refused(
    tmp_path: Path, titles: tuple[tuple[str, str], ...], complaint: str
) -> None:
    with pytest.raises(CriteriaError, match=complaint):
        load(tmp_path, *titles)


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("rulebook: hnte", "rulebook: hntee", "no rulebook 'hntee'"),
        ('held_until: ""', "held_until: revenue", "'revenue' is a number"),
        ("branch: stem", "branch: twig", "'branch' is 'twig'"),
    ],
)
def test_a_wrong_title_is_refused(tmp_path: Path, old: str, new: str, complaint: str) -> None:
    path = write_ladder(tmp_path, ("a", ""))
    path.write_text(path.read_text("utf-8").replace(old, new), "utf-8")
    with pytest.raises(CriteriaError, match=complaint):
        load_ladder(path, rulebooks=SHIPPED)


def test_an_unknown_title_names_what_there_is() -> None:
    with pytest.raises(NotFound, match=r"no title 'giant'.*little_giant"):
        load_ladder(rulebooks=SHIPPED).prerequisites_of("giant")
