import pytest
from hypothesis import given
from hypothesis import strategies as st

from terrace.match.requirements import Requirement, choose_text, cut_requirements
from terrace.records import Need, Text


def make_need(title: str = "", summary: str = "", body: str = "") -> Need:
    return Need(id="N1", texts=(Text(title=title, summary=summary, body=body),))


def cut(title: str = "", summary: str = "", body: str = "", limit: int = 12) -> list[Requirement]:
    return cut_requirements(make_need(title, summary, body), limit=limit)


def texts_of(requirements: list[Requirement]) -> list[str]:
    return [requirement.text for requirement in requirements]


RADAR = {
    "title": "Ka- and L-band Imaging Radar",
    "summary": "Develop a dual-band imaging radar for small unmanned aircraft.",
    "body": (
        "Radars of this kind have been used for decades. The radar must detect vehicles at"
        " ranges of at least 10 km. It should weigh less than 5 lbs. The weather was fine."
        " PHASE I: Write a report. Offerors must disclose any foreign nationals."
    ),
}


def test_what_is_wanted_is_kept_and_background_left_out() -> None:
    assert texts_of(cut(**RADAR)) == [
        RADAR["title"],
        RADAR["summary"],
        "The radar must detect vehicles at ranges of at least 10 km.",
        "It should weigh less than 5 lbs.",
    ]


def test_weights_follow_where_and_how_it_is_said() -> None:
    title, objective, duty, wish = cut(**RADAR)
    assert title.weight == 1.0
    assert objective.weight == 0.9
    assert duty.weight == pytest.approx(0.8)
    assert wish.weight == pytest.approx(0.65)
    assert (title.part, objective.part, duty.part) == ("title", "summary", "body")


def test_figures_are_attached() -> None:
    duty = cut(**RADAR)[2]
    assert [(figure.quote, figure.direction) for figure in duty.figures] == [
        ("at least 10 km", "at_least")
    ]


def test_an_announced_list_gives_an_entry_each() -> None:
    found = cut(
        title="Cleaner heat",
        body=(
            "Expected Outcome:Projects are expected to contribute to the following outcomes:"
            "Faster transition of district heatingLower use of fossil gas in housesMore waste heat"
            " used by cities. Scope:Heating systems have been built for high temperatures. The"
            " market is small."
        ),
    )
    assert texts_of(found) == [
        "Cleaner heat",
        "Faster transition of district heating",
        "Lower use of fossil gas in houses",
        "More waste heat used by cities.",
    ]


def test_orders_in_the_body_count() -> None:
    body = "Many seals fail early. Develop a seal that lasts. Design and development is hard work."
    assert texts_of(cut("Seals", body=body)) == ["Seals", "Develop a seal that lasts."]


@pytest.mark.parametrize(
    ("title", "phrases"),
    [
        (
            "Clinical validation of artificial intelligence solutions for treatment and care",
            ["Clinical validation of artificial intelligence solutions", "for treatment and care"],
        ),
        (
            "Scaling up multi-party computation, data anonymisation techniques",
            ["Scaling up multi-party computation", "data anonymisation techniques"],
        ),
        ("Digital twin", ["Digital twin"]),
        ("用于羽流表征与再入尾迹的后视光谱仪", ["用于羽流表征与再入尾迹的", "后视光谱仪"]),
        ("海军用全固态电池", ["海军用全固态电池"]),
        ("Lighthouse in the Baltic Sea", ["Lighthouse in the Baltic Sea"]),
    ],
)
def test_a_title_alone_is_cut_into_phrases(title: str, phrases: list[str]) -> None:
    assert texts_of(cut(title)) == phrases


def test_a_title_beside_an_objective_stays_whole() -> None:
    found = cut("Sensors for wind and rain", summary="Develop a buoy that measures both.")
    assert texts_of(found)[0] == "Sensors for wind and rain"


@pytest.mark.parametrize(
    "sentence",
    [
        "电池能量密度应不低于400瓦时每公斤。",
        "需要解决高温下隔膜收缩的问题。",
        "要求模块可在零下四十度工作。",
        "希望开发低成本的制备工艺。",
    ],
)
def test_chinese_requirements_are_found(sentence: str) -> None:
    found = cut("全固态电池", body=f"近年来电池发展很快，市场广阔。{sentence}")
    assert texts_of(found) == ["全固态电池", sentence]
    assert found[1].language == "zh"


def test_the_best_are_kept_in_order_of_appearance() -> None:
    body = " ".join(
        f"The part number {n} {'must' if n % 3 == 0 else 'should'} carry load case {n * 7}."
        for n in range(30)
    )
    found = cut("Parts", body=body, limit=6)
    assert len(found) == 6
    assert [requirement.start for requirement in found[1:]] == sorted(
        requirement.start for requirement in found[1:]
    )
    assert all("must" in requirement.text for requirement in found[1:])


def test_what_is_said_twice_counts_once() -> None:
    found = cut("Improved helicopter gearbox seals", summary="Improved seals, helicopter gearbox.")
    assert len(found) == 1


@pytest.mark.parametrize(
    "procedure",
    [
        "Applicants must be registered in the UK.",
        "The technology within this topic is restricted under ITAR and must be protected.",
        "Proposals should include a budget of at least three pages.",
        "申报单位应提交附件材料。",
    ],
)
def test_procedure_is_no_requirement(procedure: str) -> None:
    assert len(cut("A quiet pump", summary="Develop a pump.", body=procedure)) == 2


def test_the_language_asked_for_is_taken() -> None:
    english, chinese = (
        Text(language="en", title="A solid battery"),
        Text(language="zh", title="电池"),
    )
    need = Need(id="N1", texts=(english, chinese))
    assert texts_of(cut_requirements(need, language="zh")) == ["电池"]
    assert texts_of(cut_requirements(need, language="en")) == ["A solid battery"]
    assert choose_text((chinese, english), "fr") == english


def test_a_need_without_words_has_no_requirements() -> None:
    assert cut_requirements(Need(id="N1")) == []
    assert cut() == []
    assert cut(title=" -- ") == []


PIECES = st.lists(
    st.sampled_from(
        [
            "The pump must hold 5 kg.",
            "It is old.",
            "要求低成本。",
            "Scope:",
            "following:Low noise",
            " \n",
        ]
    ),
    max_size=8,
).map(" ".join)


@given(title=PIECES, summary=PIECES, body=PIECES, limit=st.integers(1, 12))
def test_every_requirement_is_quoted_verbatim(
    title: str, summary: str, body: str, limit: int
) -> None:
    need = make_need(title, summary, body)
    found = cut_requirements(need, limit=limit)
    assert len(found) <= limit
    for requirement in found:
        source = getattr(need.texts[0], requirement.part)
        assert source[requirement.start : requirement.end] == requirement.text
        assert 0 < requirement.weight <= 1


REAL_NEEDS = {
    "a recorder": (
        {
            "title": "Micro-Climate Automated Recorder",
            "summary": (
                "Research and develop an innovative micro-meteorological recorder that can be"
                " deployed to many surface and subsurface locations."
            ),
            "body": (
                "The device should have sensors to detect humidity, O2, ammonia and temperature."
                " Second, it should be “ruggedized” to work in hostile conditions for a minimum of"
                " two weeks unattended. Historically this level of detail has not been recorded."
                " This data will support compliance with environmental laws."
            ),
        },
        [
            "Micro-Climate Automated Recorder",
            "Research and develop an innovative",
            "The device should have sensors",
            "Second, it should be “ruggedized”",
        ],
    ),
    "a call": (
        {
            "title": "Advancements in Direct Air Capture",
            "body": (
                "Scope:Direct air capture is costly today.Projects are expected to aim at scaling"
                " up existing solutions to at least the level of pilot demonstration.Proposals are"
                " expected to address at least two of the following:Improving the cost efficiency"
                " of the capture process;Reducing energy use for sorbent regeneration;Flexible"
                " operation under surplus supply.Projects must develop a comprehensive life"
                " cycle assessment.Applicants must follow the general annexes."
            ),
        },
        [
            "Advancements in Direct Air Capture",
            "Projects are expected to aim at scaling up",
            "Improving the cost efficiency",
            "Reducing energy use",
            "Flexible operation",
            "Projects must develop a comprehensive",
        ],
    ),
    "a challenge": (
        {
            "title": "Smart Sustainable Plastic Packaging",
            "body": (
                "UK registered businesses can apply for a share of up to £7 million. This funding"
                " is from a fund."
            ),
        },
        ["Smart Sustainable Plastic Packaging"],
    ),
    "a Chinese need": (
        {
            "title": "高功率激光泵浦模块",
            "summary": "研制紧凑型光纤耦合泵浦模块。",
            "body": (
                "目前国内产品效率较低。技术要求：输出功率不低于10千瓦；光谱宽度≤0.5纳米；"
                "模块须通过振动试验。联系人：张三。"
            ),
        },
        [
            "高功率激光泵浦模块",
            "研制紧凑型光纤耦合泵浦模块。",
            "输出功率不低于",
            "光谱宽度≤",
            "模块须通过",
        ],
    ),
}


@pytest.mark.parametrize("name", REAL_NEEDS)
def test_needs_as_they_are_published(name: str) -> None:
    parts, beginnings = REAL_NEEDS[name]
    found = texts_of(cut(**parts))
    assert len(found) == len(beginnings)
    for text, beginning in zip(found, beginnings, strict=True):
        assert text.startswith(beginning)


def test_a_longer_text_never_loses_the_title() -> None:
    body = " ".join(f"The unit number {n} must hold a load of {n} kg." for n in range(1, 40))
    assert cut("Shelf units", body=body)[0].text == "Shelf units"


def test_a_translated_title_does_not_stand_for_the_text_that_says_more() -> None:
    title = Text(language="en", title="Recovery of lithium", summary="", body="")
    full = Text(language="zh", title="锂回收", summary="锂回收率不低于92%。", body="")

    assert choose_text((title, full), "en") is full
    assert choose_text((title,), "zh") is title
