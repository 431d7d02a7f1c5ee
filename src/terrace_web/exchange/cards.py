"""The picture that other sites show beside a link to a public record."""

import hashlib
import io
from functools import partial

from django.conf import settings
from django.core.cache import cache
from django.utils import translation
from django.utils.translation import gettext as _
from PIL import Image, ImageDraw

from terrace_web.exchange.fonts import draw_text, text_width, wrap_text
from terrace_web.market.display import field_label
from terrace_web.market.models import Record
from terrace_web.market.redaction import RecordView
from terrace_web.market.structured import description_of

SIZE = WIDTH, HEIGHT = 1200, 630
_MARGIN, _SECONDS_KEPT, _DRAWING = 80, 24 * 3600, 1
_GROUND, _INK, _QUIET, _ACCENT = "#0f3d3a", "#ffffff", "#a9cfc8", "#f2b84b"
_STEPS = ("#14504b", "#1a635c", "#20766e")
_BOLD, _PLAIN = 700, 400


def card_of(view: RecordView) -> bytes:
    """The card of a record as PNG, drawn once for what it says; ``view`` is a visitor's."""
    key = card_key(view)
    kept: bytes | None = cache.get(key)
    if kept is None:
        kept = draw_card(view)
        cache.set(key, kept, _SECONDS_KEPT)
    return kept


def card_key(view: RecordView) -> str:
    """Differs wherever the card would."""
    said = (_DRAWING, settings.CONFIG.zone_name, view.code, view.version, view.language,
            view.owner, view.title, view.summary)  # fmt: skip
    return f"card:{hashlib.sha256(repr(said).encode()).hexdigest()}"


def draw_card(view: RecordView) -> bytes:
    """The card, in the language of the record."""
    picture = Image.new("RGB", SIZE, _GROUND)
    draw = ImageDraw.Draw(picture)
    _draw_terraces(draw)
    with translation.override("zh-hans" if view.language == "zh" else "en"):
        _draw_words(draw, view)
    target = io.BytesIO()
    picture.quantize(64).save(target, "PNG", optimize=True)
    return target.getvalue()


def _draw_terraces(draw: ImageDraw.ImageDraw) -> None:
    for step, colour in enumerate(_STEPS):
        left, top = WIDTH - 330 + step * 110, HEIGHT - 70 - step * 60
        draw.rectangle((left, top, WIDTH, HEIGHT), fill=colour)


def _draw_words(draw: ImageDraw.ImageDraw, view: RecordView) -> None:
    write = partial(draw_text, draw)
    kind = str(Record.Kind(view.kind).label)
    write((_MARGIN, 104), kind, size=30, weight=_BOLD, fill=_ACCENT)
    zone = settings.CONFIG.zone_name
    right = WIDTH - _MARGIN - text_width(zone, 28, _PLAIN)
    write((right, 104), zone, size=28, weight=_PLAIN, fill=_QUIET)
    width = WIDTH - 2 * _MARGIN
    baseline = 196
    for line in wrap_text(view.title or view.code, 60, _BOLD, width, 3):
        write((_MARGIN, baseline), line, size=60, weight=_BOLD, fill=_INK)
        baseline += 78
    baseline += 2
    for line in wrap_text(description_of(view), 30, _PLAIN, width - 120, 3):
        write((_MARGIN, baseline), line, size=30, weight=_PLAIN, fill=_QUIET)
        baseline += 44
    write((_MARGIN, HEIGHT - 62), _foot(view), size=28, weight=_BOLD, fill=_INK)


def _foot(view: RecordView) -> str:
    readiness = view.values.get("readiness")
    fields = [field_label(code) for code in (view.values.get("fields") or [])[:1]]
    level = [_("Level %(level)s") % {"level": readiness}] if readiness else []
    said = [*([view.owner.name] if view.owner else []), *fields, *level]
    return (wrap_text("  ·  ".join(said), 28, _BOLD, WIDTH - 2 * _MARGIN - 260, 1) or [""])[0]
