"""A parameter in units that the study gives: boxes that follow it and set it."""

import math
from collections.abc import Mapping

import streamlit as st

from pages.ui import twins
from pages.ui.keys import field_key
from stepsize_core.paper.parameters import controls_of
from stepsize_core.paper.phenomenon import Phenomenon

DIGITS = 10  # significant, of a value set through a unit


def in_units(phenomenon: Phenomenon, params, field: str, units: Mapping[str, float]) -> None:
    """One small box per unit, in the sidebar, with the present value of `field` in that unit.

    `units` maps a label to the size of the unit; one that is infinite is left out. A value set in a box is
    kept within the range of the field.
    """
    finite = {label: unit for label, unit in units.items() if math.isfinite(unit)}
    key, control = field_key(phenomenon, field), controls_of(phenomenon.Params)[field]
    with st.sidebar:
        for column, (label, unit) in zip(st.columns(len(units), gap="small"), finite.items()):
            with column:
                _box(key, control, getattr(params, field), label, unit)


def _box(key: str, control, value: float, label: str, unit: float) -> None:
    shown = f"{key}~{label}"
    twins.write(shown, value / unit)

    def within(wanted: float) -> float:
        return float(f"{min(max(wanted * unit, control.low), control.high):.{DIGITS}g}")

    st.number_input(
        label, step=0.05, format="%.4g", key=shown, on_change=twins.follow, args=(key, shown, within)
    )
