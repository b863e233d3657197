"""How the pictures of a scalar function speak of it: its symbol, its windows, the names of its equilibria."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pages.charts.scalar.fates import Fates

Window = tuple[float, float]


@dataclass(frozen=True)
class Look:
    """What differs between functions that share the pictures of `scalar`.

    symbol        "f₂", in titles and sentences
    fates         study -> the words for its outcomes, as many for every study
    curve_window  study -> the range of x over which the function is drawn
    run_window    study -> the range beyond which a state is on its way to infinity
    start_window  study -> the range the random starts are drawn from
    """

    symbol: str
    fates: Callable[[Any], Fates]
    curve_window: Callable[[Any], Window]
    run_window: Callable[[Any], Window]
    start_window: Callable[[Any], Window]
