from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from terrace.match.explain import ExplainConfig, Explanation, explain_pair, to_frame
from terrace.records import Achievement, Need, Text

NEED = Need(
    id="N1",
    texts=(
        Text(
            title="Fiber-coupled laser pump module",
            summary="Develop a compact fiber-coupled laser diode pump module.",
            body=(
                "The pump module must deliver an output power of at least 10 W."
                " It should survive drought in rice paddies of the delta."
            ),
        ),
    ),
)


def weigh_alike(_term: str) -> float:
    return 3.0


def make_achievement(body: str, **known: object) -> Achievement:
    return Achievement(id="A1", texts=(Text(title="Award", body=body),), **known)  # type: ignore[arg-type]


FITTING = make_achievement(
    "Our company was founded long ago. We built a compact fiber-coupled laser diode pump"
    " module. The pump module delivers an output power of 12 W."
)


def explain(achievement: Achievement, need: Need = NEED) -> Explanation:
    return explain_pair(need, achievement, idf=weigh_alike)


def verdicts_of(explanation: Explanation) -> list[str]:
    return [verdict.verdict for verdict in explanation.requirements]


def test_it_works() -> None:
    explanation = explain(FITTING)
    assert (explanation.need_id, explanation.achievement_id) == ("N1", "A1")
    assert verdicts_of(explanation) == ["covered", "covered", "covered", "no_evidence"]
    assert "2 of 3 requirements covered" in explanation.summary_en
    assert "3项要求中已覆盖2项" in explanation.summary_zh


def test_the_quote_is_the_closest_sentence_verbatim() -> None:
    objective = explain(FITTING).requirements[1]
    assert objective.quote is not None
    assert objective.quote.text.startswith("We built a compact")
    body = FITTING.texts[0].body
    assert body[objective.quote.start : objective.quote.end] == objective.quote.text


def test_shared_words_are_as_written() -> None:
    objective = explain(FITTING).requirements[1]
    assert {"compact", "fiber-coupled", "laser"} <= set(objective.shared_words)


def test_a_reached_figure_is_covered_with_both_figures() -> None:
    duty = explain(FITTING).requirements[2]
    (check,) = duty.figures
    assert (check.required, check.offered, check.outcome) == ("at least 10 W", "12 W", "reached")


@pytest.mark.parametrize(
    ("sentence", "offered", "outcome"),
    [
        ("The pump module delivers an output power of 8 W.", "8 W", "short"),
        ("The pump module delivers a high output power.", "", "unclear"),
    ],
)
def test_a_figure_that_is_short_or_unsaid_is_partly(
    sentence: str, offered: str, outcome: str
) -> None:
    duty = explain(make_achievement(sentence)).requirements[2]
    assert duty.verdict == "partly"
    assert duty.agreement >= ExplainConfig().covered_from
    assert [(check.offered, check.outcome) for check in duty.figures] == [(offered, outcome)]


def test_a_stranger_has_no_evidence_and_the_line_says_what_that_means() -> None:
    explanation = explain(make_achievement("Corn varieties were bred for dry soils in the north."))
    assert set(verdicts_of(explanation)) == {"no_evidence"}
    assert "does not mean that it does not fit" in explanation.summary_en
    assert "不等于不适用" in explanation.summary_zh


def test_no_evidence_still_shows_the_closest_sentence_but_no_figures() -> None:
    explanation = explain(make_achievement("Corn grew in 3 W of light. A module of maize."))
    for verdict in explanation.requirements:
        assert verdict.quote is not None
        assert verdict.figures == ()


def test_an_achievement_without_words_is_not_compared() -> None:
    for verdict in explain(Achievement(id="A1")).requirements:
        assert (verdict.verdict, verdict.agreement, verdict.quote) == ("no_evidence", 0.0, None)


def test_a_need_without_words_has_no_verdicts() -> None:
    explanation = explain(FITTING, Need(id="N1"))
    assert explanation.requirements == ()
    assert "no requirement could be read" in explanation.summary_en


CHINESE_NEED = Need(id="N1", texts=(Text(language="zh", title="光纤耦合激光泵浦模块"),))


def encode_by_subject(texts: Sequence[str], _role: str) -> np.ndarray:
    vectors = [
        [1.0, 0.0] if "laser" in text.lower() or "激光" in text else [0.0, 1.0] for text in texts
    ]
    return np.array(vectors, dtype=np.float32)


def test_across_languages_vectors_decide_and_both_are_quoted() -> None:
    explanation = explain_pair(CHINESE_NEED, FITTING, idf=weigh_alike, encode=encode_by_subject)
    (verdict,) = explanation.requirements
    assert verdict.verdict == "covered"
    assert verdict.requirement.language == "zh"
    assert verdict.quote is not None
    assert verdict.quote.language == "en"
    assert "laser" in verdict.quote.text


def test_across_languages_without_vectors_nothing_is_compared() -> None:
    (verdict,) = explain(FITTING, CHINESE_NEED).requirements
    assert (verdict.verdict, verdict.quote) == ("no_evidence", None)


def test_the_text_in_the_achievements_language_is_explained() -> None:
    both = Need(
        id="N1", texts=(*CHINESE_NEED.texts, Text(language="en", title="Laser pump module"))
    )
    assert explain(FITTING, both).requirements[0].requirement.text == "Laser pump module"
    chinese = make_achievement("本项目研制了光纤耦合激光泵浦模块。")
    (verdict,) = explain(chinese, both).requirements
    assert verdict.requirement.language == "zh"
    assert verdict.verdict == "covered"
    assert "激光" in verdict.shared_words


def test_vectors_add_to_words() -> None:
    need = Need(id="N1", texts=(Text(title="Laser light sources"),))
    achievement = make_achievement("A laser was tried in the field by our team.")
    by_words = explain_pair(need, achievement, idf=weigh_alike).requirements[0]
    with_vectors = explain_pair(need, achievement, idf=weigh_alike, encode=encode_by_subject)
    assert with_vectors.requirements[0].agreement > by_words.agreement


def test_the_thresholds_are_the_configurations() -> None:
    strict = ExplainConfig(covered_from=1.1, partly_from=0.0)
    explanation = explain_pair(NEED, FITTING, idf=weigh_alike, config=strict)
    assert set(verdicts_of(explanation)) == {"partly"}


def test_the_number_of_requirements_is_limited() -> None:
    config = ExplainConfig(most_requirements=2)
    explanation = explain_pair(NEED, FITTING, idf=weigh_alike, config=config)
    assert len(explanation.requirements) == 2


def test_the_frame_has_a_row_per_requirement() -> None:
    frame = to_frame([explain(FITTING), explain(Achievement(id="A2"))])
    assert len(frame) == 8
    assert frame["place"].to_list() == [1, 2, 3, 4, 1, 2, 3, 4]
    row = frame.row(2, named=True)
    assert row["requirement_part"] == "body"
    assert row["verdict"] == "covered"
    assert row["figures_required"] == ["at least 10 W"]
    assert row["figures_offered"] == ["12 W"]
    assert frame.row(4, named=True)["quote"] == ""


def test_no_explanations_give_an_empty_frame_with_the_same_columns() -> None:
    assert to_frame([]).schema == to_frame([explain(FITTING)]).schema


WORDS = ["laser", "pump", "module", "compact", "corn", "soil"]


@settings(max_examples=40, deadline=None)
@given(st.lists(st.sampled_from(WORDS), min_size=1, max_size=12))
def test_verdicts_follow_agreement(words: list[str]) -> None:
    config = ExplainConfig()
    explanation = explain(make_achievement(" ".join(words)))
    for verdict in explanation.requirements:
        assert 0 <= verdict.agreement <= 1
        assert (verdict.verdict == "no_evidence") is (verdict.agreement < config.partly_from)
        if verdict.verdict == "covered":
            assert verdict.agreement >= config.covered_from


def test_saying_more_of_it_never_agrees_less() -> None:
    bodies = [
        "A laser.",
        "A laser pump.",
        "A laser pump module.",
        "A fiber-coupled laser pump module.",
    ]
    found = [explain(make_achievement(body)).requirements[0].agreement for body in bodies]
    assert all(less <= more for less, more in pairwise(found))


def test_a_short_figure_is_told_apart_from_an_uncovered_one() -> None:
    short = explain(make_achievement("The pump module delivers an output power of 8 W."))
    stranger = explain(make_achievement("Corn was grown under 8 W lamps in the north."))
    assert short.requirements[2].figures[0].outcome == "short"
    assert stranger.requirements[2].verdict == "no_evidence"


def test_what_is_known_of_both_sides_reaches_the_line() -> None:
    achievement = make_achievement("A laser pump.", readiness=6, owner_name="Photon Lab")
    need = Need(id="N1", texts=NEED.texts, budget_max=250_000, currency="CNY")
    line = explain(achievement, need).summary_en
    assert "TRL 6; owner Photon Lab" in line
    assert "budget 250,000 CNY" in line


def test_a_chinese_pair_is_explained_in_its_words() -> None:
    need = Need(
        id="N1",
        texts=(Text(title="固态电池", body="能量密度应不低于400Wh。要求电池可在低温工作。"),),
    )
    achievement = make_achievement(
        "本项目研制的固态电池能量密度达到420Wh。电池可在低温下稳定工作。"
    )
    explanation = explain(achievement, need)
    density, cold = explanation.requirements[1:]
    assert [check.outcome for check in density.figures] == ["reached"]
    assert density.verdict == "covered"
    assert cold.quote is not None
    assert cold.quote.text == "电池可在低温下稳定工作。"


def test_the_frame_and_the_explanation_agree() -> None:
    explanation = explain(FITTING)
    frame = to_frame([explanation])
    assert frame["verdict"].to_list() == verdicts_of(explanation)
    assert frame["requirement"].to_list() == [v.requirement.text for v in explanation.requirements]
    assert frame["shared_words"].to_list() == [
        list(v.shared_words) for v in explanation.requirements
    ]


LASTING = Need(
    id="N2",
    texts=(
        Text(
            title="A seal that survives abrasive slurry",
            summary="Shaft seals of our slurry pumps have to last at least 4,000 hours at 12 bar.",
        ),
    ),
)


@pytest.mark.parametrize(
    ("sentence", "outcome", "verdict"),
    [
        ("The ring ran 3,000 hours in a test stand.", "short", "partly"),
        ("The ring ran 5,000 hours in a test stand.", "reached", "covered"),
        ("Its mounting takes 3 hours of work.", "unclear", "partly"),
    ],
)
def test_a_figure_counts_where_another_sentence_states_it(
    sentence: str, outcome: str, verdict: str
) -> None:
    offer = make_achievement(f"A shaft seal ring for slurry pumps at 12 bar. {sentence}")
    duty = explain(offer, LASTING).requirements[1]
    assert [check.outcome for check in duty.figures] == [outcome]
    assert duty.verdict == verdict
    assert duty.quote is not None
    assert (duty.quote.text == sentence) is (outcome != "unclear")


def test_a_lasting_stranger_is_no_evidence() -> None:
    stranger = make_achievement("Maize seeds were counted by hand. The lamp ran 5,000 hours.")
    assert {each.verdict for each in explain(stranger, LASTING).requirements} == {"no_evidence"}
