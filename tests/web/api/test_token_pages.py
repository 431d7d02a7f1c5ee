"""The pages of tokens and webhooks: words, not codes, and links only to what one may open."""

import hmac
from html import unescape

import pytest
from django.utils import timezone

from terrace_web.api.models import EVENTS, Delivery, Token, Webhook
from terrace_web.api.tokens import make_token
from terrace_web.audit.models import Entry
from terrace_web.testing.cast import NOW, Cast

WORDS = {
    "en": ("Read records that you can see", "A record you can see was published"),
    "zh-hans": ("读取您可见的记录", "您可见的记录已发布"),
}


def read(client, path: str, language: str = "en") -> str:
    answer = client.get(path, headers={"accept-language": language})
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.parametrize("language", WORDS)
def test_scopes_are_said_in_words(cast: Cast, sign_in, language: str) -> None:
    given = {"by": cast.buyer, "audience": cast.audience(cast.buyer), "now": timezone.now()}
    make_token("Nightly", ["market:read", "unheard:of"], **given)

    page = read(sign_in(cast.buyer), "/api/tokens/", language)

    listed = page.split("Nightly")[1].split("<form")[0]
    assert WORDS[language][0] in listed and "market:read" not in listed


@pytest.mark.parametrize("who", ["buyer", "administrator", "colleague"])
def test_webhooks_are_offered_to_whom_they_open(cast: Cast, sign_in, who: str) -> None:
    client = sign_in(getattr(cast, who))

    opens = client.get("/api/webhooks/").status_code == 200

    assert ('href="/api/webhooks/"' in read(client, "/api/tokens/")) == opens == (who == "buyer")


@pytest.mark.parametrize("who", ["newcomer", "colleague", None])
def test_the_description_offers_tokens_to_members(cast: Cast, sign_in, who: str | None) -> None:
    client = sign_in(getattr(cast, who) if who else None)

    assert ('href="/api/tokens/"' in read(client, "/api/docs")) == (who == "colleague")


@pytest.mark.parametrize("language", WORDS)
def test_events_and_results_are_said_in_words(cast: Cast, sign_in, language: str) -> None:
    event = "record.published"
    hook = Webhook.objects.create(
        organisation=cast.company, created_by=cast.buyer, url="https://pumps.example/hook",
        secret="s3", events=[event], created_at=NOW,
    )  # fmt: skip
    said = {"webhook": hook, "event": event, "payload": {}, "at": NOW}
    Delivery.objects.create(**said, status=503, problem="answered 503")
    Delivery.objects.create(**said, problem="timed out")

    page = read(sign_in(cast.buyer), "/api/webhooks/", language)

    listed = page.split("pumps.example")[1].split("</table>")[0]
    assert listed.count(f">{WORDS[language][1]}<") == 3 and f">{event}<" not in listed
    assert "503" in listed and ">answered 503<" not in listed
    assert {"en": "timed out", "zh-hans": "连接超时"}[language] in listed


def test_a_way_leads_back_to_the_profile(cast: Cast, sign_in) -> None:
    client = sign_in(cast.buyer)

    for path in ("/api/tokens/", "/api/webhooks/"):
        crumbs = read(client, path).split('class="crumbs"')[1].split("</nav>")[0]
        assert 'href="/profile/"' in crumbs


def test_organisations_are_named_in_the_readers_language(cast: Cast, sign_in) -> None:
    page = read(sign_in(cast.buyer), "/api/webhooks/", "zh-hans")

    assert cast.company.name_zh in page and cast.company.name not in page


def make_hook(cast: Cast) -> Webhook:
    return Webhook.objects.create(
        organisation=cast.company, created_by=cast.buyer, url="http://127.0.0.1:9/hook",
        secret="s3", events=[], created_at=NOW,
    )  # fmt: skip


def test_a_test_is_sent_and_listed(cast: Cast, sign_in) -> None:
    hook = make_hook(cast)
    address = f"/api/webhooks/{hook.pk}/test"

    assert "Nothing sent yet" in read(sign_in(cast.buyer), "/api/webhooks/")
    assert sign_in(cast.rival).post(address).status_code == 404
    assert sign_in(cast.buyer).get(address).status_code == 405
    sign_in(cast.buyer).post(address)

    assert Delivery.objects.get().event == "test"
    assert ">A test<" in read(sign_in(cast.buyer), "/api/webhooks/")


def test_common_failures_are_said_in_the_readers_language(cast: Cast, sign_in) -> None:
    for problem in ("Connection refused", "a rare thing"):
        Delivery.objects.create(
            webhook=make_hook(cast), event="test", payload={}, at=NOW, problem=problem
        )

    page = read(sign_in(cast.buyer), "/api/webhooks/", "zh-hans")

    assert "连接被拒绝" in page and "Connection refused" not in page and "a rare thing" in page


def test_a_name_is_given_to_one_token(cast: Cast, sign_in) -> None:
    given = {"name": "Nightly", "scopes": ["market:read"], "period": "30"}
    client = sign_in(cast.buyer)

    client.post("/api/tokens/", given)
    page = client.post("/api/tokens/", given).content.decode()

    assert cast.buyer.api_tokens.count() == 1 and "token of this name" in page


@pytest.mark.parametrize(("mode", "said"), [("production", "An https address"), ("demo", "http")])
def test_the_hint_says_what_holds_here(cast: Cast, sign_in, settings, mode, said) -> None:
    settings.CONFIG = settings.CONFIG.model_copy(update={"mode": mode})

    page = read(sign_in(cast.buyer), "/api/webhooks/")

    assert said in page and ("An https address" in page) == (mode == "production")


def test_the_description_names_the_limit(db: None, client) -> None:
    assert "300 requests a minute" in read(client, "/api/docs")


@pytest.mark.parametrize(("period", "days"), [("30", 30), ("365", 365), ("never", None)])
def test_a_token_expires_as_was_chosen(cast: Cast, sign_in, period: str, days: int | None) -> None:
    given = {"name": "Nightly", "scopes": ["market:read"], "period": period}
    page = sign_in(cast.buyer).post("/api/tokens/", given).content.decode()
    ends, made = Token.objects.values_list("expires_at", "created_at").get()

    assert (ends - made).days == days if days else ends is None
    assert "optional" not in page


@pytest.mark.parametrize("language", WORDS)
def test_the_description_says_how_a_message_is_checked(db: None, client, language: str) -> None:
    page = read(client, "/api/docs", language)

    assert 'id="webhooks"' in page and "hmac.compare_digest" in page
    for said in ("X-Terrace-Signature", "X-Terrace-Delivery", *EVENTS):
        assert said in page


def test_what_the_description_says_of_a_signature_holds(db: None, client) -> None:
    code = unescape(
        read(client, "/api/docs").split('<pre tabindex="0">import')[1].split("</pre>")[0]
    )
    told: dict = {}
    exec(f"import{code}", told)
    body = b'{"event": "test"}'
    signed = "sha256=" + hmac.new(b"key", body, "sha256").hexdigest()

    assert told["is_genuine"](body, signed, "key")
    assert not told["is_genuine"](body + b" ", signed, "key")


@pytest.mark.parametrize(
    ("attempts", "said"),
    [(2, "attempt 2 of 6; it is sent again by itself"), (6, "given up after 6 attempts")],
)
def test_what_did_not_arrive_says_whether_it_is_sent_again(
    cast: Cast, sign_in, attempts: int, said: str
) -> None:
    hook = Webhook.objects.create(
        organisation=cast.lab, created_by=cast.researcher, url="https://hook.example/",
        events=[], created_at=NOW,
    )  # fmt: skip
    Delivery.objects.create(
        webhook=hook, event="test", payload={}, at=NOW, attempts=attempts, status=500
    )

    assert said in read(sign_in(cast.researcher), "/api/webhooks/")


def test_a_stopped_webhook_says_how_to_start_it_again(cast: Cast, sign_in) -> None:
    Webhook.objects.create(
        organisation=cast.lab, created_by=cast.researcher, url="https://hook.example/",
        events=[], created_at=NOW, is_active=False,
    )  # fmt: skip

    assert "A test that arrives starts it again." in read(
        sign_in(cast.researcher), "/api/webhooks/"
    )


def test_a_webhook_whose_maker_left_says_that_nothing_is_sent(cast: Cast, sign_in) -> None:
    said = "so nothing is sent"
    hook = Webhook.objects.create(
        organisation=cast.lab, created_by=cast.researcher, url="https://x.example/", created_at=NOW
    )
    before = sign_in(cast.researcher).get("/api/webhooks/").content.decode()

    Webhook.objects.filter(pk=hook.pk).update(created_by=cast.rival)
    after = sign_in(cast.researcher).get("/api/webhooks/").content.decode()

    assert said not in before and said in after


def test_what_is_gone_already_is_gone(cast: Cast, sign_in) -> None:
    client = sign_in(cast.researcher)
    make_token(
        "x", ["market:read"], by=cast.researcher, audience=cast.audience(cast.researcher), now=NOW
    )
    token = Token.objects.get()

    for _window in range(2):
        assert client.post(f"/api/tokens/{token.pk}/revoke").status_code == 302
        assert client.post("/api/webhooks/999999/delete").status_code == 302

    assert Entry.objects.filter(action="token:revoke").count() == 1
