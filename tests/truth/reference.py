"""Where the maps go: runs in extended precision, 100 times as long as what is classified.

Independent of `stepsize_core.limits`: a run is looked at after n, 10 n and 100 n steps, and what it became is
read off the states of these three windows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import partial
from itertools import pairwise
from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]
Rates = Callable[..., Array]  # of states and parameters

CHUNK = 1024  # steps between two tests for an escape
WINDOW = 256  # states kept at each look
LONGEST = 128  # periods that are looked for
LENGTHS = (1, 10, 100)  # the looks, in units of n_steps
ESCAPED = np.longdouble("1e1000")  # a state beyond is divergent
GROWTH = 1e6  # a state this many times its start, growing from look to look, is divergent
ROUNDING = 1e4  # gaps below so many units of rounding, of the states of a window, are none
SHRINKS = 0.5  # gaps that fall to this fraction from one look to the next are closing
CREEPS = 1 - 1e-9  # gaps that fall so little, but in every window, are closing where none shrinks
NEARLY = 0.05  # gaps of a closing period, relative to the range visited
DRIFTS = 0.9  # displacements that do not fall to this fraction from one decade to the next do not add up
QUOTIENT = 1e-10  # relative step of the difference quotients of f′
ACROSS = 1e6  # a quotient times δ beyond is a jump of f′, not its slope
EXPANDS = 1e-4  # a mean of log|1 − δf″| above: gaps fall by chance
TURNS = 1e-2  # the same with momentum: a tangent that turns with a spiral grows and shrinks on its way
AS_ZERO = 1e-300  # states below are 0 to float64
NEAR = 1e-9  # half width, relative, within which f′ must change sign at an equilibrium


@dataclass(frozen=True)
class Method:
    """Heavy ball, or Nesterov's method where the gradient is taken ahead; gradient descent with β = 0."""

    beta: float = 0.0
    ahead: bool = False

    def step(self, gradient: Rates, before: Array, x: Array, delta: Array, *parameters: Array) -> Array:
        """The state after x."""
        if self.beta == 0.0:
            return x - delta * gradient(x, *parameters)
        drift = self.beta * (x - before)
        return x + drift - delta * gradient(x + drift if self.ahead else x, *parameters)

    def looked_at(self, before: Array, x: Array) -> Array:
        """Where the gradient is taken."""
        return x + self.beta * (x - before) if self.ahead else x

    def jacobian(self, curvature: Array, delta: Array) -> Array:
        """The derivative of (before, x) -> (x, after), (lanes, 2, 2), where f″ is the curvature (lanes,)."""
        weight = delta * curvature * (1.0 + self.beta if self.ahead else 1.0)
        along, across = 1.0 + self.beta - weight, -self.beta * (1.0 - delta * curvature * self.ahead)
        zero = np.zeros_like(along)
        return np.moveaxis(np.array([[zero, zero + 1.0], [across + zero, along]], float), -1, 0)


DESCENT = Method()


class Fate(Enum):
    """What a run became."""

    SETTLED = "settled on a period"
    CLOSING = "closing in on a period"
    APERIODIC = "bounded, no period up to 128"
    LONG = "a period between 65 and 128"
    DIVERGED = "diverged"
    UNDEFINED = "stepped out of the domain"
    DRIFTING = "moves on without end"
    PLATEAU = "stands still where f′ is not 0"


@dataclass
class Runs:
    """Lanes of one template, run to 100 n.

    windows   (3, WINDOW, lanes): states up to the looks
    last      (lanes,): where the gradient was last taken, or the last state that was finite
    escaped   (lanes,): left the finite numbers
    largest   (lanes,): the largest modulus at the looks and the start
    ranges    (3, lanes): the range visited up to the looks, of the windows and a state each CHUNK steps
    """

    start: Array
    windows: Array
    last: Array
    escaped: Array
    largest: Array
    ranges: Array


def run(
    gradient: Rates,
    x0: Array,
    delta: Array,
    n_steps: Array,
    *parameters: Array,
    method: Method = DESCENT,
) -> Runs:
    """Runs from x0 (lanes,) with steps delta, each to 100·n_steps: (lanes,), of a few values WINDOW apart."""
    step = partial(method.step, gradient)
    looks = np.outer(LENGTHS, n_steps)  # (3, lanes)
    times = np.unique(looks)
    lanes = np.arange(len(x0))
    windows = np.full((len(LENGTHS), WINDOW, len(x0)), np.nan, x0.dtype)
    last, escaped = x0.copy(), np.zeros(len(x0), bool)
    low, high, ranges = x0.copy(), x0.copy(), np.zeros((len(LENGTHS), len(x0)))
    done, here = 0, (x0, x0, delta, *parameters)  # the state before, the present one, what stays

    def leave(keep: Array) -> None:
        nonlocal lanes, here, looks
        lanes, here, looks = lanes[keep], tuple(v[keep] for v in here), looks[:, keep]

    for time in times:
        while done < time - WINDOW and len(lanes):
            chunk = min(CHUNK, time - WINDOW - done)
            began = here
            for _ in range(chunk):
                here = (here[1], step(*here), *here[2:])
            done += chunk
            low[lanes], high[lanes] = np.fmin(low[lanes], here[1]), np.fmax(high[lanes], here[1])
            gone = ~(np.abs(here[1]) <= ESCAPED)
            if gone.any():
                last[lanes[gone]] = _last_finite(method, gradient, chunk, *(v[gone] for v in began))
                escaped[lanes[gone]] = True
                leave(~gone)
        if len(lanes) == 0:
            break
        window = np.empty((WINDOW, len(lanes)), x0.dtype)
        began = here
        for k in range(WINDOW):
            here = (here[1], step(*here), *here[2:])
            window[k] = here[1]
        done = time
        gone = ~(np.abs(here[1]) <= ESCAPED)
        if gone.any():
            last[lanes[gone]] = _last_finite(method, gradient, WINDOW, *(v[gone] for v in began))
            escaped[lanes[gone]] = True
        low[lanes] = np.fmin(low[lanes], window.min(axis=0))
        high[lanes] = np.fmax(high[lanes], window.max(axis=0))
        cycling = _repeats(window) | (np.abs(window).max(axis=0) < AS_ZERO)
        for i in range(len(LENGTHS)):
            due = (looks[i] == time) | ((looks[i] > time) & cycling)
            windows[i][:, lanes[due]] = window[:, due]
            ranges[i, lanes[due]] = (high - low)[lanes[due]]
        leave(~gone & ~cycling & (looks[-1] > time))
    reached = np.where(np.isfinite(windows), np.abs(windows), 0).max(axis=(0, 1))
    ended = ~escaped
    last[ended] = windows[-1][-1, ended]
    return Runs(x0, windows, last, escaped, np.fmax(np.abs(x0), reached), ranges)


def _last_finite(
    method: Method, gradient: Rates, n: int, before: Array, x: Array, delta: Array, *parameters: Array
) -> Array:
    """Where each run takes the gradient whose step is not to a finite number below ESCAPED."""
    for _ in range(n):
        after = method.step(gradient, before, x, delta, *parameters)
        goes_on = np.abs(after) <= ESCAPED
        before, x = np.where(goes_on, x, before), np.where(goes_on, after, x)
    return method.looked_at(before, x)


def _repeats(window: Array) -> Array:
    """Whether the last half of a window repeats bit for bit: the run repeats it for ever."""
    half = len(window) // 2
    lags = (np.all(window[half:] == window[half - p : -p], axis=0) for p in range(1, LONGEST + 1))
    return np.logical_or.reduce(list(lags))


def gaps(window: Array) -> tuple[Array, Array]:
    """(LONGEST, lanes), for each p the largest |x[k] − x[k−p]| over the third and the last quarter."""
    half, last = len(window) // 2, 3 * len(window) // 4
    apart = [np.abs(window[half:] - window[half - p : -p]) for p in range(1, LONGEST + 1)]
    parts = [(gap[: last - half].max(axis=0), gap[last - half :].max(axis=0)) for gap in apart]
    return np.stack([part[0] for part in parts]), np.stack([part[1] for part in parts])


@dataclass
class Truth:
    """fate and, where it settled or closes in, period, per lane."""

    fate: Array
    period: Array


def truth(runs: Runs, defined: Array, at_rest: Array, rates: Array, expands: float = EXPANDS) -> Truth:
    """What the runs became.

    Of `runs.last`, (lanes,): whether f is defined, and f′ is 0, there; rates: the exponents at the end, known
    to `expands`.
    """
    lanes = len(runs.start)
    fate, period = np.full(lanes, Fate.APERIODIC, object), np.zeros(lanes, int)
    fate[runs.escaped] = Fate.DIVERGED
    fate[runs.escaped & ~defined] = Fate.UNDEFINED
    bounded = ~runs.escaped
    first, middle, end = runs.windows
    size = np.abs(end).max(axis=0)
    sizes = np.abs(runs.windows).max(axis=1)
    rising = (sizes[2] > 2 * sizes[1]) & (sizes[1] > 2 * sizes[0])
    growing = bounded & (size > GROWTH * np.maximum(1, np.abs(runs.start))) & rising
    (long_ago, earliest), (before_then, earlier), (before, now) = gaps(first), gaps(middle), gaps(end)
    still = now <= ROUNDING * np.finfo(size.dtype).eps * size + AS_ZERO
    steadily = (now <= before) & (earlier <= before_then) & (earliest <= long_ago)
    creeping = steadily & (now < CREEPS * earlier) & (earlier < CREEPS * earliest)
    extent, earlier_extent = np.ptp(end, axis=0), np.ptp(middle, axis=0)
    near = now <= NEARLY * extent
    near[0] |= extent < (1 - NEARLY) * earlier_extent  # an alternation that dies down
    near[0] |= creeping[0] & (extent < earlier_extent)
    closing = (now <= SHRINKS * earlier) & (now <= before) & near
    closing |= creeping & near & ~closing.any(axis=0)
    settled = still.any(axis=0) & bounded
    p_settled, p_closing = still.argmax(axis=0) + 1, closing.argmax(axis=0) + 1
    approaching = closing.any(axis=0) & bounded & (rates <= expands) & ~(settled & (p_settled <= p_closing))
    settled &= ~approaching
    fate[settled], period[settled] = Fate.SETTLED, p_settled[settled]
    fate[approaching], period[approaching] = Fate.CLOSING, p_closing[approaching]
    fate[(settled | approaching) & (period > 64)] = Fate.LONG
    moved, moves = np.abs(middle - first).max(axis=0), np.abs(end - middle).max(axis=0)
    one_way = np.all(np.diff(end, axis=0) >= 0, axis=0) | np.all(np.diff(end, axis=0) <= 0, axis=0)
    onward = bounded & ~settled & one_way & (moves > DRIFTS * moved) & (moves > 0)
    fate[onward], period[onward] = Fate.DRIFTING, 0
    alone = settled & (period == 1) & ~at_rest & (size > AS_ZERO)
    fate[alone], period[alone] = Fate.PLATEAU, 0
    fate[growing] = Fate.DIVERGED
    return Truth(fate, period)


def at_rest(gradient: Rates, flat: Rates, x: Array, *parameters: Array) -> Array:
    """Whether f′ vanishes at x up to rounding: it changes sign there, is 0 there only, or f is constant."""
    h = np.maximum(NEAR * np.abs(x), NEAR)
    places = (x - h, x, x + h)
    below, at, above = (gradient(y, *parameters) for y in places)
    level = np.any([flat(y, *parameters) for y in places], axis=0)
    return level | (np.sign(below) * np.sign(above) < 0) | ((at == 0) & (below != 0) & (above != 0))


def drains(gradient: Rates, x: float, end: float, delta: float, *parameters: float) -> bool:
    """Whether each step from x comes closer to the equilibrium `end`, which is not x.

    0 < δf′(y)/(y − end) < 2 up to |x − end| on both sides, or < 1 on the side of x: no step leaves that side.
    """
    if x == end:
        return False
    parts = np.concatenate([np.linspace(0.01, 1, 100), 0.5 ** np.arange(1, 18)]).astype(np.longdouble)
    away = (np.longdouble(x) - end) * np.stack([parts, -parts])
    wide = (np.full(away.shape, v, np.longdouble) for v in parameters)
    ratio = delta * gradient(end + away, *wide) / away
    return bool(np.all((ratio > 0) & (ratio < 2)) or np.all((ratio[0] > 0) & (ratio[0] < 1)))


def exponent(
    gradient: Rates, window: Array, delta: Array, *parameters: Array, method: Method = DESCENT
) -> Array:
    """The mean of log|1 − δf″| over a window, f″ by differences of f′, but not across jumps: (lanes,).

    With momentum that of how a tangent of two states grows over the last three quarters of the window.
    """
    if method.beta == 0.0:
        total = np.zeros(window.shape[1])
        for x in window:
            slope = _slope(gradient, x, *parameters)
            rate = np.log(np.maximum(np.abs(1 - delta * slope), 1e-300)).astype(float)
            total += np.where(np.abs(delta * slope) < ACROSS, rate, 0.0)
        return total / len(window)
    total, tangent = np.zeros(window.shape[1]), np.tile([0.6, 0.8], (window.shape[1], 1))
    aligned = len(window) // 4
    for k, jacobian in enumerate(_jacobians(gradient, window, delta, *parameters, method=method)):
        tangent = np.einsum("lij,lj->li", jacobian, tangent)
        norm = np.maximum(np.linalg.norm(tangent, axis=1), 1e-300)
        tangent /= norm[:, None]
        total += np.log(norm) * (k >= aligned)
    return total / (len(window) - 1 - aligned)


def orbit_rate(
    gradient: Rates, points: Array, delta: float, *parameters: float, method: Method = DESCENT
) -> float:
    """log|multiplier| per step of a cycle (p,), the largest."""
    wide = [np.full(1, v, np.longdouble) for v in (delta, *parameters)]
    if method.beta == 0.0:
        return float(exponent(gradient, np.array(points, np.longdouble)[:, None], *wide)[0])
    path = np.concatenate([points[-1:], points]).astype(np.longdouble)[:, None]
    product = np.eye(2)
    for jacobian in _jacobians(gradient, path, *wide, method=method):
        product = jacobian[0] @ product
    if not np.isfinite(product).all():
        return np.inf
    return float(np.log(max(np.abs(np.linalg.eigvals(product)).max(), 1e-300)) / len(points))


def _jacobians(
    gradient: Rates, path: Array, delta: Array, *parameters: Array, method: Method
) -> Iterator[Array]:
    """The derivatives of the steps from each two consecutive states of a path on, (lanes, 2, 2)."""
    for before, x in pairwise(path):
        slope = _slope(gradient, method.looked_at(before, x), *parameters)
        across = ~(np.abs(delta * slope) < ACROSS)
        yield method.jacobian(np.where(across, 0.0, slope).astype(float), delta.astype(float))


def _slope(gradient: Rates, x: Array, *parameters: Array) -> Array:
    """f″ as a quotient of differences."""
    h = QUOTIENT * np.maximum(np.abs(x), 1e-3)
    return (gradient(x + h, *parameters) - gradient(x - h, *parameters)) / (2 * h)


def phases(states: Array, points: Sequence[float] | Array) -> float:
    """The largest distance of the last half of the states to the points of an orbit in the best phase."""
    p = len(points)
    tail = states[-max(len(states) // 2 // p, 1) * p :].reshape(-1, p)
    return float(min(np.abs(tail - np.roll(points, -i)).max() for i in range(p)))
