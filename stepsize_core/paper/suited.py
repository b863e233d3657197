"""A window, a start and a step size that suit a function: found from its minima and the curvature there."""

import math
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np

from stepsize_core.arrays import Array
from stepsize_core.equilibria.branches import find_equilibria
from stepsize_core.equilibria.line import CriticalPoint, critical_point, equilibria_on
from stepsize_core.equilibria.plane import plane_equilibria
from stepsize_core.equilibria.plane_search import zeros_of_gradient
from stepsize_core.expressions.user_function import UserFunction
from stepsize_core.paper.parameters import Suited

USUAL = 2.0  # reach of the window in which most functions are at home
REACHES = (USUAL, *(2.0 * 10.0**k for k in range(1, 6)), 1e6, 0.02, 2e-4, 2e-6)  # in which minima are sought,
IN_PLANE = (USUAL, 20.0, 1e3, 3e4, 1e6, 0.02)  # and in the plane
MANY = 12  # equilibria: more are as many as the window is wide, and the one nearest 0 stands for them
ROOM = 2.0  # a window reaches so many times as far as its equilibria
NEAR_0 = 0.1  # of its reach: a window whose middle is so near 0 is put around 0
FEW = 5  # starts per axis, of a search in the plane beyond the usual window
SMALLEST = 0.02  # share of a window that what happens at a minimum has to fill
LARGEST = 1e6  # a place, a reach or a step size
SMALLEST_STEP = 1e-12
SHARE = 0.8  # of the smallest critical step size
USED = (0.02, 1.0)  # a step size suits between these shares of the smallest and the largest critical one
OFFERED = (1.0 / 16.0, 12.5)  # step sizes that a slider offers, relative to the one that suits
BESIDE = (0.3, 0.2)  # of the reach: where runs start beside the minimum
KINK_STEP = 0.1  # of the reach: how far one step throws a run at a kink

equilibria_of = lru_cache(maxsize=256)(equilibria_on)  # worked out once for a function and a window
plane_equilibria_of = lru_cache(maxsize=256)(plane_equilibria)


class Home(NamedTuple):
    """Where a function is at home: its minima (n, variables), their critical step sizes in (0, ∞), the middle
    of the window, its reach, and a step size; 0 where none is known."""

    minima: Array
    critical: Array
    middle: Array
    reach: float
    step_size: float


def suited(values: Mapping[str, Any]) -> dict[str, Suited]:
    """What suits the function in `values` instead of what these hold, by field; what suits already stays."""
    function = UserFunction(values["function"])
    home = home_of(values["function"])
    if home is None:
        return {}
    axes = 2 if function.state_shape else 1
    centre = np.array([values["centre"], values["centre_y"]][:axes])
    start = np.array([values["start"], values["start_y"]][:axes])
    middle, reach = home.middle, home.reach
    found = {}
    inside = (np.abs(home.minima - centre) <= values["reach"]).all(axis=1).any()
    if not inside or not SMALLEST * reach <= values["reach"] <= reach / SMALLEST:
        wide = reach / 200.0, min(10.0 * reach, LARGEST)
        found["reach"] = Suited(reach, wide)
    else:
        middle, reach = centre, values["reach"]
    around = [(max(m - 2.0 * reach, -LARGEST), min(m + 2.0 * reach, LARGEST)) for m in middle.tolist()]
    if "reach" in found:
        found |= {name: Suited(m, a) for name, m, a in zip(("centre", "centre_y"), middle.tolist(), around)}
    if (
        "reach" in found
        or (np.abs(start - middle) > ROOM * reach).any()
        or not function.defined(_state(start))
    ):
        place = _beside(function, home.minima, middle, reach)
        found |= {name: Suited(s, a) for name, s, a in zip(("start", "start_y"), place.tolist(), around)}
    least, most = USED
    low, high = home.critical.min(initial=math.inf), home.critical.max(initial=0.0)
    used = least * low <= values["step_size"] <= most * high if len(home.critical) else (
        SMALLEST * home.step_size <= values["step_size"] <= home.step_size / SMALLEST
    )  # fmt: skip
    if home.step_size and not used:
        delta = _rounded(min(max(home.step_size, SMALLEST_STEP), LARGEST), 2)
        found["step_size"] = Suited(delta, (delta * OFFERED[0], delta * OFFERED[1]))
    return found


@lru_cache(maxsize=256)
def home_of(text: str) -> Home | None:
    """Where a function is at home; None where no minimum is found."""
    function = UserFunction(text)
    for reach in IN_PLANE if function.state_shape else REACHES:
        found = _in_plane(function, reach) if function.state_shape else _on_line(function, reach)
        if found is not None:
            return found
    return None


def _on_line(function: UserFunction, reach: float) -> Home | None:
    if reach == USUAL:  # which the study of the default window looks for too
        places = np.array(equilibria_of(function, -reach, reach).places)
    else:
        places = find_equilibria(function, -reach, reach)
    points = [critical_point(function, x, 1.0) for x in places.tolist()]
    minima = [p for p in points if p.curvature > 0.0 or (p.curvature == 0.0 and _is_lowest(function, p.x))]
    if not minima:
        return None
    nearest = min(minima, key=lambda p: abs(p.x))
    if len(points) > MANY:
        points = minima = [nearest]
    middle, own = _window(np.array([[p.x] for p in points]), _scale(function, nearest))
    critical = np.array([p.critical for p in minima if p.critical and math.isfinite(p.critical)])
    step_size = SHARE * float(critical.min()) if len(critical) else 0.0
    if math.isinf(nearest.curvature) and (slope := max(map(abs, nearest.slopes))):
        step_size = KINK_STEP * own / slope
    return Home(np.array([[p.x] for p in minima]), critical, middle, own, step_size)


def _in_plane(function: UserFunction, reach: float) -> Home | None:
    if reach == USUAL:
        search = plane_equilibria_of(function, (-reach, -reach), (reach, reach))
        isolated, valley = search.isolated, search.family[search.sharpness > 0.0]
        sharpness = search.sharpness[search.sharpness > 0.0]
    else:
        starts = np.stack(np.meshgrid(*[np.linspace(-reach, reach, FEW)] * 2), axis=-1)
        isolated = zeros_of_gradient(function, starts.reshape(-1, 2), reach)
        valley, sharpness = np.empty((0, 2)), np.empty(0)
    lowest = (isolated.eigenvalues[:, 0] > 0.0) & ~isolated.kinks & ~isolated.family
    minima = np.concatenate([isolated.places[lowest], valley])
    if not len(minima):
        return None
    nearest = minima[np.abs(minima).max(axis=1).argmin()]
    alone = len(isolated.places) > MANY or len(valley) > 0
    middle, own = _window(nearest[None] if alone else isolated.places, math.inf)
    critical = 2.0 / np.concatenate([isolated.eigenvalues[lowest, 1], sharpness])
    return Home(minima, critical, middle, own, SHARE * float(critical.min()))


def _window(places: Array, scale: float) -> tuple[Array, float]:
    """The middle and the reach of a window with all places (n, variables) in it; scale: how wide what happens
    at a place is."""
    low, high = places.min(axis=0), places.max(axis=0)
    middle = np.zeros(len(low))
    if np.abs(places).max() <= USUAL and scale >= SMALLEST * USUAL:
        return middle, USUAL
    reach = _rounded(min(ROOM * float((high - low).max()) / 2.0 or min(scale, USUAL), LARGEST), 2)
    off = np.abs(low + high) / 2.0 > NEAR_0 * reach
    middle[off] = np.round((low + high) / 2.0, 2 - math.floor(math.log10(reach)))[off]
    return middle, reach


def _scale(function: UserFunction, point: CriticalPoint) -> float:
    """How far from a minimum its curvature changes as much as it is; ∞ where it does not."""
    if point.one_sided or not 0.0 < point.curvature < math.inf:
        return math.inf
    third, fourth = (abs(float(function.derivative(point.x, order))) for order in (3, 4))
    lengths = [point.curvature / third if third else math.inf]
    lengths.append(math.sqrt(12.0 * point.curvature / fourth) if fourth else math.inf)
    return min(lengths)


def _is_lowest(function: UserFunction, x: float) -> bool:
    """Whether f grows to both sides of an equilibrium at which f″ is 0."""
    away = 1e-3 * max(1.0, abs(x))
    below, above = function.gradient(np.array([x - away, x + away])).tolist()
    return below < 0.0 < above


def _beside(function: UserFunction, minima: Array, middle: Array, reach: float) -> Array:
    """A start beside the minimum nearest the middle, at which the function is defined."""
    nearest = minima[np.abs(minima - middle).max(axis=1).argmin()]
    away = reach * np.array(BESIDE[: len(nearest)])
    digits = 2 - math.floor(math.log10(reach))
    starts = [np.round(nearest + side * away, digits) + 0.0 for side in (1.0, -1.0)]
    return next((place for place in starts if function.defined(_state(place))), starts[0])


def _state(place: Array) -> Array:
    return place if len(place) > 1 else place[0]


def _rounded(value: float, digits: int) -> float:
    return float(f"{value:.{digits}g}")
