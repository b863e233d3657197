"""The eigenvalues of the estimate from the identity start: their values and their errors, step by step."""

import math

import altair as alt
import numpy as np

from pages.charts.kit.courses import LOG_STEPS, draw_courses
from pages.charts.kit.drawing import Drawing, Ends
from pages.charts.kit.figure import Figure, figure
from pages.charts.kit.layers import by
from pages.charts.kit.style import Style
from pages.charts.kit.text import SUPERSCRIPTS, minus
from stepsize_core.descent import sampled_steps
from stepsize_core.limits import LimitKind
from stepsize_core.paper.identity_initialization import Study
from stepsize_core.paper.identity_initialization.modes import MODE_STEPS, Approach, Mode

SIGNS = ("positive", "zero", "negative")
REACH = 4.0  # values beyond so many times max(1, |λ|) are on their way to infinity
ROUNDING = 1e-15  # a rate is told from 1 to this
LEAST_ERROR = 1e-14  # smaller ones show rounding
LAW = 0.3  # eigenvalues up to which an algebraic law is drawn over the eigenvalues
PAD = 0.06  # share of the height above and below what is seen
LABEL_WIDTH = 34  # of the axis labels


def sign(eigenvalue: float) -> str:
    """What decides the limit of an eigenvalue: "positive", "zero" or "negative"."""
    return SIGNS[1 - int(np.sign(eigenvalue))]


def sign_colour(style: Style) -> alt.Color:
    """The colour of an eigenvalue by the column "sign"."""
    return by(alt.Color, "sign", sign_looks(style))


def sign_looks(style: Style) -> dict[str, str]:
    """The colours of positive, zero and negative eigenvalues."""
    return dict(zip(SIGNS, (style.measured, style.series[4], style.outcomes[4])))


def approach_text(mode: Mode) -> str:
    """How an eigenvalue of the estimate is predicted to approach its limit, or what it did instead."""
    if mode.outcome.kind is LimitKind.PERIODIC_ORBIT:
        return f"period {mode.outcome.period}"
    if mode.outcome.kind in (LimitKind.APERIODIC, LimitKind.DIVERGENT):
        return mode.outcome.kind.value
    if mode.at_limit is False:
        return f"reaches {float(mode.outcome.points[0]) ** mode.depth:.3g}"
    if mode.decay_exponent is None:
        return minus(f"×{mode.estimate_rate:.3g} a step")
    exponent = str(mode.decay_exponent)
    power = minus(f"^({exponent})") if "/" in exponent else exponent.translate(SUPERSCRIPTS)
    return f"∝ k{power}"


def converging(study: Study) -> str:
    """How many eigenvalues converge to their limits, in words."""
    number, n = sum(mode.at_limit is True for mode in study.modes), len(study.modes)
    if number == 1:
        return f"1 of {n} eigenvalues converges to its limit"
    how_many = ("both" if n == 2 else f"all {n}") if number == n else f"{number or 'none'} of {n}"
    return f"{how_many} eigenvalues converge to their limits"


def _values(name: str, log: str) -> Figure:
    @figure("Eigenvalues, each with its limit and rate", name=name, height=250)
    def values(study: Study, draw: Drawing) -> str:
        n, limits = len(study.modes), np.array([mode.limit for mode in study.modes])
        last, reach = study.params.n_steps, _reach(study)
        values = _until_beyond(study.estimates.T, reach)
        seen = np.concatenate([values[np.isfinite(values)], limits, [0.0, 1.0]])
        pad = PAD * np.ptp(seen)
        low, high = draw.hold("y", (seen.min() - pad, seen.max() + 2.0 * pad), (seen.min(), seen.max()))
        ends = {"k": np.tile([0, last], n), "y": np.repeat(limits, 2), "mode": np.repeat(np.arange(n), 2)}

        across = LOG_STEPS if log else "step k"
        frame = {"k": [0, last], "y": [low, high]}
        draw.axes(across, "eigenvalue of W_L ⋯ W_1", y={"minExtent": LABEL_WIDTH}, frame=frame, whole=True)
        draw.curve("limits", ends, look="theory", by="mode")
        _draw_modes(
            draw, study, values, np.where(study.predicted < LAW, study.predicted, np.nan), (low, high)
        )

        last = study.estimates[-1] - limits
        gone = ~np.isfinite(last)
        near = f"within {np.abs(last[~gone]).max(initial=0.0):.2g} of their limits"
        if gone.any():
            escaped = f"{np.count_nonzero(gone)} of {n} diverged"
            near = escaped if gone.all() else f"{escaped}, the others are {near}"
        else:
            near = f"all are {near}"
        algebraic = any(mode.approach is Approach.ALGEBRAIC for mode in study.modes)
        elsewhere = any(mode.at_limit is False for mode in study.modes)
        instead = f" or by what {MODE_STEPS:,} steps make of it" if elsewhere else ""
        return (
            f"After {study.params.n_steps:,} steps {near}. All start at 1; named by λ and the predicted "
            f"approach{instead}. Dashed: the limits, λ or 0{', and the algebraic laws' if algebraic else ''}."
        )

    return values


def _errors(name: str, log: str) -> Figure:
    @figure("Distance of each eigenvalue from its limit", name=name, height=320)
    def errors(study: Study, draw: Drawing) -> str:
        limits, n_steps = [mode.limit for mode in study.modes], study.params.n_steps
        errors = _within(np.abs(study.estimates - limits).T, LEAST_ERROR, _reach(study))
        errors[:, : "x" in log] = np.nan  # a logarithmic axis has no step 0
        shown = errors[np.isfinite(errors)]
        low, high = (max(shown.min() / 3.0, LEAST_ERROR), 5.0 * shown.max()) if len(shown) else (0.1, 10.0)

        frame = {"k": [int("x" in log), n_steps], "y": [low, high]}
        draw.axes("step k", "|w^L − limit|", log=log, frame=frame, whole=True)
        _draw_modes(draw, study, errors, study.asymptotes, (low, high), log=True)
        if not len(shown):
            draw.blank = True
            return "Every eigenvalue is at its limit from the first step on: there is no distance to draw."

        as_predicted = ", dashed as predicted" if draw.shows("predicted") else ""
        linear = [m for m in study.modes if m.approach is Approach.LINEAR and abs(m.rate) < 1.0]
        algebraic = sum(m.approach is Approach.ALGEBRAIC for m in study.modes)
        slowest = max((abs(m.estimate_rate) for m in linear), default=0.0)
        digits = max(
            4, 2 - math.floor(math.log10(max(1.0 - slowest, ROUNDING)))
        )  # so that none is written as 1
        parts = (
            f"{len(linear)} linear, the slowest by {slowest:.{digits}g} a step" if linear else "none linear"
        )
        return (
            f"|w^L − limit|{as_predicted}: {parts}, {algebraic or 'none'} algebraic. Straight lines "
            f"here are linear rates; over log k straight lines are powers of k. "
            f"δ = {study.params.step_size:g}."
        )

    return errors


EIGENVALUES, EIGENVALUES_LOG = _values("eigenvalues", log=""), _values("eigenvalues_log", log="x")
ERRORS, ERRORS_LOG = _errors("errors", log="y"), _errors("errors_log", log="xy")


def _reach(study: Study) -> float:
    """How far from 0 a value is drawn."""
    return REACH * max(1.0, np.abs(study.spectrum.eigenvalues).max())


def _within(values: np.ndarray, low: float, high: float) -> np.ndarray:
    """The values from low to high, NaN in place of the others."""
    return np.where((low <= values) & (values <= high), values, np.nan)


def _until_beyond(values: np.ndarray, reach: float) -> np.ndarray:
    """The values (n, steps) up to the first one outside ±reach, drawn at the edge; NaN afterwards."""
    beyond = ~(np.abs(values) <= reach)
    at_edge = np.where(np.isfinite(values), np.clip(values, -reach, reach), reach)
    return np.where(np.cumsum(beyond, axis=1) > beyond, np.nan, at_edge)


def _draw_modes(
    draw: Drawing, study: Study, values: np.ndarray, predicted: np.ndarray, ends: Ends, *, log=False
) -> None:
    """Values (n, n_steps + 1) of the eigenvalues, by sign, and what is predicted (n_steps + 1, n), dashed."""
    k = sampled_steps(study.params.n_steps)
    foreseen = _within(predicted[k].T, *ends)
    mode, step = np.nonzero(np.isfinite(foreseen))
    law = {"k": k[step], "y": foreseen[mode, step], "mode": mode}
    draw.curve("predicted", law, look="theory", by="mode", empty={"k": 1, "y": ends[0], "mode": 0})
    texts = [
        minus(f"λ = {m.eigenvalue:.3g}{' → 0' if m.eigenvalue < 0 else ''}: {approach_text(m)}")
        for m in study.modes
    ]
    signs = [sign(m.eigenvalue) for m in study.modes]
    draw_courses(draw, "eigenvalues", values, texts, signs, sign_looks, ends, log=log)
