"""What the classification of limits passes around: what a look at a run sees, and what was decided."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from stepsize_core.arrays import Array, Flags, Indices, NDArray
from stepsize_core.descent import CHUNK_STEPS
from stepsize_core.limits.kinds import LimitKind
from stepsize_core.limits.orbits import Orbits
from stepsize_core.objectives import Objective
from stepsize_core.pulse import pulse

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
    def undecided(cls, x: Array, max_period: int) -> Outcomes:
        lanes, n = len(x), math.prod(x.shape[1:])
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

    lanes: their numbers; delta: their step sizes; patches (PATCHES, w, lanes) + state: consecutive states,
    spread over the stretch since the last look; step_numbers: where each patch ends. The last patch is the
    window: it ends with the present state. start, length: the states at the beginning of the stretch looked
    at, and its number of steps.
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
        lanes, delta, start = self.lanes[keep], self.delta[keep], self.start[keep]
        return Tail(lanes, delta, self.patches[:, :, keep], self.step_numbers, start, self.length)

    def last_finite(self, objective: Objective) -> Array:
        """The last finite state of each run, all of which escape: (lanes,) + state.

        The stretch is run again to find it.
        """
        run, last = objective.stepper(self.start.copy(), self.delta), self.start
        for done in range(0, self.length, CHUNK_STEPS):
            states = np.empty((1 + min(CHUNK_STEPS, self.length - done), *last.shape))
            states[0] = last
            run.record(states[1:])
            finite = np.all(np.isfinite(states).reshape(*states.shape[:2], -1), axis=-1)
            last = states[finite.sum(axis=0) - 1, np.arange(len(last))]
            if not finite[-1].any():
                break
        return last

    @classmethod
    def of_run_on(
        cls,
        objective: Objective,
        lanes: Indices,
        x: Array,
        delta: Array,
        done: int,
        look: int,
        max_period: int,
    ) -> Tail:
        """Run on from step `done` to step `look`, keeping PATCHES patches of at most 2·max_period states."""
        run, length = objective.stepper(x.copy(), delta), look - done
        stretch = length // PATCHES
        w = min(2 * max_period, stretch)
        patches = np.empty((PATCHES, w, *run.x.shape))
        step_numbers = [look - stretch * i for i in reversed(range(PATCHES))]
        for patch, end in zip(patches, step_numbers):
            pulse()
            run.advance(end - w - done)
            run.record(patch)
            done = end
        return cls(lanes, delta, patches, step_numbers, x, length)

    @classmethod
    def of_record(cls, states: Array, delta: float, max_period: int) -> Tail:
        """What a look at the end of one recorded run, (n_steps + 1,) + state, sees of its second half."""
        last, stretch = len(states) - 1, (len(states) - 1) // (2 * PATCHES)
        w = min(2 * max_period, stretch)
        step_numbers = [last - stretch * i for i in reversed(range(PATCHES))]
        patches = np.stack([states[end - w + 1 : end + 1, None] for end in step_numbers])
        return cls(np.zeros(1, int), np.full(1, delta), patches, step_numbers, states[:1], last)
