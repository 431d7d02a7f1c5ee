"""Which words may stand for a text."""

import pytest

from terrace.match.desk import find_telling_words
from terrace.match.general import is_telling
from terrace.match.summary import find_distinctive_words
from terrace.records import Achievement, Need, Text


@pytest.mark.parametrize(
    "word",
    [
        "ceramic",
        "slurry",
        "3D",
        "3d-printed",
        "5G",
        "3-axis",
        "LWIR",
        "li-ion",
        "high-temperature",
        "Additive",
        "high-conductivity",
        "密封",
        "渣浆泵",
    ],
)
def test_words_that_tell_what_a_text_is_about(word: str) -> None:
    assert is_telling(word)


@pytest.mark.parametrize(
    "word",
    [
        "used",
        "Using",
        "times",
        "high-performance",
        "30μg",
        "98.11%",
        "4,000",
        "400h",
        "10MPa",
        "2.4GHz",
        "2nd",
        "x",
        "方法",
        "采用",
    ],
)
def test_words_that_any_text_has(word: str) -> None:
    assert not is_telling(word)


def make_pair(
    wanted: str, offered: str, title: str = "", owner: str = ""
) -> tuple[Need, Achievement]:
    achievement = Achievement(id="A1", owner_name=owner, texts=(Text(title=title, body=offered),))
    return Need(id="N1", texts=(Text(body=wanted),)), achievement


def test_shared_words_leave_out_what_any_text_has() -> None:
    need, achievement = make_pair(
        "A seal is used many times with 30μg of slurry.",
        "The seal was used three times in slurry of 30μg.",
    )

    assert set(find_telling_words(need, achievement, idf=lambda _term: 1.0)) == {"seal", "slurry"}


def test_words_of_the_title_mark_an_achievement_and_its_owners_name_does_not() -> None:
    need, achievement = make_pair(
        "A seal.",
        "Lynntech has founded a company. Zirconia zirconia zirconia is heavily used by Lynntech.",
        title="Sintered ring",
        owner="Lynntech",
    )

    found = find_distinctive_words(achievement, need, idf=lambda _term: 1.0)

    assert found == ("ring", "Sintered", "Zirconia")
