"""How a table of numbers is written, decided over the whole text: columns, decimal mark, encoding.

Columns are separated by tabs, semicolons, commas or blanks, with a decimal point or a decimal comma. Taken is
what gives the most numbers and the fewest words.
"""

import codecs
import csv
import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Literal, NamedTuple

MAX_ROWS, MAX_COLUMNS = 100_000, 1000  # beyond these a table is refused: a page should answer at once
TOO_LONG = f"a table must have at most {MAX_ROWS:,} lines, got {{:,}}"
SAMPLE = 500  # lines of a long text by which ways to read it are told apart first
MAX_LISTED = 3  # lines named in a message
QUOTED = 40  # characters of a line in a message

SEPARATORS = {"\t": "tabs", ";": "semicolons", ",": "commas", " ": "blanks"}
OF_ROWS_IN_A_LINE = {
    separator: f"{SEPARATORS[separator]}, with rows that end at semicolons" for separator in (",", " ")
}
DECIMALS = {".": "point", ",": "comma"}
NO_BREAK = "\u00a0\u2007\u2009\u202f"  # blanks inside a number
GROUPS = {".": f",'’{NO_BREAK} ", ",": f".'’{NO_BREAK} "}  # marks between thousands
MINUS = dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2212\ufe63\uff0d"), "-")
ERRORS = ("#n/a", "#div/0!", "#value!", "#ref!", "#name?", "#num!", "#null!")  # of spreadsheets
MISSING = {"", "-", "--", "—", "?", ".", "na", "n/a", "<na>", "nan", "-nan", "null", "none", *ERRORS}
COMMENT_SIGN = rf"#(?!{'|'.join(re.escape(error[1:]) for error in ERRORS)})"
INFINITE = {"inf", "+inf", "-inf", "infinity", "-infinity"}
RULE = re.compile(r"^(?=[^-\n]*-)[ \t]*[|+][-=:|+ \t]*$", re.MULTILINE)  # below the head of a printed table
TABULAR = re.compile(r"\\(?:begin|end)\s*\{[^{}]*\}(?:\{[^{}]*\})?|\\(?:h?line|[a-z]+rule)\b")
ROW_END = re.compile(r"\\\\(?:\[[\w.]*\])?([ \t]*$)?", re.MULTILINE)
BETWEEN_ROWS = re.compile(r"[\])}](?:\s*[,;])?\s*[\[({]")
BEFORE_ROWS = re.compile(r"\A[^\d\[({]*[\[({]+")
AFTER_ROWS = re.compile(r",\s*dtype=[\w.]+\)*\s*\Z")
TRAILING = re.compile(rf"(?<=\d)\s+(?:{COMMENT_SIGN}|//).*")
MARKS = {
    codecs.BOM_UTF8: ("utf-8", "UTF-8"),
    codecs.BOM_UTF16_LE: ("utf-16-le", "UTF-16"),
    codecs.BOM_UTF16_BE: ("utf-16-be", "UTF-16"),
}
NEW_LINE = re.compile(r"\r\n|\r|\n")
NO_TEXT = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")
ACCEPTED = "plain text in UTF-8, UTF-16 or Windows-1252, such as CSV"

Rows = list[tuple[int, list[str]]]
Values = list[list[float | None]]


class Reading(NamedTuple):
    """The rows of a text in one way to read it.

    rows: the line at which each begins, and its cells; values: of its cells, NaN for what is missing and None
    for a word; width: the number of columns; score: numbers less words in the rows of numbers; clean: whether
    each row from the first of these on has that width and no words; separator: in words; decimal: the mark.
    """

    rows: Rows
    values: Values
    width: int
    score: int
    clean: bool
    separator: str
    decimal: str


def decoded(data: bytes) -> tuple[str, str]:
    """The text of a file and the name of its encoding.

    A byte-order mark decides; else zeros in every second byte are UTF-16; else it is UTF-8 where that is
    possible, and Windows-1252, which has all letters of Latin-1, where it is not. Raises ValueError where it
    is no text.
    """
    mark = next((mark for mark in MARKS if data.startswith(mark)), b"")
    zeros = data[::2].count(0), data[1::2].count(0)
    if mark:
        tried = [MARKS[mark]]
    elif max(zeros) > len(data) // 4 > 0:
        tried = [("utf-16-be" if zeros[0] > zeros[1] else "utf-16-le", "UTF-16")]
    else:
        tried = [("utf-8", "UTF-8"), ("cp1252", "Windows-1252")]
    for codec, name in tried:
        try:
            text = data.removeprefix(mark).decode(codec)
        except UnicodeDecodeError:
            continue
        if not NO_TEXT.search(text.rstrip("\x1a")):
            return text, name
    raise ValueError(f"file must be {ACCEPTED}, got something else")


def listed(lines: Sequence[tuple[int, str]]) -> str:
    """Numbered lines as a message quotes them, the first ones of many."""
    named = "; ".join(f"line {number}: {line.strip()[:QUOTED]!r}" for number, line in lines[:MAX_LISTED])
    return named + (f" and {len(lines) - MAX_LISTED:,} more" if len(lines) > MAX_LISTED else "")


def unprinted(text: str) -> str:
    """The text of a table without what NumPy, MATLAB, Mathematica, Markdown or LaTeX print around numbers.

    Every line stays in its place.
    """
    bare = RULE.sub("", ROW_END.sub(lambda end: ";" if end[1] is None else "", TABULAR.sub("", text)))
    if "|" in bare:
        bare = "\n".join(line.strip().removeprefix("|").removesuffix("|") for line in bare.split("\n"))
    bare = AFTER_ROWS.sub("", bare.replace("|", "\t").replace("&", "\t")).rstrip(" \t\r\n,;)]}")
    bare = BEFORE_ROWS.sub(lambda head: "\n" * head[0].count("\n"), bare)
    bare = BETWEEN_ROWS.sub(lambda gap: "\n" * gap[0].count("\n") or ";", bare)
    return re.sub(r"[^\S\r\n\t]", " ", bare)


def best_reading(lines: Sequence[str], least: int) -> Reading | None:
    """How these lines are read, with at least `least` columns; None where they hold no such numbers.

    Where rows are no tidy table, or there is one line only, it is tried whether semicolons end rows, and
    whether commas separate in some lines of pairs and blanks in others. Raises ValueError, with the first
    line, where a comma may mark decimals or thousands.
    """
    lines = [TRAILING.sub("", line.translate(MINUS)) for line in lines]
    single = sum(1 for line in lines if line.strip()) == 1
    readings = _readings(lines, SEPARATORS, least)
    best = max(readings, key=_score, default=None)
    if best is None or not best.clean or single:
        for rivals in (_with_rows_in_a_line(lines, least), _of_pairs(lines, least)):
            rival = max((r for r in rivals if r.clean), key=_score, default=None)
            if rival and (best is None or single or rival.score > best.score):
                readings, best = rivals, rival
    if best is None or best.score <= 0:
        return None
    twin = [r for r in readings if (r.separator, r.score) == (best.separator, best.score) and r is not best]
    return _decided(best, twin[0], lines) if twin else best


def _score(reading: Reading) -> int:
    return reading.score


def _with_rows_in_a_line(lines: Sequence[str], least: int) -> list[Reading]:
    """The lines read with rows that end at semicolons, where there are any."""
    parts = [(n, part) for n, line in enumerate(lines, 1) for part in line.split(";")]
    if len(parts) == len(lines):
        return []
    found = _readings([part for _, part in parts], OF_ROWS_IN_A_LINE, least)
    return [r._replace(rows=[(parts[n - 1][0], cells) for n, cells in r.rows]) for r in found]


def _of_pairs(lines: Sequence[str], least: int) -> list[Reading]:
    """The lines read as pairs that commas separate in some, blanks in others."""
    found = _readings([line.replace(",", " ") for line in lines], {" ": "commas or blanks"}, least)
    return [reading for reading in found if reading.width == 2]


def _readings(lines: Sequence[str], separators: Mapping[str, str], least: int) -> list[Reading]:
    """The lines read with each separator and each decimal mark that occurs, as far as that gives numbers.

    Of a long text only those are tried that give most in some lines of it. Raises ValueError where there are
    far more lines than MAX_ROWS.
    """
    if sum(1 for line in lines if line and not line.isspace()) > 2 * MAX_ROWS:
        raise ValueError(TOO_LONG.format(len(lines)))
    text = "\n".join(lines)
    quoted, commas, blanks = text.count('"') % 2 == 0 and '"' in text, "," in text, {" ", "\t"}
    ways = [
        (separator, decimal)
        for separator in separators
        if least == 1 or not (blanks if separator == " " else {separator}).isdisjoint(text)
        for decimal in DECIMALS
        if decimal == "." or (commas and (quoted or separator != ","))
    ]

    def read(lines: Sequence[str], ways: Sequence[tuple[str, str]]) -> list[Reading]:
        found = [_reading(lines, way, separators[way[0]], least, quoted=quoted) for way in ways]
        return [reading for reading in found if reading]

    if len(lines) > 2 * SAMPLE:
        few = read(lines[:: len(lines) // SAMPLE], ways)
        most = max(map(_score, few), default=0)
        ways = [
            (s, d)
            for s, d in ways
            if (separators[s], d, most) in {(r.separator, r.decimal, r.score) for r in few}
        ]
    return read(lines, ways)


def _reading(
    lines: Sequence[str], way: tuple[str, str], name: str, least: int, *, quoted: bool
) -> Reading | None:
    """The lines read with a separator and a decimal mark; None where that gives no rows of numbers."""
    separator, decimal = way
    rows = _rows(lines, separator, quoted=quoted)
    if max((len(cells) for _, cells in rows), default=0) > MAX_COLUMNS:
        return None
    values = [[number_in(cell, decimal) for cell in cells] for _, cells in rows]
    told = [(len(row), *told_apart(row)) for row in values]
    like = [i for i, row in enumerate(told) if row[1] and row[1] + row[2] >= least]
    if not like:
        return None
    width = Counter(told[i][0] for i in like).most_common(1)[0][0]
    numbers, words = (sum(told[i][j] for i in like if told[i][0] == width) for j in (1, 3))
    clean = all(row[0] == width and not row[3] for row in told[like[0] :])
    return Reading(rows, values, width, numbers - words, clean, name, decimal)


def _rows(lines: Sequence[str], separator: str, *, quoted: bool) -> Rows:
    """The cells of each row that has any, and the number of the line at which it begins."""
    quoting: Literal[0, 3] = csv.QUOTE_MINIMAL if quoted else csv.QUOTE_NONE
    if separator == " ":
        lines = [line.replace("\t", " ").strip() for line in lines]
    reader = csv.reader(lines, delimiter=separator, quoting=quoting, skipinitialspace=True)
    rows, line = [], 1
    try:
        for cells in reader:
            if any(map(str.strip, cells)):
                rows.append((line, cells))
            line = reader.line_num + 1
    except csv.Error as refused:
        raise ValueError(f"cells must be short, got line {line}: {refused}") from None
    return rows


def _form(decimal: str) -> re.Pattern[str]:
    """Numbers with this decimal mark; the marks between the thousands of one are all the same."""
    lakhs = r"|[1-9]\d?(?:,\d\d)+,\d{3}" if decimal == "." else ""
    whole = rf"[1-9]\d{{0,2}}([{GROUPS[decimal]}])\d{{3}}(?:\1\d{{3}})*{lakhs}|\d+"
    tail = r"(?:\.\d*)?" if decimal == "." else r"(?:,\d+)?"
    return re.compile(rf"[+-]?(?:(?:{whole}){tail}|{re.escape(decimal)}\d+)(?:[eEdD][+-]?\d+)?", re.ASCII)


_FORMS = {decimal: _form(decimal) for decimal in DECIMALS}
_PLAIN = {
    decimal: str.maketrans({decimal: ".", "d": "e", "D": "e"} | dict.fromkeys(GROUPS[decimal]))
    for decimal in DECIMALS
}


def number_in(cell: str, decimal: str) -> float | None:
    """The number that a cell holds; NaN where it is missing, None where it is a word."""
    plain = decimal == "." or ("." not in cell and cell[-1:] != ",")
    try:
        value = float(cell if decimal == "." else cell.replace(",", ".")) if plain else math.nan
    except ValueError:
        value = math.nan
    if math.isfinite(value) and "_" not in cell and cell.isascii():
        return value
    cell = cell.strip().strip("'\"").strip()
    if _FORMS[decimal].fullmatch(cell):
        return float(cell.translate(_PLAIN[decimal]))
    if cell.casefold() in INFINITE:
        return float(cell)
    return math.nan if cell.casefold() in MISSING else None


def told_apart(row: Sequence[float | None]) -> tuple[int, int, int]:
    """How many numbers, missing values and words a row holds."""
    words = row.count(None)
    missing = len([value for value in row if value is not None and value != value])
    return len(row) - words - missing, missing, words


def _decided(best: Reading, twin: Reading, lines: Sequence[str]) -> Reading:
    """One of two readings that differ in the decimal mark alone.

    Where they give other numbers, points are decimal where there are no commas, and commas beside semicolons
    where there are no points. Else decimals or thousands could be meant: ValueError names the first line.
    """
    differ = [i for i, (one, other) in enumerate(zip(best.values, twin.values)) if repr(one) != repr(other)]
    cells = [cell for i in differ for cell in best.rows[i][1]]
    commas, points = (any(mark in cell for cell in cells) for mark in ",.")
    if not commas:
        return best
    if best.separator == SEPARATORS[";"] and not points:
        return twin
    line = best.rows[differ[0]][0]
    raise ValueError(
        f"commas must be clear, got {listed([(line, lines[line - 1])])}, where a comma could mark "
        "decimals or thousands: write decimal points, or no thousands"
    )
