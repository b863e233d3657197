"""A cobweb inside a window: what leaves the window ends at its edge."""

from collections.abc import Sequence

import numpy as np

from pages.charts.kit.drawing import Drawing, Ends
from pages.charts.kit.layers import HELD
from pages.charts.kit.text import minus
from pages.charts.scalar.names import Name, dense, draw_names, placed

CURVE_POINTS = 241
MARGIN = 0.08  # of the range visited, on either side
MOST_KEPT_CLEAR = 200  # vertices of the staircase, the last ones, that names rather do not stand over
LEAST_WIDTH = 1e-3  # relative, of a window around a state that does not move


def draw_cobweb(
    draw: Drawing,
    study,
    window: Ends,
    *,
    symbol: str = "",
    names: Sequence[tuple[str, float]] = (),
    clear: Sequence[np.ndarray] = (),
    **axis,
) -> None:
    """The map, the diagonal and the staircase of a run whose start can be dragged, on the axes of a window.

    symbol: of f, in the name of the map, which has none without it, nor has the diagonal; names: of places on
    the diagonal; clear: further ink, (n, 2) each, that names keep clear of; axis: options of that up.
    """
    (low, high), start = window, float(study.states[0])
    tables = cobweb_tables(study.objective, study.params.step_size, study.states, low, high)
    draw.axes("x[k]", "x[k+1]", y=axis, frame=tables["_frame"], whole=True, equal=True)
    draw.cobweb(tables)
    inside = (study.states >= low) & (study.states <= high)
    draw.first = int(np.argmax(inside))
    draw.last = draw.first + int(np.argmin(np.append(inside[draw.first :], False)))
    if symbol:
        known = _names(study.states, tables, window, symbol, names, clear)
        draw_names(draw, "_labels", known, corner={"x": low, "y": low}, hides=True)
    draw_start(draw, start, window, low)
    draw.grip(x="start")


def draw_start(draw: Drawing, start: float, ends: Ends, floor: float) -> None:
    """The start on the axis across, with an arrow where it lies beyond; floor: where that up begins."""
    low, high = ends
    words = f"{'← ' if start < low else ''}{minus(f'x[0] = {start:.6g}')}{' →' if start > high else ''}"
    draw.start("_start", {"x": min(max(start, low), high), "y": floor, "text": words}, across="x")


def start_ink(start: float, ends: Ends) -> np.ndarray:
    """What names keep clear of at the bottom of a picture, where the words of the start stand."""
    (low, high), side = ends, ends[1] - ends[0]
    start = min(max(start, low), high)
    beside = [start, start + (0.3 if start < high - 0.3 * side else -0.3) * side]
    return np.concatenate([dense(beside, [low + share * side] * 2, 200) for share in (0.016, 0.032, 0.048)])


def _names(states: np.ndarray, tables: dict, window: Ends, symbol: str, places, clear) -> dict:
    """What stands beside the ink: places on the diagonal, where the run ends early, the map, the diagonal."""
    (low, high), stairs = window, tables["staircase"]
    curve = np.column_stack([tables["map"]["x"], tables["map"]["y"]])
    line, seen = dense(window, window), curve[np.isfinite(curve).all(axis=1)]
    named: list[Name] = [(text, [(x, x)]) for text, x in places]
    if not len(stairs["x"]):
        named.append(("the run is outside this picture", line[500::50]))
    elif how := leaving(states, low, high):
        named.append((how, [(stairs["x"][-1], stairs["y"][-1])]))
    named += [(f"x − δ{symbol}′(x)", seen[::20]), ("diagonal", line[960:500:-40])]
    width = 0.02 * (high - low)
    marks = [dense([x - width, x + width], [x, x], 20) for _, x in places]
    ink = [dense(*curve.T, 3000), line, *marks, *clear]
    ink.append(start_ink(float(states[0]), window))
    corners = (column[-MOST_KEPT_CLEAR:] for column in _corners_of(stairs["x"], stairs["y"]))
    legs = dense(*corners, 30 * MOST_KEPT_CLEAR)
    return placed(named, (window, window), np.concatenate(ink), legs)


def leaving(states: np.ndarray, low: float, high: float) -> str:
    """How a run leaves the window [low, high], in words; "" where it stays."""
    outside = ~((states >= low) & (states <= high))
    outside[: int(np.argmin(outside))] = False
    if not outside.any():
        return ""
    first = states[np.argmax(outside)]
    if np.isnan(first):
        return "steps out of the domain"
    return f"leaves the picture {'↑' if first > high else '↓'}"


def square_ink(a: float) -> np.ndarray:
    """What names keep clear of where a 2-cycle ±a is drawn."""
    return dense(*_corners(a), 2000)


def _corners(a: float) -> tuple[list[float], list[float]]:
    return [a, a, -a, -a, a], [a, -a, -a, a, a]


def draw_square(draw: Drawing, name: str, a: float, moved: str, **columns) -> None:
    """A predicted 2-cycle ±a in a cobweb; name: of its table.

    moved: a while δ is dragged, an expression that may name HELD["step_size"], and `columns` as "datum.…".
    """
    (x, y), drag = _corners(a), both_signs(moved, "x", "y")
    corners = {"x": x, "y": y, "vertex": np.arange(5), **columns}
    draw.curve(name, corners, look="theory", order="vertex", width=1.75, drag=drag)


def both_signs(moved: str, *columns: str) -> dict[str, str]:
    """For `drag`: columns that hold a or −a, where `moved` is what a becomes while δ is dragged."""
    signed = {column: f"(datum.{column} > 0 ? 1 : -1) * {moved}" for column in columns}
    return {"by": HELD["step_size"], **signed}


def staircase(states: np.ndarray) -> dict:
    """The vertices of a cobweb, (x[k], x[k]) then (x[k], x[k+1]), with the step k that draws them."""
    finite = states[np.isfinite(states)]
    x, y = _corners_of(finite, finite)
    vertex = np.arange(len(x), dtype=np.int32)
    return {"vertex": vertex, "k": (vertex + 1) // 2, "x": x, "y": y}


def _corners_of(x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The vertices of a staircase through (x[k], y[k]), which goes up or down first and then across."""
    return np.repeat(x, 2)[:-1], np.repeat(y, 2)[1:]


def window(states: np.ndarray, low: float, high: float, landmarks) -> tuple[float, float]:
    """The range that a run visits within [low, high], and the landmark nearest to it, with a margin; all of
    [low, high] where only one state lies there and no landmark."""
    inside = states[(states >= low) & (states <= high)]
    bottom, top = inside.min(), inside.max()
    if len(landmarks):
        nearest = min(landmarks, key=lambda mark: max(bottom - mark, mark - top, 0.0))
        bottom, top = min(bottom, nearest), max(top, nearest)
    elif bottom == top:
        bottom, top = low, high
    pad = max(MARGIN * (top - bottom), LEAST_WIDTH * max(abs(bottom), abs(top), 1.0))
    return float(bottom - pad), float(top + pad)


def cobweb_tables(objective, step_size: float, states: np.ndarray, low: float, high: float) -> dict:
    """ "map", "staircase", "_identity" and "_frame" for `Drawing.cobweb` over the window [low, high]²."""
    x = np.linspace(low, high, CURVE_POINTS)
    slope = objective.gradient(x)
    image = x - step_size * slope
    inside = (image >= low) & (image <= high)
    shown = np.where(inside, image, np.nan)
    if not inside.any():
        shown[0] = low  # a single point draws nothing, but axes follow the data
    return {
        "map": {"x": x, "y": shown, "slope": slope},
        "staircase": _until_outside(states, low, high),
        "_identity": {"x": [low, high], "y": [low, high]},
        "_frame": {"x": [low, high], "y": [low, high]},
    }


def _until_outside(states: np.ndarray, low: float, high: float) -> dict:
    """Where a staircase meets the diagonal, (x[k], x[k]), up to the step that leaves the window, which ends
    at its edge; there a run that begins beyond stands until it enters. A step that leads to no number from
    inside leaves the domain and is not drawn."""
    outside = ~((states >= low) & (states <= high))
    enters = int(np.argmin(outside))
    states = np.append(np.clip(states[:enters], low, high), states[enters:])
    outside[:enters] = False
    first = int(np.argmax(outside)) if outside.any() else len(states)
    x = y = states[:first]
    if outside.any() and first and not np.isnan(states[first]):
        x, y = np.append(x, x[-1]), np.append(y, np.clip(states[first], low, high))
    return {"k": np.arange(len(x), dtype=np.int32), "x": x, "y": y}


def until_edge(states: np.ndarray, low: np.ndarray | float, high: np.ndarray | float) -> np.ndarray:
    """The states (n, 2) up to the first one outside the window, which is put where its step meets the edge;
    low, high (2,): the corners of the window, or the ends of both its axes."""
    inside = ((states >= low) & (states <= high)).all(axis=-1)
    first = len(states) if inside.all() else int(np.argmin(inside))
    if first == 0 or first == len(states) or not np.isfinite(states[first]).all():
        return states[:first]
    step = states[first] - states[first - 1]
    with np.errstate(divide="ignore", invalid="ignore"):
        room = (np.where(step > 0.0, high, low) - states[first - 1]) / step
    met = states[first - 1] + np.min(room[step != 0.0]) * step
    return np.vstack([states[:first], np.clip(met, low, high)])
