"""Tables of numbers as people paste or upload them: which columns there are, and the numbers in them."""

import math
import re
from collections.abc import Sequence
from functools import cached_property

import numpy as np

from stepsize_core.arrays import Array, Flags, Indices
from stepsize_core.checks import count
from stepsize_core.frozen import Frozen
from stepsize_core.paper.layouts import (
    ACCEPTED,
    COMMENT_SIGN,
    DECIMALS,
    MAX_ROWS,
    NEW_LINE,
    NO_TEXT,
    TOO_LONG,
    Reading,
    best_reading,
    decoded,
    listed,
    number_in,
    told_apart,
    unprinted,
)

LARGEST = 1e6  # size of a coordinate of an own point; sums of squares of larger ones would leave the numbers
PRINTED = "the marks of a printed table"
UNNAMED = "column {}"
MAX_HEAD = 60  # lines above the numbers, beside those that begin as a comment
INDEX_NAMES = {
    UNNAMED.format(1),
    "unnamed: 0",
    "index",
    "id",
    "no",
    "no.",
    "nr",
    "nr.",
    "#",
    "row",
    "row.names",
}
COMMENT = re.compile(rf"^\s*({COMMENT_SIGN}|%|//|!)", re.IGNORECASE)
ARRAY = re.compile(r"[^\[\n]*\[[^\[\]]*\](?:,\s*dtype=[\w.]+)?\)*[;,\s]*")  # one in brackets, over lines
OF_R = re.compile(r"^\s*\[\d+\]", re.MULTILINE)  # the place in a vector of the first number of a line
THOUSANDS = re.compile(r"\s*[+-]?\d{1,3},\d{3}(?:\.\d*)?\s*")
UNIT = re.compile(r"[(\[].*[)\]]|")


class Table(Frozen):
    """What was read.

    names: of all columns; values (rows, columns): NaN where one is missing, or a cell is a word; words
    (rows, columns): whether it is, as in all cells of a row shorter or longer than others; lines (rows,):
    their numbers in the text; source: that text; head: how many of its lines stand above the numbers; named:
    whether these name the columns; separator, decimal, encoding: in words, encoding "" of what came as text.
    """

    names: tuple[str, ...]
    values: Array
    words: Flags
    lines: Indices
    source: str
    head: int
    named: bool
    separator: str
    decimal: str
    encoding: str

    @cached_property
    def numeric(self) -> tuple[int, ...]:
        """The places of the columns of numbers: with some, and with words in at most half of the rows."""
        numbers, words = np.isfinite(self.values).sum(axis=0), self.words.sum(axis=0)
        return tuple(np.flatnonzero((numbers > 0) & (numbers >= words)).tolist())

    @cached_property
    def measured(self) -> tuple[int, ...]:
        """Those of them that neither number the rows nor stay the same; all of them where that leaves one."""
        first = self.values[:, 0]
        counts = len(first) > 1 and first[0] in (0.0, 1.0) and bool((np.diff(first) == 1.0).all())
        index = self.names[0].casefold() in INDEX_NAMES if self.named else counts
        varies = np.nanmin(self.values, axis=0, initial=np.inf) < np.nanmax(
            self.values, axis=0, initial=-np.inf
        )
        found = tuple(i for i in self.numeric if varies[i] and not (i == 0 and index))
        return found if len(found) > 1 else self.numeric

    def column(self, name: str, number: int, usual: int) -> int:
        """The place of the column with a number, counted from 1; `usual` where that is 0.

        Raises ValueError that lists the columns of numbers where it is none of them.
        """
        if number and number - 1 not in self.numeric:
            choice = ", ".join(f"{i + 1} ({self.names[i]})" for i in self.numeric)
            raise ValueError(f"{name} must be the number of a column of numbers, {choice}, got {number}")
        return number - 1 if number else usual

    def pair(self, x_column: int = 0, y_column: int = 0) -> tuple[int, int]:
        """The places of the columns of x and of y, by their numbers; by default those with these names.

        Without such names, the first two that are `measured`. Raises ValueError like `column`.
        """
        named = [name.casefold() for name in self.names]
        called = [named.index(name) if name in named else -1 for name in "xy"]
        usual = called if set(called) <= {*self.numeric} else list(self.measured)
        x = self.column("x_column", x_column, usual[0])
        rest = [i for i in (usual[1], *usual, *self.numeric) if i != x]
        return x, self.column("y_column", y_column, rest[0])

    def complete(self, *columns: int) -> Flags:
        """In which rows (rows,) no value of these columns is missing.

        Raises ValueError that names the lines where there is a word, or more than a number can hold.
        """
        chosen = list(columns)
        bad = np.any(self.words[:, chosen] | np.isinf(self.values[:, chosen]), axis=1)
        if bad.any():
            raise ValueError(f"rows must be numbers in the same columns, got {self.quoted(bad)}")
        return np.asarray(np.isfinite(self.values[:, chosen]).all(axis=1))

    def quoted(self, rows: Flags) -> str:
        """The lines of these rows (rows,) as a message quotes them."""
        return listed(self.written(rows))

    def written(self, rows: Flags) -> list[tuple[int, str]]:
        """The lines of these rows (rows,), each with its number."""
        source = NEW_LINE.split(self.source)
        return [(int(n), source[n - 1]) for n in self.lines[rows]]


def read_table(data: str | bytes, *, least: int = 2) -> Table:
    """The table that text, or the bytes of a file, stand for, with at least `least` columns.

    Lines above the first row of numbers are its head; below it, lines that begin with #, %, // or ! are left
    out. Raises ValueError that names lines of the text where there is no such table, or where its numbers
    could be read in two ways.
    """
    text, encoding = decoded(data) if isinstance(data, bytes) else (data.removeprefix("\ufeff"), "")
    text = text.rstrip("\x1a")
    if NO_TEXT.search(text):
        raise ValueError(f"text must be {ACCEPTED}, got characters that are none")
    source = NEW_LINE.split(text)
    filled = [(n, line) for n, line in enumerate(source, 1) if line.strip()]
    reading = best_reading(source, least)
    if reading is None or not reading.clean:
        printed = best_reading(NEW_LINE.split(unprinted(text)), least)
        if printed and (reading is None or (printed.clean and printed.score > reading.score)):
            reading = printed._replace(separator=PRINTED)
    table = _table(reading, text, encoding) if reading else None
    if table is None or len(table.numeric) < least:
        bad = [(n, line) for n, line in filled if sum(map(_is_number, re.split(r"[;,\s]+", line))) < least]
        wanted = "two columns of numbers" if least == 2 else "numbers"
        raise ValueError(f"text must be {wanted}, got {listed(bad or filled) or 'nothing'}")
    return table


def read_record(data: str | bytes, column: int = 0) -> Array:
    """One column of numbers (K,) in the order of its lines: of text, or of the bytes of a file.

    column: its number, counted from 1; 0 for the first one that does not go up in equal steps, as epochs and
    times do. A single line of numbers, or one array as NumPy or R print it over lines, is taken for a column.
    Lines where the value is missing are left out. Raises ValueError like `read_table`.
    """
    text = decoded(data)[0] if isinstance(data, bytes) else data
    if column == 0 and (ARRAY.fullmatch(text) or 0 < text.count("[") == len(OF_R.findall(text))):
        text = NEW_LINE.sub(" ", OF_R.sub("", text))
    table = read_table(text, least=1)
    if len(table.values) == 1 and column == 0:
        return table.values[0, list(table.numeric)]
    if column == 0 and table.values.shape[1] == 2 and table.separator == "commas" and not table.named:
        thousands = all(THOUSANDS.fullmatch(line) for _, line in table.written(table.lines > 0))
        if thousands or not np.any(table.values % 1.0 > 0.0):
            marks = "thousands" if thousands else "decimals"
            line = table.quoted(table.lines == table.lines[0])
            raise ValueError(
                f"text must be one column of numbers, got {line}, where a comma could mark {marks} or "
                "columns: write decimal points, or name the columns"
            )
    steps = {i: np.diff(table.values[:, i]) for i in table.numeric}
    uneven = [i for i, step in steps.items() if not (step > 0.0).all() or not np.allclose(step, step[:1])]
    at = table.column("column", column, (uneven or table.numeric)[0])
    return table.values[table.complete(at), at]


def _is_number(cell: str) -> bool:
    return _held(number_in(cell, "."))


def _first_row(reading: Reading) -> int:
    """The place of the first row with something in the place of every column of numbers that may be one.

    Columns counted from 0 beside an index, as pandas writes them, are a head.
    """
    rows = [_fitted(row, reading.width) for row in reading.values]
    like = [i for i, row in enumerate(rows) if told_apart(row)[0]]
    index, *columns = rows[like[0]]
    if len(like) > 1 < len(columns) and not _held(index) and columns == [*range(len(columns))]:
        like = like[1:]
    held = [sum(1 for i in like if rows[i][j] is not None) for j in range(reading.width)]
    numeric = [j for j, count in enumerate(held) if 2 * count >= len(like)]
    first = next((i for i in like if all(rows[i][j] is not None for j in numeric)), like[0])
    return first - (first > 0 and _begins_like(reading.values[first - 1], rows[first]))


def _begins_like(above: Sequence[float | None], row: Sequence[float | None]) -> bool:
    """Whether what stands above the first row is no head but a row with a word, or with more than there is
    room for."""
    if len(above) > len(row):
        return all(map(_held, above[: len(row)]))
    at = next(i for i, value in enumerate(row) if _held(value))
    return len(above) == len(row) and _held(above[at]) and None in above


def _held(value: float | None) -> bool:
    return value is not None and not math.isnan(value)


def _table(reading: Reading, source: str, encoding: str) -> Table | None:
    """The table of a reading; None where its head has more than MAX_HEAD lines."""
    start, cells_of = _first_row(reading), [cells for _, cells in reading.rows]
    if sum(1 for cells in cells_of[:start] if not COMMENT.match(cells[0])) > MAX_HEAD:
        return None
    kept = [i for i in range(start, len(reading.rows)) if not COMMENT.match(cells_of[i][0])]
    if len(kept) > MAX_ROWS:
        raise ValueError(TOO_LONG.format(len(kept)))
    cells = [_fitted(reading.values[i], reading.width) for i in kept]
    names = _names(cells_of[:start], reading.width)
    return Table(
        names=tuple(name or UNNAMED.format(j) for j, name in enumerate(names or [""] * reading.width, 1)),
        values=np.array([[math.nan if value is None else value for value in row] for row in cells]),
        words=np.array([[value is None for value in row] for row in cells]),
        lines=np.array([reading.rows[i][0] for i in kept]),
        source=source,
        head=reading.rows[start][0] - 1,
        named=bool(names),
        separator=reading.separator,
        decimal=DECIMALS[reading.decimal],
        encoding=encoding,
    )


def _fitted(row: Sequence[float | None], width: int) -> Sequence[float | None]:
    """A row of this width: empty cells beyond it are cut, and one of another width is all words."""
    empty = all(value is not None and math.isnan(value) for value in row[width:])
    return row[:width] if len(row) >= width and empty else [None] * width


def _names(head: Sequence[Sequence[str]], width: int) -> list[str]:
    """The names of the columns: the last line of the head where it has one for each; [] where there is none.

    Units may follow in a line of their own; the first name may be missing, as R leaves it out.
    """
    found: list[str] = []
    for cells in head[-2:]:
        names = [cell.strip().strip("'\"") for cell in cells]
        names[0] = COMMENT.sub("", names[0], count=1).strip()
        if len(names) == width + 1 and not (names[0] and names[-1]):
            names = names[1:] if not names[0] else names[:-1]
        names = ["", *names] if len(names) == width - 1 > 1 else names
        if len(names) != width:
            found = []
        elif found and all(map(UNIT.fullmatch, names)):
            found = [f"{name} {unit}".strip() for name, unit in zip(found, names)]
        else:
            found = names
    return found


def read_points(data: str | bytes, x_column: int = 0, y_column: int = 0) -> tuple[Array, Array]:
    """Inputs and targets, (N,) each, sorted by input, from a table as text or the bytes of a file.

    Columns are separated by commas, semicolons, tabs or blanks, with decimal points or commas, see
    `read_table`; a single line "0, 1; 2, 3" is a table too. x_column, y_column: numbers of columns, counted
    from 1; 0 for the usual one, see `Table.pair`. Rows in which x or y is missing are left out. Repeated
    inputs are allowed: they are separate points of the sum. Raises ValueError that names lines of the text,
    and what is accepted.
    """
    count("number of points", 2 * bool(data.strip()), at_least=2)
    table = read_table(data)
    if len(table.values) == 2 and not table.named and not x_column + y_column:
        rows = table.written(table.lines > 0)
        if len(table.numeric) > 2 or [line.strip(" \t'\"")[:1].casefold() for _, line in rows] == ["x", "y"]:
            raise ValueError(f"points must be a line each, x beside y, got {listed(rows)}")
    x, y = table.pair(x_column, y_column)
    whole = table.complete(x, y)
    large = whole & (np.abs(table.values[:, [x, y]]) > LARGEST).any(axis=1)
    if large.any():
        raise ValueError(f"points must be two numbers within ±{LARGEST:g}, got {table.quoted(large)}")
    if whole.sum() < 2:
        lost = "" if whole.all() else f"; without a value: {table.quoted(~whole)}"
        head = [(n, line) for n, line in enumerate(NEW_LINE.split(table.source)[: table.head], 1) if line]
        lost += f"; read as a head: {listed(head)}" if head else ""
        raise ValueError(f"number of points must be an integer of at least 2, got {whole.sum()}{lost}")
    inputs, outputs = table.values[whole][:, [x, y]].T
    order = np.argsort(inputs, kind="stable")
    return inputs[order], outputs[order]
