import itertools
import re
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from flow_parts import BOOKING, booking
from hypothesis import given
from hypothesis import strategies as st

from terrace.errors import NotFound
from terrace.flow import FlowVersion, draw_flow, shipped_flows
from terrace.flow.layout import LINE_HEIGHT, NAME_SIZE, SMALL_SIZE, Layout, Words, lay_out
from terrace.flow.wrapping import width_of, wrap_words

SVG = "{http://www.w3.org/2000/svg}"
LONG = "Hand over to the committee of the zone for a second and last opinion"
LONG_ZH = "提交园区技术转移委员会进行第二次也是最后一次评审并等待书面意见"
PHONE = 360


def versions(folder: Path) -> list[FlowVersion]:
    wordy = BOOKING.replace("en: Refuse,", f"en: {LONG},").replace("zh: 拒绝", f"zh: {LONG_ZH}")
    wordy = wordy.replace("en: Granted", f"en: {LONG}").replace("zh: 已批准", f"zh: {LONG_ZH}")
    return [
        *booking(folder).versions,
        *booking(folder, wordy).versions,
        *shipped_flows()["publication"].versions,
    ]


def drawn(version: FlowVersion, language: str = "en", **options: object) -> ET.Element:
    return ET.fromstring(draw_flow(version, language, **options))  # type: ignore[arg-type]


def words_of(svg: ET.Element) -> str:
    return " ".join(element.text or "" for element in svg.iter(f"{SVG}text"))


@pytest.fixture
def version(tmp_path: Path) -> FlowVersion:
    return booking(tmp_path).version(2)


@pytest.mark.parametrize(("language", "and_"), [("en", " "), ("zh-hans", "")])
def test_it_works(tmp_path: Path, language: str, and_: str) -> None:
    for version in versions(tmp_path):
        shown = words_of(drawn(version, language)).replace(" ", and_)
        names = [*version.stages.values(), *version.moves.values()]
        assert all(each.name.text(language).replace(" ", and_) in shown for each in names)


def test_every_move_has_a_row_for_each_of_its_sources(version: FlowVersion) -> None:
    shown = [element.text for element in drawn(version).iter(f"{SVG}text")]
    assert shown.count("Refuse") == 2
    assert shown.count("Grant") == 1
    assert len(drawn(version).findall(f".//{SVG}g[@class='flow-lane']")) == 4


def test_it_is_told_to_whoever_cannot_see_it(version: FlowVersion) -> None:
    svg = drawn(version, "zh-hans", at="granted")
    title, description = svg.findall(f"{SVG}title") + svg.findall(f"{SVG}desc")
    assert svg.get("role") == "img"
    assert svg.get("lang") == "zh-Hans"
    assert svg.get("aria-labelledby") == f"{title.get('id')} {description.get('id')}"
    assert title.text == "设备预约"
    assert (description.text or "").startswith("当前阶段：已批准。批准：由已申请到已批准。")
    english = drawn(version).findtext(f"{SVG}desc") or ""
    assert "Refuse: from Asked for or Granted to Refused. Change: " in english


def test_nothing_in_it_needs_an_unsafe_policy(tmp_path: Path) -> None:
    for version in versions(tmp_path):
        svg = drawn(version, at=version.initial.id)
        assert {element.tag.removeprefix(SVG) for element in svg.iter()} <= {
            "svg", "title", "desc", "g", "rect", "path", "circle", "text"
        }  # fmt: skip
        attributes = {name for element in svg.iter() for name in element.attrib}
        assert not [name for name in attributes if name == "style" or name.startswith("on")]
        assert "href" not in attributes


def test_the_stage_it_is_in_and_those_it_was_in_are_marked_not_by_colour_alone(
    version: FlowVersion,
) -> None:
    svg = drawn(version, at="granted", visited={"asked", "granted"})
    marks = {
        (group.get("class"), next(group.iter(f"{SVG}text")).text)
        for group in svg.iter(f"{SVG}g")
        if "is-" in (group.get("class") or "") and "flow-stage" in (group.get("class") or "")
    }
    assert marks == {
        ("flow-stage tone-waiting is-visited", "✓"),
        ("flow-stage tone-neutral is-current", "●"),
    }
    assert "●" not in words_of(drawn(version))


def test_what_comes_by_itself_is_dashed(version: FlowVersion) -> None:
    (finish,) = drawn(version).findall(f".//{SVG}g[@class='flow-move is-automatic']")
    assert "Finish" in [text.text for text in finish.iter(f"{SVG}text")]
    assert next(finish.iter(f"{SVG}path")).get("stroke-dasharray")


def test_a_stage_that_is_not_there_is_refused(version: FlowVersion) -> None:
    with pytest.raises(NotFound, match="'moon'"):
        draw_flow(version, "en", at="moon")


def test_names_cannot_break_out_of_it(tmp_path: Path) -> None:
    text = BOOKING.replace("en: Refuse,", "en: '<script>&\"</script>',")
    svg = drawn(booking(tmp_path, text).version(2))
    assert not list(svg.iter(f"{SVG}script"))
    assert '<script>&"</script>' in words_of(svg)


def lines_of(layout: Layout) -> list[Words]:
    parts = [*layout.boxes.values(), *layout.rows]
    return [each for part in parts for each in part.words]


def right_of(words: Words) -> float:
    return words.x + width_of(words.text, SMALL_SIZE if words.is_small else NAME_SIZE)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_nothing_is_cut_or_crossed_and_it_fits_a_phone(tmp_path: Path, language: str) -> None:
    for version in versions(tmp_path):
        layout = lay_out(version, language, marked=version.stages)
        lines = lines_of(layout)
        lanes = list(layout.lanes.values())
        assert layout.width <= PHONE
        assert max(right_of(words) for words in lines) < min(lanes)
        assert max(lanes) < layout.width
        assert max(words.y for words in lines) < layout.height
        heights = sorted(words.y for words in lines)
        assert all(b - a >= LINE_HEIGHT - 1e-6 for a, b in itertools.pairwise(heights))


def test_stages_stand_in_the_order_a_run_comes_to_them() -> None:
    version = shipped_flows()["publication"].version(1)
    boxes = lay_out(version, "en").boxes
    assert list(boxes) == ["draft", "in_review", "published", "withdrawn", "expired"]
    assert all(
        upper.y + upper.height < lower.y for upper, lower in itertools.pairwise(boxes.values())
    )


def test_lanes_that_run_side_by_side_stand_apart() -> None:
    layout = lay_out(shipped_flows()["publication"].version(1), "en")
    spans = {
        target: [
            layout.boxes[target].middle,
            *(r.y for r in layout.rows if r.move.target == target),
        ]
        for target in layout.lanes
    }
    for one, other in itertools.combinations(spans, 2):
        meet = min(spans[one]) <= max(spans[other]) and min(spans[other]) <= max(spans[one])
        assert not (meet and layout.lanes[one] == layout.lanes[other])
    assert layout.lanes["published"] == layout.lanes["expired"]


def test_chinese_is_broken_anywhere_but_before_a_mark() -> None:
    assert wrap_words("一二三四，五六", 10, 40) == ("一二三", "四，五六")
    assert wrap_words("in review", 10, 1000) == ("in review",)
    assert wrap_words("Take it back", 10, 50) == ("Take it", "back")
    assert width_of("审核", 14) == 28
    assert width_of("e\u0301", 10) == width_of("e", 10)
    assert width_of("ab", 10) < width_of("AB", 10) < width_of("审核", 10)


@given(text=st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=40))
def test_no_sign_is_lost_when_broken(text: str) -> None:
    lines = wrap_words(text, 12, 60)
    assert re.sub(r"\s", "", "".join(lines)) == re.sub(r"\s", "", text)
