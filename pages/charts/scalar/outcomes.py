"""What many runs became where they did not converge: the outcomes of `fates.OTHERS`, for whole arrays."""

from __future__ import annotations

import numpy as np

from pages.charts.kit.style import Outcome, Style
from pages.charts.scalar.fates import OTHERS

OTHER_WORDS = tuple(word for *_, word in OTHERS)


def which_of_others(kinds: np.ndarray, periods: np.ndarray) -> np.ndarray:
    """Which of OTHERS became of each run, −1 where it converged; kinds (of LimitKind), periods: one shape."""
    places = np.full(kinds.shape, -1)
    for place, (kind, period, _) in reversed([*enumerate(OTHERS)]):  # those of period 2 and 4 come last
        places[(kinds == kind) & ((periods == period) | (period == 0))] = place
    return places


def looks_of_others(style: Style) -> list[Outcome]:
    """How they look, in the same order."""
    return [style.outcome(kind, period or 1) for kind, period, _ in OTHERS]
