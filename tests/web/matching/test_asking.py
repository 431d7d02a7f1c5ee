"""Hidden records among the best take nobody's place, and no rank tells of them."""

import pytest

from terrace_web.market.models import Record
from terrace_web.matching import asking
from terrace_web.matching.asking import TOP, find_best
from terrace_web.matching.computing import ask_as
from terrace_web.matching.following import follow_outbox
from terrace_web.matching.models import Pair
from terrace_web.matching.queries import list_matches
from terrace_web.matching.selection import Selection
from terrace_web.testing.cast import NOW, Cast, make_record

TEXT = "A ceramic seal ring for pumps in abrasive slurry."


@pytest.fixture
def crowded(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Record:
    """A need whose best matches are hidden, with lists cut at three."""
    monkeypatch.setattr(asking, "TOP", 3)
    monkeypatch.setattr(asking, "_ASKED", 6)
    for number in range(8):
        make_record(
            cast.lab, title=f"Ceramic seal ring {number}", content={"summary": TEXT},
            levels={"teaser": "named", "identity": "named"}, code=f"T-A{number}",
        )  # fmt: skip
    for number in range(4):
        # So few records score alike; then the code decides, and these come last.
        summary = {"summary": "Slurry, briefly."}
        make_record(cast.lab, title=f"Open ring {number}", content=summary, code=f"T-B{number}")
    need = make_record(cast.company, "need", title="Seal ring", content={"summary": TEXT})
    follow_outbox(NOW)
    return need


def test_it_works(cast: Cast, crowded: Record) -> None:
    found = find_best("need", ask_as("need", [crowded]))

    titles = dict(Record.objects.values_list("code", "title"))
    named = [titles[code] for code in found["achievement_id"]]
    assert any(name.startswith("Ceramic") for name in named)
    assert sum(name.startswith("Open") for name in named) == 3


def test_an_outsider_has_a_full_list(cast: Cast, crowded: Record) -> None:
    _view, page = list_matches(cast.audience(cast.other_manager), crowded.code, Selection())

    assert all(row.achievement.title.startswith("Open") for row in page.rows)
    assert page.total == len(page.rows) == 3


def test_who_sees_more_has_the_hidden_ones_first(cast: Cast, crowded: Record) -> None:
    best = Pair.objects.get(need=crowded, need_rank=1)
    assert best.achievement.title.startswith("Ceramic")


def test_without_hidden_records_a_list_has_its_length(cast: Cast) -> None:
    for number in range(TOP + 5):
        make_record(cast.lab, title=f"Ring {number}", content={"summary": TEXT})
    need = make_record(cast.company, "need", title="Seal ring", content={"summary": TEXT})
    follow_outbox(NOW)

    assert Pair.objects.filter(need=need, need_rank__isnull=False).count() == TOP
