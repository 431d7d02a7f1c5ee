"""Followed records and saved searches, their pages, and what followers are told."""

from collections.abc import Iterator

import pytest
from django.http import QueryDict
from django.test import Client

from terrace_web.accounts.models import Grant
from terrace_web.exchange.following import follow, kept_query, list_followed, save_search
from terrace_web.exchange.models import Follow, SavedSearch
from terrace_web.exchange.telling import tell_followers
from terrace_web.flows.models import Event
from terrace_web.market.models import Record
from terrace_web.market.moves import move_record
from terrace_web.market.queries import visible_to
from terrace_web.notices.models import Notice
from terrace_web.testing.cast import NOW, Cast, make_record


def save(cast: Cast, user, query: str = "q=seal", kind: str = "achievement", **said):
    said = {"name": "Seals", "frequency": "daily", **said}
    return save_search(
        kind, QueryDict(query), by=user, audience=cast.audience(user), now=NOW, **said
    )


class TestFollow:
    def test_it_works(self, cast: Cast, sign_in) -> None:
        record = make_record(cast.lab)
        client = sign_in(cast.rival)

        assert "Follow" in client.get(f"/market/r/{record.code}/").content.decode()
        client.post(f"/market/r/{record.code}/follow/")
        client.post(f"/market/r/{record.code}/follow/")

        assert Follow.objects.get().user == cast.rival
        assert "Stop following" in client.get(f"/market/r/{record.code}/").content.decode()
        client.post(f"/market/r/{record.code}/unfollow/")
        assert not Follow.objects.exists()

    def test_it_checks_access(self, cast: Cast, shelf: list[Record], sign_in) -> None:
        for user in cast.everybody().values():
            seen = set(visible_to(cast.audience(user)).values_list("pk", flat=True))
            client = sign_in(user)
            for record in shelf[::3]:
                page = client.post(f"/market/r/{record.code}/follow/")
                if user is None:
                    assert page.url.startswith("/accounts/login/")
                else:
                    assert page.status_code == (302 if record.pk in seen else 404)

    def test_htmx_gets_the_button_and_a_message(self, cast: Cast, sign_in) -> None:
        record = make_record(cast.lab)

        page = sign_in(cast.rival).post(
            f"/market/r/{record.code}/follow/", headers={"HX-Request": "true"}
        )

        assert "<html" not in page.content.decode() and "Stop following" in page.content.decode()
        assert "You will be told" in page["HX-Trigger"]

    def test_visitors_are_led_to_sign_in(self, cast: Cast, client: Client) -> None:
        record = make_record(cast.lab)

        assert "Sign in to follow" in client.get(f"/market/r/{record.code}/").content.decode()

    def test_what_is_closed_since_has_no_title(self, cast: Cast, sign_in) -> None:
        record = make_record(cast.company, "need", title="Very telling title")
        audience = cast.audience(cast.rival)
        follow(record.code, by=cast.rival, audience=audience, now=NOW)
        Record.objects.filter(pk=record.pk).update(teaser_level="private")

        [line] = list_followed(cast.rival, audience)
        page = sign_in(cast.rival).get("/market/following/").content.decode()

        assert line.view is None
        assert "is not open to you any more" in page and "Very telling" not in page
        assert record.code not in page
        sign_in(cast.rival).post(f"/market/following/drop/{line.follow.pk}/")
        assert not Follow.objects.exists()

    def test_lines_of_others_stay(self, cast: Cast, sign_in) -> None:
        record = make_record(cast.lab)
        follow(record.code, by=cast.rival, audience=cast.audience(cast.rival), now=NOW)

        sign_in(cast.buyer).post(f"/market/following/drop/{Follow.objects.get().pk}/")
        sign_in(cast.buyer).post(f"/market/r/{record.code}/unfollow/")

        assert Follow.objects.count() == 1


class TestSearches:
    def test_it_works(self, cast: Cast, sign_in, django_assert_max_num_queries) -> None:
        make_record(cast.lab)
        client = sign_in(cast.rival)
        url = "/market/following/new/achievement/?q=seal&fields=materials&page=3&evil=1"

        assert 'value="Achievements: “seal”' in client.get(url).content.decode()
        client.post(url, {"name": "Seals", "frequency": "weekly"})
        with django_assert_max_num_queries(30):
            page = client.get("/market/following/").content.decode()

        search = SavedSearch.objects.get()
        assert search.user == cast.rival and search.query == "q=seal&fields=materials"
        assert "/market/achievements/?q=seal&amp;fields=materials" in page
        assert ">“seal” · " in page

    def test_the_same_list_is_not_saved_twice(self, cast: Cast, sign_in) -> None:
        client = sign_in(cast.rival)
        given = {"name": "Seals", "frequency": "weekly"}
        for query in ("q=seal&fields=optics&fields=energy", "fields=energy&fields=optics&q=seal"):
            page = client.post(f"/market/following/new/achievement/?{query}", given)

        assert SavedSearch.objects.count() == 1
        assert "saved this list already, as “Seals”" in page.content.decode()

    def test_it_checks_access(self, cast: Cast, sign_in) -> None:
        search = save(cast, cast.rival)
        edit = f"/market/following/{search.pk}/"

        for user in (None, cast.buyer, cast.administrator):
            client = sign_in(user)
            for url in (edit, f"{edit}delete/"):
                expected = 302 if user is None else 404
                assert client.get(url).status_code == expected
                assert client.post(url, {"name": "x", "frequency": "none"}).status_code == expected
        assert sign_in(None).get("/market/following/").status_code == 302
        assert sign_in(None).get("/market/following/new/need/").status_code == 302
        assert SavedSearch.objects.get().name == "Seals"

    def test_it_is_renamed_paused_and_deleted(self, cast: Cast, sign_in) -> None:
        search = save(cast, cast.rival)
        client, url = sign_in(cast.rival), f"/market/following/{search.pk}/"

        client.post(url, {"name": "Better seals", "frequency": "none"})
        search.refresh_from_db()
        assert (search.name, search.frequency, search.query) == ("Better seals", "none", "q=seal")
        assert "Delete Better seals?" in client.get(f"{url}delete/").content.decode()
        assert SavedSearch.objects.exists()
        client.post(f"{url}delete/")
        assert not SavedSearch.objects.exists()

    def test_a_name_is_needed(self, cast: Cast, sign_in) -> None:
        page = sign_in(cast.rival).post(
            "/market/following/new/need/", {"name": " ", "frequency": "daily"}
        )

        assert page.status_code == 200 and not SavedSearch.objects.exists()

    def test_an_unknown_kind_is_not_found(self, cast: Cast, sign_in) -> None:
        assert sign_in(cast.rival).get("/market/following/new/dragon/").status_code == 404

    def test_only_what_narrows_is_kept(self) -> None:
        given = QueryDict("q=a%26b&page=2&fields=x&fields=y&order=title&csrf=1&terms=")

        assert kept_query(given) == "q=a%26b&order=title&fields=x&fields=y"

    def test_the_page_says_when_there_is_nothing(self, cast: Cast, sign_in) -> None:
        page = sign_in(cast.newcomer).get(
            "/market/following/", headers={"Accept-Language": "zh-Hans"}
        )

        assert "您还没有保存的搜索。" in page.content.decode()


class TestTelling:
    @pytest.fixture
    def followed(self, cast: Cast) -> Iterator[Record]:
        record = make_record(cast.lab, stage="in_review", fields=["materials"],
                             manager=cast.manager, levels={"teaser": "named"})  # fmt: skip
        for user in (cast.rival, cast.buyer, cast.colleague, cast.manager):
            Follow.objects.create(user=user, record=record, since=NOW)
        Grant.objects.create(
            record=record,
            organisation=cast.other_company,
            group="teaser",
            basis="listed",
            granted_by=cast.researcher,
            granted_at=NOW,
        )
        yield record

    def move(self, cast: Cast, record: Record, name: str, callbacks) -> None:
        with callbacks(execute=True):
            move_record(record.code, name, by=cast.manager, audience=cast.audience(cast.manager),
                        now=NOW)  # fmt: skip

    def told(self) -> dict[str, int | None]:
        found = Notice.objects.filter(kind="followed_changed").select_related("user")
        return {each.user.email.split("@")[0]: each.record_id for each in found}

    def test_it_works(
        self, cast: Cast, followed: Record, django_capture_on_commit_callbacks
    ) -> None:
        self.move(cast, followed, "publish", django_capture_on_commit_callbacks)

        # The manager who published knows; the buyer may not see it and gets no name.
        assert self.told() == {
            "rival": followed.pk, "colleague": followed.pk, "buyer": None,
        }  # fmt: skip

    def test_a_withdrawn_record_is_not_named_to_outsiders(
        self, cast: Cast, followed: Record, django_capture_on_commit_callbacks
    ) -> None:
        self.move(cast, followed, "withdraw", django_capture_on_commit_callbacks)

        assert self.told() == {"rival": None, "colleague": followed.pk, "buyer": None}

    def test_taking_it_back_is_told_without_a_name(
        self, cast: Cast, followed: Record, django_capture_on_commit_callbacks
    ) -> None:
        self.move(cast, followed, "publish", django_capture_on_commit_callbacks)
        Notice.objects.all().delete()

        with django_capture_on_commit_callbacks(execute=True):
            move_record(followed.code, "revise", by=cast.researcher,
                        audience=cast.audience(cast.researcher), now=NOW)  # fmt: skip

        told = self.told()
        assert told["rival"] is told["buyer"] is None and told["colleague"] == followed.pk
        note = Notice.objects.get(user=cast.rival, kind="followed_changed").note
        assert "taken back to be revised" in note

    def test_other_moves_tell_nobody(
        self, cast: Cast, followed: Record, django_capture_on_commit_callbacks
    ) -> None:
        with django_capture_on_commit_callbacks(execute=True):
            move_record(followed.code, "revise", by=cast.researcher,
                        audience=cast.audience(cast.researcher), now=NOW)  # fmt: skip

        assert self.told() == {}

    def test_a_record_that_is_gone_tells_nobody(self, cast: Cast, followed: Record) -> None:
        event = Event.objects.create(run=followed.run, move="publish", to_stage="x", at=NOW)

        assert tell_followers(0, "publish", event.pk, now=NOW) == 0

    def test_who_left_is_not_told(self, cast: Cast, followed: Record) -> None:
        cast.rival.is_active = False
        cast.rival.save()

        tell_followers(followed.pk, "publish", 0, now=NOW)

        assert "rival" not in self.told()
