"""Distances of the estimate from the target and from the nearest PSD matrix, step by step, and the saddle."""

import numpy as np

from pages.charts.kit.calls import Call, call
from pages.charts.kit.courses import draw_courses, shape_of
from pages.charts.kit.drawing import Drawing, Ends
from pages.charts.kit.figure import figure
from pages.charts.kit.style import Style
from stepsize_core.descent import sampled_steps
from stepsize_core.paper import identity_initialization as phenomenon
from stepsize_core.paper.identity_initialization import Study
from stepsize_core.paper.identity_initialization.saddle import Escape

LEAST, GREATEST = (
    1e-30,
    1e200,
)  # distances beyond are not drawn: they are none, or those of a run that escaped
SMOOTH = 0.1  # of a logarithm: how far a step stands off its neighbours, at most
BEYOND = 4.0  # the axis reaches so many times beyond the distances
TARGET, PROJECTION, LAYERS = "to R", "to nearest PSD", "layers"


def _reached(study: Study) -> str:
    """How far the reduction is from R and from its PSD projection after the last step."""
    n_steps = study.params.n_steps
    if not np.isfinite(study.to_psd[-1]):
        return f"Within {n_steps:,} steps the reduction diverges."
    return (
        f"After {n_steps:,} steps the reduction is {study.to_psd[-1]:.3g} from the nearest PSD matrix and "
        f"{study.to_target[-1]:.3g} from R."
    )


@figure("Errors to R and to its PSD projection", height=320)
def DISTANCES(study: Study, draw: Drawing) -> str:
    gap = float(np.linalg.norm(np.minimum(study.spectrum.eigenvalues, 0.0)))
    named = {TARGET: (TARGET, study.to_target)}
    if gap > 0:
        named[PROJECTION] = PROJECTION, study.to_psd
    ends = _draw(draw, "distances", "Frobenius distance", named)
    floor = {"k": 0.0, "y": [gap] if gap > ends[0] else [], "text": "‖R − PSD‖"}
    draw.hline("floor", floor)
    draw.label("floor", dx=6, dy=-8)
    if gap > 0:
        return f"{_reached(study)} Dashed: the distance between R and the nearest PSD matrix, {gap:.3g}."
    if draw.blank:
        return "The estimate is R at every step: there is no distance to draw."
    return f"{_reached(study)} R is its own nearest PSD matrix."


def _escape(study: Study) -> list[Call]:
    return [call(phenomenon.escape_of, study.params)]


@figure("Full matrices beside the exact reduction", height=320, also=_escape)
def ESCAPE(study: Study, escape: Escape, draw: Drawing) -> str:
    named, saddle = {"full, to R": (TARGET, escape.to_target)}, bool((study.spectrum.eigenvalues < 0).any())
    if saddle:
        named["full, to PSD"] = PROJECTION, escape.to_psd
    ends = _draw(draw, "full", "Frobenius distance", named, *[study.to_psd] * saddle)
    k = sampled_steps(study.params.n_steps)
    smooth = shape_of(np.log(np.maximum(study.to_psd, LEAST)), SMOOTH) == "one"
    k = k[np.isfinite(study.to_psd[k]) & (study.to_psd[k] > LEAST)] if saddle and smooth else k[:0]
    reduced = {"k": k, "y": study.to_psd[k]}
    draw.curve("reduction", reduced, look="theory", play=True)
    name = {"k": k[-1:], "y": study.to_psd[k[-1:]], "text": "reduction, to PSD"}
    draw.name("_reduction", name, look="theory", align="right", dx=-2, dy=12)
    last = study.params.n_steps
    seen, foreseen = np.isfinite(escape.escaped), [escape.predicted] if escape.predicted <= last else []
    left = int(escape.escaped) if seen else 0
    name = {"k": foreseen, "y": ends[1] / 1.5, "text": f"predicted {escape.predicted:.0f}"}
    draw.vline("predicted", name)
    draw.label("predicted", dy=0)
    leaves = [escape.escaped] if seen else []
    leaving = {"k": leaves, "y": escape.to_psd[left], "text": f"leaves at k = {escape.escaped:.0f}"}
    draw.points("escaped", leaving, look="chosen", size=80, hides=True)
    draw.name("escaped", align="left", dx=9, dy=16, hides=True)
    dashed = " Dashed: the exact reduction, from which the theorem's verdict is taken." if len(k) else ""
    if seen:
        fate = (
            f"are closest to the PSD projection, {escape.to_psd[escape.closest]:.1g} away, at k = "
            f"{escape.closest}, and halfway to a negative eigenvalue of R at k = {left}"
        )
    elif not np.isfinite(escape.to_psd[-1]):
        fate = "diverge"
    else:
        away, place = (escape.to_psd, "the PSD projection") if saddle else (escape.to_target, "R")
        fate = f"are {away[-1]:.2g} from {place} after {study.params.n_steps:,} steps"
        fate += "" if saddle else ": no eigenvalue is negative, and there is no saddle to leave"
    return (
        f"From W_i = I + ε·noise, ε = {study.params.noise}, at L = {study.params.depth} the full matrices "
        f"{fate}.{dashed} {_time(escape)}"
    )


def _time(escape: Escape) -> str:
    """What is predicted of the escape, and how it compares."""
    if np.isfinite(escape.predicted):
        compared = escape.assumption or escape.claim.verdict.value
        return f"Predicted escape: {escape.predicted:.0f} steps; {compared}."
    if escape.noise == 0 and np.isfinite(escape.escaped):
        return "With ε = 0 the layers part in their last digits, and what grows is that difference."
    return f"No time of escape is predicted: {escape.assumption}."


@figure("How far the layers are from being equal", height=320, also=_escape)
def SPREAD(study: Study, escape: Escape, draw: Drawing) -> str:
    words = "largest ‖W_i − mean layer‖"
    _draw(draw, "spread", words, {words: (LAYERS, escape.spread)})
    spread = escape.spread[np.isfinite(escape.spread)]
    first = np.flatnonzero(spread > 0)
    begun = f"first differ at k = {first[0]}, by {spread[first[0]]:.1g}" if len(first) else "never differ"
    last = len(spread) - 1
    end = f" and are {spread[-1]:.2g} apart after {last} steps" if len(first) else ""
    gone = ", the last before they diverge" if last < study.params.n_steps else ""
    grows = (study.spectrum.eigenvalues < 0).any()
    return (
        f"The layers {begun}{end}{gone}. The reduction assumes that they are equal"
        f"{'; a difference grows along negative eigenvalues' if grows else ''}."
    )


def _draw(
    draw: Drawing, name: str, title: str, named: dict[str, tuple[str, np.ndarray]], *others: np.ndarray
) -> Ends:
    """Distances over the steps, each by its text with the word that gives its colour; says where none shows.

    Returns the ends of the axis upwards, which has room for the others.
    """
    values = np.stack([*(values for _, values in named.values()), *others])
    values = np.where((values > LEAST) & (values < GREATEST), values, np.nan)
    seen = values[np.isfinite(values)]
    if not len(seen):
        draw.blank = True
    low, high = (float(seen.min()), float(seen.max())) if len(seen) else (0.1, 10.0)
    ends = low / BEYOND, high * BEYOND
    frame = {"k": [0, values.shape[1] - 1], "y": ends}
    draw.axes("step k", title, log="y", frame=frame, whole=True)
    kinds = [kind for kind, _ in named.values()]
    draw_courses(draw, name, values[: len(named)], [*named], kinds, _looks, ends, log=True)
    return ends


def _looks(style: Style) -> dict[str, str]:
    return dict(zip((TARGET, PROJECTION, LAYERS), (style.outcomes[4], style.measured, style.measured)))
