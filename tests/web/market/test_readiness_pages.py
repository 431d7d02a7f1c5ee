"""Self-assessment of readiness."""

from collections.abc import Callable

import pytest
from django.test import Client

from terrace_web.accounts.models import User
from terrace_web.flows.models import Run
from terrace_web.market.models import Record
from terrace_web.market.readiness import read_entries
from terrace_web.testing.cast import Cast, make_record

SignIn = Callable[[User | None], Client]
PROOF = "Test report 17 of the pump rig"


def answers(levels: int = 3) -> dict[str, str]:
    said = {}
    for level in range(1, levels + 1):
        said[f"technology.{level}.answer"] = "yes"
        said[f"technology.{level}.evidence"] = PROOF
    return said


@pytest.fixture
def draft(cast: Cast) -> Record:
    return make_record(cast.lab, stage="draft", levels={"confidential": "named"})


def test_it_works(cast: Cast, draft: Record, sign_in: SignIn) -> None:
    client, url = sign_in(cast.researcher), f"/market/r/{draft.code}/readiness/"
    assert client.get(url).status_code == 200

    said = {**answers(3), "technology.4.answer": "yes", "version": "1", "sets_level": "1"}
    client.post(url, said)

    draft.refresh_from_db()
    assert draft.content["readiness_assessment"]["profile"]["technology"] == 3
    assert draft.content["readiness_evidence"]["technology"]["1"]["evidence"] == PROOF
    assert draft.readiness == 3
    text = client.get(url).content.decode()
    assert "Level 3 shown" in text and "4 claimed" in text


def test_the_page_of_the_record_leads_there(cast: Cast, draft: Record, sign_in: SignIn) -> None:
    url, record_url = f"/market/r/{draft.code}/readiness/", f"/market/r/{draft.code}/"
    client = sign_in(cast.researcher)
    assert "Not assessed yet" in client.get(record_url).content.decode()
    client.post(url, answers(2))
    Run.objects.filter(pk=draft.run_id).update(stage="published")
    Record.objects.filter(pk=draft.pk).update(manager=cast.manager)

    for user, reads in ((cast.researcher, True), (cast.manager, True), (cast.rival, False)):
        page = sign_in(user).get(record_url).content.decode()
        assert "Readiness profile" in page
        assert (url in page) == reads
        assert "Not assessed yet" not in page


def test_only_its_editors_are_told_to_take_it_back(cast: Cast, sign_in: SignIn) -> None:
    record = make_record(cast.lab, stage="in_review", manager=cast.manager)
    url, advice = f"/market/r/{record.code}/readiness/", "take the record back"

    assert advice in sign_in(cast.researcher).get(url).content.decode()
    assert advice not in sign_in(cast.manager).get(url).content.decode()


def test_who_only_reads_can_follow_the_links(cast: Cast, sign_in: SignIn) -> None:
    said = {"answer": "yes", "evidence": PROOF, "link": "https://lab.example/17"}
    evidence = {"technology": {"1": said, "2": {"answer": "yes"}}}
    record = make_record(
        cast.lab, stage="in_review", manager=cast.manager, content={"readiness_evidence": evidence}
    )
    page = sign_in(cast.manager).get(f"/market/r/{record.code}/readiness/").content.decode()

    assert PROOF in page and '<a href="https://lab.example/17"' in page
    assert page.count("No evidence is given.") == 1
    assert "<textarea" not in page and 'type="radio"' not in page


def test_an_example_is_called_one(cast: Cast, draft: Record, sign_in: SignIn) -> None:
    page = sign_in(cast.researcher).get(f"/market/r/{draft.code}/readiness/").content.decode()

    assert "<br>For example: A paper shows" in page


def test_the_level_is_set_only_when_asked(cast: Cast, draft: Record, sign_in: SignIn) -> None:
    sign_in(cast.researcher).post(f"/market/r/{draft.code}/readiness/", answers(2))

    draft.refresh_from_db()
    assert draft.readiness is None


def test_it_checks_access(cast: Cast, draft: Record, sign_in: SignIn) -> None:
    published = make_record(cast.lab, content={"readiness_evidence": {}})
    url = f"/market/r/{draft.code}/readiness/"

    assert sign_in(None).get(url).status_code == 302
    assert sign_in(cast.rival).get(url).status_code == 404
    assert sign_in(cast.rival).get(f"/market/r/{published.code}/readiness/").status_code == 403
    assert sign_in(cast.colleague).post(url, answers(1)).status_code == 403
    draft.refresh_from_db()
    assert "readiness_evidence" not in draft.content


def test_visitors_see_the_profile_and_no_evidence(cast: Cast, client: Client) -> None:
    published = make_record(
        cast.lab,
        content={
            "readiness_assessment": {"profile": {"technology": 3, "team": 2}},
            "readiness_evidence": {"technology": {"1": {"answer": "yes", "evidence": PROOF}}},
        },
    )
    text = client.get(f"/market/r/{published.code}/").content.decode()

    assert "Readiness profile" in text and 'value="3"' in text
    assert PROOF not in text


def test_a_bad_link_is_said_at_its_level_and_nothing_is_lost(
    cast: Cast, draft: Record, sign_in: SignIn
) -> None:
    said = {**answers(1), "technology.1.link": "C:\\report.pdf"}
    answer = sign_in(cast.researcher).post(f"/market/r/{draft.code}/readiness/", said)

    text = answer.content.decode()
    assert answer.status_code == 422 and PROOF in text and "report.pdf" in text
    draft.refresh_from_db()
    assert "readiness_evidence" not in draft.content


def test_a_fault_names_dimension_and_level_and_what_was_ticked_stays(
    cast: Cast, draft: Record, sign_in: SignIn
) -> None:
    said = {**answers(1), "technology.1.link": "report.pdf", "sets_level": "1"}
    page = (
        sign_in(cast.researcher).post(f"/market/r/{draft.code}/readiness/", said).content.decode()
    )

    assert 'href="#technology.1"' in page and "level 1 · Link</a>" in page
    assert "nothing was loaded" not in page and "technology.1.link'" not in page
    assert 'name="sets_level" value="1" checked' in page


def test_what_is_published_is_not_assessed_anew(cast: Cast, sign_in: SignIn) -> None:
    published = make_record(cast.lab)
    url = f"/market/r/{published.code}/readiness/"
    client = sign_in(cast.researcher)

    assert "Only the draft can be assessed" in client.get(url).content.decode()
    assert client.post(url, answers(1)).status_code == 422


def test_a_second_assessor_is_told(cast: Cast, draft: Record, sign_in: SignIn) -> None:
    client, url = sign_in(cast.researcher), f"/market/r/{draft.code}/readiness/"
    client.post(url, {**answers(1), "version": "1"})

    answer = client.post(url, {**answers(5), "version": "1"})

    assert answer.status_code == 422 and "Somebody else saved" in answer.content.decode()


def test_only_achievements_are_assessed(cast: Cast, sign_in: SignIn) -> None:
    need = make_record(cast.company, "need", stage="draft")

    assert sign_in(cast.buyer).get(f"/market/r/{need.code}/readiness/").status_code == 404


def test_it_speaks_chinese(cast: Cast, draft: Record, sign_in: SignIn) -> None:
    page = sign_in(cast.researcher).get(
        f"/market/r/{draft.code}/readiness/", headers={"Accept-Language": "zh-Hans"}
    )

    assert "证据" in page.content.decode()


def test_levels_without_a_word_are_left_out() -> None:
    assert read_entries({"team.1.answer": "unknown", "team.2.evidence": " "}) == {}
    assert read_entries({"team.1.answer": "no"}) == {"team": {"1": {"answer": "no"}}}


def test_a_fault_is_said_at_its_level_as_a_sentence(
    cast: Cast, draft: Record, sign_in: SignIn
) -> None:
    said = {**answers(1), "technology.1.link": "javascript:alert(1)", "version": "1"}
    page = sign_in(cast.researcher).post(f"/market/r/{draft.code}/readiness/", said)

    assert "<li>This is no web address." in page.content.decode()


def test_a_yes_without_evidence_shows_where_it_goes(
    cast: Cast, draft: Record, sign_in: SignIn
) -> None:
    client, url = sign_in(cast.researcher), f"/market/r/{draft.code}/readiness/"
    client.post(url, {"technology.1.answer": "yes", "version": "1"})

    assert "<details open><summary>Evidence" in client.get(url).content.decode()
