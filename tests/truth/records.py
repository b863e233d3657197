"""What `alternation` and `phase` say of records without and with an oscillation: `python -m
tests.truth.records 1000`.

Every family is a stationary process, so many records of 4,000 steps each. Without an oscillation "oscillates"
and "locked" are false alarms, at most 1 % by the construction of both tests; with one they are what should be
said.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.signal import lfilter

from stepsize_core import TwoMinima, alternation, wilson_interval
from stepsize_core.sampling.records import ONE_HUMP, phase
from stepsize_core.sampling.transfer import three_halves_image

Array = np.ndarray[Any, Any]
Draw = Callable[[np.random.Generator, int, int], Array]  # generator, records, steps -> (records, steps)

LENGTH, TRANSIENT = 4000, 500
ALARMS = 0.01  # of each test where nothing oscillates


@dataclass(frozen=True)
class Family:
    """Records of one kind; oscillates: whether odd and even steps lie on two branches."""

    name: str
    draw: Draw
    oscillates: bool = False


@dataclass
class Count:
    """What was said of so many records of a family."""

    family: Family
    total: int
    flagged: int
    denied: int
    locked: int
    refused: int
    ratio: float

    def __str__(self) -> str:
        low, high = wilson_interval(self.flagged, self.total)
        flagged = f"{self.flagged:5d} ({low:.3f}–{high:.3f})"
        return (
            f"{self.family.name:40s} R = {self.ratio:5.3f}  oscillates {flagged}"
            f"  none visible {self.denied:5d}  locked {self.locked:5d}  refused {self.refused:5d}"
        )


def coins(rng: np.random.Generator, shape: tuple[int, ...]) -> Array:
    return rng.choice([-1.0, 1.0], size=shape)


def rare(rng: np.random.Generator, shape: tuple[int, ...]) -> Array:
    """One sample in ten, nine times as large as the others and of the other sign."""
    return np.where(rng.random(shape) < 0.1, 9.0, -1.0)


INNOVATIONS: dict[str, Callable[[np.random.Generator, tuple[int, ...]], Array]] = {
    "Gaussian": lambda rng, shape: rng.standard_normal(shape),
    "uniform": lambda rng, shape: rng.uniform(-1.0, 1.0, shape),
    "coin-toss": coins,
    "rare large": rare,
    "exponential": lambda rng, shape: rng.exponential(size=shape) - 1.0,
}


def autoregressive(innovations: str, rho: float) -> Draw:
    """y ← ρy + ζ: noise at a minimum with 1 − δa = ρ."""

    def draw(rng: np.random.Generator, records: int, length: int) -> Array:
        shocks = INNOVATIONS[innovations](rng, (records, TRANSIENT + length))
        return np.asarray(lfilter([1.0], [1.0, -rho], shocks, axis=1))[:, TRANSIENT:]

    return draw


def least_favourable(rng: np.random.Generator, records: int, length: int) -> Array:
    """Half steps that are independent and uniform, R = 4/3: a walk, whose ρ₁ near 1 keeps it from being
    flagged."""
    return np.cumsum(2.0 * rng.uniform(-1.0, 1.0, (records, length)), axis=1)


def drawn_curvature(rng: np.random.Generator, records: int, length: int) -> Array:
    """SGD at δ = 0.7 on samples of curvature 1 and 3, with noise: heavy tails at a stable minimum."""
    y, rows = np.zeros(records), []
    for _ in range(TRANSIENT + length):
        y = (1.0 - 0.7 * rng.choice([1.0, 3.0], size=records)) * y + rng.standard_normal(records)
        rows.append(y)
    return np.array(rows[TRANSIENT:]).T


def two_directions(rng: np.random.Generator, records: int, length: int) -> Array:
    """The sum of a fast direction that turns back at every step and a slow one that does not."""
    fast, slow = autoregressive("Gaussian", -0.95), autoregressive("uniform", 0.5)
    return fast(rng, records, length) + slow(rng, records, length)


def noisy_map(image: Callable[[Array], Array], noise: float, start: float) -> Draw:
    """y ← image(y) + noise·ζ."""

    def draw(rng: np.random.Generator, records: int, length: int) -> Array:
        y, rows = np.full(records, start), []
        for _ in range(TRANSIENT + length):
            y = image(y) + noise * rng.standard_normal(records)
            rows.append(y)
        return np.array(rows[TRANSIENT:]).T

    return draw


def families() -> Iterator[Family]:
    """Without an oscillation, then with one."""
    yield Family("half steps uniform and independent", least_favourable)
    for innovations, rhos in {
        "Gaussian": (-0.99, -0.95, -0.5, 0.0, 0.9),
        "uniform": (-0.99, -0.9, -0.5, -0.05, 0.9),
        "coin-toss": (-0.95, -0.5, -0.05, 0.9),
        "rare large": (-0.9, -0.5, -0.1),
        "exponential": (-0.9, -0.5, 0.9),
    }.items():
        for rho in rhos:
            yield Family(f"{innovations} innovations, ρ = {rho}", autoregressive(innovations, rho))
    yield Family("drawn curvatures at a stable minimum", drawn_curvature)
    yield Family("a fast and a slow direction", two_directions)
    stable = noisy_map(lambda x: x - 0.19 * TwoMinima().gradient(x), 0.0038, 2.0)
    yield Family("Example 2 at 0.19, noise 0.02", stable)
    for s in (0.05, 0.1, 0.15, 0.2):
        yield Family(f"Example 1, s = {s}", noisy_map(three_halves_image, s, 0.25), oscillates=True)
    beyond = noisy_map(lambda x: x - 0.21 * TwoMinima().gradient(x), 0.0042, 2.0)
    yield Family("Example 2 at 0.21, noise 0.02", beyond, oscillates=True)


def judge(family: Family, records: int, rng: np.random.Generator, length: int = LENGTH) -> Count:
    """What both tests say of so many records of a family."""
    count = Count(family, 0, 0, 0, 0, 0, 0.0)
    for record in family.draw(rng, records, length):
        found, locked = alternation(record), phase(record).locked
        count.total += 1
        count.flagged += found.oscillates is True
        count.denied += found.oscillates is False
        count.locked += locked is True
        count.refused += locked is None
        count.ratio += found.ratio / records
    return count


def below_one_hump(family: Family, records: int, rng: np.random.Generator, length: int = LENGTH) -> int:
    """How many records have R + t·error < 4/3 whatever their autocorrelation: the ratio's own alarms."""
    t = 2.821  # Student's t of 9 degrees at 99 %
    found = [alternation(record) for record in family.draw(rng, records, length)]
    return sum(one.ratio + t * one.error < ONE_HUMP for one in found)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("records", nargs="?", type=int, default=1000, help="of each family")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    for number, family in enumerate(families()):
        rng = np.random.default_rng([options.seed, number])
        print(judge(family, options.records, rng), flush=True)
        if not number:
            alarms = below_one_hump(family, options.records, rng)
            print(f"  of {options.records} more the ratio alone flags {alarms}: the least favourable law")


if __name__ == "__main__":
    main()
