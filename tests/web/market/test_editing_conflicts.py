"""Two who edit one record: both texts are kept, and a choice is made field by field."""

from collections.abc import Callable

import pytest
from django.test import Client

from terrace_web.accounts.models import Membership, User
from terrace_web.market.models import Record
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
        _client, text = clash

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
