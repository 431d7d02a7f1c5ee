"""Each event is sent when it happens, to whom it concerns, with no more than they may see."""

import pytest
from django.utils import timezone

from terrace_web.api import events, tasks
from terrace_web.api.events import queue_event
from terrace_web.api.models import EVENTS, Delivery, Webhook
from terrace_web.market.models import Record
from terrace_web.market.moves import move_record
from terrace_web.matching.actions import decide, undo
from terrace_web.matching.following import follow_outbox
from terrace_web.matching.models import Pair
from terrace_web.testing.cast import NOW, Cast, make_record

pytestmark = pytest.mark.usefixtures("at_once")


@pytest.fixture
def at_once(settings, monkeypatch, django_capture_on_commit_callbacks):
    """The worker works at once, and nothing leaves the machine."""
    monkeypatch.setattr(events, "ABSTAIN_BELOW", 0.0)
    monkeypatch.setattr(tasks, "deliver", lambda *_given, **_more: True)
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}
    with django_capture_on_commit_callbacks(execute=True):
        yield


@pytest.fixture
def commit(django_capture_on_commit_callbacks):
    return lambda: django_capture_on_commit_callbacks(execute=True)


def hook_of(user, organisation, *events: str) -> Webhook:
    return Webhook.objects.create(
        organisation=organisation, created_by=user, url="https://hook.example/", secret="s",
        events=list(events or EVENTS), created_at=NOW,
    )  # fmt: skip


def make_parties(cast: Cast, **need) -> tuple[Record, Record]:
    seal = make_record(cast.lab, title="Ceramic seal for slurry pumps")
    wanted = make_record(cast.company, "need", title="Seal of ceramic for slurry pumps", **need)
    return wanted, seal


def told(hook: Webhook, event: str) -> list[dict]:
    return [each.payload for each in Delivery.objects.filter(webhook=hook, event=event)]


def test_both_parties_are_told_of_a_new_match(cast: Cast, commit) -> None:
    hooks = [hook_of(cast.buyer, cast.company), hook_of(cast.researcher, cast.lab)]
    stranger = hook_of(cast.rival, cast.other_company)
    need, seal = make_parties(cast)

    with commit():
        follow_outbox(NOW)

    for hook in hooks:
        found = [pair for each in told(hook, "match.found") for pair in each["pairs"]]
        assert found == [{"need": need.code, "achievement": seal.code}]
    assert told(stranger, "match.found") == []


def test_what_nothing_is_claimed_of_is_not_sent(cast: Cast, commit, monkeypatch) -> None:
    monkeypatch.setattr(events, "ABSTAIN_BELOW", 1.1)
    hook = hook_of(cast.buyer, cast.company)
    make_parties(cast)

    with commit():
        follow_outbox(NOW)

    assert Pair.objects.exists() and told(hook, "match.found") == []


def test_a_hidden_pair_is_not_sent(cast: Cast, commit) -> None:
    own, other = hook_of(cast.buyer, cast.company), hook_of(cast.researcher, cast.lab)
    need, seal = make_parties(cast, levels={"teaser": "private"})

    with commit():
        follow_outbox(NOW)
    with commit():
        decide(need.code, seal.code, "shortlist", by=cast.buyer,
               audience=cast.audience(cast.buyer), now=NOW)  # fmt: skip

    assert told(other, "match.found") == told(other, "decision.made") == []
    assert told(own, "decision.made") != []


def test_who_left_the_organisation_is_told_nothing(cast: Cast, commit) -> None:
    hook = hook_of(cast.buyer, cast.company)
    need, seal = make_parties(cast)
    cast.buyer.memberships.all().delete()

    with commit():
        follow_outbox(NOW)
        decide(need.code, seal.code, "later", by=cast.researcher,
               audience=cast.audience(cast.researcher), now=NOW)  # fmt: skip

    assert not hook.deliveries.exists()


def test_a_decision_is_told_without_its_reason(cast: Cast, commit) -> None:
    hook = hook_of(cast.researcher, cast.lab, "decision.made")
    need, seal = make_parties(cast)
    common = {"by": cast.buyer, "audience": cast.audience(cast.buyer)}

    with commit():
        decide(need.code, seal.code, "reject", reason="Too dear", now=NOW, **common)
    with commit():
        undo(need.code, seal.code, now=NOW, **common)

    made = [each["decisions"][0] for each in reversed(told(hook, "decision.made"))]
    pair = {"need": need.code, "achievement": seal.code}
    assert made == [{**pair, "choice": "reject"}, {**pair, "choice": "undo"}]
    assert "Too dear" not in str(told(hook, "decision.made"))


def test_what_was_found_for_a_draft_is_told_once_it_is_published(cast: Cast, commit) -> None:
    hook = hook_of(cast.researcher, cast.lab, "match.found")
    need, _seal = make_parties(cast, stage="in_review", manager=cast.manager)
    with commit():
        follow_outbox(NOW)
    assert Pair.objects.exists() and told(hook, "match.found") == []

    with commit():
        move_record(need.code, "publish", by=cast.manager,
                    audience=cast.audience(cast.manager), now=timezone.now())  # fmt: skip
    for _time in range(2):
        with commit():
            follow_outbox(timezone.now())

    assert len(told(hook, "match.found")) == 1


@pytest.mark.parametrize(
    ("level", "who", "is_told"),
    [("public", "rival", True), ("zone", "rival", True), ("named", "rival", False),
     ("private", "rival", False), ("private", "researcher", True)],
)  # fmt: skip
def test_who_saw_a_record_is_told_that_it_is_gone(
    cast: Cast, level: str, who: str, is_told: bool
) -> None:
    home = cast.lab if who == "researcher" else cast.other_company
    hook = hook_of(getattr(cast, who), home, "record.withdrawn")
    gone = make_record(cast.lab, stage="withdrawn", levels={"teaser": level})

    queue_event("record.withdrawn", [gone.pk], now=NOW)

    said = [{"code": gone.code, "kind": "achievement"}]
    assert [each["records"] for each in told(hook, "record.withdrawn")] == [said] * is_told


@pytest.mark.parametrize("move", ["withdraw", "revise"])
@pytest.mark.parametrize("stage", ["published", "in_review"])
def test_only_what_was_in_the_market_leaves_it(cast: Cast, commit, move: str, stage: str) -> None:
    hook = hook_of(cast.rival, cast.other_company, "record.withdrawn")
    record = make_record(cast.lab, stage=stage, levels={"teaser": "zone"})

    with commit():
        move_record(record.code, move, by=cast.researcher,
                    audience=cast.audience(cast.researcher), now=NOW)  # fmt: skip

    assert len(told(hook, "record.withdrawn")) == (stage == "published")
