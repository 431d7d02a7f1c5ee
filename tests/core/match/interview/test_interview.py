from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from interview_cases import CASES, CHINESE, ENGLISH, with_row

from terrace.match.interview import Interview, draft_need, interview, load_interview
from terrace.match.interview.drafts import testable_share as measure_share
from terrace.match.reading.money import Amount, read_budget
from terrace.match.reading.quotes import Passage
from terrace.match.reading.readiness import read_floor
from terrace.match.requirements import cut_requirements

WEIGHT = {
    "what": "the mass", "comparison": "at_most", "value": "5", "unit": "kg", "test": "scales",
}  # fmt: skip


def kinds_of(found: Interview, kind: str) -> list[tuple[str, str]]:
    return [(w.field, w.word) for w in found.warnings if w.kind == kind]


def ids_of(found: Interview) -> list[str]:
    return [question.id for question in found.questions]


class TestComplete:
    @pytest.fixture(params=["en", "zh"])
    def found(self, request: pytest.FixtureRequest) -> Interview:
        return interview(CASES[request.param], request.param, today=date(2026, 11, 25))

    def test_nothing_is_left_to_ask_or_warn_of(self, found: Interview) -> None:
        assert found.is_complete
        assert found.questions == ()
        assert found.warnings == ()
        assert measure_share(found.requirements) == 1.0

    def test_drafts_come_out_again_when_the_need_is_cut(self, found: Interview) -> None:
        cut = cut_requirements(draft_need(found, id="N-1"))

        assert [part.text for part in cut if part.part == "body"] == [
            draft.text for draft in found.requirements
        ]
        assert cut[0].text == found.text.title
        figures = [figure for part in cut for figure in part.figures if figure.direction]
        assert [(figure.value, figure.direction) for figure in figures] == [(1e-4, "at_most")]

    def test_limits_can_be_read_from_the_text_too(self, found: Interview) -> None:
        passages = [Passage("body", found.text.body)]
        level, budget = read_floor(passages), read_budget(passages)

        assert level is not None
        assert budget is not None
        assert level.value == found.values["readiness_min"] == 5
        assert budget.certain
        amount = Amount(found.values["budget_max"], found.values["currency"])
        assert budget.value == amount

    def test_the_need_has_text_and_fields(self, found: Interview) -> None:
        need = draft_need(found, id="N-1")

        assert need.texts == (found.text,)
        assert need.languages == (found.language,)
        assert need.readiness_min == 5
        assert need.deadline == found.values["deadline"]


def test_the_english_need_reads_as_a_person_would_write_it() -> None:
    text = interview(ENGLISH, "en").text

    assert text.title == ENGLISH["title"]
    assert text.summary == ENGLISH["outcome"]
    assert text.body.endswith(
        "Requirements:\n"
        "The smallest crack found must be at most 0.1 mm (condition: dry cable, 5 °C to 35 °C;"
        " test: Blind test, 20 prepared cables).\n"
        "It must hold that the system works without a power line (test: site visit)."
    )
    assert "Budget: up to 50,000 GBP for this project." in text.body


def test_the_chinese_need_reads_as_a_person_would_write_it() -> None:
    body = interview(CHINESE, "zh").text.body

    assert body.endswith(
        "技术要求：\n"
        "可检出的最小裂纹须不超过0.1毫米（条件：干燥缆索，5℃至35℃）（验证：20根预制缆索盲测）。\n"
        "必须做到系统无需外接电源（验证：现场查看）。"
    )
    assert "预算上限300,000元（本项目）。" in body
    assert "合作方式：许可。" in body


class TestQuestions:
    def test_all_are_open_at_first_in_order(self) -> None:
        found = interview({}, "en")

        assert ids_of(found) == [question.id for question in load_interview().questions]
        assert not found.is_complete
        assert found.text.body == ""

    def test_they_are_put_in_the_language(self) -> None:
        first = interview({}, "zh").questions[0]

        assert first.ask == "用一句话说明：需要什么？"
        assert dict(interview({}, "zh").questions[10].choices)["licence"] == "许可"

    def test_an_optional_one_left_empty_is_not_put_again(self) -> None:
        assert "budget" not in ids_of(interview({"budget": ""}, "en"))
        assert "title" in ids_of(interview({"title": ""}, "en"))

    def test_an_answer_that_cannot_be_understood_is_asked_again(self) -> None:
        found = interview({**ENGLISH, "budget": "a little", "deadline": "soon"}, "en")

        assert ids_of(found) == ["budget", "deadline"]
        assert kinds_of(found, "unreadable") == [("budget", "a little"), ("deadline", "soon")]
        assert "budget_max" not in found.values

    def test_a_row_that_lacks_something_is_asked_for(self) -> None:
        found = interview(with_row(what="the mass", comparison="at_most", unit="kg"), "en")

        (question,) = found.questions
        assert (question.id, question.replaces_row) == ("figures.1", 1)
        assert "the figure, how it is tested, the conditions missing" in question.ask
        assert question.row is not None
        assert question.row.unit == "kg"

    def test_at_most_three_sentences_are_asked_about(self) -> None:
        story = " ".join(
            f"The {name} must be replaced." for name in ("pump", "seal", "gate", "pipe")
        )

        found = interview({**ENGLISH, "problem": story}, "en")

        assert ids_of(found) == ["text.1", "text.2", "text.3"]
        assert len(kinds_of(found, "untestable")) == 4


class TestVagueWords:
    def test_each_comes_with_its_question_and_a_row_to_begin_with(self) -> None:
        found = interview({**ENGLISH, "title": "Fast detection of cracks"}, "en")

        (caution,) = found.warnings
        assert (caution.kind, caution.field, caution.word) == ("vague", "title", "Fast")
        assert "at most how many seconds" in caution.sentence
        (question,) = found.questions
        assert question.id == "vague.speed"
        assert question.row is not None
        assert (question.row.replaces, question.row.comparison) == ("Fast", "at_most")
        assert question.units[0] == "seconds"

    def test_a_testable_row_settles_it(self) -> None:
        row = {**WEIGHT, "what": "the time", "unit": "seconds", "replaces": "Fast"}
        answers = {**with_row(**row), "title": "Fast detection of cracks"}

        assert interview(answers, "en").warnings == ()

    def test_a_row_that_is_not_testable_does_not(self) -> None:
        row = {**WEIGHT, "test": "", "replaces": "Fast"}
        found = interview({**with_row(**row), "title": "Fast detection of cracks"}, "en")

        assert kinds_of(found, "vague") == [("title", "Fast")]
        assert ids_of(found) == ["figures.1"]

    @pytest.mark.parametrize(
        ("outcome", "words"),
        [
            ("Find cracks within a fast pass of 3 seconds", []),
            ("Find cracks fast, in 3 seconds", []),
            ("Find cracks fast, at 3 kg", ["fast"]),
            ("Significantly improve inspection", ["improve"]),
            ("Highly reliable inspection", ["reliable"]),
            ("A smart, flexible inspection", ["smart", "flexible"]),
            ("Cheap and cheaper inspection", ["Cheap"]),
        ],
    )
    def test_a_figure_that_fits_explains_it(self, outcome: str, words: list[str]) -> None:
        found = interview({**ENGLISH, "outcome": outcome}, "en")

        assert [word for _, word in kinds_of(found, "vague")] == words

    @pytest.mark.parametrize(
        ("problem", "words"),
        [
            ("希望寻求先进的检测技术，尽快解决问题。", ["先进"]),
            ("要求装置轻量化，重量不超过5千克，运行稳定。", ["稳定"]),
            ("大幅降低成本的方法是我们急需的。", ["降低成本"]),
            ("希望更快更便宜，质量好。", ["更快", "更便宜", "质量好"]),
            ("现有方法成熟可靠。", []),
        ],
    )
    def test_chinese(self, problem: str, words: list[str]) -> None:
        # The deadline of the case settles 尽快 and 急需.
        found = interview({**CHINESE, "problem": problem}, "zh")

        assert [word for _, word in kinds_of(found, "vague")] == words

    def test_soon_is_settled_by_a_day(self) -> None:
        answers = {**CHINESE, "outcome": "尽快发现裂纹"}

        assert kinds_of(interview({**answers, "deadline": ""}, "zh"), "vague") == [
            ("outcome", "尽快")
        ]
        assert kinds_of(interview(answers, "zh"), "vague") == []

    def test_a_story_is_only_asked_about_where_it_asks(self) -> None:
        told = {**ENGLISH, "today": "The old pump was robust."}
        asks = {**ENGLISH, "today": "We seek a robust pump."}

        assert kinds_of(interview(told, "en"), "vague") == []
        assert kinds_of(interview(asks, "en"), "vague") == [("today", "robust")]

    def test_conditions_are_looked_at_too(self) -> None:
        found = interview(with_row(**WEIGHT, condition="under harsh weather"), "en")

        assert kinds_of(found, "vague") == [("figures", "harsh")]


class TestDrafts:
    def test_a_sentence_that_asks_is_drafted(self) -> None:
        found = interview({**ENGLISH, "problem": "The sensor must weigh less than 2 kg."}, "en")

        draft = found.requirements[-1]
        assert (draft.source, draft.comparison, draft.value, draft.unit) == (
            "text", "at_most", 2.0, "kg",
        )  # fmt: skip
        assert draft.missing == ("condition", "test")
        assert not draft.is_testable
        assert measure_share(found.requirements) == pytest.approx(2 / 3)

    def test_answering_its_follow_up_makes_it_testable(self) -> None:
        sentence = "The sensor must weigh less than 2 kg."
        answers = {**ENGLISH, "problem": f"Cables break. {sentence}"}
        (question,) = interview(answers, "en").questions
        assert question.row is not None
        row = {"comparison": "at_most", "value": question.row.value, "unit": question.row.unit}

        figures = [*ENGLISH["figures"], {**row, "replaces": sentence, "test": "scales"}]
        found = interview({**answers, "figures": figures}, "en")

        assert measure_share(found.requirements) == 1.0
        assert found.text.body.count("weigh less") == 1
        assert found.text.body.endswith("The sensor must weigh less than 2 kg (test: scales).")
        assert found.warnings == ()

    def test_a_sentence_whose_words_rows_settle_is_not_asked_about_again(self) -> None:
        answers = {**with_row(**WEIGHT, replaces="cheap"), "problem": "It must be cheap."}

        assert [draft.source for draft in interview(answers, "en").requirements] == ["figures"]

    @pytest.mark.parametrize(
        ("row", "missing"),
        [
            (WEIGHT, ("condition",)),
            ({**WEIGHT, "condition": "dry"}, ()),
            ({**WEIGHT, "value": "", "unit": ""}, ("figure", "unit", "condition")),
            ({**WEIGHT, "value": "light"}, ("figure", "condition")),
            ({**WEIGHT, "comparison": ""}, ("comparison", "condition")),
            ({**WEIGHT, "test": ""}, ("condition", "test")),
            ({**WEIGHT, "what": ""}, ("what", "condition")),
            ({"what": "it floats", "comparison": "has"}, ("condition", "test")),
            ({"what": "it floats", "comparison": "has", "test": "pond"}, ("condition",)),
        ],
    )
    def test_what_is_missing_is_named(self, row: dict[str, str], missing: tuple[str, ...]) -> None:
        (draft,) = interview(with_row(**row), "en").requirements

        assert draft.missing == missing
        assert draft.is_testable == (not set(missing) - {"condition"})

    def test_a_row_without_a_subject_is_in_the_text_as_not_yet_named(self) -> None:
        found = interview(with_row(**{**WEIGHT, "what": ""}), "en")

        assert "Something not yet named must be at most 5 kg (test: scales)." in found.text.body
        assert kinds_of(found, "unread") == []
        assert not found.is_complete

    def test_one_that_matching_would_miss_is_warned_of(self) -> None:
        # Sentences on eligibility are left out by the cutting of requirements.
        found = interview(with_row(**{**WEIGHT, "what": "the applicant's mass"}), "en")

        assert kinds_of(found, "unread") == [("figures", "")]

    def test_more_than_matching_reads_is_warned_of(self) -> None:
        names = "pump seal gate pipe hose lamp door rope ring tank hook fork belt gear".split()
        rows = [{**WEIGHT, "what": f"the mass of the {name} {name[::-1]}"} for name in names]

        found = interview({**ENGLISH, "figures": rows}, "en")

        assert len(found.requirements) == 14
        assert len(kinds_of(found, "unread")) >= 3

    @pytest.mark.parametrize(
        ("unit", "warned"), [("kg", False), ("GBP", True), ("mg/L", False), ("CFU/mL", True)]
    )
    def test_units_that_cannot_be_compared_are_warned_of(self, unit: str, warned: bool) -> None:
        found = interview(with_row(**{**WEIGHT, "unit": unit}), "en")

        assert kinds_of(found, "unit") == ([("figures", unit)] if warned else [])
        assert found.requirements[0].is_testable

    def test_of_nothing_there_is_no_share(self) -> None:
        assert measure_share([]) is None


class TestLimits:
    @pytest.mark.parametrize(
        ("typed", "amount", "currency"),
        [
            ("£50k", 50_000, "GBP"),
            ("up to EUR 1.5 million", 1_500_000, "EUR"),
            ("300,000 CNY", 300_000, "CNY"),
            ("30万元", 300_000, "CNY"),
            ("不超过200万元", 2_000_000, "CNY"),
        ],
    )
    def test_budgets(self, typed: str, amount: float, currency: str) -> None:
        values = interview({"budget": typed}, "en").values

        assert (values["budget_max"], values["currency"]) == (amount, currency)

    @pytest.mark.parametrize("typed", ["300000", "plenty", "£0"])
    def test_money_without_currency_or_sum_is_not_guessed(self, typed: str) -> None:
        found = interview({"budget": typed}, "en")

        assert "budget_max" not in found.values
        assert kinds_of(found, "unreadable") == [("budget", typed)]

    @pytest.mark.parametrize(
        ("typed", "level"),
        [("5", 5), ("TRL 6", 6), ("TRL4-6", 4), ("7级", 7), ("0", None), ("x", None)],
    )
    def test_levels(self, typed: str, level: int | None) -> None:
        assert interview({"readiness": typed}, "en").values.get("readiness_min") == level

    def test_terms_become_codes(self) -> None:
        values = interview({"terms": ["许可", "Licensing", "transfer"]}, "zh").values

        assert values["terms"] == ("licence", "transfer")

    @pytest.mark.parametrize(
        ("second", "is_contrary"),
        [
            ({"comparison": "at_most", "value": "1000", "unit": "小时"}, True),
            ({"comparison": "at_most", "value": "100", "unit": "天"}, True),
            ({"comparison": "at_most", "value": "200", "unit": "天"}, False),
            ({"comparison": "at_least", "value": "1000", "unit": "小时"}, False),
            ({"comparison": "at_most", "value": "1000", "unit": "小时", "what": "停机"}, False),
            ({"comparison": "at_most", "value": "1", "unit": "小时", "condition": "空转"}, False),
        ],
    )
    def test_two_figures_that_leave_no_room(
        self, second: dict[str, str], is_contrary: bool
    ) -> None:
        first = {"what": "使用寿命", "comparison": "at_least", "value": "3000", "unit": "小时"}
        found = interview({"figures": [first, {"what": "使用寿命", **second}]}, "zh")

        contrary = [("figures.2.value", second["value"])] if is_contrary else []
        assert kinds_of(found, "contrary") == contrary
        if second["unit"] == "小时" and is_contrary:
            said = [each.sentence for each in found.warnings if each.kind == "contrary"]
            assert said == ["“使用寿命”不能既不低于3000小时又不超过1000小时，请更正其中一项。"]

    def test_a_day_that_is_past_is_warned_of(self) -> None:
        answers = {**ENGLISH, "deadline": "2026-11-24"}

        found = interview(answers, "en", today=date(2026, 11, 25))
        assert kinds_of(found, "past") == [("deadline", "2026-11-24")]
        assert interview(answers, "en", today=date(2026, 11, 24)).warnings == ()
        assert interview(answers, "en").warnings == ()

    @pytest.mark.parametrize("language", ["en", "zh"])
    def test_they_are_no_requirements(self, language: str) -> None:
        found = interview(CASES[language], language)  # type: ignore[arg-type]
        limits = {name: CASES[language][name] for name in ("readiness", "budget", "deadline")}
        alone = interview({"title": "Seals", "terms": ["licence"], **limits}, language)  # type: ignore[arg-type]

        assert len(alone.text.body.splitlines()) == 5
        assert [part.part for part in cut_requirements(draft_need(alone, id="N"))] == ["title"]
        assert found.requirements[0].source == "figures"


WORDS = st.lists(
    st.sampled_from("the pump. Must; be (1) 5 kg fast\n先进 要求： 不超过 applicant".split())
)


@given(
    st.dictionaries(st.sampled_from(["problem", "outcome", "proof"]), WORDS.map(" ".join)), WORDS
)
def test_every_draft_comes_out_again_or_is_warned_of(
    story: dict[str, str], what: list[str]
) -> None:
    row: dict[str, Any] = {**WEIGHT, "what": " ".join(["mass", *what])}
    found = interview({**story, "title": "Pumps", "figures": [row]}, "en")

    read = [part.text for part in cut_requirements(draft_need(found, id="N"))]
    warned = {caution.quote for caution in found.warnings if caution.kind == "unread"}
    for draft in found.requirements:
        assert draft.text in warned or any(draft.text in text for text in read)
