"""The core's frames become published records, once and all or none."""

from datetime import UTC, date, datetime

import polars as pl
import pytest
from django.db import DataError, IntegrityError

from terrace.records import Achievement, Company, Need, Text, Visibility, Work, to_frame
from terrace_web.accounts.audience import VISITOR
from terrace_web.accounts.models import Organisation
from terrace_web.flows.models import Event, Run
from terrace_web.market.facets import Filters
from terrace_web.market.loading import load_zone
from terrace_web.market.models import Change, Record
from terrace_web.market.queries import visible_to
from terrace_web.market.search import search_market

NOW = datetime(2026, 6, 1, 9, 0, tzinfo=UTC)
pytestmark = pytest.mark.django_db


def achievement(number: int = 1, **said: object) -> Achievement:
    text = Text(language="en", title=f"Laser pump {number}", body="A laser with fiber optics.")
    values = {"texts": (text,), "owner": "F-1", "owner_name": "Optics Ltd", "source": "sbir"}
    return Achievement(id=f"A-{number}", **(values | said))  # type: ignore[arg-type]


def need(**said: object) -> Need:
    text = Text(language="en", title="Find a leak", summary="Within a metre.")
    values = {"texts": (text,), "owner": "Navy", "owner_name": "Department", "source": "sbir"}
    return Need(id="N-1", **(values | said))  # type: ignore[arg-type]


def company() -> Company:
    work = Work(id="W-1", language="en", title="Laser radar", body="A laser radar.", year=2017)
    return Company(id="F-1", name="Optics Ltd", works=(work,), employees=7, source="sbir")


def frames(*records: Achievement) -> dict[str, pl.DataFrame]:
    return {"achievement": to_frame("achievement", records or (achievement(),))}


def test_it_works() -> None:
    (loaded,) = load_zone(frames(), now=NOW)

    record = Record.objects.select_related("run", "owner").get(code="A-1")
    assert (loaded.kind, loaded.added) == ("achievement", 1)
    assert (record.title, record.run.stage, record.published_at) == (
        "Laser pump 1",
        "published",
        NOW,
    )
    assert (record.owner.code, record.owner.name, record.owner.kind) == ("F-1", "Optics Ltd", "lab")
    assert record.fields[0] == "optics"
    assert record.source == "sbir"


def test_it_can_be_found_at_once_and_has_a_history() -> None:
    load_zone(frames(), now=NOW)

    page = search_market(VISITOR, Filters(kind="achievement"), today=NOW.date())
    assert [view.code for view in page.views] == ["A-1"]
    assert [event.to_stage for event in Event.objects.all()] == ["published"]


def test_a_second_run_changes_nothing() -> None:
    load_zone(frames(), now=NOW)
    before = (Record.objects.count(), Run.objects.count(), Change.objects.count())

    (again,) = load_zone(frames(), now=NOW)

    assert again.added == 0
    assert (Record.objects.count(), Run.objects.count(), Change.objects.count()) == before


def test_what_was_edited_stays_and_what_is_new_is_added() -> None:
    load_zone(frames(), now=NOW)
    Record.objects.update(title="Edited")

    (loaded,) = load_zone(frames(achievement(1), achievement(2)), now=NOW)

    assert loaded.added == 1
    assert set(Record.objects.values_list("title", flat=True)) == {"Edited", "Laser pump 2"}


def test_one_word_to_the_outbox_for_all() -> None:
    load_zone(frames(*(achievement(number) for number in range(5))), now=NOW)

    assert [change.record_id for change in Change.objects.all()] == [None]


def test_all_or_none() -> None:
    twice = pl.concat([frames()["achievement"]] * 2)

    with pytest.raises((IntegrityError, DataError)):
        load_zone({"company": to_frame("company", [company()]), "achievement": twice}, now=NOW)

    assert not Record.objects.exists()
    assert not Organisation.objects.exists()


def test_an_award_belongs_to_the_company_that_won_it() -> None:
    load_zone({"company": to_frame("company", [company()]), **frames()}, now=NOW)

    owner = Organisation.objects.get()
    assert owner.kind == "company"
    assert {record.kind for record in owner.records.all()} == {"company", "achievement"}


def test_a_company_keeps_its_works_and_is_summed_up_by_them() -> None:
    load_zone({"company": to_frame("company", [company()])}, now=NOW)

    content = Record.objects.get().content
    assert content["works"][0]["title"] == "Laser radar"
    assert content["summary"] == "Laser radar"
    assert content["employees"] == 7


@pytest.mark.parametrize(
    ("said", "owner"),
    [
        ({"owner": "", "owner_name": "ktn"}, "ktn"),
        ({"owner": "", "owner_name": ""}, "sbir"),
        ({}, "Navy"),
    ],
)
def test_a_need_belongs_to_whoever_is_named(said: dict[str, str], owner: str) -> None:
    load_zone({"need": to_frame("need", [need(**said)])}, now=NOW)

    assert Record.objects.get().owner.name == owner


def test_an_organisation_that_is_there_keeps_its_name() -> None:
    Organisation.objects.create(code="F-1", kind="lab", name="Known before")

    load_zone(frames(), now=NOW)

    assert Record.objects.get().owner.name == "Known before"


def test_what_a_need_asks_is_kept() -> None:
    asked = need(
        deadline=date(2026, 9, 1), readiness_min=4, budget_max=5e5, terms=("licence", "barter")
    )
    load_zone({"need": to_frame("need", [asked])}, now=NOW)

    record = Record.objects.get()
    assert (record.deadline, record.readiness, record.terms) == (date(2026, 9, 1), 4, ["licence"])
    assert record.content["budget_max"] == 5e5
    assert "wants_exclusive" not in record.content


def test_texts_in_a_second_language_are_kept() -> None:
    texts = (
        Text(language="zh", title="激光泵", body="光纤激光泵"),
        Text(language="en", title="Laser pump"),
    )
    load_zone(frames(achievement(texts=texts)), now=NOW)

    record = Record.objects.get()
    assert (record.language, record.title, record.content["title_other"]) == (
        "zh",
        "激光泵",
        "Laser pump",
    )


@pytest.mark.parametrize(
    ("said", "fields"),
    [
        ({"fields": ("Sensors", "Basket weaving")}, ["sensing"]),
        ({"keywords": ("Aeronautics",)}, ["aerospace"]),
        ({"texts": (Text(language="en", title="Nothing to say"),)}, []),
    ],
)
def test_it_is_filed_by_what_it_says(said: dict[str, object], fields: list[str]) -> None:
    load_zone(frames(achievement(**said)), now=NOW)

    assert Record.objects.get().fields == fields


def test_names_of_fields_nobody_knows_are_reported() -> None:
    (loaded,) = load_zone(frames(achievement(fields=("Basket weaving", "Sensors"))), now=NOW)

    assert loaded.unknown_fields == ("Basket weaving",)


def test_visibility_is_taken_over() -> None:
    closed = Visibility(teaser="zone", identity="private")
    load_zone(frames(achievement(visibility=closed)), now=NOW)

    record = Record.objects.get()
    assert (record.teaser_level, record.identity_level, record.confidential_level) == (
        "zone",
        "private",
        "private",
    )
    assert not visible_to(VISITOR).exists()


def test_equipment_has_the_columns_of_an_achievement() -> None:
    load_zone({"equipment": to_frame("achievement", [achievement(price=300.0)])}, now=NOW)

    record = Record.objects.get()
    assert (record.kind, record.content["price"]) == ("equipment", 300.0)


def test_progress_is_told() -> None:
    told: list[tuple[str, int, int]] = []
    load_zone(frames(achievement(1), achievement(2)), now=NOW, progress=lambda *p: told.append(p))

    assert told == [("Loading: achievement", 2, 2)]
