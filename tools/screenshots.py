"""Take the pictures of the README from a running demonstration.

    TERRACE_MODE=demo ... terrace-web serve &
    python tools/screenshots.py http://127.0.0.1:8000 [docs/images [NAME ...]]

Pictures are drawn with a palette, so that each stays below 120 kB.
"""

import io
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "terrace_web.settings")
os.environ.setdefault("TERRACE_MODE", "demo")

import django

django.setup()

from PIL import Image
from playwright.sync_api import Browser, Page

from terrace_web.demo.logins import PASSWORD
from terrace_web.testing.browser import Look, Visit, open_window, running_browser

MOST_BYTES = 120_000
WIDE, PHONE = Look("en", 1280, 800), Look("zh-hans", 390, 844)
MANAGER, LAB, COMPANY = (f"{who}@demo.example" for who in ("manager", "lab", "gongsi"))


@dataclass(frozen=True)
class Picture:
    """One picture: its file's name, where it is, who looks, and what they press first."""

    name: str
    path: str
    look: Look = WIDE
    email: str = ""
    before: Callable[[Page], None] | None = None


def follow(page: Page, link: str) -> None:
    """Go where the first such link leads."""
    page.goto(page.locator(link).first.evaluate("link => link.href"), wait_until="networkidle")


def open_first_match(page: Page) -> None:
    """From the desk to the evidence on the best pair."""
    follow(page, "[data-triage-open]")


def go_to_queue(page: Page) -> None:
    """Below the counts of the desk, with the first match chosen as by its key."""
    page.locator("#queue").evaluate("title => window.scrollTo(0, title.offsetTop - 80)")
    page.keyboard.press("j")


def wait_for_chart(page: Page) -> None:
    """Until the map is drawn."""
    page.locator("canvas").first.wait_for()
    page.wait_for_timeout(1_500)


PICTURES = (
    Picture("start", "/", email=MANAGER),
    Picture("achievements", "/market/achievements/?q=corrosion+sensor"),
    Picture("record", "/market/r/DEMO-SEAL/", email=LAB),
    Picture("desk", "/desk/", email=MANAGER, before=go_to_queue),
    Picture("pair", "/desk/", email=MANAGER, before=open_first_match),
    Picture("map", "/map/", before=wait_for_chart),
    Picture("phone-zh", "/market/needs/", PHONE, COMPANY),
)


def take(browser: Browser, base: str, picture: Picture) -> bytes:
    """The picture as PNG.

    Raises:
        SystemExit: the browser complained about the page.
    """
    visit = open_window(browser, base, picture.look)
    if picture.email:
        visit.sign_in(picture.email, PASSWORD)
    page = visit.open(picture.path)
    if picture.before:
        picture.before(page)
    _require_silence(visit, picture)
    shot = page.screenshot()
    page.context.close()
    return shot


def _require_silence(visit: Visit, picture: Picture) -> None:
    if visit.complaints:
        raise SystemExit(f"{picture.name}: {visit.complaints}")


def shrink(shot: bytes) -> bytes:
    """The same picture with as many colours as fit below ``MOST_BYTES``."""
    image = Image.open(io.BytesIO(shot)).convert("RGB")
    for colours in (128, 64, 32, 16):
        target = io.BytesIO()
        image.quantize(colours, dither=Image.Dither.NONE).save(target, "PNG", optimize=True)
        if target.tell() < MOST_BYTES:
            break
    return target.getvalue()


def main(base: str, folder: str = "docs/images", *only: str) -> None:
    """Take all pictures of the demonstration at this address into a folder, or only those named."""
    Path(folder).mkdir(parents=True, exist_ok=True)
    with running_browser() as browser:
        for picture in PICTURES:
            if only and picture.name not in only:
                continue
            content = shrink(take(browser, base.rstrip("/"), picture))
            path = Path(folder) / f"{picture.name}.png"
            path.write_bytes(content)
            print(f"{path}: {len(content) / 1000:.0f} kB")


if __name__ == "__main__":
    main(*sys.argv[1:])
