"""What is kept for an audience is what it would see anew."""

from datetime import date

import numpy as np

from terrace_web.accounts.audience import VISITOR
from terrace_web.accounts.models import Grant
from terrace_web.market.catalogue import catalogue
from terrace_web.market.facets import Filters, count_facets
from terrace_web.market.models import Record
from terrace_web.market.outbox import note_change
from terrace_web.market.visible import Kept, Visible, sort_rows
from terrace_web.testing.cast import NOW, Cast, make_record

TODAY = date(2026, 6, 1)
NEEDS = Filters("need")


def see(kept: Kept, audience, filters: Filters = NEEDS) -> Visible:
    return kept.get(catalogue.by_kind()[filters.kind], audience, filters, today=TODAY)


def test_it_works(cast: Cast) -> None:
    shown = make_record(cast.company, "need", title="Shown")
    make_record(cast.company, "need", title="Draft", stage="draft")

    visible = see(Kept(), VISITOR)

    assert visible.rows["title"].to_list() == ["Shown"]
    assert visible.ids_in("newest").to_list() == [shown.pk]
    assert visible.codes.filter(visible.allowed).to_list() == [shown.code]


def test_the_same_is_kept_for_readers_with_the_same_sight(cast: Cast) -> None:
    make_record(cast.company, "need")
    kept = Kept()

    first = see(kept, VISITOR)

    assert see(kept, cast.audience(None)) is first
    assert see(kept, cast.audience(cast.newcomer)) is not first


def test_a_change_of_its_kind_alone_makes_it_anew(cast: Cast) -> None:
    need, achievement = make_record(cast.company, "need"), make_record(cast.lab)
    kept = Kept()
    before = see(kept, VISITOR)

    note_change(achievement.pk, NOW)
    assert see(kept, VISITOR) is before

    Record.objects.filter(pk=need.pk).update(title="Changed")
    note_change(need.pk, NOW)
    assert see(kept, VISITOR).rows["title"].to_list() == ["Changed"]


def test_a_grant_and_its_end_are_seen_at_once(cast: Cast) -> None:
    record = make_record(cast.company, "need", levels={"teaser": "named", "identity": "named"})
    kept = Kept()
    assert see(kept, cast.audience(cast.researcher)).rows.is_empty()

    grant = Grant.objects.create(
        record=record, organisation=cast.lab, group="teaser", basis="consent",
        granted_by=cast.buyer, granted_at=NOW,
    )  # fmt: skip
    assert see(kept, cast.audience(cast.researcher)).rows["id"].to_list() == [record.pk]

    grant.revoked_at = NOW
    grant.save()
    assert see(kept, cast.audience(cast.researcher)).rows.is_empty()


def test_readers_share_the_codes_an_index_is_laid_beside(cast: Cast) -> None:
    make_record(cast.company, "need")
    kept = Kept()

    one, other = see(kept, VISITOR), see(kept, cast.audience(cast.manager))

    assert one.codes is other.codes


def test_the_latest_are_kept(cast: Cast) -> None:
    make_record(cast.company, "need")
    make_record(cast.lab)
    kept = Kept(most_rows=1)
    needs = see(kept, VISITOR)

    assert see(kept, VISITOR) is needs
    see(kept, VISITOR, Filters("achievement"))
    assert see(kept, VISITOR) is not needs


def test_facets_and_orders_are_those_of_the_rows(cast: Cast) -> None:
    for place in range(4):
        make_record(cast.lab, title=f"Ring {place}", readiness=place % 2 + 3, fields=["materials"])

    visible = see(Kept(), VISITOR, Filters("achievement"))

    counted = count_facets(visible.rows, Filters("achievement"), visible.rows)
    assert visible.facets == counted
    assert visible.facets["readiness"] == [("3", 2), ("4", 2)]
    for order in ("newest", "title", "readiness", "no such order"):
        assert visible.ids_in(order).equals(sort_rows(visible.rows, order)["id"])
    assert np.all(visible.allowed)
