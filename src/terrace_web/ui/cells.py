"""Cells of tables that people open in spreadsheets."""

from typing import Any

_BEGIN_FORMULAS = ("=", "+", "-", "@", "\t", "\r")


def neutralised(cell: Any) -> Any:
    """The same cell, which no spreadsheet takes for a formula."""
    if isinstance(cell, str) and cell.startswith(_BEGIN_FORMULAS):
        return f"'{cell}"
    return cell
