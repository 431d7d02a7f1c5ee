"""Every sentence of the site has its Chinese, one and the same everywhere."""

import importlib.util
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest
from django.template.base import Lexer, TokenType

ROOT = Path(__file__).parents[3]
TEMPLATES = sorted((ROOT / "src" / "terrace_web").rglob("templates/**/*.html"))
# Names, and what is written alike in both languages.
NAMES = {
    *("API", "CSV", "English", "Excel", "JSON", "Terrace", "TRL", "URL", "Webhook", "XLSX"),
    *("openapi", "json", "https"),
}
_SILENT = re.compile(r"<(script|style|code|pre|kbd|svg)\b.*?</\1>|<!--.*?-->|<!doctype[^>]*>", re.S)
_SPOKEN = re.compile(
    r'\b(?:aria-label|placeholder|title|alt|data-confirm(?:-details|-action)?)="([^"]*)"'
)
_TAG = re.compile(r"<[^>]*>?|^[^<]*>")
_WORD = re.compile(r"[A-Za-z]{2,}")


@pytest.fixture(scope="module")
def messages() -> ModuleType:
    spec = importlib.util.spec_from_file_location("messages", ROOT / "tools" / "messages.py")
    assert spec is not None
    assert spec.loader is not None
    found = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(found)
    return found


def test_nothing_that_is_marked_lacks_its_chinese(messages: ModuleType) -> None:
    assert [text for app in messages.apps() for text in messages.missing(app)] == []


def test_an_unknown_sentence_is_missed(
    messages: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = tmp_path / "app"
    app.mkdir()
    (app / "views.py").write_text('said = _("Never heard of.")\n', "utf-8")
    monkeypatch.setattr(messages, "ROOT", tmp_path)

    assert messages.missing(app) == ["Never heard of."]


def test_one_sentence_has_one_chinese_in_all_apps(messages: ModuleType) -> None:
    """Django takes any of them; where a word means two things its context says which."""
    said: dict[object, dict[str, str]] = defaultdict(dict)
    for app in messages.apps():
        for message in messages.read_known(app):
            if message.id:
                said[str(message.id), message.context][app.name] = str(message.string)

    assert [(key, found) for key, found in said.items() if len(set(found.values())) > 1] == []


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: f"{path.parts[-4]}/{path.name}")
def test_templates_say_nothing_that_is_not_marked(path: Path) -> None:
    assert set(unmarked_words(path.read_text("utf-8"))) <= NAMES


def test_words_between_tags_and_in_spoken_attributes_are_found() -> None:
    source = '<p class="lead">Hello {{ name }}<img alt="A cat"></p>{% translate "marked" %}'

    assert list(unmarked_words(source)) == ["Hello", "cat"]


def unmarked_words(source: str) -> Iterator[str]:
    """English words that a template shows or has read out without marking them."""
    markup = _SILENT.sub("", " ".join(_literal(source)))
    spoken = " ".join(_SPOKEN.findall(markup))
    yield from _WORD.findall(re.sub(r"&\w+;", " ", f"{_TAG.sub(' ', markup)} {spoken}"))


def _literal(source: str) -> Iterator[str]:
    in_comment = in_translation = False
    for token in Lexer(source).tokenize():
        if token.token_type == TokenType.TEXT and not (in_comment or in_translation):
            yield token.contents
        if token.token_type == TokenType.BLOCK:
            name = token.contents.split()[0]
            in_comment = name == "comment" or (in_comment and name != "endcomment")
            in_translation = name == "blocktranslate" or (
                in_translation and name != "endblocktranslate"
            )
