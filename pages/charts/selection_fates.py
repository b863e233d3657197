"""Where starts go in Example 2: the fate of every start and step size, and shares of outcomes."""

from __future__ import annotations

import altair as alt
import numpy as np

from pages.charts import fates, layers
from pages.charts.figure import Figure
from pages.charts.style import Style
from stepsize_core.paper.equilibrium_selection import START_WINDOW, Study
from stepsize_core.sweeps import FateRaster

FATES_OF_F2 = fates.Fates((1.0, 2.0))


def _fates_data(pair: tuple[FateRaster, Study]) -> dict:
    raster, study = pair
    critical = [p.critical for p in study.critical_points if p.critical is not None]
    chosen = fates.chosen_tables(raster, study.params.start, study.params.step_size)
    return fates.raster_tables(raster, FATES_OF_F2) | chosen | {"thresholds": {"y": critical}}


def _fates_draw(style: Style):
    across, up = layers.x(title="start x[0]"), layers.y(title="step size δ")
    return alt.layer(
        fates.plane(across, up, style),
        fates.boundary("thresholds", style, up),
        fates.chosen_on_plane(across, up, style),
    )


def _fates_describe(pair: tuple[FateRaster, Study]) -> str:
    raster, study = pair
    return (
        f"{raster.basins.labels.size} runs: {FATES_OF_F2.shares(raster)}. Dashed: the thresholds 2/f₂″. "
        f"Chosen: x[0] = {study.params.start:g}, δ = {study.params.step_size:g}; click to choose others."
    )


FATES = Figure(
    name="fates",
    title="What each start and step size becomes",
    data=_fates_data,
    draw=_fates_draw,
    describe=_fates_describe,
    height=400,
    picks=("start", "step_size"),
    canvas=True,
    painted=lambda pair: {"runs": fates.every_run(pair[0], FATES_OF_F2)},
)


def _shares_data(study: Study) -> dict:
    shares = _by_size(study)
    return {
        "shares": {
            "outcome": [s.attractor.name for s in shares],
            "kind": [FATES_OF_F2.word(s.attractor) for s in shares],
            "share": np.array([s.share for s in shares]),
            "low": np.array([s.low for s in shares]),
            "high": np.array([s.high for s in shares]),
            "count": [s.count for s in shares],
            "text": [f"{s.share:.1%}  ({s.low:.1%} to {s.high:.1%})" for s in shares],
        },
        "_frame": {"share": [0.0, 1.3]},
    }


def _by_size(study: Study):
    return sorted(study.basins.shares, key=lambda share: -share.count)


def _shares_draw(style: Style):
    def along(field: str) -> alt.X:
        return layers.x(field, "share of the random starts", format="%", values=[0, 0.25, 0.5, 0.75, 1])

    row = alt.Y("outcome:N", title=None, sort=None)
    scale = alt.Scale(domain=list(FATES_OF_F2.words), range=FATES_OF_F2.colours(style))
    table = alt.Chart(alt.NamedData("shares"))
    interval = table.mark_rule(color=style.ink, strokeWidth=2)
    text = table.mark_text(align="left", dx=8, color=style.ink, fontSize=12)
    return alt.layer(
        alt.Chart(alt.NamedData("_frame")).mark_point(opacity=0, size=0, tooltip=None).encode(along("share")),
        table.mark_bar(height={"band": 0.55}).encode(
            along("share"), row, alt.Color("kind:N", legend=None, scale=scale)
        ),
        interval.encode(along("low"), row, alt.X2("high:Q")),
        text.encode(along("high"), row, alt.Text("text:N")),
    )


def _shares_describe(study: Study) -> str:
    words = ", ".join(f"{s.attractor.name} {s.share:.1%}" for s in _by_size(study))
    total, (low, high) = study.basins.labels.size, START_WINDOW
    return (
        f"{total} starts drawn uniformly from [{low:g}, {high:g}], seed {study.params.seed}, "
        f"with 95 % Wilson intervals: {words}."
    )


SHARES = Figure(
    name="shares",
    title="Shares of outcomes at the chosen step size",
    data=_shares_data,
    draw=_shares_draw,
    describe=_shares_describe,
    height=270,
)
