import pytest
from hypothesis import given
from hypothesis import strategies as st

from terrace.match.reading.quotes import Passage
from terrace.match.reading.readiness import find_levels, read_floor, read_level, read_target

FLOORS = [
    ("Activities are expected to start at TRL 6 and achieve TRL 7 to 8 by the end.", 6),
    ("Activities are expected to start from TRL 5 in order to achieve TRL 7-8.", 5),
    ("Research is to start at technology readiness level (TRL) 1-3.", 1),
    ("Starting TRL 4, the work goes on to a pilot.", 4),
    ("CCR are looking for technology providers who can offer solutions at TRL5 and above.", 5),
    ("The solution must be at TRL 7 or higher.", 7),
    ("Applicants must bring a technology of at least TRL 4.", 4),
    ("Proposed efforts must align between Technology Readiness Level (TRL) 3 and 6.", 3),
    ("The minimum TRL is 6.", 6),
    ("Move from TRL 6 to TRL 9.", 6),
    ("要求技术成熟度不低于5级。", 5),
    ("技术成熟度至少为6级。", 6),
    ("技术就绪度≥7级的成果优先。", 7),
    ("TRL 4级及以上成果。", 4),
    ("项目起始技术成熟度为3级。", 3),
]
TARGETS_ONLY = [
    ("Activities are expected to achieve TRL 6-7 by the end of the project.", 6),
    ("By the end of Phase II the technology should reach a Technology Readiness Level 4.", 4),
    ("Phase II will reach at least TRL 5 and viability will be quantified.", 5),
    ("The prototype will be TRL 4 at the end of phase III.", 4),
    ("Results will be used to support a TRL-6 rating.", 6),
    ("Demonstrate (at least at TRL 6) innovative processes.", 6),
    ("The final result is to mature existing technology to at least TRL 6.", 6),
    ("The action is to bring technologies at TRL 8 by the action end.", 8),
    ("A TRL 7 is anticipated for the upgraded engine.", 7),
    ("In Phase II the company plans to build a TRL-6 prototype.", 6),
    ("项目结束时达到技术成熟度7级。", 7),
    ("目标是将技术成熟度提升到8级。", 8),
]
NO_LEVEL = [
    "This Phase II award follows a successful Phase I effort.",
    "Phase III, level 5 of the building.",
    "Technology readiness level is a scale (from TRL 1 to TRL 9).",
    "Development of technologies above TRL 4 is out of the scope of this topic.",
    "efforts at a Technology Readiness Level of less than 6 are welcome",
    "TRL, in collaboration with Orbital, procures fibres.",
    "improving technology readiness level (TRL) and preparing for integration",
    "high-TRL solutions across 5 sectors",
    "砂岩成分成熟度较低,结构成熟度中等",
    "随着产业成熟度的提升",
    "See TRL definitions of 2015.",
    "MTRL 50 percent, TRL 75% of cases",
    "",
]


def said(text: str) -> list[Passage]:
    return [Passage("body", text)]


@pytest.mark.parametrize(("text", "level"), FLOORS)
def test_a_floor_is_where_a_need_starts(text: str, level: int) -> None:
    floor = read_floor(said(text))
    assert floor is not None
    assert (floor.value, floor.certain, floor.field) == (level, True, "body")
    assert floor.quote in text


@pytest.mark.parametrize(("text", "level"), TARGETS_ONLY)
def test_a_target_is_no_floor(text: str, level: int) -> None:
    assert read_floor(said(text)) is None
    target = read_target(said(text))
    assert target is not None
    assert target.value == level


@pytest.mark.parametrize("text", NO_LEVEL)
def test_no_level_is_invented(text: str) -> None:
    assert find_levels(said(text)) == []
    assert read_floor(said(text)) is None
    assert read_target(said(text)) is None
    assert read_level(said(text)) is None


def test_start_and_target_of_one_sentence_are_told_apart() -> None:
    text = "Activities are expected to start at TRL 4-5 and achieve TRL 6 by the end."
    levels = find_levels(said(text))
    assert [(m.low, m.high, m.role) for m in levels] == [(4, 5, "start"), (6, 6, "end")]


def test_any_level_to_start_from_is_no_floor() -> None:
    text = "A demonstrator (TRL 6). Activities may start at any TRL."
    assert read_floor(said(text)) is None


@pytest.mark.parametrize(
    "text",
    [
        "Use a sensor of at least Technology Readiness Level (TRL) 7 in the calculations.",
        "Following its completed design at a TRL 8, the company helps.",
        "Produce a report describing concepts. (TRL 4)",
    ],
)
def test_an_unplaced_level_is_uncertain(text: str) -> None:
    floor = read_floor(said(text))
    assert floor is not None
    assert not floor.certain


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("The ablators, now at TRL 6, offer increased performance.", 6),
        ("Currently, the Mobile Foundry is at a TRL of 6.", 6),
        ("The Phase I prototype is currently at technology readiness level (TRL)-3.", 3),
        ("Both ends are at Technology Readiness Level (TRL) 7.", 7),
        ("The existing device line is Technology Readiness Level 9.", 9),
        ("It has already reached TRL7 in the field.", 7),
        ("The systems have been proven at TRL7 to learn patterns.", 7),
        ("The effort will raise the technology from TRL 2 to 4.", 2),
        ("目前已达到技术成熟度6级。", 6),
        ("该成果现处于TRL 5级。", 5),
    ],
)
def test_the_present_level_of_an_achievement_is_certain(text: str, level: int) -> None:
    reading = read_level(said(text))
    assert reading is not None
    assert (reading.value, reading.certain) == (level, True)


@pytest.mark.parametrize(
    "text",
    [
        "As a TRL-9 technology, the platform pairs software with equipment.",
        "In Phase I we designed and tested filters with TRL 3.",
        "It is fitted together with a TRL-7 imaging sensor.",
    ],
)
def test_a_level_in_passing_is_uncertain(text: str) -> None:
    reading = read_level(said(text))
    assert reading is not None
    assert not reading.certain


@pytest.mark.parametrize("text", [text for text, _ in TARGETS_ONLY])
def test_a_plan_is_no_present_level(text: str) -> None:
    assert read_level(said(text)) is None


def test_the_first_passage_that_says_it_is_quoted() -> None:
    passages = [Passage("title", "A pump"), Passage("summary", "It must be at TRL 5 or above.")]
    floor = read_floor(passages)
    assert floor is not None
    assert floor.field == "summary"


@given(st.text(alphabet="TRL 0123456789-–to.%级技术成熟度", max_size=30))
def test_levels_are_always_between_1_and_9(text: str) -> None:
    for mention in find_levels(said(text)):
        assert 1 <= mention.low <= mention.high <= 9


@given(st.integers(1, 9), st.sampled_from(["TRL {}", "TRL{}", "TRL-{}", "TRL: {}", "TRL {}-{}"]))
def test_every_way_of_writing_a_level_is_found(level: int, form: str) -> None:
    text = f"Work must start at {form.format(level, level)}."
    assert [mention.low for mention in find_levels(said(text))] == [level]
