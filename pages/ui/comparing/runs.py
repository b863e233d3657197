"""Runs pinned by the visitor: the buttons that pin, and the table beside the present run."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields, replace
from functools import partial
from typing import Any

import streamlit as st

from pages.charts import of
from pages.charts.files.cells import cells
from pages.charts.kit.calls import Call, call
from pages.ui.comparing.pins import (
    MOST,
    PRESENT,
    keep_pins,
    names_of,
    pinned,
    read_pins,
    short,
    varied_fields,
)
from pages.ui.header import standing
from pages.ui.keys import memory_key, set_params
from pages.ui.server.cache import recalled
from pages.ui.text import escaped
from pages.ui.verdicts import html_table
from stepsize_core.claims import Verdict
from stepsize_core.paper.parameters import controls_of, said, unreadable
from stepsize_core.paper.phenomenon import Phenomenon

FACTORS = {"Same start, δ × 2": 2.0, "Same start, δ / 2": 0.5}


def pin_button(phenomenon: Phenomenon, params) -> None:
    """Read the pinned runs and offer to pin the present one; drawn once, with the controls."""
    runs = read_pins(phenomenon)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        _pin_button(phenomenon, params, runs, "side")
        if runs:
            st.caption(f"{len(runs)} pinned")


def pinned_studies(phenomenon: Phenomenon, like: Any) -> dict[str, Any]:
    """The studies of the pinned runs of a page that are of one kind with `like`, by the names of the runs."""
    runs = pinned(phenomenon)
    studies = dict(zip(names_of(runs, like.params), (recalled(studied(phenomenon, run)) for run in runs)))
    return {name: study for name, study in studies.items() if type(study) is type(like)}


def pin_buttons(phenomenon: Phenomenon, params: Any) -> None:
    """What pins the present run, and what takes all pins away."""
    runs = pinned(phenomenon)
    with st.container(horizontal=True):
        _pin_button(phenomenon, params, runs, "tab")
        for label, factor in FACTORS.items():
            _button(phenomenon, label, label, act=partial(_pin_and_scale, phenomenon, params, runs, factor),
                    disabled=len({*runs, params}) > MOST or unreadable(params) is not None)  # fmt: skip
        if runs:
            _button(phenomenon, "Unpin all", "unpin", act=partial(keep_pins, phenomenon, ()))


def table_of_runs(phenomenon: Phenomenon, study: Any) -> None:
    """The pinned runs and the present one, of this study, in a table, each once; pinned ones can be shown and
    unpinned."""
    runs = pinned(phenomenon)
    numbered = {str(i): run for i, run in enumerate(runs, 1)}
    studies = {i: recalled(studied(phenomenon, run)) for i, run in numbered.items()}
    studies |= {} if study.params in runs else {PRESENT: study}
    st.html(_table(phenomenon, studies))
    with st.container(horizontal=True):
        for number, run in numbered.items():
            others = [other for other in runs if other != run]
            show = partial(set_params, phenomenon, run)
            _button(phenomenon, f"Show {number}", f"show{number}", act=show, disabled=run == study.params)
            unpin = partial(keep_pins, phenomenon, others)
            _button(phenomenon, f"Unpin {number}", f"unpin{number}", act=unpin)
        st.download_button(
            "CSV", comma_separated(phenomenon, studies), f"{phenomenon.key}-compare.csv", "text/csv",
            key=memory_key(phenomenon, "compare", "csv"), on_click="ignore",
        )  # fmt: skip


def studied(phenomenon: Phenomenon, run: Any) -> Call:
    """The call that makes the study of a pinned run."""
    return call(phenomenon.study, run, label="Running pinned runs …" if phenomenon.slow else "")


def comma_separated(phenomenon: Phenomenon, studies: Mapping[str, Any]) -> str:
    """Every parameter, the outcome and the counts of verdicts of the runs, one row each."""
    names = [f.name for f in fields(phenomenon.Params)]
    rows = [["run", *names, "outcome", *(verdict.value for verdict in Verdict)]]
    for number, study in studies.items():
        counts = Counter(claim.verdict for claim in study.claims)
        values = [getattr(study.params, name) for name in names]
        rows.append([number, *values, of(phenomenon).headline(study), *(counts[v] for v in Verdict)])
    return cells(rows)


def _pin_button(phenomenon: Phenomenon, params, runs: Sequence[Any], where: str) -> None:
    there, full = params in runs, len(runs) >= MOST
    why = "Already pinned." if there else (f"{MOST} are pinned; unpin one first." if full else None)
    if unreadable(params):
        why = "A pinned run is kept in the link, and these own points are not in it or cannot be read."
    st.button("Pin this run", key=memory_key(phenomenon, "pin", where), icon=":material/keep:", help=why,
              disabled=why is not None, on_click=keep_pins, args=(phenomenon, [*runs, params]))  # fmt: skip


def _pin_and_scale(phenomenon: Phenomenon, present, runs: Sequence[Any], factor: float) -> None:
    """Keep the present run and go on with another step size from the same start."""
    control = controls_of(phenomenon.Params)["step_size"]
    keep_pins(phenomenon, [*runs, present])
    scaled = min(max(present.step_size * factor, control.low), control.high)
    set_params(phenomenon, replace(present, step_size=float(f"{scaled:.12g}")))


def _button(phenomenon: Phenomenon, label: str, *names: str, act: Callable, **options) -> None:
    st.button(label, key=memory_key(phenomenon, *names), on_click=act, **options)


def _table(phenomenon: Phenomenon, studies: Mapping[str, Any]) -> str:
    """The runs as rows: the fields in which they differ, the outcome, how the claims stand."""
    labels = controls_of(phenomenon.Params)
    varied = varied_fields([study.params for study in studies.values()]) or ["step_size"]
    titles = ["Run", *(labels[name].label for name in varied), "Outcome", "Claims"]
    rows = []
    for number, study in studies.items():
        values = [short(said(labels[name], getattr(study.params, name))) for name in varied]
        words = [number, *values, of(phenomenon).headline(study), standing(study.claims)[0]]
        rows.append([escaped(word) for word in words])
    return html_table(dict(zip(titles, titles)), rows, name="Pinned runs")
