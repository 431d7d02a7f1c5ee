"""The registry, workloads, and proposals of the core to accept, change or dismiss."""

import pytest

from terrace_web.accounts.models import Organisation
from terrace_web.audit.models import Entry
from terrace_web.managers.actions import choose_manager
from terrace_web.managers.models import Assignment, Profile
from terrace_web.market.models import Record
from terrace_web.notices.models import Notice
from terrace_web.testing.cast import Cast, make_record

PROPOSALS = "/managers/proposals/"


@pytest.fixture
def team(cast: Cast) -> Cast:
    Profile.objects.create(
        user=cast.manager,
        languages=["en"],
        about="Ceramic seals licensed to pump makers\nSlurry pumps for mining",
        capacity=5,
    )
    Profile.objects.create(
        user=cast.other_manager, languages=["en"], about="Laser diodes and photonics", capacity=5
    )
    return cast


@pytest.fixture
def waiting(team: Cast) -> Record:
    return make_record(team.lab, title="Ceramic seal for slurry pumps")


def propose(team: Cast, sign_in) -> Assignment:
    assert sign_in(team.officer).post(f"{PROPOSALS}new").status_code == 302
    return Assignment.objects.get()


def test_it_works(team: Cast, waiting: Record, sign_in) -> None:
    assignment = propose(team, sign_in)
    assert assignment.manager == team.manager
    assert "slurry" in assignment.reason_en.lower() or "seal" in assignment.reason_en.lower()
    page = sign_in(team.officer).get(PROPOSALS).content.decode()
    assert waiting.title in page and team.manager.name in page

    sign_in(team.officer).post(f"{PROPOSALS}{assignment.pk}", {"choice": "accept"})

    waiting.refresh_from_db()
    assert waiting.manager == team.manager
    assert Notice.objects.filter(user=team.manager, kind="assigned", record=waiting).exists()
    assert Entry.objects.filter(action="assignment:accept", user=team.officer).exists()


@pytest.mark.parametrize("who", ["manager", "researcher", "administrator", "newcomer", None])
def test_it_checks_access(team: Cast, waiting: Record, sign_in, who: str | None) -> None:
    assignment = propose(team, sign_in)
    client = sign_in(getattr(team, who) if who else None)

    assert client.get(PROPOSALS).status_code == 403
    assert client.post(f"{PROPOSALS}new").status_code == 403
    answer = client.post(f"{PROPOSALS}{assignment.pk}", {"choice": "accept"})
    assert answer.status_code in (403, 404)
    waiting.refresh_from_db()
    assert waiting.manager is None


def test_somebody_else_can_be_chosen(team: Cast, waiting: Record, sign_in) -> None:
    assignment = propose(team, sign_in)
    chosen = {"choice": "change", "manager": team.other_manager.pk}

    sign_in(team.officer).post(f"{PROPOSALS}{assignment.pk}", chosen)

    waiting.refresh_from_db()
    assignment.refresh_from_db()
    assert (waiting.manager, assignment.state) == (team.other_manager, "changed")


def test_giving_to_somebody_else_does_not_offer_who_is_proposed(
    team: Cast, waiting: Record, sign_in
) -> None:
    propose(team, sign_in)

    page = sign_in(team.officer).get(PROPOSALS).content.decode()

    assert f'<option value="{team.other_manager.pk}">' in page
    assert f'<option value="{team.manager.pk}"' not in page


def test_it_says_for_how_many_records_nobody_has_room(team: Cast, sign_in) -> None:
    Profile.objects.update(capacity=1)
    for title in ("Ceramic seal", "Laser diode", "Slurry pump", "Salt probe"):
        make_record(team.lab, title=title)

    page = sign_in(team.officer).post(f"{PROPOSALS}new", follow=True).content.decode()

    left = 4 - Assignment.objects.count()
    assert left and f"{left} records still have nobody" in page


def test_open_proposals_take_room_when_it_is_proposed_again(team: Cast, sign_in) -> None:
    Profile.objects.update(capacity=1)
    for title in ("Ceramic seal", "Laser diode", "Slurry pump", "Salt probe"):
        make_record(team.lab, title=title)
    client = sign_in(team.officer)

    for _again in range(2):
        client.post(f"{PROPOSALS}new")

    assert Assignment.objects.filter(manager=team.manager).count() <= 1
    assert Assignment.objects.filter(manager=team.other_manager).count() <= 1


@pytest.mark.parametrize("nobody", ["", "0", "abc"])
def test_only_managers_can_be_chosen(team: Cast, waiting: Record, sign_in, nobody: str) -> None:
    assignment = propose(team, sign_in)
    for wrong in (nobody, str(team.researcher.pk)):
        sign_in(team.officer).post(
            f"{PROPOSALS}{assignment.pk}", {"choice": "change", "manager": wrong}
        )
    waiting.refresh_from_db()

    assert waiting.manager is None


def test_a_dismissed_proposal_is_over(team: Cast, waiting: Record, sign_in) -> None:
    assignment = propose(team, sign_in)
    client = sign_in(team.officer)

    client.post(f"{PROPOSALS}{assignment.pk}", {"choice": "dismiss"})

    answer = client.post(f"{PROPOSALS}{assignment.pk}", {"choice": "accept"}, follow=True)
    page = answer.content.decode()
    waiting.refresh_from_db()
    assert "That was decided meanwhile" in page and waiting.manager is None
    assert 'id="proposal-' not in page


def test_proposals_respect_capacity_and_conflicts(team: Cast, sign_in) -> None:
    team.manager.manager_profile.conflicts.add(Organisation.objects.get(code="lab"))
    Profile.objects.filter(user=team.other_manager).update(capacity=1)
    for place in range(3):
        make_record(team.lab, title=f"Ceramic seal {place}")

    sign_in(team.officer).post(f"{PROPOSALS}new")

    assert [each.manager for each in Assignment.objects.all()] == [team.other_manager]


def test_whoever_takes_no_new_records_is_not_proposed(team: Cast, waiting: Record) -> None:
    Profile.objects.filter(user=team.manager).update(is_active=False)

    assert choose_manager(waiting) == team.other_manager


def test_a_hidden_record_is_not_shown_to_the_officer(team: Cast, sign_in) -> None:
    make_record(team.lab, title="Hidden thing", levels={"teaser": "private"})
    sign_in(team.officer).post(f"{PROPOSALS}new")

    assert "Hidden thing" not in sign_in(team.officer).get(PROPOSALS).content.decode()


@pytest.mark.parametrize("who", ["manager", "officer", "administrator"])
def test_an_entry_is_edited_by_its_manager_or_the_zone(team: Cast, sign_in, who: str) -> None:
    url = f"/managers/{team.manager.pk}/edit/"
    given = {
        "fields_of_work": ["materials"],
        "languages": ["en", "zh"],
        "grade": "senior",
        "capacity": 12,
        "about": "Deals",
        "is_active": "on",
    }

    assert sign_in(getattr(team, who)).post(url, given).status_code == 302

    profile = Profile.objects.get(user=team.manager)
    assert (profile.grade, profile.capacity, profile.fields) == ("senior", 12, ["materials"])


@pytest.mark.parametrize("who", ["other_manager", "researcher", "newcomer", None])
def test_nobody_else_edits_an_entry(team: Cast, sign_in, who: str | None) -> None:
    url = f"/managers/{team.manager.pk}/edit/"
    client = sign_in(getattr(team, who) if who else None)
    given = {"grade": "senior", "capacity": 99}

    assert client.get(url).status_code in (403, 404)
    assert client.post(url, given).status_code in (403, 404)
    assert Profile.objects.get(user=team.manager).capacity == 5


def test_the_registry_speaks_chinese_and_filters(team: Cast, sign_in) -> None:
    Profile.objects.filter(user=team.manager).update(fields=["materials"])
    client = sign_in(team.researcher)

    page = client.get("/managers/?field=materials", headers={"accept-language": "zh-hans"})

    assert "技术经理人" in page.content.decode()
    assert team.manager.name in page.content.decode()
    assert team.other_manager.name not in page.content.decode()


def test_nobody_but_a_manager_has_a_page(team: Cast, sign_in) -> None:
    assert sign_in(team.rival).get(f"/managers/{team.researcher.pk}/").status_code == 404


@pytest.mark.parametrize(
    ("choice", "said"), [("accept", "in charge now"), ("dismiss", "Dismissed")]
)
def test_a_decision_on_a_proposal_is_confirmed(
    team: Cast, waiting: Record, sign_in, choice: str, said: str
) -> None:
    client = sign_in(team.officer)
    client.post(f"{PROPOSALS}new")
    url = f"{PROPOSALS}{Assignment.objects.get().pk}"

    answer = client.post(url, {"choice": choice}, headers={"HX-Request": "true"})

    assert said in answer["HX-Trigger"]


def test_titles_can_be_read_in_the_readers_language(cast: Cast, sign_in) -> None:
    make_record(
        cast.lab, title="Seal ring", content={"title_other": "密封环"}, manager=cast.manager
    )
    client = sign_in(cast.manager)
    client.cookies["django_language"] = "zh-hans"

    page = client.get(f"/managers/{cast.manager.pk}/").content.decode()

    assert '<strong lang="zh-Hans">密封环</strong>' in page
    assert '<span class="title-read" lang="en">Seal ring</span>' in page
