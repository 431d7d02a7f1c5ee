import pytest
from hypothesis import given
from hypothesis import strategies as st

from terrace.match.clauses import cut_clauses, is_heading


def texts_of(text: str) -> list[str]:
    return [clause.text for clause in cut_clauses(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "The pump must be small. It should weigh little.",
            ["The pump must be small.", "It should weigh little."],
        ),
        (
            "Expected outcomes:Improved understanding of soils.Better tools for farmers.",
            ["Expected outcomes:", "Improved understanding of soils.", "Better tools for farmers."],
        ),
        (
            "Faster transition of district operationsFaster transition of buildings",
            ["Faster transition of district operations", "Faster transition of buildings"],
        ),
        (
            "Study attacks on systems (AI)Develop frameworks for testing.",
            ["Study attacks on systems (AI)", "Develop frameworks for testing."],
        ),
        (
            "It needs (1) a sensor for humidity (2) a camera for motion",
            ["It needs (1) a sensor for humidity", "(2) a camera for motion"],
        ),
        (
            "功率不低于10千瓦。重量应不超过五公斤；可在零下工作。",
            ["功率不低于10千瓦。", "重量应不超过五公斤；", "可在零下工作。"],
        ),
        (
            "• Low cost of production\n• High yield of protein",
            ["Low cost of production", "High yield of protein"],
        ),
    ],
)
def test_texts_are_cut_where_a_reader_would(text: str, expected: list[str]) -> None:
    assert texts_of(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "Sensors, e.g. Infrared cameras, are wanted here.",
        "Work by Smith et al. Shows that it is possible.",
        "Write the code in JavaScript or on a PowerPC system.",
        "The LabView driver and the iPhone app work together.",
    ],
)
def test_what_belongs_together_stays_together(text: str) -> None:
    assert texts_of(text) == [text]


def test_a_scrap_joins_its_neighbour() -> None:
    assert texts_of("The seal must last. Always. It must be cheap too.") == [
        "The seal must last. Always.",
        "It must be cheap too.",
    ]


def test_headings_stand_alone() -> None:
    cut = texts_of("Low temperatures are used. Scope: Heat pumps replace boilers in houses.")
    assert "Heat pumps replace boilers in houses." in cut[-1]
    assert is_heading("Scope:")
    assert is_heading("技术要求：")
    assert not is_heading("The scope is wide.")


def test_nothing_gives_nothing() -> None:
    assert cut_clauses("") == []
    assert cut_clauses(" \n \u2022 ") == []


@given(st.text(alphabet=st.sampled_from(list("abcXY .:;()\n•。；要求1%")), max_size=120))
def test_clauses_are_verbatim_in_order_and_apart(text: str) -> None:
    end = 0
    for clause in cut_clauses(text):
        assert clause.start >= end
        assert text[clause.start : clause.end] == clause.text
        assert clause.text == clause.text.strip()
        end = clause.end


@given(st.text(alphabet=st.sampled_from(list("abcXY .:;()\n。；要求1%")), max_size=120))
def test_no_word_is_lost(text: str) -> None:
    kept = "".join("".join(texts_of(text)).split())
    assert kept == "".join(text.split())
