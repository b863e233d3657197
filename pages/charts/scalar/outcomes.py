"""What runs become beside the equilibria they reach: the words and looks of every such outcome."""

import altair as alt
import numpy as np

from pages.charts.kit.layers import by
from pages.charts.kit.style import Outcome, Style
from stepsize_core.limits import LimitKind

OTHERS = (  # kind, period (0: any other), word
    (LimitKind.PERIODIC_ORBIT, 2, "period 2"),
    (LimitKind.PERIODIC_ORBIT, 4, "period 4"),
    (LimitKind.PERIODIC_ORBIT, 0, "other periods"),
    (LimitKind.APERIODIC, 0, LimitKind.APERIODIC.value),
    (LimitKind.DIVERGENT, 0, LimitKind.DIVERGENT.value),
    (LimitKind.UNDECIDED, 0, LimitKind.UNDECIDED.value),
)
OTHER_WORDS = tuple(word for *_, word in OTHERS)
WORDS = ("converged", *OTHER_WORDS)  # where equilibria are not told apart


def other_word(kind: LimitKind, period: int) -> str:
    """The word of an outcome that is no equilibrium."""
    known = (word for other, length, word in OTHERS if other is kind and length in (0, period))
    return next(known, kind.value)


def verb_of(kind: LimitKind, period: int) -> str:
    """What many runs do that reach no equilibrium: "end in period 2"."""
    return {
        LimitKind.PERIODIC_ORBIT: f"end in period {period}",
        LimitKind.APERIODIC: "never settle",
        LimitKind.DIVERGENT: "diverge",
        LimitKind.UNDECIDED: "are still moving",
        LimitKind.UNDEFINED: "step out of the domain",
    }[kind]


def does(count: int, verb: str) -> str:
    """A count with its verb, given for many: "3 reach", "1 reaches"."""
    first, _, rest = verb.removeprefix("never ").partition(" ")
    one = {"are": "is", "go": "goes", "reach": "reaches"}.get(first, f"{first}s")
    verb = verb if count != 1 else f"{'never ' * verb.startswith('never ')}{one} {rest}".rstrip()
    return f"{count} {verb}"


def which_of_others(kinds: np.ndarray, periods: np.ndarray) -> np.ndarray:
    """Which of OTHERS became of each run, −1 where it converged or left the domain of the function.

    kinds (of LimitKind), periods: one shape. WORDS[which + 1] are the words.
    """
    places = np.full(kinds.shape, -1)
    for place, (kind, period, _) in reversed([*enumerate(OTHERS)]):  # those of period 2 and 4 come last
        places[(kinds == kind) & ((periods == period) | (period == 0))] = place
    return places


def looks_of_others(style: Style) -> list[Outcome]:
    """How they look, in the same order."""
    return [style.outcome(kind, period or 1) for kind, period, _ in OTHERS]


def looks(style: Style) -> dict[str, Outcome]:
    """How runs look by their word, one of WORDS."""
    return dict(zip(WORDS, [style.outcome(LimitKind.EQUILIBRIUM), *looks_of_others(style)]))


def by_outcome(style: Style, *, legend: bool = True) -> list:
    """Channels of points with colour and symbol by the column "outcome", one of WORDS."""
    key = alt.Legend(title=None, symbolOpacity=1, columns=4) if legend else None
    colours = {word: look.colour for word, look in looks(style).items()}
    symbols = {word: look.symbol for word, look in looks(style).items()}
    # a stroke too, for the symbol that is a line
    ranges = {alt.Fill: colours, alt.Stroke: colours, alt.Shape: symbols}
    return [by(channel, "outcome", values, key) for channel, values in ranges.items()]
