"""The publication flow on real records: who may move them, and what the guard refuses."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404

from terrace_web.audit.models import Entry
from terrace_web.flows.errors import MoveRefused
from terrace_web.flows.models import Event
from terrace_web.flows.queries import diagram_of, history_of
from terrace_web.market.guard import publication_facts, repeated_passages, words_of_owner
from terrace_web.market.models import Record
from terrace_web.market.moves import move_record, offered_moves, renew_record
from terrace_web.testing.cast import NOW, Cast, make_organisation, make_record

YESTERDAY = NOW.date() - timedelta(days=1)
SECRET = "The binder is sintered at 1,450 degrees under argon for exactly forty minutes."


def draft_of(cast: Cast, **more) -> Record:
    return make_record(cast.lab, stage="draft", fields=["materials"], manager=cast.manager, **more)


def move(cast: Cast, user, record: Record, name: str, note: str = "") -> Event:
    return move_record(record.code, name, by=user, audience=cast.audience(user), note=note, now=NOW)


def expired_of(cast: Cast) -> Record:
    more = {"fields": ["materials"], "manager": cast.manager, "expires": YESTERDAY}
    return make_record(cast.lab, stage="expired", **more)


def renew(cast: Cast, user, record: Record, expires: date | None) -> Event:
    audience = cast.audience(user)
    return renew_record(record.code, expires, by=user, audience=audience, now=NOW)


def test_it_works(cast: Cast) -> None:
    record = draft_of(cast)

    move(cast, cast.researcher, record, "submit")
    record.refresh_from_db()
    assert (record.run.stage, record.run.due_on) == ("in_review", date(2026, 6, 8))
    move(cast, cast.manager, record, "publish")

    record.refresh_from_db()
    assert (record.run.stage, record.published_at) == ("published", NOW)
    assert [step.to_stage for step in history_of(record.run, "en")][-1] == "Published"
    assert Entry.objects.filter(action="record:publish", user=cast.manager).exists()


@pytest.mark.parametrize("who", ["other_researcher", "rival", "other_manager", "newcomer"])
def test_it_checks_access(cast: Cast, who: str) -> None:
    record = draft_of(cast)

    with pytest.raises(Http404):
        move(cast, getattr(cast, who), record, "submit")


def test_members_see_but_do_not_submit(cast: Cast) -> None:
    record = draft_of(cast)

    with pytest.raises(MoveRefused):
        move(cast, cast.colleague, record, "submit")
    assert offered_moves(cast.audience(cast.colleague), record, NOW) == []


def test_the_owner_does_not_publish_alone(cast: Cast) -> None:
    record = draft_of(cast)
    move(cast, cast.researcher, record, "submit")

    with pytest.raises(MoveRefused) as caught:
        move(cast, cast.researcher, record, "publish")
    assert caught.value.check.refusal == "not_yours"


def test_returning_takes_a_note(cast: Cast) -> None:
    record = draft_of(cast)
    move(cast, cast.researcher, record, "submit")

    with pytest.raises(MoveRefused):
        move(cast, cast.manager, record, "return")
    event = move(cast, cast.manager, record, "return", note="Say what it is for.")

    assert (event.to_stage, event.note) == ("draft", "Say what it is for.")


@pytest.mark.parametrize(
    "lacking", [{"title": ""}, {"content": {"summary": ""}}, {"fields": []}], ids=str
)
def test_the_incomplete_is_not_submitted(cast: Cast, lacking: dict) -> None:
    record = make_record(
        cast.lab, stage="draft", **{"fields": ["materials"], "manager": cast.manager, **lacking}
    )

    with pytest.raises(MoveRefused) as caught:
        move(cast, cast.researcher, record, "submit")
    assert str(caught.value)


@pytest.mark.parametrize(
    ("protection", "is_refused"),
    [
        ({}, True),
        ({"priority_date": date(2026, 1, 5)}, False),
        ({"priority_date": date(2031, 1, 1)}, True),
        ({"waiver": "Board, 3 May"}, False),
    ],
    ids=["nothing", "priority date", "a date to come", "waiver"],
)
def test_what_is_confidential_needs_a_date_or_a_waiver(
    cast: Cast, protection: dict, is_refused: bool
) -> None:
    record = draft_of(
        cast,
        levels={"confidential": "public"},
        content={"details": SECRET},
        **protection,
    )
    if is_refused:
        with pytest.raises(MoveRefused):
            move(cast, cast.researcher, record, "submit")
    else:
        assert move(cast, cast.researcher, record, "submit").to_stage == "in_review"


def test_the_public_text_may_not_repeat_the_confidential_one(cast: Cast) -> None:
    copied = {"details": SECRET, "body": f"Our ring is strong. {SECRET} It is cheap."}
    record = draft_of(cast, content=copied)

    assert repeated_passages(record) == [SECRET]
    with pytest.raises(MoveRefused):
        move(cast, cast.researcher, record, "submit")


def test_a_few_common_words_are_no_repetition(cast: Cast) -> None:
    record = draft_of(cast, content={"details": SECRET, "body": "Sintered under argon, and cheap."})

    assert publication_facts(record, NOW.date())["repeats_confidential"] is False


def test_what_has_expired_is_renewed_with_a_later_day(cast: Cast) -> None:
    record = expired_of(cast)
    until = NOW.date() + timedelta(days=90)

    assert renew(cast, cast.researcher, record, until).to_stage == "in_review"
    record.refresh_from_db()
    assert (record.expires, record.version) == (until, 2)
    assert record.versions.get().values["expires"] == YESTERDAY.isoformat()


def test_what_has_expired_is_renewed_without_an_end(cast: Cast) -> None:
    record = expired_of(cast)
    renew(cast, cast.researcher, record, None)

    record.refresh_from_db()
    assert (record.run.stage, record.expires) == ("in_review", None)


@pytest.mark.parametrize(
    ("who", "refusal"),
    [("rival", Http404), ("colleague", PermissionDenied), ("manager", PermissionDenied)],
)
def test_only_editors_of_the_owner_renew(cast: Cast, who: str, refusal: type[Exception]) -> None:
    record = expired_of(cast)

    with pytest.raises(refusal):
        renew(cast, getattr(cast, who), record, None)
    record.refresh_from_db()
    assert (record.run.stage, record.expires) == ("expired", YESTERDAY)


def test_a_renewal_that_is_refused_changes_no_day(cast: Cast) -> None:
    record = make_record(cast.lab, stage="expired", content={"summary": ""}, expires=YESTERDAY)

    with pytest.raises(MoveRefused):
        renew(cast, cast.researcher, record, None)
    record.refresh_from_db()
    assert (record.expires, record.version, record.versions.count()) == (YESTERDAY, 1, 0)


def test_the_diagram_marks_where_it_stands(cast: Cast) -> None:
    record = draft_of(cast)
    move(cast, cast.researcher, record, "submit")

    assert "is-current" in diagram_of(record.run, "en")
    assert "审核" in diagram_of(record.run, "zh-hans")


@pytest.mark.parametrize(
    ("summary", "found"),
    [
        ("泵密封。甲方：海河电池回收有限公司。", ["海河电池回收"]),
        ("For the line of HAIHE battery recycling, 3,000 hours.", ["Haihe Battery Recycling"]),
        ("Call 139 0000-1234 for the drawings.", ["13900001234"]),
        ("Write to Chen@Haihe.example.", ["chen@haihe.example"]),
        ("Recovers 13900 kg of batteries in 1234 hours.", []),
        ("Haihe river water; battery recycling.", []),
    ],
)
def test_a_blind_record_does_not_tell_its_owner(cast: Cast, summary: str, found: list[str]) -> None:
    owner = make_organisation(
        "haihe", "company", "Haihe Battery Recycling Co., Ltd", name_zh="海河电池回收有限公司"
    )
    need = make_record(
        owner,
        "need",
        stage="in_review",
        fields=["materials"],
        manager=cast.manager,
        levels={"identity": "named"},
        content={"summary": summary, "contact": "Chen, chen@haihe.example, 13900001234"},
    )

    assert words_of_owner(need) == found
    if found:
        with pytest.raises(MoveRefused, match="tells who the owner is"):
            move(cast, cast.manager, need, "publish")
    else:
        move(cast, cast.manager, need, "publish")


def test_who_names_its_owner_to_all_may_write_its_name(cast: Cast) -> None:
    record = draft_of(cast, content={"summary": f"Made at the {cast.lab.name}."})

    assert words_of_owner(record) == []
    move(cast, cast.researcher, record, "submit")
