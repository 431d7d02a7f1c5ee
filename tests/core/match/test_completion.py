from collections.abc import Iterator
from pathlib import Path

import pytest

from terrace.match.completion import complete_groups, complete_terms
from terrace.match.index import Entry, Index, View

TEXTS = {
    "A1": "corrosion sensors for pipelines",
    "A2": "corrosive gases and corrosion",
    "A3": "batteries with solid electrolytes",
    "A4": "腐蚀 监测 传感器",
    "A5": "机器 用于 腐蚀",
}


@pytest.fixture
def view(tmp_path: Path) -> Iterator[View]:
    with Index.open(tmp_path / "index") as index:
        open_ones = [Entry(id=i, text=text) for i, text in TEXTS.items()]
        index.write([*open_ones, Entry(id="H", text="corrogenin 腐败", counted=False)])
        yield index.view()


def test_an_unfinished_word_stands_for_what_public_records_go_on_with(view: View) -> None:
    assert {"corros"} <= set(complete_terms(view, "corro"))
    assert set(complete_terms(view, "batt")) == {"batt", "batteri"}


def test_terms_of_hidden_records_alone_are_not_offered(view: View) -> None:
    assert "corrogenin" not in complete_terms(view, "corro")
    assert "腐败" not in complete_terms(view, "腐")


def test_a_hidden_record_changes_no_weight(tmp_path: Path) -> None:
    entries = [Entry(id=i, text=text) for i, text in TEXTS.items()]
    with Index.open(tmp_path / "other") as index:
        index.write(entries)
        before = complete_terms(index.view(), "sens")
        index.write([Entry(id="H", text="sensors sensory sensible", counted=False)])
        assert complete_terms(index.view(), "sens") == before


@pytest.mark.parametrize("typed", ["腐", "金属腐"])
def test_one_chinese_character_is_enough(view: View, typed: str) -> None:
    assert "腐蚀" in complete_terms(view, typed)


def test_an_unfinished_chinese_word_is_not_torn_apart(view: View) -> None:
    assert "传感器" in complete_terms(view, "监测传感")


@pytest.mark.parametrize("typed", ["corrosio", "CORROSIO", "ｃｏｒｒｏｓｉｏ"])
def test_a_word_longer_than_its_stem_is_found(view: View, typed: str) -> None:
    assert complete_terms(view, typed).get("corros") == 1.0


@pytest.mark.parametrize("finished", ["corro ", "corro,", "c", "", " "])
def test_a_finished_word_and_a_single_letter_do_not_go_on(view: View, finished: str) -> None:
    assert "corros" not in complete_terms(view, finished)


def test_finished_words_count_as_often_as_they_occur(view: View) -> None:
    weights = complete_terms(view, "pipeline pipeline corro")
    assert weights["pipelin"] == 2.0


def test_each_word_is_a_group_of_its_own(view: View) -> None:
    groups = complete_groups(view, "pipeline sensor corro")
    assert [set(group) for group in groups[:2]] == [{"pipelin"}, {"sensor"}]
    assert "corros" in groups[2]


def test_the_word_as_it_stands_weighs_in_full(view: View) -> None:
    assert complete_terms(view, "sensor")["sensor"] == 1.0


def test_an_empty_index_completes_nothing(tmp_path: Path) -> None:
    with Index.open(tmp_path / "empty") as index:
        assert complete_terms(index.view(), "corro") == {"corro": 1.0}


def test_completions_together_count_like_one_common_word(view: View) -> None:
    weights = view.weigh_prefix("s", most=10)
    idf = dict(zip(weights, view.idf(list(weights)), strict=True))
    shares = [weights[term] * idf[term] for term in weights]
    assert max(shares) == pytest.approx(min(shares))


def test_only_the_commonest_are_taken(view: View) -> None:
    assert list(view.weigh_prefix("corros", most=1)) == ["corros"]
    assert view.weigh_prefix("zzz", most=5) == {}


def test_terms_that_came_later_are_completed_in_the_next_view_only(tmp_path: Path) -> None:
    with Index.open(tmp_path / "index") as index:
        index.write([Entry(id="A", text="turbine")])
        before = index.view()
        index.write([Entry(id="B", text="turbulence")])
        assert set(index.view().weigh_prefix("turb", most=9)) == {"turbin", "turbul"}
        assert set(before.weigh_prefix("turb", most=9)) == {"turbin"}


def test_a_deleted_records_words_are_offered_no_more(tmp_path: Path) -> None:
    with Index.open(tmp_path / "index") as index:
        index.write([Entry(id="A", text="turbine"), Entry(id="B", text="pump")])
        index.write(delete=["A"])
        assert index.view().weigh_prefix("turb", most=9) == {}
