"""What holds for the templates of all apps."""

import re
from pathlib import Path

import pytest
from django.template import TemplateSyntaxError
from django.template.base import Template

import terrace_web

ROOT = Path(terrace_web.__file__).parent
TEMPLATES = sorted(ROOT.glob("*/templates/**/*.html"))
SCRIPTS = sorted(ROOT.glob("*/static/*/*.js"))
SCRIPTS = [path for path in SCRIPTS if path.parent.name != "vendor"]
STYLES = sorted(path for path in ROOT.glob("*/static/*/*.css") if path.parent.name != "vendor")
ICONS = set((ROOT / "ui" / "icons.txt").read_text(encoding="utf-8").split())
NAMED_ICON = re.compile(r'{%\s*icon\s+"([a-z0-9-]+)"')
FORBIDDEN = re.compile(
    r"\sstyle=|<style|\son(?:click|load|change|submit|input|error)\s*=|\shx-on|javascript:"
    r"|hx-vals=.?js:|\sdata-bs-(?:toggle|dismiss)"
    r"|<script(?![^>]*\ssrc=)(?![^>]*application/(?:ld\+)?json)",
    re.I,
)


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


def test_there_are_templates():
    assert len(TEMPLATES) > 30


@pytest.mark.parametrize("path", TEMPLATES, ids=name_of)
def test_templates_can_be_read(path):
    try:
        Template(path.read_text(encoding="utf-8"))
    except TemplateSyntaxError as error:
        pytest.fail(str(error))


@pytest.mark.parametrize("path", TEMPLATES, ids=name_of)
def test_templates_keep_to_the_policy(path):
    assert FORBIDDEN.findall(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("path", TEMPLATES, ids=name_of)
def test_icons_are_in_the_sprite(path):
    assert set(NAMED_ICON.findall(path.read_text(encoding="utf-8"))) <= ICONS


@pytest.mark.parametrize("path", SCRIPTS, ids=name_of)
def test_scripts_evaluate_nothing(path):
    source = path.read_text(encoding="utf-8")
    assert not re.search(r"\beval\(|new Function|document\.write|setAttribute\(.style", source)


@pytest.mark.parametrize("path", SCRIPTS, ids=name_of)
def test_scripts_import_what_is_there(path):
    for target in re.findall(r'from "(\./[^"]+)"', path.read_text(encoding="utf-8")):
        assert (path.parent / target).exists(), target


@pytest.mark.parametrize("path", STYLES, ids=name_of)
def test_styles_refer_to_files_that_are_there(path):
    for target in re.findall(r'url\("([^"]+)"\)', path.read_text(encoding="utf-8")):
        assert (path.parent / target).exists(), target
