"""A production installation as an operator sets it up: nothing to complain of, and closed."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from http.cookies import SimpleCookie
from pathlib import Path

import pytest

SETTINGS = {
    "TERRACE_MODE": "production",
    "TERRACE_SECRET_KEY": "".join(chr(33 + place % 90) for place in range(0, 4_000, 41)),
    "TERRACE_BASE_URL": "https://zone.example",
    "TERRACE_HOSTS": "zone.example",
    "TERRACE_SMTP_URL": "smtp://terrace:secret@mail.example:587",
    "TERRACE_EMBEDDERS": "none",
}
VISIT = """
import json
from django.conf import settings
from django.core.management import call_command
from django.test import Client, override_settings
from terrace_web.testing.cast import PASSWORD, make_user
call_command("migrate", verbosity=0)
make_user("somebody", "Some Body", None)
client = Client(headers={"host": "zone.example"})
# What is collected for production takes long to compress, and is not what is looked at here.
storages = settings.STORAGES | {
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
with override_settings(STORAGES=storages):
    page = client.get("/accounts/login/", secure=True)
    given = {"login": "somebody@zone.example", "password": PASSWORD}
    entered = client.post("/accounts/login/", given, secure=True)
    plain = client.get("/accounts/login/")
    other = client.get("/accounts/login/", secure=True, headers={"host": "evil.example"})
print("SAID", json.dumps({
    "headers": dict(page.headers),
    "cookies": client.cookies.output(header="", sep="\\n"),
    "statuses": [page.status_code, entered.status_code, plain.status_code, other.status_code],
    "location": plain.headers.get("Location"),
    "html": page.content.decode(),
}))
"""


@dataclass(frozen=True)
class Installation:
    folder: Path

    def run(self, *arguments: str, **changed: str) -> "subprocess.CompletedProcess[str]":
        left = {name: each for name, each in os.environ.items() if not name.startswith("TERRACE_")}
        left.pop("DJANGO_SETTINGS_MODULE", None)
        said = SETTINGS | {"TERRACE_DATA_DIR": str(self.folder)} | changed
        command = [sys.executable, "-W", "error::DeprecationWarning:django", "-m", "terrace_web"]
        return subprocess.run(
            [*command, *arguments], env=left | said, capture_output=True, text=True, check=False
        )


@pytest.fixture(scope="module")
def production(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    return Installation(tmp_path_factory.mktemp("production"))


@pytest.fixture(scope="module")
def visit(production: Installation) -> dict:
    done = production.run("shell", "--no-imports", "-c", VISIT)
    line = next((each for each in done.stdout.splitlines() if each.startswith("SAID ")), None)
    assert line is not None, done.stderr
    return json.loads(line.removeprefix("SAID "))


def test_it_works(production: Installation) -> None:
    done = production.run("check", "--deploy", "--fail-level", "WARNING")

    assert done.returncode == 0, done.stderr
    assert "no issues (0 silenced)" in done.stdout


def test_an_address_without_https_is_told(production: Installation) -> None:
    done = production.run("check", "--deploy", TERRACE_BASE_URL="http://zone.example")

    assert "security.W004" in done.stderr and "security.W012" in done.stderr


def test_a_short_secret_stops_the_start(production: Installation) -> None:
    done = production.run("check", TERRACE_SECRET_KEY="short")

    assert done.returncode != 0
    assert "TERRACE_SECRET_KEY needs at least 50 random characters" in done.stderr


def test_people_are_led_to_https_and_kept_there(visit: dict) -> None:
    assert visit["statuses"] == [200, 302, 301, 400]
    assert visit["location"] == "https://zone.example/accounts/login/"
    strict = visit["headers"]["Strict-Transport-Security"]
    assert strict == "max-age=31536000; includeSubDomains; preload"


def test_cookies_go_by_https_alone(visit: dict) -> None:
    cookies = SimpleCookie()
    for line in visit["cookies"].splitlines():
        cookies.load(line)

    assert {"csrftoken", "sessionid"} <= set(cookies)
    for name in ("csrftoken", "sessionid"):
        assert cookies[name]["secure"] and cookies[name]["samesite"] == "Lax"
    assert cookies["sessionid"]["httponly"]


def test_pages_run_only_what_the_site_itself_serves(visit: dict) -> None:
    policy = visit["headers"]["Content-Security-Policy"]
    rules = dict(each.strip().split(" ", 1) for each in policy.split(";"))

    assert "unsafe" not in policy and "*" not in policy
    assert rules["script-src"] == rules["style-src"] == rules["default-src"] == "'self'"
    assert rules["object-src"] == rules["base-uri"] == rules["frame-ancestors"] == "'none'"
    assert "<script>" not in visit["html"] and " style=" not in visit["html"]


def test_pages_are_framed_guessed_and_told_of_nowhere(visit: dict) -> None:
    headers = visit["headers"]

    assert headers["X-Frame-Options"] == "DENY"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == headers["Cross-Origin-Opener-Policy"] == "same-origin"
