"""How the pictures of a scalar function speak of it: its symbol, its windows, the names of its equilibria."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pages.charts.kit.style import Style
from pages.charts.scalar.fates import Fates

Window = tuple[float, float]


@dataclass(frozen=True)
class Look:
    """What differs between functions that share the pictures of `scalar_run` and `scalar_fates`.

    symbol        "f₂", in titles and sentences
    places        the number of equilibria that are told apart by colour
    elsewhere     whether runs may converge to equilibria that are not among those
    curve_window  study -> the range of x over which the function is drawn
    run_window    study -> the range beyond which a state is on its way to infinity
    start_window  study -> the range the random starts are drawn from
    minima        study -> the equilibria told apart, at most `places`
    """

    symbol: str
    places: int
    elsewhere: bool
    curve_window: Callable[[Any], Window]
    run_window: Callable[[Any], Window]
    start_window: Callable[[Any], Window]
    minima: Callable[[Any], tuple[float, ...]]

    def fates(self, study) -> Fates:
        """The words for the outcomes of this study."""
        return Fates(self.minima(study), self.places, self.elsewhere)

    def knows(self, study, attractor) -> bool:
        """Whether an attractor is one of the equilibria told apart."""
        return self.fates(study).word(attractor) in self.fates(study).words[: self.places]

    def colours(self, style: Style) -> list[str]:
        """The colours of those words, the same for every study."""
        return Fates((), self.places, self.elsewhere).colours(style)
