"""Settings are documented, and a wrong one stops the start with a message."""

import re
import subprocess
from pathlib import Path

import pytest

from terrace.errors import TerraceError
from terrace_web.config import Config, read_config

DOCS = Path(__file__).parents[2] / "docs"
REFERENCE = DOCS / "reference" / "settings.md"


@pytest.mark.parametrize("name", sorted(Config.model_fields))
def test_every_setting_is_in_the_reference(name: str) -> None:
    assert f"`TERRACE_{name.upper()}`" in REFERENCE.read_text("utf-8")


def test_production_asks_for_a_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERRACE_MODE", "production")
    monkeypatch.delenv("TERRACE_SECRET_KEY", raising=False)

    with pytest.raises(TerraceError, match="TERRACE_SECRET_KEY"):
        read_config()
    monkeypatch.setenv("TERRACE_SECRET_KEY", "x" * 60)
    assert read_config().mode == "production"


@pytest.mark.parametrize(
    ("name", "value"), [("MODE", "holiday"), ("AUDIT_YEARS", "many"), ("UPLOAD_MEGABYTES", "0")]
)
def test_a_wrong_setting_is_named(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(f"TERRACE_{name}", value)

    with pytest.raises(TerraceError, match=f"TERRACE_{name}"):
        read_config()


def test_a_shell_and_systemd_read_the_same_of_the_example(tmp_path: Path) -> None:
    """The commands of the first day run in a shell, the service under systemd."""
    lines = re.findall(r"^ {7}(TERRACE_.+)$", (DOCS / "running.md").read_text("utf-8"), re.M)
    kept = tmp_path / "terrace.env"
    kept.write_text("\n".join(lines), "utf-8")

    done = subprocess.run(
        ["sh", "-euc", f"set -a; . {kept}; env"],
        env={},
        capture_output=True,
        text=True,
        check=False,
    )

    by_systemd = [re.sub(r"='(.*)'$", r"=\1", line) for line in lines]
    assert done.stderr == ""
    assert len(lines) > 5 and set(by_systemd) <= set(done.stdout.splitlines())
