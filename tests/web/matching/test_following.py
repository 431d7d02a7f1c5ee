"""A change of a record reaches index, pairs and people, whatever its stage and visibility."""

import numpy as np
import pytest

from terrace_web.index import queries as index
from terrace_web.market.catalogue import catalogue
from terrace_web.market.models import Change, Record
from terrace_web.market.moves import expire_records, move_record
from terrace_web.matching import following
from terrace_web.matching.computing import match_records
from terrace_web.matching.following import follow_outbox
from terrace_web.matching.models import Pair
from terrace_web.notices.models import Notice
from terrace_web.notices.queries import write_notices
from terrace_web.testing.cast import NOW, Cast, make_record

SLURRY = "A ceramic seal ring for pumps that run in abrasive slurry."


@pytest.fixture
def seal(cast: Cast) -> Record:
    return make_record(
        cast.lab, title="Ceramic seal ring", content={"summary": SLURRY}, manager=cast.manager
    )


@pytest.fixture
def need(cast: Cast) -> Record:
    return make_record(
        cast.company,
        "need",
        title="Seal for slurry pumps",
        content={"summary": "A pump seal that survives abrasive slurry.", "body": ""},
        manager=cast.other_manager,
    )


def indexed(kind: str, text: str) -> list[str]:
    codes = catalogue.by_kind()[kind]["code"]
    return index.search(kind, text, codes=codes, allowed=np.ones(len(codes), bool), most=10)


def test_it_works(cast: Cast, seal: Record, need: Record) -> None:
    assert follow_outbox(NOW) == 2

    pair = Pair.objects.get(need=need, achievement=seal)
    assert (pair.need_rank, pair.achievement_rank) == (1, 1)
    assert pair.gates in ("met", "not_applicable", "unknown", "needs_judgement")
    assert indexed("achievement", "slurry") == [seal.code]
    assert not Change.objects.filter(applied_at=None).exists()


@pytest.mark.parametrize(("level", "is_open"), [("public", False), ("zone", True), ("named", True)])
def test_the_owner_is_open_only_where_it_is_not_named_to_everybody(
    cast: Cast, seal: Record, need: Record, level: str, is_open: bool
) -> None:
    """A stored gate is shown to whoever sees the pair."""
    Record.objects.filter(pk=seal.pk).update(identity_level=level)
    follow_outbox(NOW)

    assert ("ownership" in Pair.objects.get(need=need, achievement=seal).open) == is_open


@pytest.mark.parametrize(("need_rank", "is_kept"), [(1, True), (None, False)])
def test_the_needs_own_judgement_counts_where_it_has_one(
    cast: Cast, seal: Record, need: Record, need_rank: int | None, is_kept: bool
) -> None:
    """Matching the achievement anew changes its own rank alone."""
    follow_outbox(NOW)
    Pair.objects.update(need_rank=need_rank, achievement_rank=None, score=9.5, confidence=0.95)

    match_records("achievement", [seal], now=NOW)

    pair = Pair.objects.get()
    assert pair.achievement_rank == 1
    assert ((pair.score, pair.confidence) == (9.5, 0.95)) == is_kept


def test_a_second_run_finds_nothing(cast: Cast, seal: Record) -> None:
    follow_outbox(NOW)

    assert follow_outbox(NOW) == 0


def test_a_draft_is_matched_but_not_indexed(cast: Cast, seal: Record) -> None:
    draft = make_record(
        cast.company, "need", title="Slurry seal", stage="draft", content={"summary": SLURRY}
    )
    follow_outbox(NOW)

    assert Pair.objects.get(need=draft).achievement == seal
    assert indexed("need", "slurry") == []
    assert not Notice.objects.filter(record=draft).exists()


def test_what_expires_leaves_the_index_and_the_pairs(
    cast: Cast, seal: Record, need: Record
) -> None:
    follow_outbox(NOW)
    Record.objects.filter(pk=seal.pk).update(expires=NOW.date())
    seal.run.due_on = NOW.date().replace(day=1, month=5)
    seal.run.save()

    assert expire_records(NOW) == 1
    follow_outbox(NOW)

    assert indexed("achievement", "slurry") == []
    assert not Pair.objects.filter(achievement=seal).exists()


def test_confidential_text_is_neither_indexed_nor_matched(cast: Cast, need: Record) -> None:
    secret = make_record(
        cast.lab,
        title="Ring",
        content={"summary": "A ring.", "body": "", "details": SLURRY, "contact": "slurry desk"},
    )
    follow_outbox(NOW)

    assert indexed("achievement", "slurry") == []
    assert not Pair.objects.filter(achievement=secret, need=need).exists()


def test_only_those_who_see_both_are_told(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("terrace_web.matching.following._WORTH_TELLING", 0.0)
    hidden = make_record(
        cast.lab,
        title="Ceramic seal ring",
        content={"summary": SLURRY},
        levels={"teaser": "named", "identity": "named"},
        manager=cast.manager,
    )
    make_record(
        cast.company, "need", title="Slurry seal", content={"summary": SLURRY}, manager=cast.manager
    )
    follow_outbox(NOW)

    told = set(Notice.objects.values_list("user__name", flat=True))
    assert Pair.objects.filter(achievement=hidden).exists()
    assert cast.researcher.name in told
    assert cast.manager.name in told
    assert cast.buyer.name not in told


@pytest.mark.parametrize(("judged", "is_told"), [(0.05, False), (0.9, True)])
def test_what_the_other_side_judged_in_the_end_decides_who_is_told(
    cast: Cast, seal: Record, need: Record, monkeypatch, judged: float, is_told: bool
) -> None:
    monkeypatch.setattr(
        following, "_rematch_others", lambda *_a, **_k: Pair.objects.update(confidence=judged)
    )
    follow_outbox(NOW)

    told = Notice.objects.filter(kind="match_found", user=cast.buyer)
    assert told.exists() == is_told
    if is_told:
        audience = cast.audience(cast.researcher)
        mine = list(Notice.objects.filter(kind="match_found", user=cast.researcher))
        (line, *_rest) = write_notices(audience, mine)
        assert line.url == f"/desk/{need.code}/{seal.code}/"


def test_the_journey_from_draft_to_match(
    cast: Cast, need: Record, django_capture_on_commit_callbacks
) -> None:
    draft = make_record(
        cast.lab,
        title="Ceramic seal ring",
        content={"summary": SLURRY},
        fields=["materials"],
        stage="draft",
        manager=cast.manager,
    )
    with django_capture_on_commit_callbacks(execute=True):
        move_record(
            draft.code,
            "submit",
            by=cast.researcher,
            audience=cast.audience(cast.researcher),
            now=NOW,
        )
    with django_capture_on_commit_callbacks(execute=True):
        move_record(
            draft.code, "publish", by=cast.manager, audience=cast.audience(cast.manager), now=NOW
        )

    assert Pair.objects.filter(need=need, achievement=draft).exists()
    assert indexed("achievement", "slurry") == [draft.code]
