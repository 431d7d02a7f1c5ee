"""Share cards, feeds, the site map, robots.txt: what visitors see and nothing more."""

import io
import re
from xml.etree import ElementTree

import pytest
from django.test import Client
from PIL import Image

from terrace_web.accounts.audience import VISITOR
from terrace_web.exchange import cards
from terrace_web.exchange.cards import card_key, draw_card
from terrace_web.exchange.fonts import file_of, text_width, wrap_text
from terrace_web.market.models import Record
from terrace_web.market.queries import visible_to
from terrace_web.market.redaction import RecordView, teaser_of, view_for, views_for
from terrace_web.testing.cast import Cast, make_record

ATOM = "{http://www.w3.org/2005/Atom}"
MAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


def picture_of(payload: bytes) -> Image.Image:
    return Image.open(io.BytesIO(payload))


def view_of(record: Record) -> RecordView:
    return view_for(VISITOR, record)


class TestCard:
    def test_it_works(self, cast: Cast, client: Client) -> None:
        record = make_record(cast.lab, title="Ceramic seal 陶瓷密封件", fields=["materials"])

        page = client.get(f"/market/r/{record.code}/card.png")

        picture = picture_of(page.content)
        assert page["Content-Type"] == "image/png" and picture.size == (1200, 630)
        assert len(page.content) < 80_000 and "public" in page["Cache-Control"]

    def test_it_checks_access(self, cast: Cast, shelf: list[Record], sign_in) -> None:
        public = set(visible_to(cast.audience(None)).values_list("pk", flat=True))

        # The owner too gets only what everybody could: a card is made to be passed on.
        for user in (None, cast.buyer):
            client = sign_in(user)
            for record in shelf:
                expected = 200 if record.pk in public else 404
                assert client.get(f"/market/r/{record.code}/card.png").status_code == expected
        assert sign_in(None).get("/market/r/T-NOTHING/card.png").status_code == 404

    def test_a_hidden_owner_is_not_drawn(self, cast: Cast) -> None:
        blind = make_record(cast.company, "need", levels={"identity": "zone"})
        view = view_of(blind)

        named = view_for(cast.audience(cast.buyer), blind)
        assert view.owner is None and cards._foot(view) == ""
        assert "Lindgren" in cards._foot(named)

    def test_it_is_drawn_once_for_what_it_says(self, cast: Cast, monkeypatch) -> None:
        drawn = []
        monkeypatch.setattr(cards, "draw_card", lambda view: drawn.append(view) or b"png")
        record = make_record(cast.lab, title="Drawn once")

        cards.card_of(view_of(record))
        cards.card_of(view_of(record))
        record.title = "Drawn anew"
        cards.card_of(view_of(record))

        assert len(drawn) == 2

    def test_its_key_follows_what_it_shows(self, cast: Cast) -> None:
        record = make_record(cast.lab)
        first = card_key(view_of(record))

        record.content["summary"] = "Other"
        assert card_key(view_of(record)) != first

    def test_the_record_page_names_it(self, cast: Cast, client: Client) -> None:
        record = make_record(cast.lab)

        text = client.get(f"/market/r/{record.code}/").content.decode()
        assert f"/market/r/{record.code}/card.png" in text

    @pytest.mark.parametrize("title", ["", "W" * 300, "密" * 300, "😀 \u0e01 ж", "a\nb"])
    def test_any_title_can_be_drawn(self, cast: Cast, title: str) -> None:
        record = make_record(cast.lab, title=title)

        assert picture_of(draw_card(teaser_of(record))).size == (1200, 630)


class TestFonts:
    @pytest.mark.parametrize("letter", "Aéж密封件，。")
    def test_letters_have_a_file(self, letter: str) -> None:
        assert file_of(letter).endswith(".woff2")

    def test_chinese_letters_differ_on_the_picture(self) -> None:
        widths = {text_width(each, 60, 700) for each in ("密", "i", "W")}

        assert len(widths) == 3

    @pytest.mark.parametrize(
        "text",
        ["A long title of several words that has to be wrapped", "耐磨陶瓷密封件，用于泥浆泵" * 3],
    )
    def test_lines_fit_and_nothing_is_lost(self, text: str) -> None:
        lines = wrap_text(text, 40, 400, 400, 20)

        assert all(text_width(line, 40, 400) <= 400 for line in lines) and len(lines) > 2
        assert "".join(lines).replace(" ", "") == text.replace(" ", "")
        assert not any(line.startswith("，") for line in lines)

    def test_what_is_cut_says_so(self) -> None:
        lines = wrap_text("密" * 100, 40, 400, 400, 2)

        assert len(lines) == 2 and lines[-1].endswith("…")
        assert text_width(lines[-1], 40, 400) <= 400

    def test_short_texts_are_one_line(self) -> None:
        assert wrap_text("Seal", 40, 400, 400, 3) == ["Seal"] and wrap_text("", 40, 400, 9, 3) == []


class TestFeeds:
    def test_it_works(self, cast: Cast, client: Client) -> None:
        record = make_record(cast.lab, title="Seal & Co", fields=["materials"])

        for form in ("rss", "atom"):
            page = client.get(f"/market/feeds/achievement.{form}")
            ElementTree.fromstring(page.content)
            text = page.content.decode()
            assert page.status_code == 200 and "Seal &amp; Co" in text
            assert f"/market/r/{record.code}/" in text and "Institute of Coastal" in text

    def test_it_checks_access(self, cast: Cast, shelf: list[Record], sign_in) -> None:
        seen = visible_to(cast.audience(None)).filter(kind="need")
        views = {view.title: view for view in views_for(cast.audience(None), seen)}

        for user in (None, cast.buyer, cast.administrator):
            tree = ElementTree.fromstring(sign_in(user).get("/market/feeds/need.atom").content)
            entries = {
                entry.findtext(f"{ATOM}title"): entry.findtext(f"{ATOM}author/{ATOM}name")
                for entry in tree.iter(f"{ATOM}entry")
            }
            assert set(entries) == set(views)
            for title, author in entries.items():
                assert bool(author) == (not views[title].is_blind)
            assert all(name.text for name in tree.iter(f"{ATOM}name"))
        assert sign_in(None).get("/market/feeds/dragon.atom").status_code == 404

    def test_filters_narrow_it(self, cast: Cast, client: Client) -> None:
        make_record(cast.lab, title="Seal", fields=["materials"])
        make_record(cast.lab, title="Laser", fields=["optics"])

        text = client.get("/market/feeds/achievement.rss", {"fields": "optics"}).content.decode()
        assert "Laser" in text and "<title>Seal" not in text

    @pytest.mark.parametrize("form", ["rss", "atom"])
    def test_it_names_itself_with_its_filters(self, db: None, client: Client, form: str) -> None:
        given = {"q": "battery", "fields": "optics"}
        address = f"/market/feeds/achievement.{form}"
        text = client.get(address, given, headers={"Accept-Language": "zh-Hans"}).content.decode()

        (own,) = re.findall(r'href="([^"]*)" rel="self"|rel="self" [^>]*href="([^"]*)"', text)
        assert "".join(own).endswith(f"{address}?q=battery&amp;fields=optics")
        assert "成果：battery" in text

    def test_lists_lead_to_it(self, cast: Cast, client: Client) -> None:
        text = client.get("/market/achievements/", {"q": "seal"}).content.decode()

        assert 'rel="alternate" type="application/atom+xml"' in text
        assert "/market/feeds/achievement.atom?q=seal" in text

    def test_it_speaks_chinese(self, cast: Cast, client: Client) -> None:
        page = client.get("/market/feeds/need.rss", headers={"Accept-Language": "zh-Hans"})

        assert "需求" in page.content.decode()


class TestSiteMap:
    def test_it_works(self, cast: Cast, client: Client) -> None:
        record = make_record(cast.lab)

        index = ElementTree.fromstring(client.get("/sitemap.xml").content)
        assert len(index.findall(f"{MAP}sitemap")) == 7
        page = ElementTree.fromstring(client.get("/sitemap-achievements.xml").content)
        assert [each.text.endswith(f"/market/r/{record.code}/")
                for each in page.iter(f"{MAP}loc")] == [True]  # fmt: skip
        pages = client.get("/sitemap-pages.xml").content.decode()
        assert "/market/needs/" in pages

    def test_it_checks_access(self, cast: Cast, shelf: list[Record], sign_in) -> None:
        public = set(visible_to(cast.audience(None)).values_list("code", flat=True))

        for user in (None, cast.buyer):
            text = sign_in(user).get("/sitemap-needs.xml").content.decode()
            assert {record.code for record in shelf if record.code in text} == public

    def test_no_time_of_a_hidden_change_shows(self, cast: Cast, client: Client) -> None:
        make_record(cast.lab, levels={"teaser": "private"})

        assert "lastmod" not in client.get("/sitemap.xml").content.decode()


def test_robots_are_told(cast: Cast, client: Client) -> None:
    text = client.get("/robots.txt").content.decode()

    assert "Disallow: /accounts/" in text and "/sitemap.xml" in text
    assert "Disallow: /\n" not in text


def test_browsers_learn_to_search(cast: Cast, client: Client) -> None:
    page = client.get("/opensearch.xml")

    ElementTree.fromstring(page.content)
    assert "opensearchdescription" in page["Content-Type"]
    assert "/search/?q={searchTerms}" in page.content.decode()


class TestListTools:
    def test_it_works(self, cast: Cast, sign_in) -> None:
        make_record(cast.lab)

        text = sign_in(cast.rival).get("/market/achievements/", {"q": "seal"}).content.decode()
        assert "/market/export/achievement.csv?q=seal" in text
        assert "/market/following/new/achievement/?q=seal" in text

    def test_they_follow_the_filters(self, cast: Cast, sign_in) -> None:
        part = sign_in(cast.rival).get(
            "/market/achievements/", {"fields": "optics"}, headers={"HX-Request": "true"}
        )

        text = part.content.decode()
        assert 'id="list-tools"' in text and "achievement.csv?fields=optics" in text

    def test_visitors_get_feeds_alone(self, cast: Cast, client: Client) -> None:
        text = client.get("/market/achievements/").content.decode()

        assert "Save search" not in text and "/market/export/" not in text
        assert "/market/feeds/achievement.atom" in text
