"""The demonstration: real records, an invented cast that says so, and nothing twice."""

from datetime import UTC, datetime
from io import StringIO

import polars as pl
import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from terrace.zone import Zone, sample_zone
from terrace_web.accounts.audience import VISITOR, audience_of
from terrace_web.accounts.models import Organisation, User
from terrace_web.demo import loading
from terrace_web.demo.logins import LOGINS, OTHER_MANAGERS, PASSWORD, shown_logins
from terrace_web.demo.management.commands import load_demo as command
from terrace_web.flows.queries import flows, history_of
from terrace_web.managers.models import Profile
from terrace_web.market.facets import Filters
from terrace_web.market.guard import publication_facts
from terrace_web.market.kinds import fields_of
from terrace_web.market.models import Record
from terrace_web.market.moves import expire_records
from terrace_web.market.queries import visible_to
from terrace_web.market.redaction import view_for
from terrace_web.market.search import search_market
from terrace_web.market.vocabulary import fields, terms

NOW = datetime(2026, 6, 1, 9, 0, tzinfo=UTC)
FEW = 8


class FewRecords:
    """The sample with a handful of records of each kind, so that loading takes no time."""

    def __init__(self, zone: Zone) -> None:
        self._zone = zone

    def kinds(self) -> tuple[str, ...]:
        return self._zone.kinds()

    def records(self, kind: str) -> pl.DataFrame:
        return self._zone.records(kind).head(FEW)  # type: ignore[arg-type]


@pytest.fixture
def demo(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loading, "sample_zone", lambda: FewRecords(sample_zone()))
    loading.load_demo(NOW)


def invented() -> list[Record]:
    found = Record.objects.filter(source="demo").select_related("run", "owner", "manager")
    return list(found.order_by("pk"))


def login_of(email: str) -> User:
    return User.objects.get(email=email)


def test_it_works(demo: None) -> None:
    counts = {kind: Record.objects.filter(kind=kind).count() for kind in Record.Kind.values}

    assert min(counts.values()) > 0
    assert {record.run.stage for record in invented()} >= {
        "draft",
        "in_review",
        "published",
        "expired",
    }


def test_a_second_run_adds_nothing(demo: None) -> None:
    before = (Record.objects.count(), Organisation.objects.count(), User.objects.count())

    again = loading.load_demo(NOW)

    assert sum(each.added for each in again) == 0
    assert (Record.objects.count(), Organisation.objects.count(), User.objects.count()) == before


def test_there_is_one_login_per_role(demo: None) -> None:
    roles = {login.email: set(audience_of(login_of(login.email)).roles) for login in LOGINS}

    assert roles["visitor@demo.example"] == {"visitor"}
    for email, role in {
        "manager": "manager",
        "lab": "lab",
        "company": "company",
        "gongsi": "company",
        "officer": "officer",
        "incubator": "incubator",
        "admin": "administrator",
    }.items():
        assert role in roles[f"{email}@demo.example"]


def test_every_login_opens_the_site(demo: None, client: Client) -> None:
    for login in LOGINS:
        answer = client.post(reverse("account_login"), {"login": login.email, "password": PASSWORD})
        assert answer.status_code == 302, login.email
        assert client.get(reverse("home")).status_code == 200
        client.logout()


def test_the_chinese_company_reads_chinese(demo: None) -> None:
    assert login_of("gongsi@demo.example").language == "zh-hans"


def test_passwords_are_shown_in_the_demonstration_alone() -> None:
    assert shown_logins() == ()


def test_the_records_say_only_what_their_kind_has(demo: None) -> None:
    for record in invented():
        known = {field.name for field in fields_of(record.kind)}
        assert set(record.content) <= known, record.code
        assert set(record.fields) <= set(fields()), record.code
        assert set(record.terms) <= set(terms()), record.code


def test_what_is_published_could_have_been_published(demo: None) -> None:
    version = flows()["publication"].version_at(NOW.date())
    held = {"has_title", "has_public_text", "has_field"}
    for record in (each for each in invented() if each.run.stage == "published"):
        facts = publication_facts(record, NOW.date())
        assert all(facts[name] for name in held), record.code
        assert not facts["repeats_confidential"], record.code
        assert not facts["names_owner"], record.code
        assert record.run.version == version.number
        assert record.run.due_on is None or record.run.due_on >= NOW.date()


def test_histories_end_where_the_record_stands(demo: None) -> None:
    for record in invented():
        steps = [step.event.to_stage for step in history_of(record.run, "en")]
        assert steps[-1] == record.run.stage, record.code
        assert [step.event.at for step in history_of(record.run, "en")][-1] <= NOW


def test_the_blind_need_names_nobody(demo: None) -> None:
    record = Record.objects.select_related("run", "owner", "manager").get(code="DEMO-BLIND")
    view = view_for(VISITOR, record)

    assert view.is_blind
    assert "details" not in view.values
    assert "Lindgren" not in str(view.values)
    own = view_for(audience_of(login_of("company@demo.example")), record)
    assert own.owner is not None
    assert own.values["details"]


def test_a_record_of_the_zone_is_hidden_from_visitors(demo: None) -> None:
    assert not visible_to(VISITOR).filter(code="DEMO-LEACH").exists()
    assert visible_to(audience_of(login_of("gongsi@demo.example"))).filter(code="DEMO-LEACH")


def test_managers_have_work_and_a_profile(demo: None) -> None:
    people = [
        login_of(each.email) for each in (*LOGINS, *OTHER_MANAGERS) if "manager" in each.roles
    ]

    assert {Profile.objects.get(user=user).fields[0] for user in people} <= set(fields())
    assert login_of("manager@demo.example").records_in_charge.filter(run__stage="in_review")
    assert all(user.records_in_charge.exclude(source="demo").exists() for user in people[:2])


def test_the_review_is_due_soon(demo: None) -> None:
    run = Record.objects.get(code="DEMO-REVIEW").run

    assert (run.due_on - NOW.date()).days == 2


def test_the_expired_one_stays_expired(demo: None) -> None:
    assert expire_records(NOW) == 0
    assert Record.objects.get(code="DEMO-OLD").expires < NOW.date()


def test_the_newest_are_those_of_the_demonstration(demo: None) -> None:
    filters = Filters(kind="achievement", order="newest")
    page = search_market(VISITOR, filters, today=NOW.date())

    assert page.views[0].code == "DEMO-SEAL"


def test_chinese_and_english_are_there(demo: None) -> None:
    languages = {record.language for record in invented()}

    assert languages == {"en", "zh"}


def test_production_refuses_public_passwords(
    db: None, settings: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    production = command.settings.CONFIG.model_copy(update={"mode": "production"})
    monkeypatch.setattr(command.settings, "CONFIG", production)

    with pytest.raises(CommandError, match="TERRACE_MODE=demo"):
        call_command("load_demo", quiet=True)
    assert not User.objects.exists()


def test_the_command_loads_matches_and_then_does_nothing(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loading, "sample_zone", lambda: FewRecords(sample_zone()))
    said = StringIO()

    call_command("load_demo", quiet=True, stdout=said)
    first = said.getvalue()
    call_command("load_demo", quiet=True, stdout=said)

    assert f"{FEW} achievement" in first
    assert "pairs" in first
    assert said.getvalue().endswith("The demonstration is loaded already.\n")
