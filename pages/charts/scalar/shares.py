"""Where starts of a scalar function go: the fate of every start and step size, and shares of outcomes."""

from __future__ import annotations

from collections.abc import Callable

import altair as alt
import numpy as np

from pages.charts.kit import layers
from pages.charts.kit.four_part import FourPart as Figure
from pages.charts.kit.style import Style
from pages.charts.scalar import fates
from pages.charts.scalar.look import Look
from stepsize_core.sweeps import Attractor, Basins

MOST_BARS = 8  # outcomes with a bar of their own, the most frequent ones


def fates_figure(look: Look) -> Figure:
    """What every (start, δ) becomes: drawn from a raster and the study of the run."""

    def data(pair) -> dict:
        raster, study = pair
        low, high = raster.step_sizes[[0, -1]]
        critical = [p.critical for p in study.critical_points if p.critical is not None]
        chosen = fates.chosen_tables(raster, study.params.start, study.params.step_size)
        thresholds = {"y": [delta for delta in critical if low <= delta <= high]}
        thresholds = layers.or_hidden(thresholds, y=float(low))
        return fates.raster_tables(raster, look.fates(study)) | chosen | {"thresholds": thresholds}

    def draw(style: Style):
        across, up = layers.x(title="start x[0]"), layers.y(title="step size δ")
        shown = alt.Opacity("shown:Q", scale=None, legend=None)
        return alt.layer(
            fates.plane(across, up, style),
            fates.boundary("thresholds", style, up, shown),
            fates.chosen_on_plane(across, up, style),
        )

    def describe(pair) -> str:
        raster, study = pair
        return (
            f"{raster.basins.labels.size} runs: {look.fates(study).shares(raster)}. Dashed: the thresholds "
            f"2/{look.symbol}″. Chosen: x[0] = {study.params.start:g}, δ = {study.params.step_size:g}; click "
            f"to choose others."
        )

    return Figure(
        name="fates",
        title="What each start and step size becomes",
        data=data,
        draw=draw,
        describe=describe,
        height=400,
        picks=("start", "step_size"),
        canvas=True,
        painted=lambda pair: {"runs": fates.every_run(pair[0], look.fates(pair[1]))},
    )


def shares_figure(look: Look) -> Figure:
    """The shares of outcomes of the random starts of a study, with their intervals."""

    def data(study) -> dict:
        known = look.fates(study)
        return shares_tables(study.basins, lambda attractor: known.words.index(known.word(attractor)))

    def describe(study) -> str:
        low, high = look.start_window(study)
        return shares_sentence(study, f"[{low:g}, {high:g}]")

    return Figure(
        name="shares",
        title="Shares of outcomes at the chosen step size",
        data=data,
        draw=lambda style: shares_chart(style, look.colours(style)),
        describe=describe,
        height=270,
    )


def shares_chart(style: Style, colours: list[str]) -> alt.LayerChart:
    """Bars of the table "shares" with their intervals; the column "place" points into the colours."""

    def along(field: str) -> alt.X:
        return layers.x(field, "share of the random starts", format="%", values=[0, 0.25, 0.5, 0.75, 1])

    row = alt.Y("outcome:N", title=None, sort=None)
    scale = alt.Scale(domain=list(range(len(colours))), range=colours)
    table = alt.Chart(alt.NamedData("shares"))
    interval = table.mark_rule(color=style.ink, strokeWidth=2)
    text = table.mark_text(align="left", dx=8, color=style.ink, fontSize=12)
    return alt.layer(
        alt.Chart(alt.NamedData("_frame")).mark_point(opacity=0, size=0, tooltip=None).encode(along("share")),
        table.mark_bar(height={"band": 0.55}).encode(
            along("share"), row, alt.Color("place:O", legend=None, scale=scale)
        ),
        interval.encode(along("low"), row, alt.X2("high:Q")),
        text.encode(along("high"), row, alt.Text("text:N")),
    )


def shares_tables(basins: Basins, place_of: Callable[[Attractor], int]) -> dict:
    """The most frequent outcomes with their intervals; place_of: attractor -> the place of its colour."""
    shares = _by_size(basins)[:MOST_BARS]
    return {
        "shares": {
            "outcome": [s.attractor.name.replace("-", "−") for s in shares],
            "place": [place_of(s.attractor) for s in shares],
            "share": np.array([s.share for s in shares]),
            "low": np.array([s.low for s in shares]),
            "high": np.array([s.high for s in shares]),
            "count": [s.count for s in shares],
            "text": [f"{s.share:.1%}  ({s.low:.1%} to {s.high:.1%})" for s in shares],
        },
        "_frame": {"share": [0.0, 1.3]},
    }


def shares_sentence(study, window: str) -> str:
    """The same in words; window: where the starts of the study were drawn from."""
    shares = _by_size(study.basins)
    words = ", ".join(f"{s.attractor.name} {s.share:.1%}" for s in shares[:MOST_BARS])
    more = f" and {len(shares) - MOST_BARS} more" if len(shares) > MOST_BARS else ""
    return (
        f"{study.basins.labels.size} starts drawn uniformly from {window}, seed {study.params.seed}, with "
        f"95 % Wilson intervals: {words}{more}."
    )


def _by_size(basins: Basins):
    return sorted(basins.shares, key=lambda share: -share.count)
