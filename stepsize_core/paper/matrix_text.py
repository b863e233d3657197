"""A matrix as text, "1, 0.2; 0.2, -1" or as programs write one: read without refusing anything, and said what
is wrong with it.

Rows are lines, or end at semicolons; brackets of NumPy, Python, MATLAB and Mathematica, tables of Markdown
and matrices of LaTeX are read too. Commas separate wherever that gives a square matrix; else they are
decimal.
"""

import math
import re
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

import numpy as np

from stepsize_core.paper.layouts import MINUS, NEW_LINE

DIGITS = 12  # significant, of an entry that is written
LONGEST = 20_000  # characters of a text that is read
POINT = str.maketrans(",dD", ".ee")
QUOTED = 20  # characters of an entry in a message

Rows = list[list[float | None]]  # None stands for an entry that is no number
Lines = list[tuple[int, str]]  # the line at which a row begins, and its text

NUMBER = re.compile(r"[+-]?(?:(?:\d+\.?\d*|\.\d+)(?:[ed][+-]?\d+)?|inf|nan)", re.ASCII | re.IGNORECASE)
WITH_COMMA = re.compile(r"[+-]?\d+(?:,\d+)?(?:[ed][+-]?\d+)?", re.ASCII | re.IGNORECASE)
TYPED = MINUS | {0xFEFF: None} | dict.fromkeys(range(0x239B, 0x23AE), " ")  # tall brackets of many lines
GROUP = re.compile(r"[\[({]([^\[\](){}]*)[\])}]")  # what stands in the innermost brackets
SCALAR = re.compile(r"\b(?:np|numpy)\.(?:float|u?int)\w*\(([^\[\](){}]*)\)")  # NumPy's repr of an entry
R_NAME = re.compile(r"\[\d+,\]|\[,\d+\]")  # R's names of rows and columns
ASSIGNED = re.compile(r"^\s*[A-Za-z_]\w*\s*(?:=|<-)\s*")
AROUND = re.compile(r"[A-Za-z_]\w*\s*=\s*['\"]?[A-Za-z][\w.:]*['\"]?|[A-Za-z_][\w.]*|<-|[\s,;=()\[\]{}]")
FRACTION = re.compile(r"\\[dt]?frac\s*" + r"\s*".join([r"(?:\{([^{}]*)\}|(\d))"] * 2))
MATHEMATICA = re.compile(r"`[\d.]*|//\s*MatrixForm")  # what it writes of precision and form
BESIDE_A_SIGN = re.compile(r"(?<=[-+/]) | (?=/)")
ROW_END = re.compile(r"\\\\(?:\[[^\]]*\])?|\\cr\b|\\tabularnewline\b")
LATEX = re.compile(
    r"\\(?:begin|end|[hv]?phantom|[hv]space\*?)\s*\{[^{}]*\}|\{[clr| ]+\}"
    r"|\\(?:left|right|[bB]igg?[lr]?|q?quad|hline|displaystyle|[bp]?matrix|math[a-z]+|text[a-z]*|bm)(?![A-Za-z])"
    r"|\\[,;:!()\[\]]|[${}()\[\]|~]"
)


class Reading(NamedTuple):
    """Entries as text, row by row; at which line of the text each row begins; whether commas are decimal."""

    cells: list[list[str]]
    lines: list[int]
    decimal_comma: bool = False

    @property
    def rows(self) -> Rows:
        """The entries."""
        return [[_number(cell, self.decimal_comma) for cell in row] for row in self.cells]

    @property
    def faults(self) -> tuple[bool, int, int]:
        """Whether it is not square; how many entries are no numbers, how many missing or too many."""
        rows = self.rows
        odd = sum(abs(len(row) - len(rows)) for row in rows)
        return odd > 0, sum(row.count(None) for row in rows), odd

    @property
    def named(self) -> bool:
        """Whether the first row holds names, the first of which may be missing."""
        names = [any(map(str.isalpha, cell)) for cell in self.cells[0][1:]]
        return len(self.cells) > 2 and {*names} == {True} and not any(x is not None for x in self.rows[0])

    def without(self, columns: int) -> "Reading":
        """The same without its first row and so many first columns."""
        return self._replace(cells=[row[columns:] for row in self.cells[1:]], lines=self.lines[1:])


def read(text: str) -> Reading:
    """The reading of the text with the fewest faults, the first of them; names of rows and columns are left
    out."""
    text = NEW_LINE.sub("\n", text[:LONGEST].translate(TYPED)).replace("...\n", " ")
    text = MATHEMATICA.sub("", R_NAME.sub(" ", SCALAR.sub(r"\1", text))).replace("*^", "e")
    text = ASSIGNED.sub(lambda match: "\n" * match[0].count("\n"), text)
    if "&" in text or "\\" in text:
        found = [_latex(text)]
    elif "|" in text:
        found = [r for r in (_markdown(text), *_plain(text.replace("|", " "))) if r.cells]
    else:
        found = list(_plain(text))
    named = [r for r in found if r.named or ("|" in text and len(r.cells) > 1)]
    return min([*found, *(r.without(columns) for r in named for columns in (0, 1))], key=lambda r: r.faults)


def read_rows(text: str) -> Rows:
    """The entries of the text, row by row; None where an entry is no number. Rows may differ in length."""
    return read(text).rows


def write_rows(rows: Sequence[Sequence[float | None]]) -> str:
    """The text of the rows; an entry that is None stays blank."""
    return "; ".join(", ".join(map(write_entry, row)) for row in rows)


def write_entry(entry: float | None) -> str:
    """The text of an entry; "" of one that is no number."""
    return "" if entry is None else f"{entry:.{DIGITS}g}"


def read_entry(text: str) -> float | None:
    """An entry by itself, a number or a fraction with a decimal point or comma; None where it is neither."""
    point = _number(text := text.translate(MINUS), False)
    return _number(text, True) if point is None else point


def resized(rows: Rows, size: int) -> Rows:
    """The rows cut or filled with zeros to size × size."""
    return [
        [rows[i][j] if i < len(rows) and j < len(rows[i]) else 0.0 for j in range(size)] for i in range(size)
    ]


def complaint(text: str, smallest: int, largest: int, bound: float) -> str:
    """What keeps the text from being a symmetric matrix of an accepted size with entries within ±bound; ""
    where nothing does. Rows, columns and lines are counted from 1."""
    if not text.strip():
        return "it is empty"
    if len(text) > LONGEST:
        return f"it has more than {LONGEST:,} characters"
    reading = read(text)
    rows, n = reading.rows, len(reading.cells)
    commas = "; commas were read as decimal" if reading.decimal_comma else ""
    at = [f" (line {line})" if "\n" in text.strip() else "" for line in reading.lines]
    if not smallest <= n <= largest:
        how = ", and rows end with a line or a semicolon" if n < smallest else ""
        return f"it has {n} row{'s' * (n != 1)}; {smallest} to {largest} are possible{how}{commas}"
    for i, row in enumerate(rows):
        if len(row) != n:
            entries = f"{len(row)} entr{'y' if len(row) == 1 else 'ies'}"
            return f"row {i + 1} has {entries} and not {n}{at[i]}{commas}"
    return _fault_of_entries(reading, at, bound, commas)


def _fault_of_entries(reading: Reading, at: Sequence[str], bound: float, commas: str) -> str:
    """What is wrong with an entry of a square; "" where nothing is."""
    rows = reading.rows
    for i, row in enumerate(rows):
        for j, entry in enumerate(row):
            place, cell = f"entry ({i + 1}, {j + 1})", reading.cells[i][j].strip()[:QUOTED]
            if entry is None or not math.isfinite(entry):
                return f"{place} is not a finite number{f': {cell!r}' if cell else ''}{at[i]}{commas}"
            if abs(entry) > bound:
                return f"{place} = {entry:g} is outside ±{bound:g}{at[i]}{commas}"
    for i, row in enumerate(rows):
        for j, entry in enumerate(row[:i]):
            if entry != rows[j][i]:
                here, there = (repr(value).removesuffix(".0") for value in (entry, rows[j][i]))
                upper, lower = f"({j + 1}, {i + 1}) is {there}", f"({i + 1}, {j + 1}) {here}"
                return f"it is not symmetric: entry {upper} and entry {lower}{commas}"
    return ""


def symmetrized(text: str) -> str | None:
    """The text of the closest symmetric matrix, (R + Rᵀ)/2, with an entry that is no finite number taken from
    its mirror image; None where that is not possible or changes nothing."""
    rows = read_rows(text)
    if any(len(row) != len(rows) for row in rows):
        return None
    matrix = np.array(rows, float)  # NaN where an entry is None
    matrix = np.where(np.isfinite(matrix), matrix, matrix.T)
    if not np.isfinite(matrix).all():
        return None
    mean = (matrix / 2.0 + matrix.T / 2.0).tolist()
    return write_rows(mean) if mean != rows else None


def _number(cell: str, decimal_comma: bool) -> float | None:
    """A number or a fraction; None where the cell is neither."""
    over, slash, under = cell.strip().strip("'\"").partition("/")
    form = WITH_COMMA if decimal_comma else NUMBER
    if not form.fullmatch(over.strip()) or (slash and not form.fullmatch(under.strip())):
        return None
    value, by = (float(part.translate(POINT)) for part in (over, under or "1"))
    return value / by if by else None


def _parts(text: str, end: str | re.Pattern[str]) -> Lines:
    """What stands between the ends of rows, with the line at which it begins; blank rows are left out."""
    starts = [0, *(match.end() for match in re.finditer(end, text))]
    stops = [*(match.start() for match in re.finditer(end, text)), len(text)]
    parts = [(start, text[start:stop]) for start, stop in zip(starts, stops)]
    first = [(start + len(part) - len(part.lstrip()), part) for start, part in parts if part.strip()]
    return [(1 + text.count("\n", 0, start), part.strip("\n")) for start, part in first] or [(1, "")]


def _latex(text: str) -> Reading:
    """Cells at &, rows at \\\\; a comma inside of a cell is decimal."""
    plain = FRACTION.sub(r"\1\2/\3\4", text).replace("{,}", ",")
    kept = ROW_END.sub("\0", plain)
    body = re.sub(r"^[^&=\0]*=", "", LATEX.sub(" ", kept)).rstrip(" \t\n.,;")
    parts = _parts(body, "\0")
    cells = [[BESIDE_A_SIGN.sub("", " ".join(c.split())) for c in part.split("&")] for _, part in parts]
    return Reading(cells, [line for line, _ in parts], any("," in cell for row in cells for cell in row))


def _markdown(text: str) -> Reading:
    """Cells at |, a row a line; the rule below the names is left out; a comma inside of a cell is decimal."""
    lines = [(n, line.strip()) for n, line in _parts(text, "\n") if not set(line) <= set("|:+- \t")]
    cells = [line.removeprefix("|").removesuffix("|").split("|") for _, line in lines]
    return Reading(cells, [n for n, _ in lines], any("," in cell for row in cells for cell in row))


def _plain(text: str) -> Iterator[Reading]:
    """Rows in brackets, or lines, or what ends at semicolons; with each way to separate entries in them."""
    groups = list(GROUP.finditer(text))
    around = AROUND.sub("", GROUP.sub("", text))
    nested = len(groups) > 1 or re.search(r"[\[({]\s*[\[({]", text)
    if groups and not around and nested:
        rows = [(1 + text.count("\n", 0, group.start()), group[1].replace("\n", " ")) for group in groups]
        yield from _separated(rows, with_tabs=False)
        return
    content = text if not groups or around else text[: groups[0].start(1)].count("\n") * "\n" + groups[0][1]
    yield from _separated(_parts(content, r"[;\n]"), with_tabs="\t" in content)
    if "\n" in content and ";" in content:
        lines = _parts(content, r"\n")
        for decimal_comma in (False, True):
            yield _cells(lines, lambda row: row.split(";"), decimal_comma)


def _separated(rows: Lines, *, with_tabs: bool) -> Iterator[Reading]:
    """Entries separated by commas, by tabs, by blanks, or by commas and blanks; then with decimal commas."""
    yield _cells(rows, lambda row: row.split(","))
    ways: list[Callable[[str], list[str]]] = [lambda row: row.split("\t")] if with_tabs else []
    ways.append(str.split)
    yield from (_cells(rows, split) for split in ways)
    yield _cells(rows, lambda row: row.replace(",", " ").split())
    yield from (_cells(rows, split, True) for split in ways)


def _cells(rows: Lines, split: Callable[[str], list[str]], decimal_comma: bool = False) -> Reading:
    return Reading([split(row) for _, row in rows], [line for line, _ in rows], decimal_comma)
