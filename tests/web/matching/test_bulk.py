"""The whole market matched at once is what following it record by record comes to."""

from datetime import timedelta

import numpy as np
import pytest
from django.core.management import call_command

from terrace_web.index import queries as index
from terrace_web.market.catalogue import catalogue
from terrace_web.market.models import Change, Record
from terrace_web.matching.bulk import match_everything, rebuild_index
from terrace_web.matching.following import follow_outbox
from terrace_web.matching.models import Pair
from terrace_web.testing.cast import NOW, Cast, make_record

SEAL = "A ceramic seal ring for pumps that run in abrasive slurry for 4000 hours."
WANTED = "The pump seal shall survive abrasive slurry. It shall run for 3000 hours."


def ranks() -> dict[tuple[str, str], tuple[int | None, int | None]]:
    columns = ("need__code", "achievement__code", "need_rank", "achievement_rank")
    return {(n, a): (nr, ar) for n, a, nr, ar in Pair.objects.values_list(*columns)}


def test_it_works(cast: Cast, seal: Record, need: Record) -> None:
    assert rebuild_index() == 1

    assert ranks() == {(need.code, seal.code): (1, 1)}
    codes = catalogue.by_kind()["need"]["code"]
    everything = np.ones(len(codes), bool)
    found = index.search("need", "slurry", codes=codes, allowed=everything, most=5)
    assert found == [need.code]
    assert not Change.objects.filter(applied_at=None).exists()


def test_it_finds_what_following_finds(cast: Cast, seal: Record, need: Record) -> None:
    for number in range(12):
        make_record(cast.lab, title=f"Slurry device {number}", content={"summary": SEAL[number:]})
        make_record(cast.company, "need", title=f"Wanted {number}", content={"summary": WANTED})
    follow_outbox(NOW)
    followed = {pair for pair, (rank, _other) in ranks().items() if rank}

    match_everything()

    assert {pair for pair, (rank, _other) in ranks().items() if rank} == followed
    assert len({pair for pair in ranks() if pair[0] == need.code}) == 13


def test_drafts_ask_and_are_not_found(cast: Cast, seal: Record) -> None:
    draft = make_record(
        cast.company, "need", title="Slurry seal", stage="draft", content={"summary": WANTED}
    )
    rebuild_index()

    assert ranks() == {(draft.code, seal.code): (1, None)}


def test_what_left_the_market_is_not_matched(cast: Cast, need: Record) -> None:
    make_record(cast.lab, title="Slurry seal", stage="withdrawn", content={"summary": SEAL})

    assert rebuild_index() == 0


def test_known_pairs_keep_when_they_were_found(cast: Cast, seal: Record, need: Record) -> None:
    rebuild_index()
    earlier = NOW - timedelta(days=9)
    Pair.objects.update(found_at=earlier)

    match_everything()

    pair = Pair.objects.get()
    assert pair.found_at == earlier
    assert pair.computed_at > earlier


def test_an_empty_market_has_no_pairs(cast: Cast) -> None:
    assert rebuild_index() == 0


def test_progress_is_told(cast: Cast, seal: Record, need: Record) -> None:
    told: list[str] = []
    rebuild_index(lambda what, _done, _total: told.append(what))

    assert {"Matching", "checking gates", "storing pairs"} <= set(told)


def test_an_unpublished_rival_moves_no_score(cast: Cast, seal: Record, need: Record) -> None:
    make_record(cast.lab, title="Another seal", content={"summary": SEAL.replace("pumps", "mills")})
    rebuild_index()
    before = {(p.need_id, p.achievement_id): p.score for p in Pair.objects.all()}
    make_record(cast.company, "need", title=seal.title, stage="draft", content={"summary": SEAL})

    match_everything()

    after = {(p.need_id, p.achievement_id): p.score for p in Pair.objects.all()}
    assert {pair: after[pair] for pair in before} == pytest.approx(before)


def test_the_command_says_what_it_did(
    cast: Cast, seal: Record, need: Record, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("rebuild_index", "--quiet")

    assert capsys.readouterr().out.startswith("1 pairs, ")


def test_one_side_may_ask_alone_and_the_other_later(cast: Cast, seal: Record, need: Record) -> None:
    rebuild_index(asking=("need",))
    assert ranks() == {(need.code, seal.code): (1, None)}

    match_everything()
    assert ranks() == {(need.code, seal.code): (1, 1)}
