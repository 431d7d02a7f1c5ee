"""Settings are documented, and a wrong one stops the start with a message."""

from pathlib import Path

import pytest

from terrace.errors import TerraceError
from terrace_web.config import Config, read_config

REFERENCE = Path(__file__).parents[2] / "docs" / "reference" / "settings.md"


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
