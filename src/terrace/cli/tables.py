"""Tables on the screen, in the language of the page; what a file says is never markup."""

from collections.abc import Iterable, Sequence

from rich.table import Table
from rich.text import Text

from terrace.rules.labels import Label, Language

WROTE = Label("wrote {path}", "已写入{path}")
WROTE_ROWS = Label("wrote {rows} rows to {path}", "已写入{rows}行：{path}")


def say(label: Label, lang: Language, **values: object) -> str:
    """A label with its values put in."""
    return label.of(lang).format(**values)


def name_columns(headings: Sequence[Label], lang: Language) -> list[str]:
    """The headings of a table."""
    return [heading.of(lang) for heading in headings]


def make_table(
    headings: Sequence[str], rows: Iterable[Sequence[str | Text]], *, title: str = ""
) -> Table:
    """A table of plain cells, folded rather than cut where the screen is narrow."""
    table = Table(title=Text(title) if title else None, title_justify="left")
    for heading in headings:
        table.add_column(Text(heading), overflow="fold")
    for row in rows:
        table.add_row(*(cell if isinstance(cell, Text) else Text(cell) for cell in row))
    return table
