"""Where starts of a scalar function go: the fate of every start and step size, and shares of outcomes."""

from collections.abc import Callable, Sequence

import altair as alt

from pages.charts.kit.drawing import Drawing
from pages.charts.kit.figure import Also, Figure, figure
from pages.charts.kit.layers import LETTER, SCALE
from pages.charts.kit.style import Style
from pages.charts.kit.text import legend, minus
from pages.charts.scalar import fates
from pages.charts.scalar.look import Look
from stepsize_core.sweeps import Attractor, FateRaster

MOST_BARS = 8  # outcomes with a bar of their own, the most frequent ones
QUARTERS = {"format": "%", "values": [0, 0.25, 0.5, 0.75, 1]}
ROOM = f"{SCALE} * {LETTER} * 25"  # pixels right of a whole bar, for its numbers
BARS = {"domain": {"expr": f"[0, width / max(width - {ROOM}, 1)]"}, "nice": False}


def fates_figure(look: Look, also: Also) -> Figure:
    """What every (start, δ) becomes; also: the call that makes the raster."""

    @fates.over_starts(height=400, also=also)
    def FATES(study, raster: FateRaster, draw: Drawing) -> str:
        known, p = look.fates(study), study.params
        low, high = map(float, raster.step_sizes[[0, -1]])
        critical = [point.critical for point in study.critical_points if point.critical is not None]
        fates.draw_plane(draw, raster, known)
        thresholds = {"y": [delta for delta in critical if low <= delta <= high]}
        halo = {"look": "background", "strokeWidth": 3.5, "empty": {"y": low}}
        draw.hline("thresholds", thresholds, clip=True, **halo)
        draw.hline("thresholds", strokeWidth=2.0, clip=True)
        fates.draw_choice(draw, raster, known, p)
        lines = legend(dashed=f"the thresholds 2/{look.symbol}″" if draw.shows("thresholds") else "")
        return f"{raster.basins.labels.size:,} runs: {known.shares(raster)}.{lines} {fates.chosen(raster, p)}"

    return FATES


def shares_figure(look: Look) -> Figure:
    """The shares of outcomes of the random starts of a study, with their intervals."""

    @figure("Shares of outcomes at the chosen step size", height=330)
    def SHARES(study, draw: Drawing) -> str:
        known, (low, high) = look.fates(study), look.start_window(study)
        window = f"[{low:g}, {high:g}]"
        return draw_shares(draw, study, window, known.words, known.word, known.colours)

    return SHARES


def draw_shares(
    draw: Drawing,
    study,
    window: str,
    words: tuple[str, ...],
    word_of: Callable[[Attractor], str],
    colours: Callable[[Style], Sequence[str]],
) -> str:
    """The most frequent outcomes as bars with their intervals, and the same in words.

    window: where the starts of the study were drawn from; word_of: attractor -> one of `words`; colours: of
    the words, the same for every study.
    """
    ordered = sorted(study.basins.shares, key=lambda share: -share.count)
    most = ordered[:MOST_BARS]
    shares = {
        "outcome": [minus(s.attractor.name) for s in most],
        "place": [words.index(word_of(s.attractor)) for s in most],
        "share": [s.share for s in most],
        "low": [s.low for s in most],
        "high": [s.high for s in most],
        "count": [s.count for s in most],
        "text": [f"{s.share:.1%}  ({s.low:.1%} to {s.high:.1%})" for s in most],
    }

    def colour(style: Style) -> alt.Color:
        palette = list(colours(style))
        scale = alt.Scale(domain=list(range(len(palette))), range=palette)
        return alt.Color("place:O", legend=None, scale=scale)

    row = {"title": None, "sort": None, "axis": None}
    draw.axes(alt.X("share", title="share of the random starts", scale=BARS, axis=QUARTERS),
              alt.Y("outcome:N", **row), frame={"share": [0.0, 1.0]})  # fmt: skip
    draw.mark("bar", "shares", shares, xy=("share", "outcome"), channels=colour, height={"band": 0.36})
    draw.mark("rule", "shares", xy=("low", "outcome"), x2="high", look="ink", strokeWidth=2)
    draw.label("shares", xy=("high", "outcome"), look="ink", dx=8, dy=0)
    above = {"x": alt.value(0), "y": alt.Y("outcome:N", **row, bandPosition=0.14), "text": "outcome:N"}
    draw.mark("text", "shares", xy=(None, None), look="ink", align="left", fontSize=12, encode=above)
    words = ", ".join(f"{s.attractor.name} {s.share:.1%}" for s in most)
    rest = ordered[MOST_BARS:]
    more = f", {len(rest)} more {sum(s.share for s in rest):.1%} together" if rest else ""
    return (
        f"{study.basins.labels.size:,} starts drawn uniformly from {window}, seed {study.params.seed}, with "
        f"95 % Wilson intervals: {words}{more}."
    )
