"""The API: tokens and scopes, the market, matches and decisions, and webhooks that arrive."""

import hashlib
import hmac
import json
import threading
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import get_args

import pytest
from django.test import override_settings
from django.utils import timezone

from terrace_web.api.events import queue_event
from terrace_web.api.models import SCOPES, Delivery, Token, Webhook
from terrace_web.api.schemas import Cause
from terrace_web.api.tokens import make_token
from terrace_web.api.webhooks import UnsafeAddress, deliver, resolve_public
from terrace_web.audit.models import Entry
from terrace_web.market.models import Record
from terrace_web.matching.following import follow_outbox
from terrace_web.matching.models import Decision
from terrace_web.testing.cast import NOW, Cast, make_record


@pytest.fixture
def call(cast: Cast, client):
    """Calls the API as somebody, with some scopes."""

    def do(user, method: str, path: str, given=None, scopes=tuple(SCOPES)):
        secret = make_token("t", scopes, by=user, audience=cast.audience(user), now=timezone.now())
        headers = {"authorization": f"Bearer {secret}"}
        send = getattr(client, method)
        if given is None:
            return send(f"/api/v1/{path}", headers=headers)
        return send(f"/api/v1/{path}", given, content_type="application/json", headers=headers)

    return do


def test_it_works(cast: Cast, call) -> None:
    make_record(cast.lab, title="Ceramic seal", readiness=6, fields=["materials"])

    page = call(cast.rival, "get", "records?kind=achievement&q=ceramic&fields=materials").json()

    assert page["total"] == 1
    assert page["records"][0]["title"] == "Ceramic seal"
    assert page["records"][0]["values"]["readiness"] == 6
    assert ["materials", 1] in page["facets"]["fields"]


@pytest.mark.parametrize("secret", ["", "trc_guess", "Basic abc"])
def test_it_checks_access(cast: Cast, client, secret: str) -> None:
    answer = client.get(
        "/api/v1/records?kind=need", headers={"authorization": f"Bearer {secret}"} if secret else {}
    )
    assert answer.status_code == 401
    client.force_login(cast.researcher)
    assert client.get("/api/v1/me").status_code == 401


def test_a_token_ends_by_time_revocation_and_deactivation(cast: Cast, client) -> None:
    secret = make_token(
        "t", ["market:read"], by=cast.buyer, audience=cast.audience(cast.buyer), now=timezone.now()
    )
    get = lambda: client.get("/api/v1/me", headers={"authorization": f"Bearer {secret}"})  # noqa: E731
    assert get().status_code == 200
    past = timezone.now() - timedelta(days=1)
    for column, other in (("expires_at", None), ("revoked_at", None)):
        Token.objects.update(**{column: past})
        assert get().status_code == 401
        Token.objects.update(**{column: other})
    cast.buyer.is_active = False
    cast.buyer.save()
    assert get().status_code == 401


@pytest.mark.parametrize(
    ("method", "path", "scope"),
    [
        ("get", "records?kind=need", "market:read"),
        ("post", "records", "market:write"),
        ("get", "records/{code}/matches", "matches:read"),
        ("post", "decisions", "decisions:write"),
    ],
)
def test_a_token_does_what_its_scopes_say(
    cast: Cast, call, method: str, path: str, scope: str
) -> None:
    code = make_record(cast.lab).code
    given = {
        "records": {"kind": "need", "owner_code": "lab", "values": {}},
        "decisions": {"need": code, "achievement": code, "choice": "later"},
    }.get(path)
    others = [each for each in SCOPES if each != scope]

    answer = call(cast.researcher, method, path.format(code=code), given, scopes=others)

    assert answer.status_code == 403
    assert scope in answer.json()["detail"]


def test_a_draft_is_made_changed_and_submitted(cast: Cast, call) -> None:
    given = {
        "kind": "achievement",
        "owner_code": "lab",
        "values": {"title": "Seal", "summary": "A seal.", "fields": ["materials"], "price": 12.5},
        "levels": {"identity": "zone"},
    }
    made = call(cast.researcher, "post", "records", given)
    assert made.status_code == 201
    code = made.json()["code"]

    changed = call(
        cast.researcher, "patch", f"records/{code}", {"values": {"readiness": 5}, "version": 1}
    )
    stale = call(cast.researcher, "patch", f"records/{code}", {"values": {}, "version": 1})
    moved = call(cast.researcher, "post", f"records/{code}/moves/submit", {})

    assert (changed.status_code, changed.json()["values"]["readiness"]) == (200, 5)
    assert stale.status_code == 409
    assert moved.json()["stage"] == "in_review"
    assert Record.objects.get(code=code).identity_level == "zone"


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"colour": "red"}, "colour"),
        ({"readiness": 12}, "readiness"),
        ({"readiness": "5"}, "readiness"),
        ({"price": -1}, "price"),
        ({"keywords": "a, b"}, "keywords"),
        ({"available_from": "soon"}, "available_from"),
        ({"title": 5}, "title"),
        ({"licensed_exclusively": "no"}, "licensed_exclusively"),
    ],
)
def test_wrong_values_are_named_and_nothing_is_stored(cast: Cast, call, values, said) -> None:
    given = {"kind": "achievement", "owner_code": "lab", "values": values}

    answer = call(cast.researcher, "post", "records", given)

    assert answer.status_code == 400 and said in answer.json()["detail"]
    assert not Record.objects.exists()


@pytest.mark.parametrize(
    ("user", "owner", "status"),
    [("researcher", "company", 404), ("colleague", "lab", 403), ("researcher", "nobody", 404)],
)
def test_nobody_writes_for_others(cast: Cast, call, user: str, owner: str, status: int) -> None:
    given = {"kind": "need", "owner_code": owner, "values": {}}

    assert call(getattr(cast, user), "post", "records", given).status_code == status


def test_matches_and_decisions(cast: Cast, call) -> None:
    seal = make_record(cast.lab, title="Ceramic seal for slurry")
    need = make_record(cast.company, "need", title="Slurry seal of ceramic")
    follow_outbox(NOW)

    found = call(cast.buyer, "get", f"records/{need.code}/matches").json()
    decided = call(
        cast.buyer,
        "post",
        "decisions",
        {"need": need.code, "achievement": seal.code, "choice": "shortlist"},
    )

    assert found["matches"][0]["achievement"]["code"] == seal.code
    assert decided.status_code == 201
    assert Decision.objects.get().by == cast.buyer
    refused = call(
        cast.buyer,
        "post",
        "decisions",
        {"need": need.code, "achievement": seal.code, "choice": "reject"},
    )
    assert refused.status_code == 400


def test_a_rejection_has_one_of_the_causes_or_words(cast: Cast, call) -> None:
    seal = make_record(cast.lab, title="Ceramic seal for slurry")
    need = make_record(cast.company, "need", title="Slurry seal of ceramic")
    given = {"need": need.code, "achievement": seal.code, "choice": "reject"}

    made = call(cast.buyer, "post", "decisions", {**given, "cause": "money"})

    assert (made.status_code, made.json()["cause"]) == (201, "money")
    assert Decision.objects.get().cause == "money"
    for wrong in ({"cause": "weather"}, {"reason": "x" * 401}, {"because": "of the price"}):
        refused = call(cast.buyer, "post", "decisions", {**given, **wrong})
        assert refused.status_code == 400
        assert refused.json()["detail"].startswith(f"{next(iter(wrong))}: ")


def test_the_causes_are_those_of_the_desk() -> None:
    assert set(get_args(Cause)) == {"", *Decision.Cause.values}


def test_the_description_is_open(client, db) -> None:
    schema = client.get("/api/v1/openapi.json").json()
    page = client.get("/api/docs")

    assert "/api/v1/records/{code}" in schema["paths"]
    assert page.status_code == 200 and "/api/v1/decisions" in page.content.decode()


def test_a_token_is_made_shown_once_and_revoked(cast: Cast, sign_in) -> None:
    client = sign_in(cast.buyer)
    given = {"name": "Import", "scopes": ["market:read"], "period": "30"}

    first = client.post("/api/tokens/", given).content.decode()
    again = client.get("/api/tokens/").content.decode()
    token = Token.objects.get()

    assert "trc_" in first and "trc_" not in again.replace("trc_...", "")
    assert token.digest not in first
    assert sign_in(cast.rival).post(f"/api/tokens/{token.pk}/revoke").status_code == 404
    sign_in(cast.buyer).post(f"/api/tokens/{token.pk}/revoke")
    token.refresh_from_db()
    assert token.revoked_at is not None
    assert Entry.objects.filter(action="token:revoke").exists()


@pytest.mark.parametrize("who", ["newcomer", None])
def test_tokens_are_for_members(cast: Cast, sign_in, who: str | None) -> None:
    answer = sign_in(getattr(cast, who) if who else None).get("/api/tokens/")

    assert answer.status_code == (403 if who else 302)


class Receiver(BaseHTTPRequestHandler):
    """An address that remembers what it was told."""

    told: list = []  # noqa: RUF012

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.told.append((dict(self.headers), body))
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_args) -> None:
        """Quiet."""


@pytest.fixture
def receiver():
    server = HTTPServer(("127.0.0.1", 0), Receiver)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    Receiver.told = []
    yield f"http://127.0.0.1:{server.server_port}/hook"
    server.shutdown()
    server.server_close()


def make_webhook(cast: Cast, url: str) -> Webhook:
    return Webhook.objects.create(
        organisation=cast.company,
        created_by=cast.buyer,
        url=url,
        secret="s3",
        events=["record.published"],
        created_at=NOW,
    )


def test_a_webhook_is_told_and_the_message_is_signed(cast: Cast, receiver: str) -> None:
    make_webhook(cast, receiver)
    record = make_record(cast.lab, title="Ceramic seal")
    (delivery,) = queue_event("record.published", [record.pk], now=NOW)

    assert deliver(delivery, now=NOW)

    headers, body = Receiver.told[0]
    signed = hmac.new(b"s3", body, hashlib.sha256).hexdigest()
    assert headers["X-Terrace-Signature"] == f"sha256={signed}"
    assert json.loads(body)["records"][0]["title"] == "Ceramic seal"


def test_a_webhook_learns_only_what_its_maker_sees(cast: Cast, receiver: str) -> None:
    make_webhook(cast, receiver)
    hidden = make_record(cast.lab, levels={"teaser": "named"})

    assert queue_event("record.published", [hidden.pk], now=NOW) == []
    cast.buyer.memberships.all().delete()
    shown = make_record(cast.lab)
    assert queue_event("record.published", [shown.pk], now=NOW) == []


def test_a_dead_address_is_written_down_and_given_up(cast: Cast) -> None:
    hook = make_webhook(cast, "http://127.0.0.1:9/none")
    (delivery,) = queue_event("record.published", [make_record(cast.lab).pk], now=NOW)

    for _attempt in range(20):
        assert not deliver(delivery, now=NOW)

    hook.refresh_from_db()
    delivery.refresh_from_db()
    assert not hook.is_active
    assert delivery.problem and Delivery.objects.get().delivered_at is None


@pytest.mark.parametrize("host", ["127.0.0.1", "10.0.0.8", "169.254.169.254", "::1", "localhost"])
def test_production_calls_no_address_inside(settings, host: str) -> None:
    config = settings.CONFIG.model_copy(update={"mode": "production"})
    with override_settings(CONFIG=config), pytest.raises(UnsafeAddress):
        resolve_public("https", host, 443)


def test_production_calls_by_https_only(settings) -> None:
    config = settings.CONFIG.model_copy(update={"mode": "production"})
    with override_settings(CONFIG=config), pytest.raises(UnsafeAddress):
        resolve_public("http", "93.184.216.34", 80)


def test_webhooks_are_managed_by_editors(cast: Cast, sign_in) -> None:
    given = {
        "organisation": cast.company.pk,
        "url": "https://pumps.example/hook",
        "events": ["record.published"],
    }
    assert sign_in(cast.colleague).post("/api/webhooks/", given).status_code == 403
    sign_in(cast.rival).post("/api/webhooks/", given)
    assert not Webhook.objects.exists()

    sign_in(cast.buyer).post("/api/webhooks/", given)

    hook = Webhook.objects.get()
    assert hook.secret in sign_in(cast.buyer).get("/api/webhooks/").content.decode()
    assert hook.url not in sign_in(cast.rival).get("/api/webhooks/").content.decode()
    assert sign_in(cast.rival).post(f"/api/webhooks/{hook.pk}/delete").status_code == 404


def test_what_has_expired_is_renewed_until_a_later_day(cast: Cast, call) -> None:
    gone = make_record(cast.lab, stage="expired", fields=["materials"])
    Record.objects.filter(pk=gone.pk).update(expires=NOW.date())
    move = f"records/{gone.code}/moves/renew"
    later = (timezone.localdate() + timedelta(days=90)).isoformat()

    refused = call(cast.researcher, "post", move, {"expires": NOW.date().isoformat()})
    renewed = call(cast.researcher, "post", move, {"expires": later})

    gone.refresh_from_db()
    assert refused.status_code == 400
    assert (renewed.status_code, renewed.json()["stage"]) == (200, "in_review")
    assert gone.expires.isoformat() == later
    other = call(cast.researcher, "post", f"records/{gone.code}/moves/withdraw", {"expires": later})
    assert other.status_code == 400
