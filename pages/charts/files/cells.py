"""Cells of a table that a spreadsheet opens: numbers stay numbers, and words are never taken for formulas."""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from typing import Any

from stepsize_core.paper.parameters import number_in

STARTS = "=+-@\t\r\n＝＋－＠"  # a spreadsheet runs a cell that begins with one of these
_STRING = re.compile(r'"(?:[^"\\]|\\.)*"')
_START_INSIDE = re.compile(rf"([,;]\s*)([{re.escape(STARTS)}])")


def cells(rows: Iterable[Sequence[Any]]) -> str:
    """The rows as comma-separated values, each value a `cell`."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(map(cell, row) for row in rows)
    return text.getvalue()


def cell(value: Any) -> Any:
    """The same value; a text that begins as a formula does and is no number gets an apostrophe in front, as
    spreadsheets themselves mark text."""
    formula = isinstance(value, str) and value.lstrip(" ").startswith(tuple(STARTS))
    return f"'{value}" if formula and number_in(value) is None else value


def inert(json: str) -> str:
    """The same JSON in a line that a spreadsheet may cut at its commas: no piece of it is a formula.

    What would begin one inside a string is written as its number, which JSON reads as the same sign.
    """

    def numbered(text: re.Match) -> str:
        return _START_INSIDE.sub(lambda start: f"{start[1]}\\u{ord(start[2]):04x}", text[0])

    return _STRING.sub(numbered, json)
