"""Who sees a record in review, and who may decide on it: manager in charge and officers."""

import pytest

from terrace_web.accounts.models import Membership
from terrace_web.market.models import Record
from terrace_web.market.moves import offered_moves
from terrace_web.market.publication import describe_moves
from terrace_web.testing.cast import NOW, Cast, make_record

SECRET = "sintered at 1740 kelvin under argon for nine hours"


@pytest.fixture
def waiting(cast: Cast) -> Record:
    return make_record(
        cast.lab,
        stage="in_review",
        manager=cast.manager,
        fields=["materials"],
        levels={"identity": "zone", "confidential": "named"},
        content={"details": SECRET},
    )


@pytest.mark.parametrize(("who", "reads_secret"), [("manager", True), ("officer", False)])
def test_it_works(cast: Cast, sign_in, waiting: Record, who: str, reads_secret: bool) -> None:
    client = sign_in(getattr(cast, who))

    queue = client.get("/market/review/").content.decode()
    page = client.get(f"/market/r/{waiting.code}/").content.decode()

    assert waiting.title in queue and cast.lab.name in queue
    assert "What can be done now" in page and f"/market/r/{waiting.code}/move/publish/" in page
    assert (SECRET in page) == reads_secret


@pytest.mark.parametrize(
    "who", ["other_manager", "administrator", "rival", "buyer", "newcomer", None]
)
def test_it_checks_access(cast: Cast, sign_in, waiting: Record, who: str | None) -> None:
    client = sign_in(getattr(cast, who) if who else None)

    assert client.get(f"/market/r/{waiting.code}/").status_code == 404
    assert client.post(f"/market/r/{waiting.code}/move/publish/").status_code in (302, 404)
    waiting.run.refresh_from_db()
    assert waiting.run.stage == "in_review"
    assert waiting.title not in client.get("/market/review/", follow=True).content.decode()


@pytest.mark.parametrize("level", ["private", "named"])
def test_what_officers_would_not_see_published_they_do_not_review(
    cast: Cast, sign_in, waiting: Record, level: str
) -> None:
    Record.objects.update(teaser_level=level)
    client = sign_in(cast.officer)

    assert client.get(f"/market/r/{waiting.code}/").status_code == 404
    assert waiting.title not in client.get("/market/review/").content.decode()


def test_an_officer_decides_in_the_managers_place(cast: Cast, sign_in, waiting: Record) -> None:
    client = sign_in(cast.officer)

    client.post(f"/market/r/{waiting.code}/move/return/", {"note": "Name the material."})

    waiting.run.refresh_from_db()
    assert waiting.run.stage == "draft"
    assert client.get(f"/market/r/{waiting.code}/").status_code == 404


def test_an_officer_of_the_owner_reads_it_and_leaves_the_answer_to_others(
    cast: Cast, sign_in, waiting: Record
) -> None:
    Membership.objects.create(user=cast.officer, organisation=cast.lab, role="member")
    client = sign_in(cast.officer)

    assert waiting.title not in client.get("/market/review/").content.decode()
    page = client.get(f"/market/r/{waiting.code}/").content.decode()
    assert waiting.title in page and "/move/publish/" not in page
    client.post(f"/market/r/{waiting.code}/move/publish/")
    waiting.run.refresh_from_db()
    assert waiting.run.stage == "in_review"


def test_an_officer_answers_for_what_the_zone_itself_offers(cast: Cast, sign_in) -> None:
    record = make_record(cast.zone, stage="in_review", manager=cast.manager, fields=["materials"])

    sign_in(cast.officer).post(f"/market/r/{record.code}/move/publish/")

    record.run.refresh_from_db()
    assert record.run.stage == "published"


def test_lists_and_counts_of_the_market_stay_without_it(
    cast: Cast, sign_in, waiting: Record
) -> None:
    for path in ("/market/achievements/", "/search/?q=ceramic", "/map/points.json"):
        answer = sign_in(cast.officer).get(path)
        assert waiting.code not in answer.content.decode(), path


def test_confidential_words_in_a_public_text_are_quoted_to_their_readers_only(
    cast: Cast, waiting: Record
) -> None:
    Record.objects.update(content={**waiting.content, "summary": f"A seal, {SECRET}."})
    record = Record.objects.select_related("run").get()
    quoted = {}
    for who in ("manager", "officer"):
        audience = cast.audience(getattr(cast, who))
        checks = offered_moves(audience, record, NOW)
        moves = {each.id: each for each in describe_moves(checks, record, audience)}
        assert not moves["publish"].allowed
        quoted[who] = moves["publish"].passages

    assert quoted["manager"] and quoted["officer"] == ()


def test_reviewing_has_its_line_in_the_sidebar(cast: Cast, sign_in) -> None:
    for who, shown in (("manager", True), ("officer", True), ("researcher", False)):
        page = sign_in(getattr(cast, who)).get("/about/").content.decode()
        assert ('href="/market/review/"' in page) == shown
