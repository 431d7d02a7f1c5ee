"""Tests on PostgreSQL really run there, and are left out only where its wheel cannot be had."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection

from terrace_web import settings
from terrace_web.testing import postgres


def test_the_setting_decides(db: None) -> None:
    wanted = "postgresql" if os.environ.get("TERRACE_DATABASE_URL") else "sqlite"

    assert connection.vendor == wanted


@pytest.mark.parametrize(
    ("url", "wanted"),
    [
        (
            "postgresql://terrace:p%40ss@db.example:5433/zone",
            {"HOST": "db.example", "PORT": 5433, "USER": "terrace", "PASSWORD": "p@ss"},
        ),
        ("postgresql://u@/zone?host=%2Frun%2FPg", {"HOST": "/run/Pg", "PORT": "", "OPTIONS": {}}),
        (
            "postgresql://u:p@db.example/zone?sslmode=require",
            {"HOST": "db.example", "OPTIONS": {"sslmode": "require"}},
        ),
    ],
)
def test_an_address_is_read_whole(url: str, wanted: dict[str, object]) -> None:
    read = settings._postgres(url)

    assert read | wanted == read
    assert read["NAME"] == "zone"


@pytest.mark.parametrize(("required", "code"), [("", 0), ("1", 1)])
def test_without_the_wheel_it_is_left_out_but_not_in_ci(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], required: str, code: int
) -> None:
    monkeypatch.setattr(postgres, "PACKAGE", "no_such_package")
    monkeypatch.setenv("TERRACE_POSTGRES_REQUIRED", required)

    assert postgres.run_with_server([sys.executable, "-c", "raise SystemExit(7)"]) == code

    assert "has no build for this machine" in capsys.readouterr().err


@pytest.mark.skipif(
    not postgres.is_there() and not postgres.is_required(), reason="no wheel for this machine"
)
def test_the_code_of_the_command_is_kept() -> None:
    assert postgres.run_with_server([sys.executable, "-c", CHECK]) == 7


CHECK = """
import os
import subprocess
assert os.environ["TERRACE_DATABASE_URL"].startswith("postgresql://")
raise SystemExit(7)
"""


@pytest.mark.skipif(
    not postgres.is_there() and not postgres.is_required(), reason="no wheel for this machine"
)
def test_a_server_ends_with_who_asked_for_it() -> None:
    command = [sys.executable, "-m", "terrace_web.testing.postgres", sys.executable, "-c", WAIT]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as running:
        assert running.stdout is not None
        folder = Path(running.stdout.readline().strip())
        assert (folder / "postmaster.pid").exists()
        running.terminate()

    assert running.returncode == 143
    assert not folder.exists()


WAIT = """
import os, time
print(os.environ["TERRACE_DATABASE_URL"].split("host=")[1].replace("%2F", "/"), flush=True)
time.sleep(60)
"""
