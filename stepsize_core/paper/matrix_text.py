"""A matrix as text, "1, 0.2; 0.2, -1": read without refusing anything, and said what is wrong with it."""

import math
from collections.abc import Sequence

import numpy as np

DIGITS = 12  # significant, of an entry that is written

Rows = list[list[float | None]]  # None stands for an entry that is no number


def read_rows(text: str) -> Rows:
    """The entries of the text, row by row; None where an entry is no number. Rows may differ in length."""
    return [[_number(entry) for entry in row.split(",")] for row in text.split(";")]


def write_rows(rows: Sequence[Sequence[float | None]]) -> str:
    """The text of the rows; an entry that is None stays blank."""
    return "; ".join(", ".join("" if x is None else f"{x:.{DIGITS}g}" for x in row) for row in rows)


def resized(rows: Rows, size: int) -> Rows:
    """The rows cut or filled with zeros to size × size."""
    return [
        [rows[i][j] if i < len(rows) and j < len(rows[i]) else 0.0 for j in range(size)] for i in range(size)
    ]


def complaint(text: str, smallest: int, largest: int, bound: float) -> str:
    """What keeps the text from being a symmetric matrix of an accepted size with entries within ±bound; ""
    where nothing does. Rows and columns are counted from 1."""
    rows = read_rows(text)
    n = len(rows)
    if not smallest <= n <= largest:
        return f"it has {n} row{'s' * (n != 1)}; {smallest} to {largest} are possible"
    for i, row in enumerate(rows, 1):
        if len(row) != n:
            return f"row {i} has {len(row)} entries and not {n}"
    for i, row in enumerate(rows, 1):
        for j, entry in enumerate(row, 1):
            if entry is None or not math.isfinite(entry):
                return f"entry ({i}, {j}) is not a finite number"
            if abs(entry) > bound:
                return f"entry ({i}, {j}) = {entry:g} is outside ±{bound:g}"
    for i in range(n):
        for j in range(i):
            if rows[i][j] != rows[j][i]:
                upper, lower = f"({j + 1}, {i + 1}) is {rows[j][i]:g}", f"({i + 1}, {j + 1}) {rows[i][j]:g}"
                return f"it is not symmetric: entry {upper} and entry {lower}"
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


def _number(entry: str) -> float | None:
    try:
        return float(entry)
    except ValueError:
        return None
