"""Addresses of webhooks as people type them, odd ones too."""

from unittest.mock import Mock

import pytest

from terrace_web.api.events import queue_test
from terrace_web.api.models import Webhook
from terrace_web.api.webhooks import deliver, send
from terrace_web.testing.cast import NOW, Cast


@pytest.mark.parametrize("url", ["https://lab.example:99999/x", "http://127.0.0.1:9/a b"])
def test_an_address_that_no_request_can_be_made_of_is_written_down(cast: Cast, url: str) -> None:
    hook = Webhook.objects.create(
        organisation=cast.company, created_by=cast.buyer, url=url, secret="s", created_at=NOW
    )
    delivery = queue_test(hook, now=NOW)

    assert not deliver(delivery, now=NOW)

    delivery.refresh_from_db()
    assert (delivery.attempts, bool(delivery.problem)) == (1, True)


def test_chinese_in_an_address_is_sent_as_browsers_send_it(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    monkeypatch.setattr(
        "http.client.HTTPConnection.request", lambda _self, *said: asked.append(said)
    )
    monkeypatch.setattr("http.client.HTTPConnection.getresponse", lambda _self: Mock(status=200))
    monkeypatch.setattr("socket.create_connection", lambda *_address, **_given: Mock())

    assert send("http://127.0.0.1:8000/通知?来自=网站", b"{}", {}) == 200

    assert asked[0][1] == "/%E9%80%9A%E7%9F%A5?%E6%9D%A5%E8%87%AA=%E7%BD%91%E7%AB%99"


@pytest.mark.parametrize(
    ("url", "said"),
    [("https://lab.example:99999/x", "no such port"), ("https://lab.example/" + "p" * 400, "400")],
)
def test_such_an_address_is_not_taken(cast: Cast, sign_in, url: str, said: str) -> None:
    given = {"organisation": cast.company.pk, "url": url, "events": "match.found"}

    answer = sign_in(cast.buyer).post("/api/webhooks/", given)

    assert said in answer.content.decode() and not Webhook.objects.exists()


def test_a_host_in_chinese_is_asked_for_by_its_own_name(monkeypatch: pytest.MonkeyPatch) -> None:
    found = Mock(side_effect=OSError("unknown"))
    monkeypatch.setattr("socket.getaddrinfo", found)

    with pytest.raises(OSError, match="unknown"):
        send("https://通知.中国/收 件", b"{}", {})

    assert found.call_args.args[0] == "通知.中国"
