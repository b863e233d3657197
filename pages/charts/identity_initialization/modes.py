"""The eigenvalues of the estimate from the identity start: their values and their errors, step by step."""

import math

import altair as alt
import numpy as np

from pages.charts.identity_initialization.marks import shown_steps, spread_apart
from pages.charts.kit.drawing import Drawing, Table
from pages.charts.kit.figure import Figure, figure
from pages.charts.kit.layers import by
from pages.charts.kit.style import Style
from pages.charts.kit.text import SUPERSCRIPTS, minus
from stepsize_core.limits import LimitKind
from stepsize_core.paper.identity_initialization import Study
from stepsize_core.paper.identity_initialization.modes import MODE_STEPS, Approach, Mode

SIGNS = ("positive", "zero", "negative")
REACH = 4.0  # values beyond so many times max(1, |λ|) are on their way to infinity
ROUNDING = 1e-15  # a rate is told from 1 to this
LEAST_ERROR = 1e-14  # smaller ones show rounding
ROOM = 0.36  # share of the width kept for labels
APART = 0.075  # distance of labels as a share of the height


def sign(eigenvalue: float) -> str:
    """What decides the limit of an eigenvalue: "positive", "zero" or "negative"."""
    return SIGNS[1 - int(np.sign(eigenvalue))]


def sign_colour(style: Style) -> alt.Color:
    """The colour of an eigenvalue by the column "sign"."""
    return by(alt.Color, "sign", dict(zip(SIGNS, (style.measured, style.series[4], style.series[3]))))


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
    how_many = f"all {n}" if number == n else f"{number or 'none'} of {n}"
    return f"{how_many} eigenvalues converge to their limits"


def _values(name: str, log: str) -> Figure:
    @figure("Eigenvalues of the estimate, each with its limit and rate", name=name, height=250)
    def values(study: Study, draw: Drawing) -> str:
        n, limits = len(study.modes), np.array([mode.limit for mode in study.modes])
        k, reach = _steps(study, log), _reach(study)
        values = _until_beyond(study.estimates[k].T, reach)
        seen = np.concatenate([values.ravel(), limits, [0.0]])
        low, high = np.nanmin(seen), np.nanmax(seen)
        pad = 0.06 * (high - low)
        low, high = low - pad, high + pad
        ends = {"k": np.tile(k[[0, -1]], n), "y": np.repeat(limits, 2), "mode": np.repeat(np.arange(n), 2)}

        _axes(draw, "eigenvalue of W_L ⋯ W_1", k, low, high, log)
        draw.curve("limits", ends, look="theory", by="mode")
        _curves(draw, study.modes, k, values, study.predicted, low, high, log)

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
            f"All start at 1; named by λ and the predicted approach{instead}. Dashed: the limits, λ or 0"
            f"{', and the algebraic laws' if algebraic else ''}. After {study.params.n_steps} steps {near}."
        )

    return values


def _errors(name: str, log: str) -> Figure:
    @figure("Distance of each eigenvalue from its limit", name=name, height=320)
    def errors(study: Study, draw: Drawing) -> str:
        k, limits = _steps(study, log), [mode.limit for mode in study.modes]
        errors = _within(np.abs(study.estimates[k] - limits).T, LEAST_ERROR, _reach(study))
        shown = _long(k, errors, study.modes)["y"]
        low, high = max(shown.min() / 3.0, LEAST_ERROR), 3.0 * shown.max()

        _axes(draw, "|w^L − limit|", k, low, high, log)
        _curves(draw, study.modes, k, errors, study.asymptotes, low, high, log)

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
            f"|w^L − limit|, dashed as predicted: {parts}, {algebraic or 'none'} algebraic. Straight lines "
            f"here are linear rates; over log k straight lines are powers of k. "
            f"δ = {study.params.step_size:g}."
        )

    return errors


EIGENVALUES, EIGENVALUES_LOG = _values("eigenvalues", log=""), _values("eigenvalues_log", log="x")
ERRORS, ERRORS_LOG = _errors("errors", log="y"), _errors("errors_log", log="xy")


def _steps(study: Study, log: str) -> np.ndarray:
    """The steps that are drawn."""
    k = shown_steps(study.params.n_steps)
    return k[k > 0] if "x" in log else k


def _reach(study: Study) -> float:
    """How far from 0 a value is drawn."""
    return REACH * max(1.0, np.abs(study.spectrum.eigenvalues).max())


def _axes(draw: Drawing, title: str, k: np.ndarray, low: float, high: float, log: str) -> None:
    """Axes with room for the names behind the last step."""
    last = float(k[-1])
    edge = last ** (1.0 / (1.0 - ROOM)) if "x" in log else last / (1.0 - ROOM)
    draw.axes("step k", title, log=log, frame={"k": [k[0], edge], "y": [low, high]})


def _within(values: np.ndarray, low: float, high: float) -> np.ndarray:
    """The values from low to high, NaN in place of the others."""
    return np.where((low <= values) & (values <= high), values, np.nan)


def _until_beyond(values: np.ndarray, reach: float) -> np.ndarray:
    """The values (n, steps) up to the first one outside ±reach, drawn at the edge; NaN afterwards."""
    beyond = ~(np.abs(values) <= reach)
    at_edge = np.where(np.isfinite(values), np.clip(values, -reach, reach), reach)
    return np.where(np.cumsum(beyond, axis=1) > beyond, np.nan, at_edge)


def _long(k: np.ndarray, values: np.ndarray, modes: tuple[Mode, ...]) -> Table:
    """One row per mode and step where the values (n, steps) are finite.

    Where none is, one point without ink is left: an empty table has no extent to draw.
    """
    mode, step = np.nonzero(np.isfinite(values))
    y = values[mode, step]
    if not len(y):
        mode, step, y = np.array([0]), np.array([-1]), np.array([modes[0].limit or 1.0])
    signs = np.array([sign(m.eigenvalue) for m in modes])
    return {"k": k[step], "y": y, "mode": mode, "sign": signs[mode]}


def _curves(
    draw: Drawing, modes: tuple[Mode, ...], k: np.ndarray, values: np.ndarray, predicted: np.ndarray,
    low: float, high: float, log: str,
) -> None:  # fmt: skip
    """Values (n, steps) by sign, what is predicted of every step (n_steps + 1, n), dashed, and names.

    The names stand behind the ends of the curves, moved apart, each joined to its curve.
    """
    foreseen = _long(k, _within(predicted[k].T, low, high), modes)
    at_end = len(k) - 1 - np.argmax(np.isfinite(values)[:, ::-1], axis=1)
    n, last = len(modes), k[at_end].astype(float)
    ends = np.nan_to_num(values[np.arange(n), at_end], nan=low)
    if "y" in log:
        ends, low, high = np.log(ends), np.log(low), np.log(high)
    gap = APART * (high - low)
    places = spread_apart(ends, gap)
    places += max(low + 0.6 * gap - places.min(), 0.0) - max(places.max() - high + 0.3 * gap, 0.0)
    if "y" in log:
        ends, places = np.exp(ends), np.exp(places)
    at = last**1.04 if "x" in log else last + 0.05 * last.max()
    signs = [sign(mode.eigenvalue) for mode in modes]
    leaders = {"k": np.stack([last, at], axis=1).ravel(), "y": np.stack([ends, places], axis=1).ravel()}
    leaders |= {"mode": np.repeat(np.arange(n), 2), "sign": np.repeat(signs, 2)}
    dying = [" → 0" if mode.eigenvalue < 0 else "" for mode in modes]
    texts = [minus(f"{m.eigenvalue:.3g}{arrow}: {approach_text(m)}") for m, arrow in zip(modes, dying)]
    names = {"k": at, "y": places, "text": texts, "sign": signs}

    look = {"by": "mode", "channels": sign_colour}
    draw.curve("eigenvalues", _long(k, values, modes), width=1.9, play=True, **look)
    draw.curve("predicted", foreseen, look="theory", by="mode")
    draw.curve("_leaders", leaders, width=0.8, **look)
    draw.label("_labels", names, dx=3, dy=0, channels=sign_colour)
