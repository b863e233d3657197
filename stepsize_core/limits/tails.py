"""What the classification of limits passes around: what a look at a run sees, and what was decided."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from stepsize_core.arrays import Array, Flags, Indices, NDArray
from stepsize_core.descent import CHUNK_STEPS
from stepsize_core.dynamics import Dynamics
from stepsize_core.limits.kinds import LimitKind
from stepsize_core.limits.orbits import Orbits
from stepsize_core.pulse import pulse
from stepsize_core.steppers import Stepper

PATCHES = 4  # stretches of consecutive states kept between two looks, the last one at the end


@dataclass
class Outcomes:
    """Per lane: kind (of LimitKind), period, points (max_period, lanes) + state, multipliers, exponent.

    start (lanes,) + state: where the run began, of a recorded run the first state.
    """

    kind: NDArray[np.object_]
    period: Indices
    points: Array
    multipliers: NDArray[Any]
    exponent: Array
    start: Array

    @classmethod
    def undecided(cls, dynamics: Dynamics, x: Array, max_period: int) -> Outcomes:
        lanes, n = len(x), dynamics.dimension
        return cls(
            np.full(lanes, LimitKind.UNDECIDED, object),
            np.zeros(lanes, int),
            np.full((max_period, *x.shape), np.nan),
            np.full((lanes, n), np.nan, complex if n > 1 else float),
            np.full(lanes, np.nan),
            x,
        )

    def accept(self, lanes: Indices, found: Orbits, mask: Flags) -> None:
        """Record the orbits `found` (one per entry of `lanes`) where `mask` holds."""
        p = len(found.points)
        chosen = lanes[mask]
        self.kind[chosen] = LimitKind.EQUILIBRIUM if p == 1 else LimitKind.PERIODIC_ORBIT
        self.period[chosen] = p
        self.points[:p, chosen] = found.points[:, mask]
        self.multipliers[chosen] = found.multipliers[mask]


@dataclass
class Tail:
    """What one look sees of the lanes still running.

    lanes: their numbers; delta: their step sizes; patches (PATCHES, w, lanes) + state: consecutive positions,
    spread over the stretch since the last look; step_numbers: where each patch ends. The last patch is the
    window: it ends with the present state. start (memory, lanes) + state_shape, length: the states at the
    beginning of the stretch looked at, and its number of steps.
    """

    lanes: Indices
    delta: Array
    patches: Array
    step_numbers: list[int]
    start: Array
    length: int

    @property
    def window(self) -> Array:
        return self.patches[-1]

    def of(self, keep: Flags | Indices) -> Tail:
        """The same look at the lanes where `keep` holds."""
        if keep.dtype == bool and keep.all():
            return self
        lanes, delta, start = self.lanes[keep], self.delta[keep], self.start[:, keep]
        return Tail(lanes, delta, self.patches[:, :, keep], self.step_numbers, start, self.length)

    def state(self, dynamics: Dynamics, back: int = 0) -> Array:
        """The states of the runs so many steps ago, (memory, lanes) + state_shape."""
        end = len(self.window) - back
        return self.window[end - dynamics.memory : end]

    def last_finite(self, dynamics: Dynamics) -> Array:
        """The last finite state of each run, all of which escape: (memory, lanes) + state_shape.

        The stretch is run again to find it.
        """
        return last_finite(dynamics.stepper(self.start, self.delta), self.start, self.length)

    @classmethod
    def of_run_on(
        cls,
        dynamics: Dynamics,
        lanes: Indices,
        state: Array,
        delta: Array,
        done: int,
        look: int,
        max_period: int,
    ) -> Tail:
        """Run on from step `done` to step `look`, keeping PATCHES patches of at most 2·max_period states."""
        run, length = dynamics.stepper(state, delta), look - done
        stretch = length // PATCHES
        w = min(2 * max_period, stretch)
        patches = np.empty((PATCHES, w, *run.x.shape))
        step_numbers = [look - stretch * i for i in reversed(range(PATCHES))]
        for patch, end in zip(patches, step_numbers):
            pulse()
            run.advance(end - w - done)
            run.record(patch)
            done = end
        return cls(lanes, delta, patches, step_numbers, state, length)

    @classmethod
    def of_record(cls, dynamics: Dynamics, states: Array, delta: float, max_period: int) -> Tail:
        """What a look at the end of one recorded run, (n_steps + 1,) + state, sees of its second half."""
        last, stretch = len(states) - 1, (len(states) - 1) // (2 * PATCHES)
        w = min(2 * max_period, stretch)
        step_numbers = [last - stretch * i for i in reversed(range(PATCHES))]
        patches = np.stack([states[end - w + 1 : end + 1, None] for end in step_numbers])
        start = dynamics.start(states[:1])
        return cls(np.zeros(1, int), np.full(1, delta), patches, step_numbers, start, last)


def last_finite(run: Stepper, state: Array, n_steps: int) -> Array:
    """The last finite states of runs that begin in a state (memory, lanes) + state_shape and escape within so
    many steps: the same shape."""
    memory, lanes = state.shape[:2]
    for done in range(0, n_steps, CHUNK_STEPS):
        path = np.empty((memory + min(CHUNK_STEPS, n_steps - done), *state.shape[1:]))
        path[:memory] = state
        run.record(path[memory:])
        finite = np.all(np.isfinite(path).reshape(*path.shape[:2], -1), axis=-1)
        ends = np.maximum(finite.sum(axis=0) - memory, 0)
        state = path[ends + np.arange(memory)[:, None], np.arange(lanes)]
        if not finite[-1].any():
            break
    return state
