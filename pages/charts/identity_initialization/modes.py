"""The eigenvalues of the estimate from the identity start: their values and their errors, step by step."""

from __future__ import annotations

from functools import partial

import altair as alt
import numpy as np

from pages.charts.kit import layers
from pages.charts.kit.four_part import FourPart as Figure
from pages.charts.kit.style import THEORY_DASH, Style
from stepsize_core.limits import LimitKind
from stepsize_core.paper.identity_initialization import Study
from stepsize_core.paper.identity_initialization.modes import Approach, Mode

SIGNS = ("positive", "zero", "negative")
EVEN_STEPS, SPREAD_STEPS = 220, 120  # steps shown of a long run, evenly and by equal ratios
REACH = 4.0  # values beyond so many times max(1, |λ|) are on their way to infinity
LEAST_ERROR = 1e-14  # smaller ones show rounding
ROOM = 0.36  # share of the width kept for labels
APART = 0.075  # distance of labels as a share of the height
SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def sign(eigenvalue: float) -> str:
    """What decides the limit of an eigenvalue: "positive", "zero" or "negative"."""
    return SIGNS[1 - int(np.sign(eigenvalue))]


def sign_colour(style: Style) -> alt.Color:
    """The colour of an eigenvalue by the column "sign"; names stand beside the curves."""
    colours = [style.measured, style.series[4], style.series[3]]
    return alt.Color("sign:N", legend=None, scale=alt.Scale(domain=list(SIGNS), range=colours))


def approach_text(mode: Mode) -> str:
    """How an eigenvalue of the estimate is predicted to approach its limit, or what it did instead."""
    if mode.outcome.kind is LimitKind.PERIODIC_ORBIT:
        return f"period {mode.outcome.period}"
    if mode.outcome.kind in (LimitKind.APERIODIC, LimitKind.DIVERGENT):
        return mode.outcome.kind.value
    if mode.at_limit is False:
        return f"reaches {float(mode.outcome.points[0]) ** mode.depth:.3g}"
    if mode.decay_exponent is None:
        return f"×{mode.estimate_rate:.3g} a step".replace("-", "−")
    exponent = str(mode.decay_exponent)
    power = f"^({exponent})".replace("-", "−") if "/" in exponent else exponent.translate(SUPERSCRIPTS)
    return f"∝ k{power}"


def shown_steps(n_steps: int) -> np.ndarray:
    """Step numbers to draw: all of a short run; of a long one a dense sample that has even and odd steps."""
    if n_steps <= EVEN_STEPS + SPREAD_STEPS:
        return np.arange(n_steps + 1)
    even = np.linspace(0, n_steps - 1, EVEN_STEPS // 2)
    spread = np.geomspace(1, n_steps - 1, SPREAD_STEPS)
    first = np.concatenate([even, spread]).astype(int)
    return np.unique(np.concatenate([first, first + 1]))


def spread_apart(values: np.ndarray, gap: float) -> np.ndarray:
    """The values moved as little as keeps every two at least `gap` apart, in the same order."""
    order = np.argsort(values, kind="stable")
    places = np.array(values, float)[order]
    lowered = places - gap * np.arange(len(places))
    blocks: list[list[float]] = []  # pooled means: the closest non-decreasing sequence
    for value in lowered:
        blocks.append([value])
        while len(blocks) > 1 and np.mean(blocks[-2]) > np.mean(blocks[-1]):
            last = blocks.pop()
            blocks[-1] += last
    pooled = np.concatenate([np.full(len(block), np.mean(block)) for block in blocks])
    out = np.empty(len(places))
    out[order] = pooled + gap * np.arange(len(places))
    return out


def _until_beyond(values: np.ndarray, reach: float) -> np.ndarray:
    """The values up to the first one outside ±reach, which is drawn at the edge; NaN afterwards."""
    inside = np.abs(values) <= reach
    if inside.all():
        return values
    first = int(np.argmin(inside))
    out = np.full(len(values), np.nan)
    out[:first] = values[:first]
    out[first] = np.copysign(reach, values[first]) if np.isfinite(values[first]) else reach
    return out


def _long(k: np.ndarray, columns, modes, keep=np.isfinite) -> dict:
    """One row per step and mode, for values (steps, n); rows that `keep` refuses are left out.

    Where it refuses them all, one point without ink is left: an empty table has no extent to draw.
    """
    rows = [(k[keep(column)], column[keep(column)]) for column in columns]
    if not any(len(steps) for steps, _ in rows):
        rows[0] = k[-1:], np.array([modes[0].limit or 1.0])
    sizes = [len(steps) for steps, _ in rows]
    return {
        "k": np.concatenate([steps for steps, _ in rows]),
        "y": np.concatenate([values for _, values in rows]),
        "mode": np.repeat(np.arange(len(rows)), sizes),
        "sign": np.repeat([sign(m.eigenvalue) for m in modes], sizes),
    }


def _right_edge(last: float, log: bool) -> float:
    """Where the axis of steps ends, so that the labels have room behind the last step."""
    return float(last ** (1.0 / (1.0 - ROOM))) if log else last / (1.0 - ROOM)


def _labels(last, log: bool, ends: np.ndarray, low: float, high: float, texts, modes) -> dict:
    """Names behind the ends of the curves, moved apart, each joined to its curve."""
    gap = APART * (high - low)
    places = spread_apart(ends, gap)
    places += max(low + 0.6 * gap - places.min(), 0.0) - max(places.max() - high + 0.3 * gap, 0.0)
    last = np.broadcast_to(np.asarray(last, float), len(ends))
    at = last**1.04 if log else last + 0.05 * last.max()
    signs = [sign(m.eigenvalue) for m in modes]
    n = len(ends)
    return {
        "_labels": {"k": at, "y": places, "text": texts, "sign": signs},
        "_leaders": {
            "k": np.stack([last, at], axis=1).ravel(),
            "y": np.stack([ends, places], axis=1).ravel(),
            "mode": np.repeat(np.arange(n), 2),
            "sign": np.repeat(signs, 2),
        },
    }


def _draw(up_title: str, log_up: bool, log: bool, style: Style):
    """Curves by sign, predictions dashed, names at their ends."""
    across, up = layers.x("k", "step k", log=log), layers.y("y", up_title, log=log_up)

    def lines(table, **look):
        mark = alt.Chart(alt.NamedData(table)).mark_line(clip=True, **look)
        return mark.encode(across, up, sign_colour(style), alt.Order("k:Q"), alt.Detail("mode:N"))

    text = alt.Chart(alt.NamedData("_labels")).mark_text(align="left", dx=3, fontSize=12)
    predicted = lines("predicted", strokeDash=THEORY_DASH, strokeWidth=1.6)
    return alt.layer(
        layers.frame(across, up),
        *([] if log_up else [layers.theory_curve("limits", across, up, style, by="mode")]),
        layers.up_to_step(lines("eigenvalues", strokeWidth=1.9)),
        predicted.encode(color=alt.value(style.theory)),
        lines("_leaders", strokeWidth=0.8),
        text.encode(across, up, sign_colour(style), alt.Text("text:N")),
    ).add_params(layers.playback())


# Values


def _values_data(study: Study, *, log: bool) -> dict:
    k = shown_steps(study.params.n_steps)
    k = k[k > 0] if log else k
    targets = np.array([m.eigenvalue for m in study.modes])
    limits = np.array([m.limit for m in study.modes])
    reach = REACH * max(1.0, np.abs(targets).max())
    values = [_until_beyond(column, reach) for column in study.estimates[k].T]
    seen = np.concatenate([*values, limits, [0.0]])
    pad = 0.06 * (np.nanmax(seen) - np.nanmin(seen))
    low, high = float(np.nanmin(seen) - pad), float(np.nanmax(seen) + pad)
    last, own = float(k[-1]), [_last_step(k, np.isfinite(column)) for column in values]
    ends = np.array([column[np.isfinite(column)][-1] for column in values])
    texts = [_value_text(m) for m in study.modes]
    near = [np.where(p <= high, p, np.nan) for p in study.predicted[k].T]
    return _labels(own, log, ends, low, high, texts, study.modes) | {
        "eigenvalues": _long(k, values, study.modes),
        "predicted": _long(k, near, study.modes),
        "limits": {
            "k": np.tile([float(k[0]), last], len(limits)),
            "y": np.repeat(limits, 2),
            "mode": np.repeat(np.arange(len(limits)), 2),
        },
        "_frame": {"k": [k[0], _right_edge(last, log)], "y": [low, high]},
    }


def _value_text(mode: Mode) -> str:
    arrow = " → 0" if mode.eigenvalue < 0 else ""
    return f"{mode.eigenvalue:.3g}{arrow}: {approach_text(mode)}".replace("-", "−")


def _values_describe(study: Study) -> str:
    last = study.estimates[-1] - [m.limit for m in study.modes]
    escaped = int(np.count_nonzero(~np.isfinite(last)))
    worst = np.abs(last[np.isfinite(last)]).max(initial=0.0)
    near = f"within {worst:.2g} of their limits"
    if escaped:
        near = f"{escaped} have left every bound" + (
            f", the others are {near}" if escaped < len(last) else ""
        )
    else:
        near = f"all are {near}"
    algebraic = any(m.approach is Approach.ALGEBRAIC for m in study.modes)
    return (
        f"All start at 1; named by λ and the predicted approach. Dashed: the limits, λ or 0"
        f"{', and the algebraic laws' if algebraic else ''}. At step {study.params.n_steps} "
        f"{near}."
    )


def _values(name: str, log: bool) -> Figure:
    return Figure(
        name=name,
        title="Eigenvalues of the estimate, each with its limit and rate",
        data=partial(_values_data, log=log),
        draw=partial(_draw, "eigenvalue of W_L ⋯ W_1", False, log),
        describe=_values_describe,
        height=250,
        steps=True,
    )


EIGENVALUES, EIGENVALUES_LOG = _values("eigenvalues", False), _values("eigenvalues_log", True)


# Errors


def _errors_data(study: Study, *, log: bool) -> dict:
    k = shown_steps(study.params.n_steps)
    k = k[k > 0] if log else k
    targets = np.array([m.eigenvalue for m in study.modes])
    reach = REACH * max(1.0, np.abs(targets).max())
    errors = np.abs(study.estimates[k] - [m.limit for m in study.modes]).T

    def keep(column):
        return (column >= LEAST_ERROR) & (column <= reach)

    table = _long(k, errors, study.modes, keep)
    low = float(max(min(table["y"], default=1.0) / 3.0, LEAST_ERROR))
    high = 3.0 * float(max(table["y"], default=1.0))
    last, own = float(k[-1]), [_last_step(k, keep(column)) for column in errors]
    ends = np.array([column[keep(column)][-1] if keep(column).any() else low for column in errors])
    texts = [_value_text(m) for m in study.modes]
    labels = _labels(own, log, np.log(ends), np.log(low), np.log(high), texts, study.modes)
    labels = {name: rows | {"y": np.exp(rows["y"])} for name, rows in labels.items()}
    return labels | {
        "eigenvalues": table,
        "predicted": _long(k, study.asymptotes[k].T, study.modes, lambda c: (c >= low) & (c <= high)),
        "_frame": {"k": [k[0], _right_edge(last, log)], "y": [low, high]},
    }


def _last_step(k: np.ndarray, kept: np.ndarray) -> float:
    return float(k[kept][-1] if kept.any() else k[-1])


def _errors_describe(study: Study) -> str:
    linear = [m for m in study.modes if m.approach is Approach.LINEAR and abs(m.rate) < 1.0]
    algebraic = [m for m in study.modes if m.approach is Approach.ALGEBRAIC]
    slowest = max((abs(m.estimate_rate) for m in linear), default=None)
    parts = [
        f"{len(linear)} linear, the slowest by {slowest:.4g} a step" if linear else "none linear",
        f"{len(algebraic)} algebraic" if algebraic else "none algebraic",
    ]
    return (
        f"|w^L − limit|, dashed as predicted: {', '.join(parts)}. Straight lines here are linear rates; over "
        f"log k straight lines are powers of k. δ = {study.params.step_size:g}."
    )


def _errors(name: str, log: bool) -> Figure:
    return Figure(
        name=name,
        title="Distance of each eigenvalue from its limit",
        data=partial(_errors_data, log=log),
        draw=partial(_draw, "|w^L − limit|", True, log),
        describe=_errors_describe,
        height=320,
        steps=True,
    )


ERRORS, ERRORS_LOG = _errors("errors", False), _errors("errors_log", True)
