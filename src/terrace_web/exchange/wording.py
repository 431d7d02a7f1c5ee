"""The core's messages about a file, in the language of the page."""

from django.utils.translation import get_language

from terrace.wording import in_chinese

# What only the command line can do is left out here.
_INSTEAD = {
    "Save the file as UTF-8, or say what it is in, e.g. --encoding gb18030 or latin-1": (
        "Save the file as UTF-8"
    ),
}


def say(sentence: str) -> str:
    """The sentence in the language of the page; as it is where it is not known."""
    said = _INSTEAD.get(sentence, sentence)
    return in_chinese(said) if (get_language() or "").startswith("zh") else said
