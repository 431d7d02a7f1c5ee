"""Two who edit one record: both texts are kept, and a choice is made field by field."""

import re
from collections.abc import Callable

import pytest
from django.test import Client

from terrace_web.accounts.models import Membership, User
from terrace_web.flows.models import Run
from terrace_web.market.models import Record, Version
from terrace_web.testing.cast import Cast, make_record
from terrace_web.testing.forms import fill

SignIn = Callable[[User | None], Client]


@pytest.fixture
def draft(cast: Cast) -> Record:
    return make_record(cast.lab, stage="draft", content={"summary": "A seal.", "patents": ["P1"]})


class TestConflict:
    @pytest.fixture
    def clash(self, cast: Cast, draft: Record, sign_in: SignIn) -> tuple[Client, str]:
        """Two saved from version 1; the second one's page."""
        client, url = sign_in(cast.researcher), f"/market/r/{draft.code}/edit/"
        client.post(url, fill(title="Theirs", summary="Their text.", version=1))
        answer = client.post(url, fill(title="Mine", summary="My text.", version=1))
        assert answer.status_code == 409
        return client, answer.content.decode()

    def test_it_says_whether_it_was_oneself(
        self, cast: Cast, clash: tuple[Client, str], draft: Record, sign_in: SignIn
    ) -> None:
        assert "You saved it elsewhere" in clash[1]
        Membership.objects.create(
            user=cast.colleague, organisation=cast.lab, role=Membership.Role.EDITOR
        )
        said = fill(title="His", version=1)
        answer = sign_in(cast.colleague).post(f"/market/r/{draft.code}/edit/", said)
        assert "Somebody else saved" in answer.content.decode()

    def test_both_texts_stand_side_by_side(self, clash: tuple[Client, str]) -> None:
        text = re.sub("</?mark>", "", clash[1])

        for said in ("Theirs", "Mine", "Their text.", "My text."):
            assert said in text

    def test_the_choice_holds_field_by_field(
        self, cast: Cast, draft: Record, clash: tuple[Client, str]
    ) -> None:
        client, _text = clash
        said = fill(title="Mine", summary="My text.", version=2)
        choice = {"keep_title": "theirs", "keep_summary": "mine"}
        client.post(f"/market/r/{draft.code}/resolve/", {**said, **choice})

        draft.refresh_from_db()
        assert draft.title == "Theirs" and draft.content["summary"] == "My text."

    def test_a_third_save_asks_again(
        self, cast: Cast, draft: Record, clash: tuple[Client, str]
    ) -> None:
        client, _text = clash
        client.post(f"/market/r/{draft.code}/edit/", fill(title="Third", version=2))
        said = {**fill(title="Mine", version=2), "keep_title": "mine"}

        assert client.post(f"/market/r/{draft.code}/resolve/", said).status_code == 409
        draft.refresh_from_db()
        assert draft.title == "Third"

    def test_nothing_is_chosen_beforehand(self, draft: Record, clash: tuple[Client, str]) -> None:
        client, text = clash
        assert "checked" not in text[text.index("clash-side") : text.index("Save this choice")]
        said = {**fill(title="Mine", summary="My text.", version=2), "asked": ["title", "summary"]}
        answer = client.post(f"/market/r/{draft.code}/resolve/", {**said, "keep_title": "mine"})

        assert answer.status_code == 409
        draft.refresh_from_db()
        assert draft.title == "Theirs"

    def test_both_texts_stay_when_the_record_moved_on(
        self, draft: Record, clash: tuple[Client, str]
    ) -> None:
        client, _text = clash
        Run.objects.filter(pk=draft.run_id).update(stage="in_review")
        said = {**fill(title="Mine", version=2), "asked": "title", "keep_title": "mine"}
        answer = client.post(f"/market/r/{draft.code}/resolve/", said)

        page = answer.content.decode()
        assert answer.status_code == 409
        assert "no draft any more" in page and "Mine" in page


class TestChangesThatGoTogether:
    @pytest.fixture
    def first(self, cast: Cast, draft: Record, sign_in: SignIn) -> Client:
        """Somebody who changed the title of version 1, and nothing else."""
        client = sign_in(cast.researcher)
        client.post(f"/market/r/{draft.code}/edit/", self.given(draft, title="Theirs"))
        return client

    def given(self, draft: Record, **changes: object) -> dict[str, object]:
        whole = {"title": draft.title, "summary": "A seal.", "patents": "P1", "version": 1}
        return fill(**{**whole, **changes})

    def test_other_fields_are_saved_without_asking(self, draft: Record, first: Client) -> None:
        said = self.given(draft, summary="Mine.")
        answer = first.post(f"/market/r/{draft.code}/edit/", said, follow=True)

        assert "together with what was saved elsewhere" in answer.content.decode()
        draft.refresh_from_db()
        assert (draft.title, draft.content["summary"]) == ("Theirs", "Mine.")
        assert draft.content["patents"] == ["P1"]

    def test_the_same_change_is_no_clash(self, draft: Record, first: Client) -> None:
        said = self.given(draft, title="Theirs", summary="Mine.")
        first.post(f"/market/r/{draft.code}/edit/", said)

        draft.refresh_from_db()
        assert (draft.title, draft.content["summary"]) == ("Theirs", "Mine.")

    def test_beside_a_clash_they_are_kept_too(self, draft: Record, first: Client) -> None:
        said = self.given(draft, title="Mine", summary="Mine.")
        page = first.post(f"/market/r/{draft.code}/edit/", said).content.decode()
        assert page.count('name="asked"') == 1
        assert 'name="keep_summary" value="mine"' in page

        choice = {"asked": "title", "keep_title": "theirs", "keep_summary": "mine", "version": 2}
        first.post(f"/market/r/{draft.code}/resolve/", {**said, **choice})
        draft.refresh_from_db()
        assert (draft.title, draft.content["summary"]) == ("Theirs", "Mine.")

    def test_where_the_first_text_is_not_known_all_is_asked(
        self, draft: Record, first: Client
    ) -> None:
        Version.objects.all().delete()
        said = self.given(draft, summary="Mine.")
        answer = first.post(f"/market/r/{draft.code}/edit/", said)

        assert answer.status_code == 409
        assert answer.content.decode().count('name="asked"') == 2


def test_what_was_typed_stays_when_the_record_moved_on(
    cast: Cast, draft: Record, sign_in: SignIn
) -> None:
    Run.objects.filter(pk=draft.run_id).update(stage="in_review")
    url = f"/market/r/{draft.code}/edit/"
    answer = sign_in(cast.researcher).post(url, fill(title="Long typed", version=1))

    page = answer.content.decode()
    assert answer.status_code == 409
    assert "no draft any more" in page and "copy what you need" in page
    assert 'value="Long typed"' in page
    draft.refresh_from_db()
    assert draft.title != "Long typed"


class TestHowAClashIsShown:
    def test_what_differs_in_a_long_text_is_marked(
        self, cast: Cast, draft: Record, sign_in: SignIn
    ) -> None:
        client, url = sign_in(cast.researcher), f"/market/r/{draft.code}/edit/"
        client.post(url, fill(title="A", summary="The seal lasts 3000 hours in slurry.", version=1))
        said = fill(title="A", summary="The seal lasts 900 hours in slurry.", version=1)
        page = client.post(url, said).content.decode()

        assert "The seal lasts <mark>3000</mark> hours in slurry." in page
        assert "The seal lasts <mark>900</mark> hours in slurry." in page

    def test_a_level_says_that_it_is_about_who_may_see(
        self, cast: Cast, draft: Record, sign_in: SignIn
    ) -> None:
        client, url = sign_in(cast.researcher), f"/market/r/{draft.code}/edit/"
        client.post(url, fill(title="A", identity_level="zone", version=1))
        answer = client.post(url, fill(title="A", identity_level="named", version=1))

        assert "Who may see: Identity" in answer.content.decode()
