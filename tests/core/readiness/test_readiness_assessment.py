import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terrace.criteria.results import Result
from terrace.errors import InputError
from terrace.readiness import Answer, Assessment, DimensionAssessment, assess, load_scale

IDS = [dimension.id for dimension in load_scale().dimensions]
SHOWN, CLAIMED = Answer("yes", "test report 12"), Answer("yes")
NO, UNKNOWN = Answer("no"), Answer()


def assess_team(*answers: Answer) -> DimensionAssessment:
    found = assess({"team": dict(enumerate(answers, start=1))})
    return next(part for part in found.dimensions if part.id == "team")


def assess_profile(**levels: int) -> Assessment:
    return assess({name: dict.fromkeys(range(1, n + 1), SHOWN) for name, n in levels.items()})


class TestLevels:
    @pytest.mark.parametrize(
        ("answers", "shown", "claimed", "possible"),
        [
            ((), 0, 0, 9),
            ((SHOWN, SHOWN), 2, 2, 9),
            ((SHOWN, CLAIMED, SHOWN), 1, 3, 9),
            ((SHOWN, UNKNOWN, SHOWN), 1, 1, 9),
            ((SHOWN, SHOWN, CLAIMED, NO), 2, 3, 3),
            ((NO, SHOWN), 0, 0, 0),
            ((SHOWN, UNKNOWN, NO, SHOWN), 1, 1, 2),
            ((SHOWN,) * 9, 9, 9, 9),
        ],
    )
    def test_they_count_only_without_a_gap(
        self, answers: tuple[Answer, ...], shown: int, claimed: int, possible: int
    ) -> None:
        found = assess_team(*answers)

        assert (found.shown, found.claimed, found.possible) == (shown, claimed, possible)

    def test_each_tells_claim_and_proof_apart(self) -> None:
        first, second, third, fourth, *_ = assess_team(SHOWN, CLAIMED, NO, UNKNOWN).levels

        assert (first.claim, first.shown, first.reached) == (Result.MET,) * 3
        assert (second.claim, second.shown) == (Result.MET, Result.UNKNOWN)
        assert (third.claim, third.shown) == (Result.UNMET, Result.UNMET)
        assert (fourth.claim, fourth.shown) == (Result.UNKNOWN, Result.UNKNOWN)

    def test_a_no_below_beats_the_unknown_above(self) -> None:
        reached = [level.reached for level in assess_team(SHOWN, CLAIMED, NO, SHOWN).levels]

        assert reached[:4] == [Result.MET, Result.UNKNOWN, Result.UNMET, Result.UNMET]

    @pytest.mark.parametrize("words", ["", " ", "yes", "OK", "n/a", "TBD.", "待定", "无。", "x"])
    def test_an_evasion_is_no_evidence(self, words: str) -> None:
        assert assess_team(Answer("yes", words)).shown == 0

    def test_a_link_is_evidence(self) -> None:
        assert assess_team(Answer("yes", link="https://example.org/report")).shown == 1

    def test_evidence_is_kept(self) -> None:
        level = assess_team(Answer("no", "we tried", "https://example.org/a")).levels[0]

        assert (level.evidence, level.link) == ("we tried", "https://example.org/a")

    def test_a_dimension_that_is_not_there_is_refused(self) -> None:
        with pytest.raises(InputError, match="market"):
            assess({"market": {}})


class TestGap:
    def test_a_claim_asks_for_its_evidence(self) -> None:
        (gap,) = assess_team(SHOWN, CLAIMED).gap

        assert gap.en.startswith(
            "Team, level 2 (Missing skills named): claimed, not shown. Attach:"
        )
        assert gap.zh.startswith("团队第2级（列明所缺）：已声明，尚无证据。请补充：")

    def test_a_no_says_what_has_to_be_reached_and_a_case(self) -> None:
        (gap,) = assess_team(NO).gap
        level = load_scale().dimension("team").levels[0]

        assert level.must_hold.en in gap.en
        assert level.example.zh in gap.zh

    def test_an_unknown_asks(self) -> None:
        assert "Find out whether it holds" in assess_team().gap[0].en

    def test_claims_above_a_hole_are_named(self) -> None:
        _, hanging = assess_team(SHOWN, NO, CLAIMED, SHOWN).gap

        assert "claimed above the open level 2: 3, 4;" in hanging.en
        assert "第2级未解决，其上已声明：第3, 4级" in hanging.zh

    def test_at_the_top_there_is_none(self) -> None:
        found = assess_team(*[SHOWN] * 9)

        assert found.next_level is None
        assert found.gap[0].en == "Team: all nine levels are shown."


class TestProfile:
    def test_it_is_a_level_per_dimension(self) -> None:
        found = assess_profile(technology=6, customer=2, team=3)

        assert found.profile == {
            "technology": 6, "customer": 2, "business": 0,
            "intellectual_property": 0, "team": 3, "funding": 0,
        }  # fmt: skip
        assert found.weakest == ("business", "intellectual_property", "funding")
        assert found.spread == 6

    def test_the_summary_names_both_ends(self) -> None:
        found = assess_profile(**{**dict.fromkeys(IDS, 4), "customer": 1, "technology": 5})

        assert found.summary.en.startswith("Weakest: customer (level 1). Strongest: technology (le")
        assert "work on the weakest first" in found.summary.en
        assert found.summary.zh.startswith("最弱：客户（第1级）。最强：技术（第5级）。差距较大")

    def test_a_small_distance_is_no_alarm(self) -> None:
        found = assess_profile(**{**dict.fromkeys(IDS, 4), "customer": 2})

        assert "distance" not in found.summary.en

    def test_an_even_profile_says_so(self) -> None:
        assert assess_profile(**dict.fromkeys(IDS, 3)).summary.zh == "各维度均处于第3级。"


class TestSteps:
    def test_the_weakest_comes_first(self) -> None:
        found = assess_profile(**{**dict.fromkeys(IDS, 4), "funding": 1, "team": 2})

        assert [step.dimension for step in found.steps[:2]] == ["funding", "team"]
        assert found.steps[0].level == 2

    def test_of_a_tie_the_one_that_takes_least(self) -> None:
        found = assess({"technology": {1: NO}, "customer": {1: UNKNOWN}, "team": {1: CLAIMED}})

        kinds = [(step.dimension, step.kind) for step in found.steps]
        assert kinds[0] == ("team", "prove")
        assert kinds[-1] == ("technology", "achieve")

    def test_claims_in_a_row_are_proved_together(self) -> None:
        found = assess({"team": {1: CLAIMED, 2: SHOWN, 3: CLAIMED, 4: NO, 5: CLAIMED}})

        steps = [(step.level, step.kind) for step in found.steps if step.dimension == "team"]
        assert steps == [(1, "prove"), (3, "prove")]

    def test_nothing_is_left_at_the_top(self) -> None:
        assert assess_profile(**dict.fromkeys(IDS, 9)).steps == ()


ANSWERS = st.builds(
    Answer, st.sampled_from(["yes", "no", "unknown"]), st.sampled_from(["", "tbd", "report 1"])
)


@given(st.lists(ANSWERS, max_size=9))
def test_shown_claimed_and_possible_are_in_order(answers: list[Answer]) -> None:
    found = assess_team(*answers)

    assert 0 <= found.shown <= found.claimed <= found.possible <= 9
    assert found.gap
    reached = [level.reached for level in found.levels]
    places = [list(Result).index(result) for result in reached]
    assert all(before >= after for before, after in itertools.pairwise(places))
    assert reached.count(Result.MET) == found.shown


@given(st.lists(ANSWERS, min_size=9, max_size=9), st.integers(0, 8))
def test_evidence_never_lowers_a_level(answers: list[Answer], place: int) -> None:
    before = assess_team(*answers).shown
    answers[place] = SHOWN

    assert assess_team(*answers).shown >= before
