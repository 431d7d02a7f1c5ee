"""The page of one record, its versions, what is similar."""

import json
import re
from collections.abc import Callable

import pytest
from django.test import Client

from terrace_web.accounts.models import Grant, User
from terrace_web.audit.models import Entry
from terrace_web.index.actions import put
from terrace_web.market.actions import save_record
from terrace_web.market.models import Record
from terrace_web.market.snapshots import snapshot
from terrace_web.testing.cast import NOW, Cast, make_record

SignIn = Callable[[User | None], Client]
SECRET = "The binder is sintered at 1440 degrees."


@pytest.fixture
def record(cast: Cast) -> Record:
    return make_record(
        cast.lab,
        levels={"identity": "named", "confidential": "named"},
        content={"details": SECRET, "inventors": ["Ruth Researcher"], "keywords": ["sealing"]},
        fields=["materials"],
        readiness=4,
        manager=cast.manager,
    )


def page_of(client: Client, record: Record) -> str:
    return client.get(f"/market/r/{record.code}/").content.decode()


def grant(record: Record, cast: Cast, group: str) -> None:
    Grant.objects.create(
        record=record,
        organisation=cast.other_company,
        group=group,
        basis="nda",
        granted_by=cast.researcher,
        granted_at=NOW,
    )


def test_it_works(
    cast: Cast, record: Record, sign_in: SignIn, django_assert_max_num_queries
) -> None:
    client = sign_in(cast.researcher)
    with django_assert_max_num_queries(30):
        text = page_of(client, record)

    assert record.title in text and SECRET in text
    assert "Institute of Coastal Materials" in text
    assert "What can be done now" in text


@pytest.mark.parametrize("stage", ["draft", "in_review", "withdrawn", "expired"])
def test_it_checks_access(cast: Cast, sign_in: SignIn, stage: str) -> None:
    hidden = make_record(cast.lab, stage=stage, manager=cast.manager)

    outside = [None, cast.newcomer, cast.rival, cast.other_manager, cast.administrator]
    for user in [*outside, *([] if stage == "in_review" else [cast.officer])]:
        assert sign_in(user).get(f"/market/r/{hidden.code}/").status_code == 404
    for user in (cast.researcher, cast.colleague, cast.manager):
        assert sign_in(user).get(f"/market/r/{hidden.code}/").status_code == 200


def test_a_visitor_sees_neither_owner_nor_what_is_confidential(
    cast: Cast, record: Record, client: Client
) -> None:
    text = page_of(client, record)

    assert record.title in text
    for hidden in (SECRET, "Institute of Coastal Materials", "Ruth Researcher", "Mei Manager"):
        assert hidden not in text
    assert "Owner not shown" in text and "Sign in to ask" in text


def test_a_member_is_told_what_would_open_the_rest(
    cast: Cast, record: Record, sign_in: SignIn
) -> None:
    text = page_of(sign_in(cast.rival), record)

    assert f"/market/r/{record.code}/ask/identity/" in text
    assert f"/market/r/{record.code}/ask/confidential/" in text


def test_nobody_is_sent_to_ask_for_what_is_private(cast: Cast, sign_in: SignIn) -> None:
    private = make_record(cast.lab, levels={"identity": "public", "confidential": "private"})
    text = page_of(sign_in(cast.rival), private)

    assert "/ask/" not in text and "The owner keeps this to itself." in text


def test_a_grant_opens_its_group(cast: Cast, record: Record, sign_in: SignIn) -> None:
    grant(record, cast, "identity")
    text = page_of(sign_in(cast.rival), record)

    assert "Institute of Coastal Materials" in text and SECRET not in text


def test_seeing_what_is_confidential_is_audited_once_a_day(
    cast: Cast, record: Record, sign_in: SignIn
) -> None:
    grant(record, cast, "confidential")
    client = sign_in(cast.rival)

    assert SECRET in page_of(client, record)
    page_of(client, record)

    assert Entry.objects.filter(action="record:sight", user=cast.rival).count() == 1


@pytest.mark.parametrize("who", ["researcher", "newcomer"])
def test_owners_and_those_who_see_nothing_leave_no_sight(
    cast: Cast, record: Record, sign_in: SignIn, who: str
) -> None:
    page_of(sign_in(getattr(cast, who)), record)

    assert not Entry.objects.filter(action="record:sight").exists()


def test_structured_data_is_what_a_visitor_sees(
    cast: Cast, record: Record, sign_in: SignIn
) -> None:
    text = page_of(sign_in(cast.researcher), record)
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', text, re.S)
    assert found is not None
    said = json.loads(found.group(1))

    assert said["name"] == record.title and said["@type"] == "CreativeWork"
    assert "creator" not in said and SECRET not in found.group(1)
    assert said["url"].endswith(f"/market/r/{record.code}/")


def test_structured_data_names_a_public_owner(cast: Cast, client: Client) -> None:
    text = page_of(client, make_record(cast.lab))

    assert '"creator": {"@type": "Organization", "name": "Institute of Coastal Materials"}' in text


def test_a_title_cannot_leave_the_script_element(cast: Cast, client: Client) -> None:
    text = page_of(client, make_record(cast.lab, title="</script><b>bold</b>"))

    assert "</script><b>" not in text and "<b>bold" not in text


def test_what_only_members_see_is_kept_from_search_engines(cast: Cast, sign_in: SignIn) -> None:
    zone_only = make_record(cast.lab, levels={"teaser": "zone", "identity": "zone"})
    text = page_of(sign_in(cast.rival), zone_only)

    assert "noindex" in text and "application/ld+json" not in text and "og:title" not in text


def test_the_page_speaks_chinese(cast: Cast, record: Record, client: Client) -> None:
    page = client.get(f"/market/r/{record.code}/", headers={"Accept-Language": "zh-Hans"})

    assert "保密部分" in page.content.decode()


def test_similar_records_are_visible_ones(cast: Cast, record: Record, client: Client) -> None:
    near = make_record(cast.other_lab, title="Seal of silicon carbide for slurry pumps")
    hidden = make_record(cast.other_lab, title="Slurry pump seal nobody sees", stage="draft")
    far = make_record(cast.other_lab, title="Bird song recogniser")
    put("achievement", snapshot("achievement", [record, near, hidden, far]))

    text = client.get(
        f"/market/r/{record.code}/similar/", headers={"HX-Request": "true"}
    ).content.decode()

    assert near.title in text and hidden.title not in text
    assert f"/market/r/{record.code}/" not in text and "<html" not in text


def test_similar_records_of_a_hidden_record_do_not_exist(cast: Cast, client: Client) -> None:
    draft = make_record(cast.lab, stage="draft")

    assert client.get(f"/market/r/{draft.code}/similar/").status_code == 404


class TestVersions:
    @pytest.fixture
    def draft(self, cast: Cast) -> Record:
        draft = make_record(cast.lab, stage="draft", content={"summary": "A seal of ceramics."})
        save_record(
            draft.code,
            by=cast.researcher,
            audience=cast.audience(cast.researcher),
            values={"summary": "A seal of silicon ceramics.", "readiness": 5},
            levels={"identity": "zone"},
            now=NOW,
        )
        return draft

    def test_they_show_what_changed_word_by_word(
        self, cast: Cast, draft: Record, sign_in: SignIn
    ) -> None:
        text = sign_in(cast.researcher).get(f"/market/r/{draft.code}/versions/").content.decode()

        assert '<ins class="diff-after">silicon ' in text
        assert "Version 2" in text and "Version 1" in text and "Members of the zone" in text

    def test_they_check_access(self, cast: Cast, draft: Record, sign_in: SignIn) -> None:
        published = make_record(cast.lab)
        url, open_url = f"/market/r/{draft.code}/versions/", f"/market/r/{published.code}/versions/"

        assert sign_in(cast.rival).get(url).status_code == 404
        assert sign_in(cast.rival).get(open_url).status_code == 403
        assert sign_in(None).get(url).status_code == 302

    def test_an_earlier_one_comes_back(self, cast: Cast, draft: Record, sign_in: SignIn) -> None:
        client, url = sign_in(cast.researcher), f"/market/r/{draft.code}/versions/1/restore/"

        assert "Restore version 1?" in client.get(url).content.decode()
        client.post(url)

        draft.refresh_from_db()
        assert draft.content["summary"] == "A seal of ceramics." and draft.readiness is None
        assert draft.identity_level == "public" and draft.versions.count() == 2

    def test_nobody_else_restores(self, cast: Cast, draft: Record, sign_in: SignIn) -> None:
        url = f"/market/r/{draft.code}/versions/1/restore/"

        assert sign_in(cast.rival).post(url).status_code == 404
        assert sign_in(cast.colleague).post(url).status_code == 403

    def test_a_version_that_never_was_is_not_found(
        self, cast: Cast, draft: Record, sign_in: SignIn
    ) -> None:
        client = sign_in(cast.researcher)

        assert client.get(f"/market/r/{draft.code}/versions/9/restore/").status_code == 404
        assert client.post(f"/market/r/{draft.code}/versions/9/restore/").status_code == 404


@pytest.mark.parametrize(("level", "is_open"), [("zone", True), ("named", False)])
def test_the_owner_reads_how_far_the_confidential_part_opens(
    cast: Cast, sign_in: SignIn, level: str, is_open: bool
) -> None:
    record = make_record(
        cast.lab, levels={"confidential": level}, content={"details": "Sintered twice."}
    )
    page = sign_in(cast.researcher).get(f"/market/r/{record.code}/").content.decode()

    assert ("others than the organisations named see this too" in page) == is_open
    assert ("Only those you open it to see this" in page) != is_open


def test_the_owner_reads_at_once_why_it_came_back(cast: Cast, sign_in: SignIn) -> None:
    record = make_record(cast.lab, stage="in_review", manager=cast.manager, fields=["materials"])
    url, note = f"/market/r/{record.code}/", "Say at which pressure."
    sign_in(cast.manager).post(f"{url}move/return/", {"note": note})

    page = sign_in(cast.researcher).get(url).content.decode()
    assert page.index(note) < page.index("What can be done now")


def test_languages_are_named(cast: Cast, client: Client) -> None:
    expert = make_record(cast.lab, "expert", content={"languages": ["zh", "en", "Suomi"]})

    page = client.get(f"/market/r/{expert.code}/").content.decode()
    assert all(f">{name}<" in page for name in ("中文", "English", "Suomi"))
    assert ">zh<" not in page
