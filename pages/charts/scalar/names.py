"""Names beside points of a picture, where its ink is not: worked out from the ink, never typed in."""

from collections.abc import Sequence

import numpy as np

from pages.charts.kit.drawing import Drawing, Ends, Table

LETTER, LINE = 6.2, 15.0  # pixels that a letter takes, and a line of letters is high
AWAY = 9.0  # pixels between a point and its name
GRAIN = 2.0  # pixels in which ink is counted
FAINT = 0.15  # what faint ink counts for
FARTHER, LATER = 4.0, 0.1  # points of ink: what it costs to stand farther away, or at a later point
MOST_COVERED = 30.0  # points of ink: a name that would cover more is left out
SQUARE = (310.0, 300.0)  # pixels of the smallest picture: where it is larger, names have more room

Name = tuple[str, Sequence]  # the text, and the points (n, 2) that it may stand beside
Box = tuple[np.ndarray, np.ndarray]  # its middle, and half of its sides


def dense(x, y, points: int = 1000) -> np.ndarray:
    """A line through these places as so many points, (points, 2)."""
    x, y = np.asarray(x, float), np.asarray(y, float)
    if not len(x):
        return np.empty((0, 2))
    at = np.linspace(0, len(x) - 1, points)
    return np.column_stack([np.interp(at, np.arange(len(x)), values) for values in (x, y)])


def placed(
    names: Sequence[Name],
    frame: tuple[Ends, Ends],
    ink: np.ndarray,
    faint: np.ndarray | None = None,
    sides: tuple[float, float] = SQUARE,
    aside: float = 0.0,
) -> Table:
    """The table of `draw_names`: each name beside one of its points, where it covers least of the ink.

    frame: ends of the axes across and up; ink, faint (m, 2): what names keep clear of, and rather do; sides:
    pixels; aside: points of ink that each pixel costs by which a name stands to the left or to the right. A
    name that would stand over another one or outside the frame is left out.
    """
    low, size = np.transpose(frame)[0], np.array(sides)
    to_pixels = size / np.diff(frame).ravel()
    covered = _counted((ink - low) * to_pixels, size)
    if faint is not None:
        covered = covered + FAINT * _counted((faint - low) * to_pixels, size)
    table: dict[str, list] = {column: [] for column in ("x", "y", "text", "dx", "dy")}
    taken: list[Box] = []
    for text, points in names:
        half = np.array([LETTER * len(text), LINE]) / 2.0
        points = np.reshape(points, (-1, 2))
        offsets, away = _offsets(half)
        away = away + aside * np.abs(offsets[:, 0])
        middles = ((points - low) * to_pixels)[:, None] + offsets
        costs = _costs(middles, half, covered, taken, size) + away + LATER * np.arange(len(points))[:, None]
        found = np.concatenate(np.broadcast_arrays(points[:, None], offsets), axis=-1).reshape(-1, 4)
        for best in np.lexsort([*found.T[::-1], costs.ravel()])[:1]:  # of equals that farthest left and below
            if costs.flat[best] <= MOST_COVERED:
                taken.append((middles.reshape(-1, 2)[best], half))
                x, y, dx, dy = found[best].tolist()
                for column, value in zip(table.values(), (x, y, text, dx, -dy)):
                    column.append(value)
    return table


def covered_by(text: str, middle: tuple[float, float], frame: tuple[Ends, Ends]) -> np.ndarray:
    """Points (m, 2) all over a name that stands at a place already."""
    half = np.array([LETTER * len(text), LINE]) / 2.0 * np.diff(frame).ravel() / SQUARE
    x, y = (np.linspace(at - side, at + side, 60) for at, side in zip(middle, half))
    return np.column_stack([column.ravel() for column in np.meshgrid(x, y)])


def draw_names(draw: Drawing, name: str, table: Table, *, corner: Table, **common) -> None:
    """The names of `placed`, in a halo; corner: a place in the frame, by the names of its axes."""
    own = dict(zip((*corner, "text", "dx", "dy"), table.values()))
    aside = {"dx": "datum.dx", "dy": "datum.dy"}
    draw.name(name, own, inside=True, empty={**corner, "dx": 0.0, "dy": 0.0}, **aside, **common)


def _counted(pixels: np.ndarray, size: np.ndarray) -> np.ndarray:
    """How much ink there is left of and below each corner of a grid: a summed-area table."""
    edges = [np.arange(0.0, side + GRAIN, GRAIN) for side in size]
    inked = np.histogram2d(*pixels[np.isfinite(pixels).all(axis=1)].T, bins=edges)[0] > 0
    return np.pad(inked.cumsum(axis=0).cumsum(axis=1), ((1, 0), (1, 0))).astype(float)


def _offsets(half: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """From a point to the middle of its name (k, 2), on every side, also farther away; their costs (k,)."""
    sides = np.array([(1, -0.6), (-1, 0.6), (1, 0.6), (-1, -0.6), (1, 0), (-1, 0), (0, 1), (0, -1)])
    times = np.array([1, 2, 3, 5])[:, None, None]
    offsets = np.sign(sides) * half * np.abs(sides) + AWAY * times * sides
    return offsets.reshape(-1, 2), np.repeat(FARTHER * (times.ravel() - 1), len(sides))


def _costs(
    middles: np.ndarray, half: np.ndarray, covered: np.ndarray, taken: Sequence[Box], size: np.ndarray
) -> np.ndarray:
    """How much ink a name covers in each place (…, 2); infinite over another name or not in the picture."""
    inside = ((middles - half >= 2.0) & (middles + half <= size - 2.0)).all(axis=-1)  # NaN is not
    middles = np.where(inside[..., None], middles, 0.0)
    over = [(np.abs(middles - other) < half + more).all(axis=-1) for other, more in taken]
    (left, below), (right, above) = (
        np.moveaxis((np.clip(corners, 0, size) / GRAIN).astype(int), -1, 0)
        for corners in (middles - half, middles + half + GRAIN)
    )
    ink = covered[right, above] - covered[left, above] - covered[right, below] + covered[left, below]
    return np.where(~inside | np.any([*over, np.zeros_like(ink)], axis=0), np.inf, ink)
