"""A cobweb to learn to read: two annotated steps towards an equilibrium."""

from __future__ import annotations

import altair as alt

from pages.charts.kit import layers
from pages.charts.kit.four_part import FourPart as Figure
from pages.charts.kit.style import Style
from pages.charts.scalar.cobweb import cobweb_tables
from stepsize_core.paper.equilibrium_selection import Study


def _cobweb_data(study: Study) -> dict:
    first, second, *_ = study.states
    low, high = study.states.min() - 0.06, study.states.max() + 0.12
    tables = cobweb_tables(study.objective, study.params.step_size, study.states, low, high)
    fixed = study.limit.points[0]
    return tables | {
        "_start": {"x": [first], "y": [first], "text": ["x[0]"]},
        "_equilibrium": {"x": [fixed], "y": [fixed], "text": ["equilibrium"]},
        "_up": {"x": [first], "y": [(first + second) / 2], "text": ["1  to the curve"]},
        "_over": {"x": [(first + second) / 2], "y": [second], "text": ["2  to the diagonal"]},
        "_curve": {"x": [low], "y": [second], "text": ["curve x − δf′(x)"]},
        "_diagonal": {"x": [high], "y": [high], "text": ["diagonal"]},
    }


def _cobweb_draw(style: Style):
    across, up = layers.x(title="x[k]"), layers.y(title="x[k+1]")
    return alt.layer(
        layers.frame(across, up),
        layers.cobweb(across, up, style),
        layers.points("_start", across, up, style.chosen, size=60),
        layers.points("_equilibrium", across, up, style.theory, size=110, filled=False),
        layers.label("_start", across, up, style.chosen, dx=8, dy=6),
        layers.label("_equilibrium", across, up, style.theory, align="center", dx=0, dy=30),
        layers.label("_up", across, up, style.measured, dx=6, dy=0),
        layers.label("_over", across, up, style.measured, align="center", dx=0, dy=-8),
        layers.label("_diagonal", across, up, style.muted, align="right", dx=-12, dy=2),
        layers.label("_curve", across, up, style.ink, dx=34, dy=-34),
    ).add_params(layers.playback())


def _cobweb_describe(study: Study) -> str:
    slope = 1.0 - study.params.step_size * float(study.objective.hessian(study.limit.points[0]))
    return (
        f"Example 2 at δ = {study.params.step_size:g} from {study.params.start:g}: {study.limit.sentence}, "
        f"where the slope of the curve is {slope:.2g}."
    )


COBWEB = Figure("how_to_read", "A cobweb", _cobweb_data, _cobweb_draw, _cobweb_describe, 330)

FIGURES = (COBWEB,)
