"""What a run can become, and the result that says what each run of a batch became."""

from collections.abc import Sequence
from enum import Enum
from typing import Any, Self

import numpy as np

from stepsize_core.arrays import Array, Flags, NDArray
from stepsize_core.frozen import Frozen

NOT_ROUNDING = 1e-6  # a modulus so far above 1 makes an orbit unstable: a run is there only exactly on it
AS_ZERO_IN_A_CYCLE = 1e-13  # of its extent: a point of a cycle so near 0 is written 0
AS_ZERO = 1e-15  # an equilibrium of so small a modulus is written 0


class LimitKind(Enum):
    """What a run became; the value is the word shown, the sentence what it means, for a reader."""

    sentence: str

    EQUILIBRIUM = "equilibrium", "the state converges to a point where the gradient is 0"
    PERIODIC_ORBIT = "periodic orbit", "the state repeats itself after a fixed number of steps"
    APERIODIC = "aperiodic", "the state stays bounded and never repeats itself"
    DIVERGENT = "diverged", "the state grows without bound"
    UNDECIDED = "undecided", "the state was still moving when the steps ran out"
    UNDEFINED = "undefined", "the state stepped to a point where the function or its gradient is not defined"

    def __new__(cls, word: str, sentence: str) -> Self:
        kind = object.__new__(cls)
        kind._value_, kind.sentence = word, sentence
        return kind


class Limit(Frozen):
    """What each run of a batch became.

    kind         LimitKind for a single run, else an object array of LimitKind, shape batch
    period       p for an orbit, 1 for an equilibrium, 0 otherwise; int or int array, shape batch
    points       the orbit in the order visited, (p,) + state_shape for a single run (no rows without an
                 orbit), else (largest p,) + batch + state_shape, NaN beyond each run's period
    multipliers  eigenvalues of the Jacobian along the orbit, largest modulus first, batch + (n,); NaN without
    exponent     Lyapunov exponent of what stays bounded without a period in sight, be it APERIODIC or
                 UNDECIDED, else NaN; shape batch
    """

    kind: Any
    period: Any
    points: Array
    multipliers: NDArray[Any]
    exponent: Any

    @property
    def attracting(self) -> bool | Flags:
        """Whether every multiplier is inside the unit circle; an orbit met exactly need not be."""
        return np.all(np.abs(self.multipliers) < 1.0, axis=-1)

    @property
    def sentence(self) -> str:
        """What a single run became, in words with its numbers."""
        if not isinstance(self.kind, LimitKind):
            raise ValueError("sentence needs a single run, this Limit holds a batch")
        scalar = self.points.ndim == 1
        landed = (
            ", landed on exactly" if scalar and np.any(np.abs(self.multipliers) > 1.0 + NOT_ROUNDING) else ""
        )
        if self.kind is LimitKind.PERIODIC_ORBIT:
            return f"{cycle_name(self.points, self.multipliers)}{landed}"
        if self.kind is LimitKind.EQUILIBRIUM and scalar:
            return f"equilibrium x = {not_rounding(self.points[0]):.6g}{landed}"
        if self.kind is LimitKind.UNDECIDED and np.isfinite(self.exponent):
            return "undecided: no period found"
        return self.kind.value


def not_rounding(x: float) -> float:
    """x as it is written: 0 where it is so small that it stands for a 0 not quite reached."""
    return float(x) if abs(x) > AS_ZERO else 0.0


def cycle_name(points: Array, multipliers: NDArray[Any]) -> str:
    """A cycle, (p,) or (p, n), by its period and, on the line, the range that it visits.

    Of a neutral one, a multiple root, but a few digits are known.
    """
    name, neutral = f"period {len(points)}", np.abs(np.abs(multipliers) - 1.0) <= NOT_ROUNDING
    if points.ndim > 1:
        return name
    as_zero = AS_ZERO_IN_A_CYCLE * float(np.ptp(points))
    low, high = (0.0 if abs(x) <= as_zero else x for x in (points.min(), points.max()))
    digits = 4 if neutral.any() else 6
    return f"{name} between {low:.{digits}g} and {high:.{digits}g}"


def joined(limits: Sequence[Any]) -> Limit:
    """Limits of batches, or outcomes of lanes, as the one limit of all their runs, along the first axis."""
    rows = max(int(limit.period.max(initial=0)) for limit in limits)
    parts = [np.full((rows, *limit.points.shape[1:]), np.nan) for limit in limits]
    for part, limit in zip(parts, limits):
        part[: len(limit.points)] = limit.points[:rows]  # what is cut is NaN
    multipliers = np.concatenate([limit.multipliers for limit in limits])
    return Limit(
        np.concatenate([limit.kind for limit in limits]),
        np.concatenate([limit.period for limit in limits]),
        np.concatenate(parts, axis=1),
        multipliers.real if np.all(multipliers.imag == 0) else multipliers,
        np.concatenate([limit.exponent for limit in limits]),
    )
