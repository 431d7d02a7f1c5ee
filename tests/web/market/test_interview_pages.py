"""The guided interview on a need."""

from collections.abc import Callable
from datetime import date

import pytest
from django.test import Client

from terrace_web.accounts.models import User
from terrace_web.market.models import Record
from terrace_web.testing.cast import Cast

SignIn = Callable[[User | None], Client]
PROBLEM = {
    "title": "Fast detection of cracks in bridge cables",
    "problem": "Twice a year a cable is closed for inspection.",
    "place": "Road bridges",
    "today": "Two climbers look at each cable.",
    "shortfall": "Small cracks stay unseen.",
}
FIGURES = {
    "outcome": "Find cracks in cables in service.",
    "figures.0.what": "smallest crack found",
    "figures.0.comparison": "at_most",
    "figures.0.value": "0.1",
    "figures.0.unit": "mm",
    "figures.0.condition": "dry cable",
    "figures.0.test": "blind test on 20 cables",
}
LIMITS = {"readiness": "5", "budget": "300,000 CNY", "deadline": "2027-06-30", "terms": ["licence"]}


@pytest.fixture
def client_of_buyer(cast: Cast, sign_in: SignIn) -> Client:
    return sign_in(cast.buyer)


def test_it_works(cast: Cast, client_of_buyer: Client) -> None:
    client = client_of_buyer
    assert "in one line" in client.get("/market/interview/").content.decode()
    answer = client.post("/market/interview/problem/", PROBLEM)
    assert answer["Location"] == "/market/interview/figures/"
    client.post("/market/interview/figures/", FIGURES)
    client.post("/market/interview/limits/", LIMITS)
    client.post("/market/interview/proof/", {"proof": "Three months on one bridge."})

    answer = client.post("/market/interview/finish/", {"owner": cast.company.pk, "is_blind": "1"})

    need = Record.objects.get()
    assert answer["Location"] == f"/market/r/{need.code}/edit/"
    assert need.kind == "need" and need.run.stage == "draft" and need.owner == cast.company
    assert need.title == PROBLEM["title"] and need.identity_level == "named"
    assert need.readiness == 5 and need.deadline == date(2027, 6, 30)
    assert need.content["budget_max"] == 300_000 and need.content["currency"] == "CNY"
    assert "0.1 mm" in need.content["body"] and need.terms == ["licence"]


def test_it_checks_access(cast: Cast, sign_in: SignIn) -> None:
    assert sign_in(None).get("/market/interview/").status_code == 302
    for user in (cast.newcomer, cast.colleague):
        assert sign_in(user).get("/market/interview/").status_code == 403
        assert sign_in(user).post("/market/interview/finish/").status_code == 403


def test_no_need_is_made_for_others(cast: Cast, client_of_buyer: Client) -> None:
    client_of_buyer.post("/market/interview/problem/", PROBLEM)
    client_of_buyer.post("/market/interview/finish/", {"owner": cast.lab.pk})

    assert not Record.objects.exists()


def test_it_goes_on_where_it_was_left(client_of_buyer: Client) -> None:
    client_of_buyer.post("/market/interview/problem/", PROBLEM)

    text = client_of_buyer.get("/market/interview/").content.decode()
    assert 'name="figures.0.what"' in text
    back = client_of_buyer.get("/market/interview/problem/").content.decode()
    assert PROBLEM["problem"] in back


def test_a_vague_word_is_asked_about_and_settled(client_of_buyer: Client) -> None:
    client_of_buyer.post("/market/interview/problem/", PROBLEM)
    client_of_buyer.post("/market/interview/figures/", FIGURES)
    text = client_of_buyer.get("/market/interview/sharpen/").content.decode()
    assert "How fast" in text and 'name="vague.speed.value"' in text

    said = {
        "vague.speed.what": "time per cable",
        "vague.speed.comparison": "at_most",
        "vague.speed.value": "30",
        "vague.speed.unit": "minutes",
        "vague.speed.test": "one full run",
        "vague.speed.replaces": "fast",
    }
    client_of_buyer.post("/market/interview/sharpen/", said)

    after = client_of_buyer.get("/market/interview/sharpen/").content.decode()
    assert 'name="vague.speed.value"' not in after
    assert "time per cable" in after.lower()


def test_a_prefilled_row_left_alone_is_no_answer(client_of_buyer: Client) -> None:
    client_of_buyer.post("/market/interview/problem/", PROBLEM)
    said = {"vague.speed.what": "the time from request to result", "vague.speed.unit": "seconds"}
    client_of_buyer.post("/market/interview/sharpen/", said)

    assert (
        'name="vague.speed.value"'
        in client_of_buyer.get("/market/interview/sharpen/").content.decode()
    )


def test_beginning_again_forgets(client_of_buyer: Client) -> None:
    client_of_buyer.post("/market/interview/problem/", PROBLEM)
    client_of_buyer.post("/market/interview/again/")

    assert (
        PROBLEM["problem"] not in client_of_buyer.get("/market/interview/problem/").content.decode()
    )


def test_without_a_title_there_is_no_draft(cast: Cast, client_of_buyer: Client) -> None:
    client_of_buyer.post("/market/interview/finish/", {"owner": cast.company.pk})

    assert not Record.objects.exists()


def test_a_chinese_interview_makes_a_chinese_need(cast: Cast, client_of_buyer: Client) -> None:
    chinese = {"Accept-Language": "zh-Hans"}
    text = client_of_buyer.get("/market/interview/", headers=chinese).content.decode()
    assert "用一句话说明" in text
    said = {**PROBLEM, "title": "快速检测桥梁缆索裂纹"}
    client_of_buyer.post("/market/interview/problem/", said, headers=chinese)
    client_of_buyer.post("/market/interview/finish/", {"owner": cast.company.pk}, headers=chinese)

    assert Record.objects.get().language == "zh"
