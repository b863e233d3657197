"""The parts of a large computation, worked off one after the other or by the workers of an executor."""

from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from typing import TypeVar

import numpy as np

from stepsize_core.arrays import Indices

Part = TypeVar("Part")
Result = TypeVar("Result")
Progress = Callable[[float], object]

FEWEST = 12  # parts, so that progress is seen and several workers have something to do
RUNS = 16_384  # of a part, at most: fewer cost more than they show, as each part has work of its own


def rows_in_parts(n_rows: int, n_runs: int) -> list[Indices]:
    """The rows of a batch of n_runs runs in parts, which do not depend on who works them off.

    Every part has at least two runs where there are as many: a single run takes its steps by other
    arithmetic, which may round differently.
    """
    least = 2 if n_runs == n_rows else 1  # rows of a part
    n_parts = min(max(FEWEST, -(-n_runs // RUNS)), max(1, n_rows // least))
    return np.array_split(np.arange(n_rows), n_parts)


def worked_off(
    function: Callable[[Part], Result],
    parts: Sequence[Part],
    executor: Executor | None = None,
    progress: Progress | None = None,
) -> list[Result]:
    """[function(part) for part in parts], by the workers of `executor` where there is one.

    progress: called with the share of parts that are done, first with 0; what it raises ends the work.
    What an executor of processes is given must be picklable.
    """
    results: list[Result] = []
    if progress is not None:
        progress(0.0)
    for result in (map if executor is None else executor.map)(function, parts):
        results.append(result)
        if progress is not None:
            progress(len(results) / len(parts))
    return results
