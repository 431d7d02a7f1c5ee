import re
from pathlib import Path

import pytest

from terrace.errors import CriteriaError
from terrace.match.clauses import cut_clauses
from terrace.match.interview import Catalogue, load_interview
from terrace.match.interview.declaration import QUESTIONS
from terrace.match.requirements import cut_requirements
from terrace.records import Need, Text

CHINESE = re.compile(r"[\u4e00-\u9fff]")
SHIPPED = Path(__file__).parents[4] / "src" / "terrace" / "data" / "interview.yaml"


@pytest.fixture
def catalogue() -> Catalogue:
    return load_interview()


class TestShipped:
    def test_every_question_is_asked_once(self, catalogue: Catalogue) -> None:
        assert [question.id for question in catalogue.questions] == list(QUESTIONS)

    def test_groups_come_in_a_row(self, catalogue: Catalogue) -> None:
        order = [group.id for group in catalogue.groups]
        places = [order.index(question.group) for question in catalogue.questions]
        assert places == sorted(places)

    def test_every_text_is_in_its_language(self, catalogue: Catalogue) -> None:
        asked = [sentence for q in catalogue.questions for sentence in (q.ask, q.why)]
        asked += [sentence for entry in catalogue.vague for sentence in (entry.ask, entry.what)]
        assert all(CHINESE.search(sentence.zh) for sentence in asked)
        assert not any(CHINESE.search(sentence.en) for sentence in asked)

    def test_every_vague_word_makes_a_question(self, catalogue: Catalogue) -> None:
        for entry in catalogue.vague:
            assert entry.ask.en.endswith("?")
            assert entry.ask.zh.endswith("？")

    def test_no_word_is_vague_in_two_ways(self, catalogue: Catalogue) -> None:
        words = [word for entry in catalogue.vague for w in entry.words.values() for word in w]
        assert sorted(words) == sorted(set(words))

    @pytest.mark.parametrize("language", ["en", "zh"])
    def test_headings_announce_no_requirements(self, catalogue: Catalogue, language: str) -> None:
        heads = [
            getattr(label, language) for n, label in catalogue.labels.items() if n != "requirements"
        ]
        body = "\n".join(f"{head}:\n1234 5678 9012 3456 abcd" for head in heads)

        need = Need(id="N", texts=(Text(language=language, title="Seals", body=body),))

        assert len(cut_clauses(body)) == 2 * len(heads)
        assert [part.part for part in cut_requirements(need)] == ["title"]


class TestWords:
    @pytest.mark.parametrize(
        ("text", "entry"),
        [
            ("a fast reply", "speed"),
            ("faster replies", "speed"),
            ("a cheaper seal", "price"),
            ("state-of-the-art optics", "advanced"),
            ("as soon as possible", "soon"),
            ("快速检测", "speed"),
            ("技术先进", "advanced"),
            ("尽快完成", "soon"),
            ("高精度测量", "precision"),
        ],
    )
    def test_they_are_found(self, catalogue: Catalogue, text: str, entry: str) -> None:
        assert [e.id for e in catalogue.vague if e.pattern.search(text)] == [entry]

    @pytest.mark.parametrize(
        "text",
        ["breakfast", "a high-voltage line", "steadfast", "food safety", "食品安全", "柔性电子"],
    )
    def test_terms_of_the_trade_are_left_alone(self, catalogue: Catalogue, text: str) -> None:
        assert [e.id for e in catalogue.vague if e.pattern.search(text)] == []


class TestReading:
    @pytest.mark.parametrize(
        ("old", "new", "message"),
        [
            ("kind: money", "kind: gold", "question 'budget', line .*'gold' is not known"),
            ("  - id: export\n", "  - id: import\n", "'questions' differs in 'export'"),
            ("group: limits", "group: limit", "its group is not declared"),
            ("answered_by: deadline", "answered_by: dead", "there is no question 'dead'"),
            ("comparison: at_most", "comparison: under", "'under' is no comparison"),
            ("  proof: {en:", "  prof: {en:", "labels, line .*'proof' is missing"),
            ("\nasking:", "\nasked:", "'asking' is missing"),
        ],
    )
    def test_faults_are_named(self, tmp_path: Path, old: str, new: str, message: str) -> None:
        text = SHIPPED.read_text("utf-8")
        assert old in text
        path = tmp_path / "own.yaml"
        path.write_text(text.replace(old, new, 1), encoding="utf-8")

        with pytest.raises(CriteriaError, match=message):
            load_interview(path)

    def test_a_zone_may_ask_in_other_words(self, tmp_path: Path) -> None:
        path = tmp_path / "own.yaml"
        text = SHIPPED.read_text("utf-8").replace("What do you need, in one line?", "Your need?")
        path.write_text(text, encoding="utf-8")

        assert load_interview(path).questions[0].ask.en == "Your need?"

    def test_a_language_may_have_no_vague_words(self, tmp_path: Path) -> None:
        path = tmp_path / "own.yaml"
        text = re.sub(r"(?m)^    zh: \[.*\]$", "    zh: []", SHIPPED.read_text("utf-8"))
        path.write_text(text, encoding="utf-8")

        vague = load_interview(path).vague
        assert not any(entry.pattern.search("先进") for entry in vague)
        assert any(entry.pattern.search("cheap") for entry in vague)
