"""The landscape: only what is visible is on it, in its counts and in its regions."""

import gzip
from collections.abc import Iterator

import pytest

from terrace.testing.embedders import HashEmbedder
from terrace_web.index import corpora
from terrace_web.market.models import Record
from terrace_web.matching.actions import build_landscape, place_in_landscape, rebuild_index
from terrace_web.matching.following import follow_outbox
from terrace_web.matching.mapping import landscape_folder
from terrace_web.matching.models import Cluster, Place
from terrace_web.testing.cast import NOW, Cast, make_record

TOPICS = ("ceramic seal for slurry pumps", "laser optics for sensors", "battery for cold climates")


@pytest.fixture
def vectors(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A model that has vectors for the words of every language."""
    monkeypatch.setattr(corpora, "_embedders", lambda: (HashEmbedder(dimension=32),))
    yield
    corpora.close_all()


@pytest.fixture
def market(cast: Cast, vectors: None) -> list[Record]:
    return [
        make_record(
            cast.lab if kind == "achievement" else cast.company,
            kind,
            title=f"{kind} {number}: {TOPICS[number % 3]}",
            content={"summary": f"{TOPICS[number % 3]} number {number}", "body": ""},
            fields=["materials" if number % 3 else "energy"],
        )
        for number in range(15)
        for kind in ("achievement", "need")
    ]


def place(record: Record, cluster: int = 0, x: float = 0.5) -> Place:
    return Place.objects.create(record=record, x=x, y=0.5, cluster=cluster)


def titles(answer) -> set[str]:
    return {point["title"] for point in answer.json()["points"]}


def test_it_works(cast: Cast, client, market: list[Record]) -> None:
    rebuild_index()

    assert build_landscape() == 30
    points = client.get("/map/points.json").json()
    assert {point["title"] for point in points["points"]} == {record.title for record in market}
    assert all(0 <= point["x"] <= 1 and 0 <= point["y"] <= 1 for point in points["points"])
    assert any(each["label"] for each in points["clusters"])
    page = client.get("/map/").content.decode()
    assert 'data-map-url="/map/points.json"' in page
    assert market[0].title in page


def test_a_new_record_is_placed_and_moves_nobody(cast: Cast, market: list[Record]) -> None:
    rebuild_index()
    build_landscape()
    before = dict(Place.objects.values_list("record_id", "x"))
    fresh = make_record(cast.lab, title=TOPICS[0], content={"summary": TOPICS[0], "body": ""})
    follow_outbox(NOW)

    after = dict(Place.objects.values_list("record_id", "x"))
    assert 0 <= after.pop(fresh.pk) <= 1
    assert after == before


def test_drafts_are_not_placed(cast: Cast, market: list[Record]) -> None:
    rebuild_index()
    build_landscape()
    draft = make_record(cast.lab, title=TOPICS[0], stage="draft")

    assert place_in_landscape([draft]) == 0


def test_too_little_makes_no_map(cast: Cast, client, seal: Record) -> None:
    place(seal)
    rebuild_index()

    assert build_landscape() == 0
    assert not Place.objects.exists()
    assert not landscape_folder().exists()
    assert place_in_landscape([seal]) == 0
    assert "There is no map yet" in client.get("/map/").content.decode()


def test_it_checks_access(cast: Cast, client, sign_in, seal: Record, hidden: Record) -> None:
    zone_only = make_record(cast.lab, title="For members", levels={"teaser": "zone"})
    draft = make_record(cast.lab, title="A draft", stage="draft")
    for number, record in enumerate((seal, hidden, zone_only, draft)):
        place(record, cluster=number)
        Cluster.objects.create(number=number, x=0.5, y=0.5, label_en=f"region {number}")

    assert titles(client.get("/map/points.json")) == {seal.title}
    assert titles(sign_in(cast.buyer).get("/map/points.json")) == {seal.title, "For members"}
    page = client.get("/map/").content.decode()
    assert hidden.title not in page
    assert "region 0" in page
    # A region that holds only hidden records would tell of them.
    assert "region 1" not in page


def test_the_list_is_filtered_without_javascript(
    cast: Cast, client, seal: Record, need: Record
) -> None:
    place(seal)
    place(need)

    only_needs = client.get("/map/?kind=need").content.decode()
    assert need.title in only_needs
    assert f">{seal.title}<" not in only_needs
    by_words = client.get("/map/?q=CERAMIC").content.decode()
    assert f">{need.title}<" not in by_words
    assert f">{seal.title}<" in by_words
    assert "Nothing on the map fits" in client.get("/map/?fields=optics").content.decode()
    assert client.get("/map/?page=nine&kind=nonsense").status_code == 200


def test_labels_are_in_the_reader_s_language(cast: Cast, client, seal: Record) -> None:
    place(seal)
    Cluster.objects.create(number=0, x=0.5, y=0.5, label_en="seals", label_zh="密封")
    client.cookies["django_language"] = "zh-hans"
    page = client.get("/map/").content.decode()

    assert "密封" in page
    assert "技术全景图" in page


def test_a_region_without_a_name_in_the_reader_s_language_has_none(
    cast: Cast, client, seal: Record
) -> None:
    place(seal)
    Cluster.objects.create(number=0, x=0.5, y=0.5, label_en="seals")
    client.cookies["django_language"] = "zh-hans"

    assert client.get("/map/points.json").json()["clusters"] == []
    assert "其他" in client.get("/map/").content.decode()


def test_a_source_s_way_of_speaking_names_no_region(cast: Cast, client, vectors: None) -> None:
    for number in range(40):
        topic = TOPICS[number % 2]
        said = f"{topic} {number}. Expected outcome" if number % 2 else topic
        content = {"summary": said, "body": ""}
        source = "calls" if number % 2 else "forms"
        make_record(cast.lab, title=f"{topic} {number}", content=content, source=source)
    rebuild_index()
    build_landscape()

    labels = [each["label"] for each in client.get("/map/points.json").json()["clusters"]]
    assert not any("outcome" in label for label in labels)


def test_it_asks_few_queries(
    cast: Cast, sign_in, seal: Record, django_assert_max_num_queries
) -> None:
    for number in range(60):
        place(make_record(cast.lab, title=f"Ring {number}"), cluster=number % 7)
    client = sign_in(cast.buyer)
    with django_assert_max_num_queries(30):
        client.get("/map/")
    with django_assert_max_num_queries(12):
        client.get("/map/points.json")


def test_points_are_packed_where_the_reader_unpacks(cast: Cast, sign_in, seal: Record) -> None:
    client = sign_in(None)

    plain = client.get("/map/points.json")
    packed = client.get("/map/points.json", headers={"Accept-Encoding": "gzip, br"})

    assert gzip.decompress(packed.content) == plain.content
    assert packed["Content-Encoding"] == "gzip"
    assert "Content-Encoding" not in plain


def test_points_are_sent_again_only_when_they_changed(cast: Cast, sign_in, seal: Record) -> None:
    client = sign_in(None)
    known = {"If-None-Match": client.get("/map/points.json")["ETag"]}

    assert client.get("/map/points.json", headers=known).status_code == 304
    place(make_record(cast.lab, title="Another ring"))
    answer = client.get("/map/points.json", headers=known)

    assert "Another ring" in answer.content.decode()


def test_what_is_kept_for_one_reader_is_not_shown_to_another(cast: Cast, sign_in) -> None:
    hidden = make_record(cast.lab, title="Only for us", levels={"teaser": "named"})
    place(hidden)

    for user, sees in ((cast.researcher, True), (None, False), (cast.researcher, True)):
        page = sign_in(user).get("/map/points.json").content.decode()
        assert ("Only for us" in page) is sees


def test_the_list_says_the_language_of_its_titles(cast: Cast, client) -> None:
    place(make_record(cast.lab, title="密封"))
    place(make_record(cast.lab, title="Seal"))
    page = client.get("/map/").content.decode()

    assert 'lang="zh">密封</a>' in page and 'lang="en">Seal</a>' in page


def test_where_nothing_fits_no_empty_map_is_drawn(cast: Cast, client) -> None:
    place(make_record(cast.lab, title="Seal"))
    page = client.get("/map/?q=nothing+of+the+kind").content.decode()

    assert "Nothing on the map fits these filters." in page
    assert "map-canvas" not in page
    assert '<button class="btn" type="submit">' in page
