import re
from pathlib import Path

import pytest

from terrace.errors import CriteriaError, InputError
from terrace.readiness import Scale, load_scale

CHINESE = re.compile(r"[\u4e00-\u9fff]")
IDS = ["technology", "customer", "business", "intellectual_property", "team", "funding"]
# Official wording, free to quote: the only names that are not our own.
EU_LEVELS = {1: "Basic principles observed", 4: "Technology validated in lab"}
WORDS = "{en: some words, zh: 一些话}"


def write_scale(
    path: Path, *, numbers: range = range(1, 10), ids: tuple[str, ...] = ("a",)
) -> Path:
    parts = f"name: {WORDS}, must_hold: {WORDS}, evidence: {WORDS}, example: {WORDS}"
    levels = "".join(f"      - {{number: {number}, {parts}}}\n" for number in numbers)
    heads = (f"  - id: {name}\n    name: {WORDS}\n    question: {WORDS}\n" for name in ids)
    lines = "".join(f"{head}    levels:\n{levels}" for head in heads)
    path.write_text(f"dimensions:\n{lines}", encoding="utf-8")
    return path


class TestShipped:
    @pytest.fixture
    def scale(self) -> Scale:
        return load_scale()

    def test_it_has_six_dimensions_of_nine_levels(self, scale: Scale) -> None:
        assert [dimension.id for dimension in scale.dimensions] == IDS
        for dimension in scale.dimensions:
            assert [level.number for level in dimension.levels] == list(range(1, 10))

    def test_every_text_is_in_its_language(self, scale: Scale) -> None:
        for dimension in scale.dimensions:
            texts = [dimension.name, dimension.question]
            for level in dimension.levels:
                texts += [level.name, level.must_hold, level.evidence, level.example]
            assert all(CHINESE.search(words.zh) for words in texts)
            assert not any(CHINESE.search(words.en) for words in texts)

    @pytest.mark.parametrize("part", ["name", "must_hold", "evidence", "example"])
    @pytest.mark.parametrize("language", ["en", "zh"])
    def test_no_two_levels_say_the_same(self, scale: Scale, part: str, language: str) -> None:
        said = [
            getattr(getattr(level, part), language)
            for dimension in scale.dimensions
            for level in dimension.levels
        ]
        assert len(set(said)) == 54

    def test_technology_has_the_european_names(self, scale: Scale) -> None:
        names = {level.number: level.name.en for level in scale.dimension("technology").levels}
        assert {number: names[number] for number in EU_LEVELS} == EU_LEVELS

    def test_evasions_are_known_in_both_languages(self, scale: Scale) -> None:
        assert {"yes", "no", "tbd", "待定"} <= scale.no_evidence

    def test_it_is_read_once(self, scale: Scale) -> None:
        assert load_scale() is scale

    def test_an_unknown_dimension_is_refused_with_the_known_ones(self, scale: Scale) -> None:
        with pytest.raises(InputError, match=r"'market'.*Known are technology, customer"):
            scale.dimension("market")


class TestWords:
    @pytest.mark.parametrize(
        ("language", "name"),
        [("en", "Team"), ("zh", "团队"), ("zh-hans", "团队"), ("ZH-CN", "团队"), ("fr", "Team")],
    )
    def test_they_come_in_the_language_asked_for(self, language: str, name: str) -> None:
        assert load_scale().dimension("team").name.in_language(language) == name


class TestReading:
    def test_a_zone_may_have_its_own(self, tmp_path: Path) -> None:
        scale = load_scale(write_scale(tmp_path / "own.yaml", ids=("safety", "climate")))

        assert [dimension.id for dimension in scale.dimensions] == ["safety", "climate"]
        assert scale.no_evidence == frozenset()

    @pytest.mark.parametrize("numbers", [range(1, 9), range(9), range(9, 0, -1)])
    def test_levels_are_numbered_one_to_nine(self, tmp_path: Path, numbers: range) -> None:
        path = write_scale(tmp_path / "own.yaml", numbers=numbers)

        with pytest.raises(CriteriaError, match=r"own.yaml, dimension 'a', line 2: .*1 to 9"):
            load_scale(path)

    def test_an_id_is_given_once(self, tmp_path: Path) -> None:
        with pytest.raises(CriteriaError, match="the id 'a' is given twice"):
            load_scale(write_scale(tmp_path / "own.yaml", ids=("a", "a")))

    @pytest.mark.parametrize(
        ("old", "new", "message"),
        [
            (", zh: 一些话}\n    question", "}\n    question", "'zh' is missing"),
            ("number: 1,", "number: one,", "'number' is not a whole number"),
            ("number: 1,", "number: true,", "'number' is not a whole number"),
            ("must_hold: ", "must_hald: ", "'must_hold' is missing"),
            ("    levels:", "    colour: red\n    levels:", "'colour' is not known here"),
        ],
    )
    def test_faults_are_named(self, tmp_path: Path, old: str, new: str, message: str) -> None:
        path = write_scale(tmp_path / "own.yaml")
        path.write_text(path.read_text("utf-8").replace(old, new, 1), encoding="utf-8")

        with pytest.raises(CriteriaError, match=message):
            load_scale(path)
