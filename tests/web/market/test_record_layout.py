"""The order and the words of the pages around a record: on a phone, on paper, in Chinese."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.utils import translation

from terrace.readiness import load_scale
from terrace_web.accounts.models import User
from terrace_web.market.charts import readiness_chart
from terrace_web.market.forms import RecordForm
from terrace_web.market.models import AccessRequest
from terrace_web.testing.cast import NOW, Cast, make_record

SignIn = Callable[[User | None], Client]


def test_what_can_be_done_comes_before_the_text(cast: Cast, sign_in: SignIn) -> None:
    draft = make_record(cast.lab, stage="draft")
    page = sign_in(cast.researcher).get(f"/market/r/{draft.code}/").content.decode()

    assert page.index("What can be done now") < page.index("Who is behind it")
    assert page.count('id="moves-title"') == 1


def test_long_names_of_dimensions_are_broken() -> None:
    indicators = readiness_chart({}, load_scale())["option"]["radar"]["indicator"]

    assert all(len(line) <= 14 or " " not in line
               for each in indicators for line in each["name"].split("\n"))  # fmt: skip
    assert all("\n" not in name for name, _level in readiness_chart({}, load_scale())["rows"])


def test_paper_has_address_profile_and_the_other_title(cast: Cast, sign_in: SignIn) -> None:
    dimension = load_scale().dimensions[0]
    profile = {"profile": {dimension.id: 7}}
    content = {"title_other": "陶瓷密封", "readiness_assessment": profile}
    record = make_record(cast.lab, content=content)
    page = sign_in(None).get(f"/market/r/{record.code}/print/").content.decode()

    assert "陶瓷密封" in page and f"/market/r/{record.code}/<br>" in page
    assert f"<dt>{dimension.name.in_language('en')}</dt><dd>7</dd>" in page


def test_a_blind_owner_in_review_is_called_not_shown(cast: Cast, sign_in: SignIn) -> None:
    levels = {"identity": "private"}
    make_record(
        cast.company, "need", stage="in_review", manager=cast.manager, levels=levels, title="Pump"
    )
    page = sign_in(cast.officer).get("/market/review/").content.decode()

    assert "not shown" in page and cast.company.name not in page
    assert 'data-confirm-action="Publish"' in page


def test_labels_and_values_are_joined_in_the_language(cast: Cast) -> None:
    with translation.override("en"):
        choices = dict(RecordForm("need").fields["teaser_level"].choices)
    assert choices["public"].endswith(": search engines included")


@pytest.mark.parametrize("state", ["refused", "open"])
def test_an_answer_stands_beside_its_state(cast: Cast, sign_in: SignIn, state: str) -> None:
    answer = "Not now." if state == "refused" else ""
    AccessRequest.objects.create(
        record=make_record(cast.lab), organisation=cast.company, group="identity", reason="Why.",
        asked_by=cast.buyer, asked_at=NOW, state=state, answer=answer,
    )  # fmt: skip
    page = sign_in(cast.buyer).get("/market/access/").content.decode()

    assert (": Not now." in page) is (state == "refused")
