"""Level lines of a function on a grid, as straight pieces: marching squares on all cells at once."""

import numpy as np

LEVELS = 12
THINNED = 2  # times that a line may lose every other place
SAME = 9  # decimals to which the ends of two pieces agree that meet
LOWEST = 0.003  # quantile of f above its minimum at which the first line lies
HIGHEST = 0.85
# the edges (0 bottom, 1 right, 2 top, 3 left) that a line joins, by which corners are above the level:
# 1 lower left, 2 lower right, 4 upper right, 8 upper left; a saddle cell has two lines
PIECES = {
    1: [(3, 0)], 2: [(0, 1)], 3: [(3, 1)], 4: [(1, 2)], 5: [(3, 0), (1, 2)], 6: [(0, 2)], 7: [(3, 2)],
    8: [(2, 3)], 9: [(0, 2)], 10: [(0, 1), (2, 3)], 11: [(1, 2)], 12: [(1, 3)], 13: [(0, 1)], 14: [(3, 0)],
}  # fmt: skip


def levels_of(values: np.ndarray) -> np.ndarray:
    """Levels spread by equal ratios above the least value, so that a steep function is not all lines."""
    finite = values[np.isfinite(values)]
    if len(finite) == 0 or finite.max() == finite.min():
        return np.empty(0)
    above = finite - finite.min()
    low, high = np.quantile(above[above > 0.0], [LOWEST, HIGHEST])
    return finite.min() + np.geomspace(low, max(high, 2.0 * low), LEVELS)


def level_lines(x: np.ndarray, y: np.ndarray, values: np.ndarray, levels: np.ndarray) -> dict:
    """The pieces of every level line: columns x, y, x2, y2 and the level.

    values: f on the grid, (len(y), len(x)); cells with a corner that is no finite number are left out.
    """
    parts = [np.empty((0, 5))]
    for level in levels:
        parts += _pieces(x, y, values - level, level)
    table = np.concatenate(parts)
    return dict(zip(("x", "y", "x2", "y2", "level"), table.T))


def as_one_line(lines: dict, within: float = 0.0) -> dict:
    """The pieces joined where they meet, as one interrupted line: columns x, y, NaN between.

    It is drawn and sent at a fraction of the cost of the pieces. within: how far from a place of theirs it
    may run, where it has fewer.
    """
    ends = np.array([[lines["x"], lines["x2"]], [lines["y"], lines["y2"]]], float)
    places = np.vstack([ends.reshape(2, -1), np.tile(lines["level"], 2)]).T
    _, first, nodes = np.unique(places.round(SAME), axis=0, return_index=True, return_inverse=True)
    paths = _paths(nodes.reshape(2, -1).T.tolist())
    at = np.array([first[node] if node >= 0 else -1 for path in paths for node in (*path, -1)], int)
    line = np.where(at < 0, np.nan, places[at, :2].T).T if len(at) else np.empty((0, 2))
    for turn in range(THINNED):
        line = _thinned(line, turn % 2, within / THINNED)
    return dict(zip("xy", line.T.astype(np.float32)))


def _thinned(line: np.ndarray, first: int, within: float) -> np.ndarray:
    """The line (n, 2) without every other place, where that lies so close to the way past it."""
    before, here, after = line[first:-2:2], line[first + 1 : -1 : 2], line[first + 2 :: 2]
    way, aside = after - before, here - before
    with np.errstate(invalid="ignore"):
        far = np.abs(way[:, 0] * aside[:, 1] - way[:, 1] * aside[:, 0]) / np.hypot(*way.T)
    keep = np.ones(len(line), bool)
    keep[first + 1 : -1 : 2] = ~(far < within)
    return line[keep]


def _paths(pieces: list[list[int]]) -> list[list[int]]:
    """Pieces, each between two nodes, joined to paths of nodes: first those with loose ends, then rings."""
    beside: dict[int, set[int]] = {}
    for piece, pair in enumerate(pieces):
        for node in pair:
            beside.setdefault(node, set()).add(piece)
    paths = []
    for node in sorted(beside, key=lambda node: len(beside[node]) % 2 == 0):
        while beside[node]:
            path = [node]
            while beside[path[-1]]:
                piece = beside[path[-1]].pop()
                path.append(sum(pieces[piece]) - path[-1])
                beside[path[-1]].discard(piece)
            paths.append(path)
    return paths


def _pieces(x, y, f, level: float) -> list[np.ndarray]:
    """The pieces of the zero line of f, (n, 5) each."""
    corners = np.stack([f[:-1, :-1], f[:-1, 1:], f[1:, 1:], f[1:, :-1]])  # counter-clockwise from lower left
    usable = np.isfinite(corners).all(axis=0)
    case = np.where(usable, ((corners > 0.0) * np.array([1, 2, 4, 8])[:, None, None]).sum(axis=0), 0)
    found = []
    for number, pairs in PIECES.items():
        row, column = np.nonzero(case == number)
        for first, second in pairs if len(row) else ():
            ends = [_crossing(x, y, corners[:, row, column], row, column, edge) for edge in (first, second)]
            found.append(np.column_stack([*ends[0], *ends[1], np.full(len(row), level)]))
    return found


def _crossing(x, y, corners, row, column, edge: int) -> tuple[np.ndarray, np.ndarray]:
    """Where the line crosses an edge of each cell, by linear interpolation."""
    a, b = corners[edge], corners[(edge + 1) % 4]
    share = a / (a - b)
    share = share if edge < 2 else 1.0 - share  # along the axis: the upper and the left edge run backwards
    if edge % 2 == 0:
        return x[column] + share * (x[column + 1] - x[column]), y[row + (edge == 2)]
    return x[column + (edge == 1)], y[row] + share * (y[row + 1] - y[row])
