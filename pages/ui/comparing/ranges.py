"""A range of one parameter: two to four of its values pinned at once."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import streamlit as st

from pages.ui.comparing.pins import MOST, keep_pins, pinned
from pages.ui.controls.grid import round_step, written
from pages.ui.keys import memory_key
from stepsize_core.paper.parameters import Column, Count, Number, applies, controls_of, unreadable
from stepsize_core.paper.phenomenon import Phenomenon

DIGITS = 4  # significant ones of the values between the ends
BOX_WIDTH = 130  # pixels


def values_between(control: Number | Count, low: float, high: float, n: int) -> list[float]:
    """n values from low to high, both included, by equal ratios where the control goes by ratios; fewer where
    integers fall together."""
    ratios = (control.log or control.sliding[2]) and low > 0.0
    values = np.geomspace(low, high, n) if ratios else np.linspace(low, high, n)
    if isinstance(control, Count):
        steps = np.round((values - control.low) / control.step).astype(int)
        return list(dict.fromkeys((control.low + control.step * steps).tolist()))
    return [low, *(float(f"{value:.{DIGITS}g}") for value in values[1:-1]), high]


def ends_around(control: Number | Count, value: float) -> tuple[float, float]:
    """Half and twice a value, as far as they are accepted; the ends of the slider around 0."""
    if value == 0:
        return control.sliding[:2]
    ends = sorted(min(max(value * factor, control.low), control.high) for factor in (0.5, 2.0))
    if isinstance(control, Count):
        ends = [control.low + control.step * round((end - control.low) / control.step) for end in ends]
    return ends[0], ends[1]


def range_of_runs(phenomenon: Phenomenon, params: Any) -> None:
    """Boxes for a parameter, two ends and a number of values, and a button that pins a run at each."""
    fields = _varied(phenomenon, params)
    names = sorted(fields, key=lambda name: name != "step_size")
    with st.container(horizontal=True, vertical_alignment="bottom", key=memory_key(phenomenon, "range")):
        name = st.selectbox(
            "Compare values of", names, format_func=lambda name: fields[name].label, width=230,
            key=memory_key(phenomenon, "range", "field"),
        )  # fmt: skip
        control = fields[name]
        low, high = (_end(phenomenon, name, control, *end) for end in zip(
            ("from", "to"), ends_around(control, getattr(params, name))
        ))  # fmt: skip
        n = st.segmented_control(
            "how many", range(2, MOST + 1), default=3, required=True,
            key=memory_key(phenomenon, "range", "count"),
        )  # fmt: skip
        values = values_between(control, *sorted((low, high)), n)
        instead = " in place of those pinned" if pinned(phenomenon) else ""
        why = "The two ends have to differ." if len(set(values)) < 2 else None
        if unreadable(params):
            why = "A pinned run is kept in the link, and these own points are not in it or cannot be read."
        st.button(
            f"Pin {', '.join(map(written, values))}{instead}", key=memory_key(phenomenon, "range", "pin"),
            disabled=why is not None, help=why, on_click=_pin, args=(phenomenon, params, name, values),
        )  # fmt: skip


def _varied(phenomenon: Phenomenon, params: Any) -> dict[str, Number | Count]:
    """The drawn controls of numbers that mean what they say, by field."""
    return {
        name: control
        for name, control in controls_of(phenomenon.Params).items()
        if isinstance(control, Number)
        or (isinstance(control, Count) and not (control.words or isinstance(control, Column)))
        if applies(phenomenon.Params, name, vars(params))
    }


def _end(phenomenon: Phenomenon, name: str, control: Number | Count, label: str, usual: float) -> float:
    step, form = control.step if isinstance(control, Count) else None, "%d"
    if step is None:
        step, form = round_step(usual, control.sliding), "%.6g"
    return st.number_input(
        label, control.low, control.high, usual, step=step, format=form, width=BOX_WIDTH,
        key=memory_key(phenomenon, "range", name, label),
    )  # fmt: skip


def _pin(phenomenon: Phenomenon, params: Any, name: str, values: Sequence[float]) -> None:
    keep_pins(phenomenon, [replace(params, **{name: value}) for value in values])
