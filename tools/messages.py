"""Translations: extract what is marked, say what lacks, compile what there is.

    python tools/messages.py extract    # renew every app's django.po, keeping translations
    python tools/messages.py missing    # list what has no Chinese; fails if there is any
    python tools/messages.py compile    # write the .mo files that Django reads

Django's own commands need GNU gettext; this needs only Babel.
"""

import io
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_python
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.template.base import Lexer, TokenType
from django.utils.translation import trim_whitespace

ROOT = Path(__file__).parents[1] / "src" / "terrace_web"
LOCALE = "zh_Hans"
# Written by hand: packages mark these messages, not this project.
OF_PACKAGES = ROOT / "accounts" / "allauth_words"
KEYWORDS = {
    "gettext": None, "gettext_lazy": None, "gettext_noop": None, "_": None,
    "ngettext": (1, 2), "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2), "pgettext_lazy": ((1, "c"), 2),
}  # fmt: skip

Found = tuple[int, str | tuple[str, ...], str | None]


def apps() -> list[Path]:
    return sorted(path.parent for path in ROOT.glob("*/apps.py"))


def po_path(app: Path) -> Path:
    return app / "locale" / LOCALE / "LC_MESSAGES" / "django.po"


def extract_app(app: Path) -> Catalog:
    catalog = Catalog(
        locale=LOCALE, domain="django", header_comment=f"# {app.name}, Chinese", fuzzy=False
    )
    for path in sorted([*app.rglob("*.py"), *modules_above(app)]):
        for line, message, context in messages_in_python(path):
            catalog.add(message, locations=[(str(path.relative_to(ROOT)), line)], context=context)
    for path in sorted([*app.rglob("*.html"), *app.rglob("*.txt")]):
        for line, message, context in messages_in_template(path.read_text("utf-8")):
            catalog.add(message, locations=[(str(path.relative_to(ROOT)), line)], context=context)
    return catalog


def modules_above(app: Path) -> list[Path]:
    """What stands beside the apps, the reasons of refusals for instance, is kept with ``ui``."""
    return list(ROOT.glob("*.py")) if app.name == "ui" else []


def messages_in_python(path: Path) -> Iterator[Found]:
    for line, keyword, said, _comments in extract_python(
        io.BytesIO(path.read_bytes()), KEYWORDS, [], {"encoding": "utf-8"}
    ):
        if keyword in ("pgettext", "pgettext_lazy"):
            context, message = said[:2]
            if message:
                yield line, message, context
        elif keyword in ("ngettext", "ngettext_lazy"):
            if said[0] and said[1]:
                yield line, (said[0], said[1]), None
        elif (message := said if isinstance(said, str) else said[0]) and message:
            yield line, message, None


def messages_in_template(source: str) -> Iterator[Found]:
    """What {% translate %} and {% blocktranslate %} mark, as Django itself would look it up."""
    block: tuple[int, bool, list[str], list[str], bool] | None = None
    for token in Lexer(source).tokenize():
        words = token.split_contents() if token.token_type == TokenType.BLOCK else [""]
        if block is not None:
            begun, trimmed, singular, plural, in_plural = block
            target = plural if in_plural else singular
            if words[0].startswith("endblocktrans"):
                yield begun, _message(singular, plural, trimmed), None
                block = None
            elif words[0] == "plural":
                block = (begun, trimmed, singular, plural, True)
            elif token.token_type == TokenType.VAR:
                target.append(f"%({token.contents})s")
            elif token.token_type == TokenType.TEXT:
                target.append(token.contents.replace("%", "%%"))
        elif words[0] in ("translate", "trans") and words[1][:1] in "\"'":
            context = words[words.index("context") + 1][1:-1] if "context" in words else None
            yield token.lineno, words[1][1:-1].replace("%", "%%"), context
        elif words[0] in ("blocktranslate", "blocktrans"):
            block = (token.lineno, "trimmed" in words, [], [], False)
        elif token.token_type != TokenType.TEXT:
            yield from _filtered(token.contents, token.lineno)


def _filtered(contents: str, line: int) -> Iterator[Found]:
    """Literals marked inside tags as _("...")."""
    for piece in contents.split("_(")[1:]:
        if piece[:1] in "\"'" and (end := piece.find(piece[0], 1)) > 0:
            yield line, piece[1:end].replace("%", "%%"), None


def _message(singular: list[str], plural: list[str], trimmed: bool) -> str | tuple[str, str]:
    texts = ["".join(part) for part in (singular, plural)]
    one, many = [trim_whitespace(text) if trimmed else text for text in texts]
    return (one, many) if plural else one


def read_known(app: Path) -> Catalog:
    path = po_path(app)
    if not path.exists():
        return Catalog(locale=LOCALE, domain="django")
    with path.open("rb") as file:
        return read_po(file, locale=LOCALE, domain="django")


def renew(app: Path) -> None:
    """Write the app's catalog: what is marked now, with the translations known so far."""
    found, known = extract_app(app), read_known(app)
    for message in found:
        old = known.get(message.id, message.context) if message.id else None
        if old is not None and _has_text(old):
            message.string = old.string
    if not len(found):
        return
    path = po_path(app)
    path.parent.mkdir(parents=True, exist_ok=True)
    # A date of its own would change the file at every run.
    found.creation_date = found.revision_date = datetime(2026, 1, 1, tzinfo=UTC)
    with path.open("wb") as file:
        write_po(file, found, width=100, sort_output=True, no_location=True, omit_header=False)


def _has_text(message: Message) -> bool:
    said = message.string if isinstance(message.string, str) else "".join(message.string or ())
    return bool(said)


def missing(app: Path) -> list[str]:
    """What is marked in the app and has no Chinese text."""
    known = read_known(app)
    lacking = []
    for message in extract_app(app):
        old = known.get(message.id, message.context) if message.id else message
        if message.id and (old is None or not _has_text(old) or old.fuzzy):
            lacking.append(str(message.id))
    return lacking


def compile_po(path: Path) -> None:
    with path.open("rb") as source, path.with_suffix(".mo").open("wb") as target:
        write_mo(target, read_po(source, domain="django"))


def main(command: str, names: list[str]) -> int:
    chosen = [app for app in apps() if not names or app.name in names]
    if command == "missing":
        lacking = [f"{app.name}: {text}" for app in chosen for text in missing(app)]
        print("\n".join(lacking) or "everything is translated")
        return bool(lacking)
    if command == "extract":
        for app in chosen:
            renew(app)
        return 0
    for path in filter(Path.exists, [*map(po_path, chosen), *OF_PACKAGES.rglob("*.po")]):
        compile_po(path)
    return 0


if __name__ == "__main__":
    if len(sys.argv) < 2 or sys.argv[1] not in ("extract", "missing", "compile"):
        sys.exit(__doc__)
    sys.exit(main(sys.argv[1], sys.argv[2:]))
