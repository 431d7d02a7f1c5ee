"""What the API says to who calls it wrongly, and its page in the reader's language."""

import pytest
from django.test import Client

from terrace_web.api.endpoints import api
from terrace_web.api.models import EVENTS, Webhook
from terrace_web.testing.cast import Cast


def test_who_has_no_token_reads_how_to_send_one(cast: Cast, client: Client) -> None:
    answer = client.get("/api/v1/me", headers={"authorization": "Bearer trc_guess"})

    assert answer.status_code == 401 and answer["WWW-Authenticate"] == "Bearer"
    assert "Authorization: Bearer" in answer.json()["detail"]


@pytest.mark.parametrize("method", ["get", "post", "delete"])
def test_an_unknown_address_answers_as_programs_read(db: None, method: str) -> None:
    answer = getattr(Client(enforce_csrf_checks=True), method)("/api/v1/record/X")

    assert answer.status_code == 404
    assert answer.json()["detail"].endswith("/api/docs lists what there is")


def test_each_operation_is_said_in_chinese(cast: Cast, client: Client) -> None:
    page = client.get("/api/docs", headers={"accept-language": "zh-hans"}).content.decode()

    assert "搜索并列出记录" in page
    for methods in api.get_openapi_schema()["paths"].values():
        for said in methods.values():
            assert said["summary"] not in page and said["description"] not in page


@pytest.mark.parametrize(("mode", "made"), [("production", False), ("demo", True)])
def test_no_webhook_is_made_where_nothing_would_arrive(
    cast: Cast, sign_in, settings, mode: str, made: bool
) -> None:
    settings.CONFIG = settings.CONFIG.model_copy(update={"mode": mode})
    given = {
        "organisation": cast.lab.pk,
        "url": "http://lab.example/hook",
        "events": [next(iter(EVENTS))],
    }

    page = sign_in(cast.researcher).post("/api/webhooks/", given).content.decode()

    assert Webhook.objects.exists() == made
    assert ("https addresses only" in page) == (not made)
