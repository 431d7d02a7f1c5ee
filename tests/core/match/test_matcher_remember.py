"""Matching that remembers its queries as rivals is learning them first, in one pass."""

from pathlib import Path

import pytest

from terrace.match.matcher import Matcher
from terrace.match.rank import Ranker
from terrace.records import Visibility, to_frame
from terrace.testing.embedders import HashEmbedder
from terrace.testing.records import make_need, make_text, tiny_achievements, tiny_needs

WORDS = HashEmbedder(dimension=24)
NEEDS = to_frame("need", tiny_needs())
FIRST = to_frame("need", tiny_needs()[:1])


def open_matcher(folder: Path) -> Matcher:
    matcher = Matcher(folder=folder, embedders=(WORDS,), ranker=Ranker())
    return matcher.fit(to_frame("achievement", tiny_achievements()))


def test_it_learns_what_learn_rivals_learns(tmp_path: Path) -> None:
    learned, remembering = open_matcher(tmp_path / "a"), open_matcher(tmp_path / "b")
    learned.learn_rivals(NEEDS)

    assert remembering.match(NEEDS, remember=True).equals(learned.match(NEEDS))
    assert remembering.match(FIRST).equals(learned.match(FIRST))


def test_it_is_kept_for_those_who_open_the_folder_later(tmp_path: Path) -> None:
    matcher = open_matcher(tmp_path)
    matcher.match(NEEDS, remember=True)
    before = matcher.match(FIRST)
    matcher.close()

    again = Matcher(folder=tmp_path, embedders=(WORDS,), ranker=Ranker())
    assert again.match(FIRST).equals(before)


def test_nothing_is_remembered_unless_asked(tmp_path: Path) -> None:
    matcher = open_matcher(tmp_path)
    before = matcher.match(FIRST)
    matcher.match(NEEDS)

    assert matcher.match(FIRST).equals(before)


def test_what_is_not_public_is_not_remembered(tmp_path: Path) -> None:
    matcher = open_matcher(tmp_path)
    before = matcher.match(FIRST)
    hidden = make_need(
        "H",
        visibility=Visibility(teaser="zone"),
        texts=(make_text("Ceramic seal ring for slurry"),),
    )
    matcher.match(to_frame("need", [hidden]), remember=True)

    assert matcher.match(FIRST).equals(before)


@pytest.mark.parametrize("top", [1, 3])
def test_the_length_of_the_list_does_not_matter(tmp_path: Path, top: int) -> None:
    matcher = open_matcher(tmp_path)
    whole = matcher.match(NEEDS, remember=True)

    assert matcher.match(NEEDS, top=top).equals(whole.filter(whole["rank"] <= top), null_equal=True)
