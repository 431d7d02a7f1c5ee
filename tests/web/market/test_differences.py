"""What two versions say differently, and what two editors do."""

from typing import Any

from django.http import QueryDict

from terrace_web.market.conflicts import list_clashes, read_choices
from terrace_web.market.differences import Difference, compare_versions
from terrace_web.market.forms import RecordForm


def compare(before: dict[str, Any], after: dict[str, Any]) -> list[Difference]:
    return compare_versions("achievement", before, after)


def test_words_come_and_go() -> None:
    (found,) = compare({"summary": "A seal of steel."}, {"summary": "A seal of ceramics."})

    assert [(p.change, p.text) for p in found.pieces] == [
        ("same", "A seal of "),
        ("removed", "steel"),
        ("added", "ceramics"),
        ("same", "."),
    ]


def test_chinese_is_compared_by_character() -> None:
    (found,) = compare({"title": "陶瓷密封环"}, {"title": "陶瓷密封圈"})

    assert [p.text for p in found.pieces if p.change == "added"] == ["圈"]


def test_figures_and_days_change_as_a_whole() -> None:
    before = {"price": 450_000, "expires": "2026-11-25", "summary": "It ran 1,200 hours."}
    after = {"price": 480_000, "expires": "2027-12-31", "summary": "It ran 1,250 hours."}

    told = {each.name: [p.text for p in each.pieces] for each in compare(before, after)}

    whole = {each.name: each.is_whole for each in compare(before, after)}
    assert whole == {"price": True, "expires": True, "summary": False}
    assert told["price"] == ["450,000", "480,000"]
    assert told["expires"] == ["25 November 2026", "31 December 2027"]
    assert told["summary"] == ["It ran ", "1,200", "1,250", " hours."]


def test_a_figure_that_came_or_went_is_one_piece() -> None:
    (came,) = compare({}, {"price": 5})
    (went,) = compare({"price": 5}, {"price": None})

    assert [(p.change, p.text) for p in (*came.pieces, *went.pieces)] == [
        ("added", "5"),
        ("removed", "5"),
    ]


def test_pieces_make_both_texts_again() -> None:
    (found,) = compare({"body": "One two three\nfour"}, {"body": "Two three five\n four"})
    kept = {"before": ("same", "removed"), "after": ("same", "added")}

    for side, changes in kept.items():
        joined = "".join(p.text for p in found.pieces if p.change in changes)
        assert joined == getattr(found, side)


def test_what_is_equal_is_left_out() -> None:
    same = {"title": "A", "terms": ["licence"], "readiness": 4, "expires": "2027-01-01"}

    assert compare(same, dict(same)) == []
    assert compare({"terms": []}, {"terms": None}) == []


def test_levels_language_and_readiness_are_named() -> None:
    before = {"identity_level": "named", "language": "en", "readiness_evidence": None}
    answers = {"team": {"1": {"answer": "yes", "evidence": "contract"}}}
    after = {"identity_level": "public", "language": "zh", "readiness_evidence": answers}

    found = {each.name: each.after for each in compare(before, after)}

    assert found == {
        "identity_level": "Everybody",
        "language": "中文",
        "readiness_evidence": "Team 1: Yes · contract",
    }


def test_a_very_long_text_is_replaced_as_a_whole() -> None:
    (found,) = compare({"body": "a b " * 4000}, {"body": "a c " * 4000})

    assert [p.change for p in found.pieces] == ["removed", "added"]


def test_clashes_are_the_fields_that_differ() -> None:
    given = QueryDict(mutable=True)
    given.update({"title": "Mine", "summary": "Same.", "language": "en"})
    form = RecordForm("need", given)
    form.is_valid()
    stored = {"title": "Theirs", "summary": "Same.", "language": "en", "body": ""}

    (clash,) = list_clashes(form, stored)

    assert (clash.name, clash.theirs, clash.mine) == ("title", "Theirs", "Mine")


def test_only_what_is_mine_is_chosen() -> None:
    given = QueryDict("keep_title=mine&keep_body=theirs&title=x")

    assert read_choices(given) == {"title": True, "body": False}
