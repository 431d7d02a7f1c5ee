from datetime import date

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from terrace.errors import NotFound
from terrace.records import (
    RECORD_TYPES,
    SCHEMAS,
    Achievement,
    Company,
    Expert,
    Need,
    Text,
    Visibility,
    Work,
    row_of,
    to_frame,
    to_records,
)

words = st.text(max_size=20)
texts = st.builds(Text, language=st.sampled_from(["en", "zh", ""]), title=words, body=words)
works = st.builds(Work, id=words, title=words, year=st.none() | st.integers(1900, 2100))
achievements = st.builds(
    Achievement,
    id=words,
    texts=st.lists(texts, max_size=3).map(tuple),
    readiness=st.none() | st.integers(1, 9),
    keywords=st.lists(words, max_size=3).map(tuple),
    licensed_exclusively=st.none() | st.booleans(),
    published=st.none() | st.dates(),
    price=st.none() | st.floats(0, 1e9),
)


def test_it_works() -> None:
    need = Need(id="N1", texts=(Text(language="en", title="Pump"),), deadline=date(2026, 1, 2))

    frame = to_frame("need", [need])

    assert frame.schema == SCHEMAS["need"]
    assert frame["texts"].to_list() == [
        [{"language": "en", "title": "Pump", "summary": "", "body": ""}]
    ]
    assert to_records("need", frame) == [need]


@given(st.lists(achievements, max_size=4))
def test_a_frame_gives_back_what_went_in(records: list[Achievement]) -> None:
    assert to_records("achievement", to_frame("achievement", records)) == records


@given(st.lists(works, max_size=3).map(tuple))
def test_works_survive_for_companies_and_experts(works: tuple[Work, ...]) -> None:
    company, expert = Company(id="C", name="C", works=works), Expert(id="E", works=works)

    assert to_records("company", to_frame("company", [company])) == [company]
    assert to_records("expert", to_frame("expert", [expert])) == [expert]


@pytest.mark.parametrize("kind", list(RECORD_TYPES))
def test_an_empty_frame_has_the_schema(kind) -> None:
    assert to_frame(kind, []).schema == SCHEMAS[kind]


@pytest.mark.parametrize("kind", list(RECORD_TYPES))
def test_what_is_hidden_by_default_is_the_confidential_part(kind) -> None:
    default = RECORD_TYPES[kind].__dataclass_fields__["visibility"].default

    assert default == Visibility(teaser="public", identity="public", confidential="private")


def test_row_of_finds_one_row() -> None:
    frame = to_frame("need", [Need(id="a"), Need(id="b")])

    assert row_of(frame, "b")["id"].to_list() == ["b"]


def test_row_of_names_the_missing_id_and_shows_what_ids_look_like() -> None:
    frame = pl.DataFrame({"id": ["N-1"]})

    with pytest.raises(NotFound, match="no record 'x'.*N-1"):
        row_of(frame, "x")
