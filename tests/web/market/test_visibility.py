"""The three forms of every predicate give one answer, and views show no more than they allow."""

from itertools import product

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from terrace_web.accounts.audience import GROUPS
from terrace_web.accounts.models import Grant, Membership
from terrace_web.market.catalogue import catalogue
from terrace_web.market.models import Level, Record
from terrace_web.market.queries import visible_to
from terrace_web.market.redaction import open_groups, view_for
from terrace_web.permissions import RECORD_PERMISSIONS, mask, may, rows
from terrace_web.testing.cast import NOW, Cast, make_record, make_user

STAGES = ("draft", "in_review", "published", "withdrawn", "expired")
LEVELS = [level.value for level in Level]


@pytest.fixture
def records(cast: Cast) -> list[Record]:
    """One record per stage and per level of teaser and identity, some granted and in charge."""
    made = []
    for place, (stage, teaser, identity) in enumerate(product(STAGES, LEVELS, LEVELS)):
        record = make_record(
            cast.lab if place % 2 else cast.company,
            "achievement" if place % 2 else "need",
            stage=stage,
            levels={"teaser": teaser, "identity": identity, "confidential": "named"},
            manager=cast.manager if place % 3 == 0 else None,
        )
        made.append(record)
        if place % 4 == 0:
            Grant.objects.create(
                record=record,
                organisation=cast.other_company,
                group=GROUPS[place % 3],
                basis=Grant.Basis.LISTED,
                granted_by=cast.researcher,
                granted_at=NOW,
            )
    return made


@pytest.mark.parametrize("permission", sorted(RECORD_PERMISSIONS))
def test_page_list_and_catalogue_agree(cast: Cast, records: list[Record], permission: str) -> None:
    joining = make_user("both", "Bea Both", cast.zone, "officer")
    Membership.objects.create(user=joining, organisation=cast.lab, role="member")
    frame = catalogue.frame()
    stored = list(Record.objects.select_related("run"))

    for name, user in {**cast.everybody(), "officer of the lab": joining}.items():
        audience = cast.audience(user)
        by_page = {r.pk for r in stored if may(audience, permission, r).allowed}
        by_list = set(
            Record.objects.filter(rows(permission, audience)).values_list("pk", flat=True)
        )
        by_mask = set(frame.filter(mask(permission, audience))["id"])

        assert by_page == by_list == by_mask, f"{permission} for {name}"


def test_everybody_sees_something_and_nobody_everything(cast: Cast, records: list[Record]) -> None:
    seen = {
        name: visible_to(cast.audience(user)).count() for name, user in cast.everybody().items()
    }

    assert all(0 < count < len(records) for count in seen.values())
    assert seen["visitor"] == seen["newcomer"] < seen["colleague"]


def test_a_grant_opens_a_named_record_and_its_end_closes_it(cast: Cast) -> None:
    record = make_record(cast.company, "need", levels={"teaser": "named", "identity": "named"})
    grant = Grant.objects.create(
        record=record,
        organisation=cast.lab,
        group="identity",
        basis="consent",
        granted_by=cast.buyer,
        granted_at=NOW,
    )

    assert open_groups(cast.audience(cast.researcher), record) == {"teaser", "identity"}
    assert visible_to(cast.audience(cast.rival)).count() == 0

    grant.revoked_at = NOW
    grant.save()

    assert visible_to(cast.audience(cast.researcher)).count() == 0


def test_a_grant_does_not_open_a_private_record(cast: Cast) -> None:
    record = make_record(cast.company, "need", levels={"teaser": "private"})
    Grant.objects.create(
        record=record,
        organisation=cast.lab,
        group="confidential",
        basis="nda",
        granted_by=cast.buyer,
        granted_at=NOW,
    )

    assert open_groups(cast.audience(cast.researcher), record) == frozenset()


def test_a_view_is_never_made_of_what_is_not_visible(cast: Cast) -> None:
    record = make_record(cast.lab, stage="draft")

    with pytest.raises(PermissionError, match=record.code):
        view_for(cast.audience(None), record)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
@given(levels=st.fixed_dictionaries({group: st.sampled_from(LEVELS) for group in GROUPS}))
def test_a_view_holds_no_word_of_a_closed_group(cast: Cast, levels: dict[str, str]) -> None:
    record = make_record(
        cast.lab,
        levels=levels,
        content={"summary": "OPENTEXT", "contact": "WHOITIS", "details": "SECRETTEXT"},
    )
    words = {"teaser": "OPENTEXT", "identity": "WHOITIS", "confidential": "SECRETTEXT"}

    for user in cast.everybody().values():
        audience = cast.audience(user)
        groups = open_groups(audience, record)
        if "teaser" not in groups:
            continue
        said = repr(view_for(audience, record))
        assert {group for group, word in words.items() if word in said} == groups
        assert (cast.lab.name in said) == ("identity" in groups)
