"""Who asks too often has to wait: guessing passwords, inviting, calling the API."""

import pytest
from django.test import Client
from django.utils import timezone

from terrace_web.accounts.models import Membership
from terrace_web.api.endpoints import api
from terrace_web.api.tokens import make_token
from terrace_web.testing.cast import PASSWORD, Cast


def enter(client: Client, email: str, password: str, address: str = "198.51.100.7") -> int:
    given = {"login": email, "password": password}
    return client.post("/accounts/login/", given, REMOTE_ADDR=address).status_code


def test_passwords_cannot_be_guessed(cast: Cast, client: Client) -> None:
    """After a few wrong ones the right one is refused too; from elsewhere as well."""
    tries = [enter(client, cast.buyer.email, f"wrong {number}") for number in range(6)]

    assert 302 not in tries
    assert enter(client, cast.buyer.email, PASSWORD) != 302
    assert enter(client, cast.buyer.email, PASSWORD, "203.0.113.9") != 302
    assert "_auth_user_id" not in client.session


def test_others_still_get_in(cast: Cast, client: Client) -> None:
    for number in range(6):
        enter(client, cast.buyer.email, f"wrong {number}")

    assert enter(client, cast.rival.email, PASSWORD, "203.0.113.9") == 302


def test_an_address_of_ones_own_making_does_not_count(cast: Cast, client: Client) -> None:
    """Without a proxy in front nobody gets new tries by naming another address."""
    for number in range(12):
        given = {"login": f"guess{number}@zone.example", "password": "wrong"}
        answer = client.post(
            "/accounts/login/", given, headers={"x-forwarded-for": f"203.0.113.{number}"}
        )

    assert answer.status_code == 429 or "Too many" in answer.content.decode()


def test_the_api_answers_so_many_calls_a_minute(
    cast: Cast, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(api.throttle[0], "num_requests", 2)
    mine, other = (headers_of(cast, user) for user in (cast.buyer, cast.rival))

    answers = [client.get("/api/v1/me", headers=mine) for _call in range(3)]

    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert int(answers[-1].headers["Retry-After"]) <= 60
    assert client.get("/api/v1/me", headers=other).status_code == 200


def headers_of(cast: Cast, user) -> dict[str, str]:
    audience = cast.audience(user)
    secret = make_token("t", ["market:read"], by=user, audience=audience, now=timezone.now())
    return {"authorization": f"Bearer {secret}"}


def test_invitations_are_not_sent_without_end(cast: Cast, sign_in) -> None:
    client = sign_in(cast.researcher)
    given = {"role": Membership.Role.MEMBER, "language": "en"}

    answers = [
        client.post(f"/organisations/{cast.lab.code}/invite/", given | {"email": "broken"})
        for _call in range(61)
    ]

    assert {answer.status_code for answer in answers[:60]} == {302}
    assert answers[60].status_code == 429
