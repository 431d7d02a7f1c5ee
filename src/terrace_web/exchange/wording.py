"""The core's messages about a file, in the language of the page.

The core speaks English and puts values into its sentences. Each sentence that a user of
an import can meet stands here once; what was put into it is found again and kept.
"""

import re
from collections.abc import Mapping
from functools import cache

from django.utils.translation import gettext as translate
from django.utils.translation import gettext_noop as _

_SENTENCES = (
    # values
    _("is {n} characters long, the limit is {most}"),
    _("holds a NUL byte"),
    _("holds half a character"),
    _("'{value}' is no amount"),
    _("'{value}' is no whole number"),
    _("'{value}' is no readiness level"),
    _("'{value}' is no year"),
    _("'{value}' is neither yes nor no"),
    _("'{value}' is no currency"),
    _("'{value}' is no level of visibility"),
    _("'{value}' is no date"),
    _("'{value}' is no language code"),
    _("'{value}' is no term of transfer"),
    _("'{value}' is no field of this zone and is kept as a keyword"),
    _("Write digits only, e.g. 1500000"),
    _("Write a number such as 12"),
    _("Write one level from 1 to 9"),
    _("Write four digits"),
    _("Write yes or no"),
    _("Write its code, e.g. EUR or CNY"),
    _("Write its code, e.g. en or zh"),
    _("Write one of {values}"),
    _("Write year-month-day, e.g. 2026-03-31"),
    _("Shorten it"),
    _("Shorten the list"),
    _("Shorten it, or split the record"),
    _("Remove it, or export the file again"),
    _("Choose fields in the draft"),
    _("has no column that is known: {values}"),
    _("Use the headings of the empty file, or a mapping"),
    _("is no column that is known and is left out"),
    _("Rename it if it should count"),
    # rows
    _("is missing"),
    _("has no text"),
    _("has neither name nor works"),
    _("holds a text that is no object"),
    _("is no valid JSON: {reason}"),
    _("is not valid JSON (the file may have been cut off here): {reason}"),
    _("is not valid JSON: {reason}"),
    _("is a {type}, not an object"),
    _("has {n} cells where the header has {most}"),
    _("{first} comes after {name} {last}"),
    _("'{value}' is also the id of row {n}"),
    _("Give the company's name"),
    _("Give one of them"),
    _("Give it a title, a summary or a body"),
    _("Give each record an id of its own"),
    _("Give every record an id of its own"),
    _("Correct one of them"),
    _("Correct it"),
    _("Check its delimiters and quotes"),
    _("Write one whole JSON object per line"),
    _("Write a JSON list of objects"),
    # files
    _("is empty"),
    _("has more than {n} rows"),
    _("has a header but no rows"),
    _("has two columns called '{value}'"),
    _("has no column '{value}', which the mapping names"),
    _("has no file type that is known"),
    _("holds JSON, not CSV"),
    _("holds no lines"),
    _("holds no records"),
    _("is not an array of records"),
    _("is named as {named} but its content is {found}"),
    _("is not a whole gzip file ({reason})"),
    _("cannot be read as {format}: {reason}"),
    _("is no readable YAML: {reason}"),
    _("is no column mapping"),
    _("line {n} cannot be parsed: {reason}"),
    _("ends in the middle of a character (line {n})"),
    _("byte {byte} at offset {place} (line {n}) is not {encoding}"),
    _("a {kind} has no field '{value}'"),
    _("Did you mean '{value}'"),
    _("Known: {values}"),
    _("It has: {values}"),
    _("Use one of {values}"),
    _("Use the sections {values}"),
    _("Export it again, or leave it out"),
    _("Export it again with its rows"),
    _("Export it again"),
    _("Export it as {format}"),
    _("Rename one of them in the header"),
    _("Split it into several files"),
    _("Look for a quote that is not closed or not doubled"),
    _("Let its name end in .jsonl or .json"),
    _("Let its name end in .{value}, or export it as {format}"),
    _("Let its name end in .{value}, or decompress it"),
    _("The file is damaged: export or fetch it again"),
    _("It was cut off: fetch or export it again"),
    _("Fetch or compress it again"),
    _("Put [ ] around the records"),
    _("Save the file as UTF-8"),
    _("Export the file again as UTF-8"),
    _("'{value}' is no mapping"),
    _("Write lines of 'field: value'"),
    _("Write {example}"),
)
# What only the command line can do is left out here.
_INSTEAD = {
    "Save the file as UTF-8, or say what it is in, e.g. --encoding gb18030 or latin-1": (
        "Save the file as UTF-8"
    ),
}
_PLACE = re.compile(r"\\\{(\w+)\\\}")


def say(sentence: str) -> str:
    """The sentence in the language of the page; as it is where it is not known here."""
    for template, pattern in _patterns().items():
        match = pattern.fullmatch(_INSTEAD.get(sentence, sentence))
        if match:
            return translate(template).format(**match.groupdict())
    return _INSTEAD.get(sentence, sentence)


@cache
def _patterns() -> Mapping[str, re.Pattern[str]]:
    return {
        template: re.compile(_PLACE.sub(r"(?P<\1>.*?)", re.escape(template)), re.S)
        for template in _SENTENCES
    }
