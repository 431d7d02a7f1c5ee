"""Creating and changing records in the browser."""

from collections.abc import Callable

import pytest
from django.test import Client

from terrace_web.accounts.models import Membership, User
from terrace_web.audit.models import Entry
from terrace_web.market.models import Record
from terrace_web.testing.cast import Cast, make_record
from terrace_web.testing.forms import fill

SignIn = Callable[[User | None], Client]
HTMX = {"HX-Request": "true"}


@pytest.fixture
def draft(cast: Cast) -> Record:
    return make_record(cast.lab, stage="draft", content={"summary": "A seal.", "patents": ["P1"]})


class TestNewRecord:
    def test_it_works(self, cast: Cast, sign_in: SignIn, django_assert_max_num_queries) -> None:
        client = sign_in(cast.researcher)
        with django_assert_max_num_queries(30):
            text = client.get("/market/new/achievement/").content.decode()
        for part in ("Public part", "Identity", "Confidential part", "Priority date"):
            assert part in text

        said = fill(
            title="Kiln",
            summary="Fires evenly.",
            keywords="ceramics, kiln",
            patents="A seal, and how it is made\nAnother",
            fields=["materials"],
            licensed_exclusively="no",
            price="12,500",
            owner=cast.lab.pk,
        )
        answer = client.post("/market/new/achievement/", said)

        record = Record.objects.get()
        assert answer.status_code == 302 and answer["Location"] == f"/market/r/{record.code}/edit/"
        assert record.run.stage == "draft" and record.owner == cast.lab
        assert record.title == "Kiln" and record.fields == ["materials"]
        assert record.content["keywords"] == ["ceramics", "kiln"]
        assert record.content["patents"] == ["A seal, and how it is made", "Another"]
        assert record.content["licensed_exclusively"] is False
        assert record.content["price"] == 12500
        assert record.confidential_level == "named"

    def test_saving_and_closing_leads_to_the_record(self, cast: Cast, sign_in: SignIn) -> None:
        said = fill(title="Kiln", owner=cast.lab.pk, close="1")
        answer = sign_in(cast.researcher).post("/market/new/achievement/", said)

        assert answer["Location"] == f"/market/r/{Record.objects.get().code}/"

    def test_it_checks_access(self, cast: Cast, sign_in: SignIn) -> None:
        assert sign_in(None).get("/market/new/need/").status_code == 302
        for user in (cast.newcomer, cast.colleague, cast.officer):
            assert sign_in(user).get("/market/new/need/").status_code == 403
            assert sign_in(user).post("/market/new/need/", fill(title="x")).status_code == 403

    def test_no_draft_is_made_for_others(self, cast: Cast, sign_in: SignIn) -> None:
        said = fill(title="Kiln", owner=cast.company.pk)
        answer = sign_in(cast.researcher).post("/market/new/achievement/", said)

        assert answer.status_code == 200 and not Record.objects.exists()

    def test_who_edits_for_several_chooses(self, cast: Cast, sign_in: SignIn) -> None:
        Membership.objects.create(
            user=cast.researcher, organisation=cast.other_lab, role=Membership.Role.EDITOR
        )
        client = sign_in(cast.researcher)
        assert "Belongs to" in client.get("/market/new/achievement/").content.decode()

        client.post("/market/new/achievement/", fill(title="Kiln", owner=cast.other_lab.pk))

        assert Record.objects.get().owner == cast.other_lab

    def test_an_unknown_kind_is_not_found(self, cast: Cast, sign_in: SignIn) -> None:
        assert sign_in(cast.researcher).get("/market/new/spaceship/").status_code == 404

    def test_what_is_wrong_is_said_at_the_field(self, cast: Cast, sign_in: SignIn) -> None:
        said = fill(title="Kiln", price="-3", available_from="soon", owner=cast.lab.pk)
        text = sign_in(cast.researcher).post("/market/new/achievement/", said).content.decode()

        assert '<a href="#id_price">' in text and '<a href="#id_available_from">' in text
        assert 'value="Kiln"' in text and not Record.objects.exists()

    @pytest.mark.parametrize(
        ("said", "remedy"),
        [
            ({"region": "Mars"}, "No region is called “Mars”"),
            ({"currency": "eu"}, "three letters"),
            ({"budget_min": "500", "budget_max": "100"}, "below the lowest budget"),
        ],
    )
    def test_what_is_wrong_whatever_comes_is_refused(
        self, cast: Cast, sign_in: SignIn, said: dict[str, str], remedy: str
    ) -> None:
        given = fill(title="Kiln", owner=cast.lab.pk, **said)
        page = sign_in(cast.researcher).post("/market/new/need/", given).content.decode()

        assert remedy in page and not Record.objects.exists()

    @pytest.mark.parametrize("said", ["人民币", "rmb", "元", "￥"])
    def test_a_currency_has_common_names(self, cast: Cast, sign_in: SignIn, said: str) -> None:
        given = fill(title="Kiln", owner=cast.lab.pk, currency=said)
        sign_in(cast.researcher).post("/market/new/achievement/", given)

        assert Record.objects.get().content["currency"] == "CNY"

    def test_codes_may_be_written_in_small_letters(self, cast: Cast, sign_in: SignIn) -> None:
        given = fill(title="Kiln", owner=cast.lab.pk, region="cn-sn", currency="eur")
        sign_in(cast.researcher).post("/market/new/achievement/", given)

        record = Record.objects.get()
        assert (record.region, record.content["currency"]) == ("CN-SN", "EUR")

    @pytest.mark.parametrize(
        ("region", "regions", "code", "codes"),
        [
            ("Shaanxi", "Germany, 日本", "CN-SN", ["DE", "JP"]),
            ("陕西省", "中国陕西\nShaanxi (China)\nFrance", "CN-SN", ["CN-SN", "FR"]),
        ],
    )
    def test_regions_are_entered_by_name_and_kept_by_code(
        self, cast: Cast, sign_in: SignIn, region: str, regions: str, code: str, codes: list[str]
    ) -> None:
        client = sign_in(cast.buyer)
        given = fill(title="Kiln", owner=cast.company.pk, region=region, regions=regions)
        client.post("/market/new/need/", given)

        record = Record.objects.get()
        assert (record.region, record.content["regions"]) == (code, codes)
        page = client.get(f"/market/r/{record.code}/edit/").content.decode()
        assert 'value="Shaanxi (China)"' in page
        read = client.get(f"/market/r/{record.code}/", headers={"Accept-Language": "zh-Hans"})
        assert "中国陕西" in read.content.decode()

    def test_no_priority_date_lies_in_the_future(self, cast: Cast, sign_in: SignIn) -> None:
        given = fill(title="Kiln", owner=cast.lab.pk, priority_date="2999-01-01")
        page = sign_in(cast.researcher).post("/market/new/achievement/", given).content.decode()

        assert "lies in the future" in page

    def test_it_speaks_chinese(self, cast: Cast, sign_in: SignIn) -> None:
        page = sign_in(cast.researcher).get(
            "/market/new/achievement/", headers={"Accept-Language": "zh-Hans"}
        )

        text = page.content.decode()
        assert "公开摘要" in text and "按文本判断" in text

    @pytest.mark.parametrize(
        ("summary", "chosen", "language"),
        [
            ("一种耐磨陶瓷密封环。", "", "zh"),
            ("A ceramic seal ring.", "", "en"),
            ("A ceramic seal ring.", "zh", "zh"),
            ("", "", "en"),
        ],
    )
    def test_its_language_is_that_of_the_text_if_none_is_chosen(
        self, cast: Cast, sign_in: SignIn, summary: str, chosen: str, language: str
    ) -> None:
        said = fill(title="Al2O3", summary=summary, owner=cast.lab.pk, language=chosen)
        client = sign_in(cast.researcher)

        client.post("/market/new/achievement/", said, headers={"Accept-Language": "zh-Hans"})

        assert Record.objects.get().language == language

    @pytest.mark.parametrize("kind", ["achievement", "need", "company", "expert", "service"])
    def test_every_kind_has_a_form(self, cast: Cast, sign_in: SignIn, kind: str) -> None:
        assert sign_in(cast.researcher).get(f"/market/new/{kind}/").status_code == 200


class TestDraftsThatSaveThemselves:
    def test_typing_makes_the_draft_and_moves_the_page_to_it(
        self, cast: Cast, sign_in: SignIn
    ) -> None:
        client = sign_in(cast.researcher)
        said = fill(title="Kil", owner=cast.lab.pk)
        answer = client.post("/market/new/achievement/draft/", said, headers=HTMX)

        record = Record.objects.get()
        assert record.title == "Kil"
        assert answer["HX-Replace-Url"] == f"/market/r/{record.code}/edit/"
        assert f'hx-post="/market/r/{record.code}/draft/"' in answer.content.decode()
        assert 'name="version" id="id_version" value="1"' in answer.content.decode()

    def test_an_empty_form_makes_none(self, cast: Cast, sign_in: SignIn) -> None:
        said = fill(owner=cast.lab.pk)
        answer = sign_in(cast.researcher).post("/market/new/achievement/draft/", said)

        assert answer.status_code == 204 and not Record.objects.exists()

    def test_readable_fields_are_kept_when_another_is_wrong(
        self, cast: Cast, draft: Record, sign_in: SignIn
    ) -> None:
        said = fill(title="Seal", summary="Long text.", price="much", version=1)
        answer = sign_in(cast.researcher).post(f"/market/r/{draft.code}/draft/", said)

        draft.refresh_from_db()
        assert draft.content["summary"] == "Long text." and draft.version == 2
        assert '<a href="#id_price">' in answer.content.decode()

    def test_one_sitting_is_one_version(self, cast: Cast, draft: Record, sign_in: SignIn) -> None:
        client = sign_in(cast.researcher)
        for number in (1, 2, 3):
            said = fill(title=f"Seal {number}", summary="A seal.", version=number)
            client.post(f"/market/r/{draft.code}/draft/", said)

        draft.refresh_from_db()
        assert draft.version == 4 and draft.versions.count() == 1
        assert draft.versions.get().values["title"] == "Ceramic seal for slurry pumps"

    def test_a_conflict_is_told_and_overwrites_nothing(
        self, cast: Cast, draft: Record, sign_in: SignIn
    ) -> None:
        client = sign_in(cast.researcher)
        client.post(f"/market/r/{draft.code}/draft/", fill(title="First", version=1))
        answer = client.post(f"/market/r/{draft.code}/draft/", fill(title="Second", version=1))

        draft.refresh_from_db()
        assert draft.title == "First"
        assert "Somebody else saved this record" in answer.content.decode()

    def test_it_checks_access(self, cast: Cast, draft: Record, sign_in: SignIn) -> None:
        url = f"/market/r/{draft.code}/draft/"

        assert sign_in(cast.rival).post(url, fill(title="x")).status_code == 404
        assert sign_in(cast.colleague).post(url, fill(title="x")).status_code == 403
        assert sign_in(cast.manager).post(url, fill(title="x")).status_code == 404
        assert sign_in(cast.researcher).get(url).status_code == 405


class TestEdit:
    def test_it_works(
        self, cast: Cast, draft: Record, sign_in: SignIn, django_assert_max_num_queries
    ) -> None:
        client = sign_in(cast.researcher)
        with django_assert_max_num_queries(30):
            text = client.get(f"/market/r/{draft.code}/edit/").content.decode()
        assert "A seal." in text and "data-autosave" in text

        answer = client.post(
            f"/market/r/{draft.code}/edit/", fill(title="New title", version=1, close="1")
        )

        draft.refresh_from_db()
        assert answer["Location"] == f"/market/r/{draft.code}/" and draft.title == "New title"

    def test_it_checks_access(self, cast: Cast, draft: Record, sign_in: SignIn) -> None:
        published = make_record(cast.lab)

        assert sign_in(cast.rival).get(f"/market/r/{draft.code}/edit/").status_code == 404
        assert sign_in(cast.colleague).get(f"/market/r/{draft.code}/edit/").status_code == 403
        assert sign_in(cast.rival).get(f"/market/r/{published.code}/edit/").status_code == 403

    def test_what_is_published_is_taken_back_first(self, cast: Cast, sign_in: SignIn) -> None:
        published = make_record(cast.lab)
        client = sign_in(cast.researcher)
        answer = client.post(f"/market/r/{published.code}/edit/", fill(title="Sneaky"))

        published.refresh_from_db()
        assert answer.status_code == 409 and published.title != "Sneaky"

    def test_confidential_passages_are_quoted_early(self, cast: Cast, sign_in: SignIn) -> None:
        secret = "The binder is sintered at 1440 degrees under nitrogen for nine hours."
        leaky = make_record(
            cast.lab, stage="draft", content={"summary": f"New. {secret}", "details": secret}
        )
        text = sign_in(cast.researcher).get(f"/market/r/{leaky.code}/edit/").content.decode()

        assert f"<blockquote>{secret}</blockquote>" in text

    def test_a_level_never_opens_more_than_the_one_around_it(
        self, cast: Cast, draft: Record, sign_in: SignIn
    ) -> None:
        said = fill(title="x", version=1, teaser_level="zone", identity_level="public")
        sign_in(cast.researcher).post(f"/market/r/{draft.code}/edit/", said)

        draft.refresh_from_db()
        assert draft.identity_level == "zone"


class TestPreview:
    def test_it_works(self, cast: Cast, sign_in: SignIn) -> None:
        blind = make_record(
            cast.company,
            "need",
            stage="draft",
            levels={"teaser": "public", "identity": "zone", "confidential": "private"},
            content={"details": "Plant 7"},
        )
        client = sign_in(cast.buyer)
        visitor = client.get(f"/market/r/{blind.code}/preview/?as=visitor").content.decode()
        member = client.get(f"/market/r/{blind.code}/preview/?as=member").content.decode()

        body = 'aria-labelledby="identity-title"'
        assert "Lindgren Pumps" not in visitor.split(body)[1]
        assert "Lindgren Pumps" in member.split(body)[1]
        assert "Plant 7" not in visitor and "Plant 7" not in member

    def test_what_nobody_would_see_is_said(self, cast: Cast, sign_in: SignIn) -> None:
        zone_only = make_record(cast.lab, stage="draft", levels={"teaser": "zone"})
        client = sign_in(cast.researcher)

        text = client.get(f"/market/r/{zone_only.code}/preview/").content.decode()
        assert "A visitor would not see this record at all." in text

    def test_it_checks_access(self, cast: Cast, draft: Record, sign_in: SignIn) -> None:
        published = make_record(cast.lab)

        assert sign_in(cast.rival).get(f"/market/r/{draft.code}/preview/").status_code == 404
        assert sign_in(cast.rival).get(f"/market/r/{published.code}/preview/").status_code == 403


class TestDelete:
    def test_it_works(self, cast: Cast, draft: Record, sign_in: SignIn) -> None:
        client, url = sign_in(cast.researcher), f"/market/r/{draft.code}/delete/"

        assert "cannot be brought back" in client.get(url).content.decode()
        assert Record.objects.filter(pk=draft.pk).exists()
        client.post(url)

        assert not Record.objects.filter(pk=draft.pk).exists()
        assert Entry.objects.filter(action="record:delete").count() == 1
        assert "Ceramic seal" not in client.get("/market/mine/").content.decode()

    def test_what_was_published_once_stays(
        self, cast: Cast, draft: Record, sign_in: SignIn
    ) -> None:
        Record.objects.filter(pk=draft.pk).update(published_at=draft.created_at)
        client, url = sign_in(cast.researcher), f"/market/r/{draft.code}/delete/"

        assert client.get(url).url == f"/market/r/{draft.code}/"
        client.post(url)

        assert Record.objects.filter(pk=draft.pk).exists()

    def test_it_checks_access(self, cast: Cast, draft: Record, sign_in: SignIn) -> None:
        url = f"/market/r/{draft.code}/delete/"

        assert sign_in(cast.rival).post(url).status_code == 404
        assert sign_in(cast.colleague).post(url).status_code == 403
