from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from terrace_web.market.models import Record
from terrace_web.matching.models import Pair
from terrace_web.testing.cast import NOW, Cast, make_record

SEAL = "A ceramic seal ring for pumps that run in abrasive slurry for 4000 hours."
WANTED = "The pump seal shall survive abrasive slurry. It shall run for 3000 hours."


@pytest.fixture
def seal(cast: Cast) -> Record:
    return make_record(
        cast.lab,
        title="Ceramic seal ring",
        content={"summary": SEAL, "body": "", "details": "Sintered at a secret temperature."},
        manager=cast.manager,
        readiness=6,
        fields=["materials"],
    )


@pytest.fixture
def need(cast: Cast) -> Record:
    return make_record(
        cast.company,
        "need",
        title="Seal for slurry pumps",
        content={"summary": WANTED, "body": "", "budget_max": 100_000, "currency": "EUR"},
        readiness=6,
        fields=["materials"],
    )


@pytest.fixture
def blind(cast: Cast) -> Record:
    return make_record(
        cast.other_company,
        "need",
        title="Quiet brake",
        levels={"identity": "named"},
        content={"summary": "A brake that makes no noise."},
    )


@pytest.fixture
def hidden(cast: Cast) -> Record:
    return make_record(
        cast.other_lab,
        title="Concealed bearing",
        levels={"teaser": "named", "identity": "named"},
        content={"summary": "A bearing nobody may know of."},
    )


@pytest.fixture
def pair_up() -> Callable[..., Pair]:
    def do(need: Record, achievement: Record, **columns: Any) -> Pair:
        given: dict[str, Any] = {
            "need_rank": 1,
            "achievement_rank": 1,
            "score": 1.0,
            "confidence": 0.6,
            "gates": "met",
            "found_at": NOW - timedelta(days=1),
            "computed_at": NOW,
            **columns,
        }
        return Pair.objects.create(need=need, achievement=achievement, **given)

    return do
