"""The words of a query, marked in a text."""

import re

from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString

_WORD = re.compile(r"[A-Za-z0-9]+|[\u3400-\u9fff]+")


def mark_words(text: str, query: str) -> SafeString:
    """The text with the query's words in <mark>; both are escaped."""
    words = [word for word in _WORD.findall(query or "") if len(word) > 1 or not word.isascii()]
    if not words:
        return conditional_escape(text)
    pattern = "|".join(map(_find, sorted(words, key=len, reverse=True)))
    # Splitting by a group alternates what lies between the words with the words.
    pieces = re.split(f"({pattern})", str(text), flags=re.IGNORECASE)
    marked = (format_html("<mark>{}</mark>", p) if at % 2 else p for at, p in enumerate(pieces))
    return format_html_join("", "{}", ((piece,) for piece in marked))


def _find(word: str) -> str:
    """Digits are found as a whole number: 000 is no part of 4,000."""
    if not word.isdigit():
        return re.escape(word)
    return rf"(?<![0-9])(?<![0-9][.,]){word}(?![0-9])(?![.,][0-9])"
