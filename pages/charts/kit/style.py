"""One look for every picture: colours safe for the colour-blind, theory dashed, measurement solid.

The colours are those of Okabe and Ito, darkened or lightened where a background asks for contrast. An outcome
has the same colour and symbol on every page, so that colour is never the only cue.
"""

from dataclasses import dataclass, replace
from typing import Any

from stepsize_core.limits import LimitKind

FONT = '"Source Sans", "Source Sans Pro", "Helvetica Neue", Arial, sans-serif'
PRINT_FONT = '"DejaVu Sans", Verdana, sans-serif'  # one family that has δ, ‖, ⅔ and subscripts
THEORY_DASH = [6, 4]
FINE_DASH = [2, 3]
LABEL = (  # of a tick: 4e-7 where Vega would write 0.0000004
    "max(abs(domain('{0}')[0]), abs(domain('{0}')[1])) < 0.001 "
    "? (datum.value == 0 ? '0' : format(datum.value, '~e')) : datum.label"
)


@dataclass(frozen=True)
class Outcome:
    """How one kind of long-run behaviour looks: colour and Vega symbol."""

    colour: str
    symbol: str


@dataclass(frozen=True)
class Style:
    """A palette.

    ink, muted, grid, background  text and axes, from strong to faint
    measured, theory              what gradient descent did (solid) and what the paper predicts (dashed)
    chosen                        what the reader has chosen and can move: step size, start
    head                          x[k] now, in every picture at once; always in a ring of ink
    odd, even                     odd and even steps
    series                        further curves, in order
    outcomes, places              see `outcome`; places: the equilibria beside the first, then any other
    font                          of all text, as a list of CSS families
    letter                        pixels that one of 12 pixels takes in it, on average
    scale                         of letters, strokes and symbols, for a screen that a class looks at
    """

    name: str
    ink: str
    muted: str
    grid: str
    background: str
    measured: str
    theory: str
    chosen: str
    head: str
    odd: str
    even: str
    series: tuple[str, ...]
    outcomes: tuple[str, ...]
    places: tuple[str, ...]
    font: str = FONT
    letter: float = 6.2
    scale: float = 1.0

    def outcome(self, kind: LimitKind, period: int = 0, place: int = 0) -> Outcome:
        """The look of an outcome; `period` tells 2-cycles, 4-cycles and longer orbits apart, `place` the
        equilibria of a picture that shows several."""
        equilibrium, two, four, longer, aperiodic, diverged, undecided, undefined = self.outcomes
        if kind is LimitKind.PERIODIC_ORBIT:
            return Outcome(*{2: (two, "diamond"), 4: (four, "square")}.get(period, (longer, "cross")))
        if kind is LimitKind.EQUILIBRIUM and place:
            return Outcome(self.places[min(place, len(self.places)) - 1], "triangle-down")
        looks = {
            LimitKind.EQUILIBRIUM: (equilibrium, "circle"),
            LimitKind.APERIODIC: (aperiodic, "triangle-up"),
            LimitKind.DIVERGENT: (diverged, "triangle-right"),
            LimitKind.UNDECIDED: (undecided, "stroke"),
            LimitKind.UNDEFINED: (undefined, "triangle-left"),
        }
        return Outcome(*looks[kind])

    def config(self) -> dict:
        """Vega-Lite's `config`: fonts, axes and background, so that screen and export look alike."""
        axis = {
            "labelFontSize": 11,
            "titleFontSize": 12,
            "titleFontWeight": "normal",
            "labelColor": self.muted,
            "titleColor": self.ink,
            "gridColor": self.grid,
            "domainColor": self.muted,
            "tickColor": self.muted,
            "tickSize": 4,
            "titlePadding": 5,
            "labelOverlap": True,
            "tickCount": 6,
        }
        return {
            "background": self.background,
            "font": self.font,
            "view": {"stroke": None},
            "axis": axis,
            **{f"axis{channel.upper()}": {"labelExpr": LABEL.format(channel)} for channel in "xy"},
            "legend": {
                "labelFontSize": 11,
                "titleFontSize": 11,
                "labelColor": self.ink,
                "titleColor": self.muted,
                "orient": "top",
                "offset": 4,
            },
            "title": {
                "fontSize": 13,
                "fontWeight": 600,
                "color": self.ink,
                "anchor": "start",
                "frame": "group",
                "offset": 6,
            },
            # No label for each mark: the description says what all of them show; a third of the drawing time.
            "mark": {"aria": False},
            "text": {"fontSize": 12, "color": self.ink},
            "line": {"strokeWidth": 1.8},
            "rule": {"strokeWidth": 1.4},
        }


LIGHT = Style(
    name="light",
    ink="#15202B",
    muted="#5A6672",
    grid="#EBEEF1",
    background="#FFFFFF",
    measured="#2B6CB0",
    theory="#4A2A93",
    chosen="#C01C6B",
    head="#FFC21A",
    odd="#00494D",
    even="#BC4D08",
    series=("#2B6CB0", "#007A59", "#BC4D08", "#CC79A7", "#7A6A00", "#56B4E9"),
    outcomes=("#009E73", "#E69F00", "#D55E00", "#8C5A00", "#B0578D", "#4A5058", "#A7AEB6", "#DDCC77"),
    places=("#0072B2", "#332288", "#88CCEE", "#005A32"),
)
DARK = Style(
    name="dark",
    ink="#EDF1F5",
    muted="#A3AFBB",
    grid="#232C35",
    background="#11161C",
    measured="#5AA5EE",
    theory="#CFC3FF",
    chosen="#FF7DB8",
    head="#FFD24A",
    odd="#8BE3D8",
    even="#E27A3B",
    series=("#5AA5EE", "#2EC4A0", "#E27A3B", "#E08BB8", "#E6D84A", "#3D8FD1"),
    outcomes=("#2EC4A0", "#F0B030", "#F0743C", "#B98232", "#D884B6", "#8A949E", "#5A636D", "#DDCC77"),
    places=("#4A8FE7", "#E8D9F5", "#6A3D9A", "#005A32"),
)
STYLES = (LIGHT, DARK)
PRINT = replace(LIGHT, font=PRINT_FONT, letter=7.4)

PRESENTED = 1.85, 1.2, 2.2, 2.95, 4.4  # scales: 20 px at 1600 × 900; of a phone; of larger screens

LENGTHS = (  # of a specification, in pixels
    *("fontSize", "labelFontSize", "titleFontSize", "strokeWidth", "strokeDash"),
    *("dx", "dy", "offset", "tickSize", "titlePadding", "minExtent"),
)


def enlarged(part: Any, scale: float) -> Any:
    """Part of a specification with letters, strokes and symbols so many times as large."""
    if isinstance(part, list):
        return [enlarged(entry, scale) for entry in part]
    if not isinstance(part, dict):
        return part
    factors = dict.fromkeys(LENGTHS, scale) | {"size": scale**2}
    return {name: _times(entry, factors.get(name)) or enlarged(entry, scale) for name, entry in part.items()}


def _times(entry: Any, factor: float | None) -> Any:
    """A number, numbers or an expression times a factor; None where there is none of them."""
    if factor is None or isinstance(entry, str | bool):
        return None
    if isinstance(entry, dict):
        return {"expr": f"{factor} * ({entry['expr']})"} if "expr" in entry else None
    return [factor * number for number in entry] if isinstance(entry, list) else factor * entry
