"""Lists come to an end, and wrong requests are answered as programs read."""

import pytest
from django.utils import timezone
from ninja.throttling import AuthRateThrottle

from terrace_web.api import endpoints
from terrace_web.api.tokens import make_token
from terrace_web.matching.following import follow_outbox
from terrace_web.matching.models import Pair
from terrace_web.matching.queries import PAGE_SIZE
from terrace_web.testing.cast import NOW, Cast, make_record


@pytest.fixture
def call(cast: Cast, client):
    scopes = ["market:read", "matches:read", "decisions:write"]
    secret = make_token(
        "t", scopes, by=cast.buyer, audience=cast.audience(cast.buyer), now=timezone.now()
    )

    def do(method: str, path: str, **given):
        headers = {"authorization": f"Bearer {secret}"}
        return getattr(client, method)(f"/api/v1/{path}", headers=headers, **given)

    return do


@pytest.mark.parametrize(("page", "shown"), [(1, 1), (2, 0), (9999, 0)])
def test_after_the_last_page_comes_nothing(cast: Cast, call, page: int, shown: int) -> None:
    make_record(cast.lab)

    answer = call("get", f"records?kind=achievement&page={page}").json()

    assert (answer["total"], answer["page"], answer["pages"]) == (1, page, 1)
    assert len(answer["records"]) == shown


@pytest.mark.parametrize(("page", "shown"), [(1, 1), (9999, 0)])
def test_matches_end_too(cast: Cast, call, page: int, shown: int) -> None:
    make_record(cast.lab, title="Ceramic seal for slurry")
    need = make_record(cast.company, "need", title="Slurry seal of ceramic")
    follow_outbox(NOW)

    answer = call("get", f"records/{need.code}/matches?page={page}").json()

    assert answer["total"] == 1 and len(answer["matches"]) == shown


def test_ranks_go_on_over_the_pages_in_the_order_of_the_list(cast: Cast, call) -> None:
    need = make_record(cast.company, "need", title="Slurry seal of ceramic")
    for place in range(PAGE_SIZE + 2):
        found = make_record(cast.lab, title=f"Seal {place}")
        Pair.objects.create(
            need=need,
            achievement=found,
            need_rank=place + 1,
            score=1.0,
            confidence=place / 20,
            gates="met",
            found_at=NOW,
            computed_at=NOW,
        )

    pages = [call("get", f"records/{need.code}/matches?page={n}").json() for n in (1, 2)]

    matches = [each for page in pages for each in page["matches"]]
    assert [each["rank"] for each in matches] == list(range(1, PAGE_SIZE + 3))
    claims = [each["claims"] for each in matches]
    assert set(claims) == {True, False} and claims == sorted(claims, reverse=True)


@pytest.mark.parametrize(
    ("method", "path", "known"),
    [("delete", "records?kind=need", "GET, POST, HEAD"), ("get", "decisions", "POST"),
     ("head", "decisions", "POST")],
)  # fmt: skip
def test_a_wrong_method_is_a_problem_like_others(call, method: str, path: str, known: str) -> None:
    answer = call(method, path)

    assert answer.status_code == 405 and answer["Allow"] == known
    assert answer["Content-Type"] == "application/json"
    if method != "head":
        assert known in answer.json()["detail"]


def test_head_is_answered_like_get(cast: Cast, call) -> None:
    answer = call("head", "records?kind=need")

    assert answer.status_code == 200 and answer.content == b""


@pytest.mark.parametrize(
    ("method", "path", "given", "said"),
    [("post", "decisions", {"achievement": "A", "choice": "later"}, "need: "),
     ("get", "records?kind=need&page=x", None, "page: "),
     ("get", "records?kind=nothing", None, "kind: ")],
)  # fmt: skip
def test_what_is_malformed_goes_by_the_callers_names(call, method, path, given, said) -> None:
    sent = {"data": given, "content_type": "application/json"} if given else {}

    answer = call(method, path, **sent)

    assert answer.status_code == 400 and answer.json()["detail"].startswith(said)


@pytest.mark.parametrize(
    ("path", "said"),
    [("records?kind=need&readiness_min=4", "'readiness_min' is no parameter here; known are kind,"),
     ("records/{}/matches?status=later", "'status' is no parameter here; known are page, state"),
     ("records/{}/matches?state=maybe", "state: ")],
)  # fmt: skip
def test_a_misspelt_filter_is_refused(cast: Cast, call, path: str, said: str) -> None:
    need = make_record(cast.company, "need")

    answer = call("get", path.format(need.code))

    assert answer.status_code == 400 and said in answer.json()["detail"]


def test_a_body_that_is_no_json_says_where(cast: Cast, call) -> None:
    answer = call("post", "decisions", data='{"need": x}', content_type="application/json")

    assert answer.status_code == 400
    assert answer.json()["detail"].startswith("the body has to be JSON, and is not: ")
    assert "column 10" in answer.json()["detail"]


def test_too_many_requests_say_how_many_and_until_when(cast: Cast, call, monkeypatch) -> None:
    monkeypatch.setattr(AuthRateThrottle, "allow_request", lambda *_given: False)
    monkeypatch.setattr(AuthRateThrottle, "wait", lambda _self: 12.2)

    answer = call("get", "me")

    assert answer.status_code == 429 and answer["Retry-After"] == "13"
    assert answer.json()["detail"] == (
        "a token may send 300 requests a minute; try again in 13 seconds"
    )


def test_what_breaks_is_said_as_programs_read(cast: Cast, call, client, monkeypatch) -> None:
    monkeypatch.setattr(endpoints, "search_market", lambda *_args, **_named: 1 / 0)
    client.raise_request_exception = False

    answer = call("get", "records?kind=need")

    assert answer.status_code == 500 and answer["Content-Type"].startswith("application/json")
    assert "something broke on our side" in answer.json()["detail"]
