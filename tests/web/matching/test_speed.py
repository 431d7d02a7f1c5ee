"""From saving a need to its matches in the table, among two thousand achievements."""

import random
import statistics
import time

import pytest

from terrace_web.flows.models import Run
from terrace_web.index import actions as index
from terrace_web.market.models import Change, Record
from terrace_web.market.snapshots import snapshot
from terrace_web.matching.bulk import read_published
from terrace_web.matching.following import follow_outbox
from terrace_web.matching.models import Pair
from terrace_web.testing.cast import NOW, Cast, make_record

COUNT = 2_000
LIMIT_S = 2.0
FIRST = "thermo opto nano hydro magneto bio"
SECOND = "pump valve lens film cell mesh probe rotor seal gel"


@pytest.fixture
def zone(cast: Cast) -> None:
    """Generated achievements in the index, as an import would leave them."""
    chance = random.Random(4)
    words = [f"{first}{second}" for first in FIRST.split() for second in SECOND.split()]
    runs = Run.objects.bulk_create(
        Run(flow="publication", version=1, stage="published", began_at=NOW, stage_since=NOW)
        for _number in range(COUNT)
    )
    Record.objects.bulk_create(
        Record(
            kind="achievement",
            owner=cast.lab,
            run=run,
            title=" ".join(chance.sample(words, 3)),
            content={"summary": " ".join(chance.choices(words, k=60))},
            created_at=NOW,
            updated_at=NOW,
            published_at=NOW,
        )
        for run in runs
    )
    index.put("achievement", snapshot("achievement", read_published("achievement")))
    index.embed("achievement")


def test_a_need_has_its_matches_within_two_seconds(cast: Cast, zone: None) -> None:
    make_record(cast.company, "need", title="warm up", content={"summary": "optolens nanofilm"})
    follow_outbox(NOW)

    # The median of three: a machine of CI may stand still for half a minute.
    assert statistics.median(post_need(cast) for _time in range(3)) < LIMIT_S
    assert not Change.objects.filter(applied_at=None).exists()


def post_need(cast: Cast) -> float:
    """The seconds from saving a need to its twenty matches."""
    began = time.perf_counter()
    need = make_record(
        cast.company,
        "need",
        title="A hydropump with a nanoseal",
        content={"summary": "The hydropump shall have a nanoseal and a biogel film."},
    )
    follow_outbox(NOW)
    took = time.perf_counter() - began
    assert Pair.objects.filter(need=need).count() == 20
    return took
