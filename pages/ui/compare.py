"""Compare: runs pinned by the visitor, in a table beside the present one and drawn into its figures."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from importlib import import_module
from typing import Any

import streamlit as st

from pages.ui.header import standing
from pages.ui.links import STEMS
from pages.ui.pins import MOST, keep_pins, names_of, pinned, read_pins, short, varied_fields
from pages.ui.server.cache import cached
from pages.ui.server.jobs import job
from pages.ui.text import escaped
from pages.ui.verdicts import html_table
from stepsize_core.claims import Verdict
from stepsize_core.paper.parameters import controls_of

FACTORS = {"Same start, δ × 2": 2.0, "Same start, δ / 2": 0.5}
LONG = ("relu_oscillation", "your_function")  # where one run can take seconds, and a link may ask for several
HOW = (
    "Pin a run, then change something: pinned runs stay in this table, in the link, and as numbered lines in "
    f"every picture of a run against its steps. At most {MOST}."
)


def pin_button(params, *, prefix: str) -> None:
    """Read the pinned runs and offer to pin the present one; drawn once, with the controls."""
    runs = read_pins(type(params), prefix)
    st.session_state[f"{prefix}~present"] = params
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        _pin_button("Pin this run", params, runs, prefix, "side")
        if runs:
            st.caption(f"{len(runs)} pinned")


def pinned_studies(prefix: str, like: Any) -> dict[str, Any]:
    """The studies of the pinned runs of a page that are of one kind with `like`, by the names of the runs."""
    runs = pinned(prefix)
    if not runs:
        return {}
    names = names_of(runs, st.session_state[f"{prefix}~present"])
    studies = {name: _study(prefix, run) for name, run in zip(names, runs)}
    return {name: study for name, study in studies.items() if type(study) is type(like)}


def compare(stem: str, *, prefix: str) -> None:
    """The pinned runs beside the present one, and what can be done with them."""
    present, runs = st.session_state[f"{prefix}~present"], pinned(prefix)
    st.caption(HOW)
    with st.container(horizontal=True):
        _pin_button("Pin this run", present, runs, prefix, "tab")
        for label, factor in FACTORS.items():
            st.button(label, key=f"{prefix}~{label}", disabled=len({*runs, present}) > MOST,
                      on_click=_pin_and_scale, args=(present, runs, factor, prefix))  # fmt: skip
        if runs:
            st.button("Unpin all", key=f"{prefix}~unpin", on_click=keep_pins, args=(prefix, ()))
    if not runs:
        return
    numbered = {**{str(i): run for i, run in enumerate(runs, 1)}, "this run": present}
    st.html(_table(stem, prefix, numbered))
    with st.container(horizontal=True):
        for number, run in list(numbered.items())[:-1]:
            st.button(f"Show {number}", key=f"{prefix}~show{number}", on_click=_show, args=(run, prefix))
            st.button(f"Unpin {number}", key=f"{prefix}~unpin{number}", on_click=keep_pins,
                      args=(prefix, [other for other in runs if other != run]))  # fmt: skip
        st.download_button(
            "CSV", comma_separated(stem, prefix, numbered), f"{prefix}-compare.csv", "text/csv",
            key=f"{prefix}~compare~csv", on_click="ignore",
        )  # fmt: skip


def comma_separated(stem: str, prefix: str, runs: Mapping[str, Any]) -> str:
    """Every parameter, the outcome and the counts of verdicts of the runs, one row each."""
    text = io.StringIO()
    writer = csv.writer(text)
    names = [f.name for f in fields(next(iter(runs.values())))]
    writer.writerow(["run", *names, "outcome", *(verdict.value for verdict in Verdict)])
    for number, run in runs.items():
        study = _study(prefix, run)
        counts = Counter(claim.verdict for claim in study.claims)
        values = [getattr(run, name) for name in names]
        writer.writerow([number, *values, _outcome(stem, study), *(counts[v] for v in Verdict)])
    return text.getvalue()


def _pin_button(label: str, params, runs: Sequence[Any], prefix: str, where: str) -> None:
    there, full = params in runs, len(runs) >= MOST
    why = "Already pinned." if there else (f"{MOST} are pinned; unpin one first." if full else None)
    st.button(label, key=f"{prefix}~pin~{where}", icon=":material/keep:", disabled=there or full, help=why,
              on_click=keep_pins, args=(prefix, [*runs, params]))  # fmt: skip


def _pin_and_scale(present, runs: Sequence[Any], factor: float, prefix: str) -> None:
    """Keep the present run and go on with another step size from the same start."""
    control = controls_of(type(present))["step_size"]
    keep_pins(prefix, [*runs, present])
    scaled = min(max(present.step_size * factor, control.low), control.high)
    _show(replace(present, step_size=float(f"{scaled:.12g}")), prefix)


def _show(run, prefix: str) -> None:
    for name in controls_of(type(run)):
        st.session_state[f"{prefix}.{name}"] = getattr(run, name)


def _study(prefix: str, run):
    stem = STEMS[prefix]
    return job(_study_of, stem, run, label="Running pinned runs …") if stem in LONG else _study_of(stem, run)


def _study_of(stem: str, run, progress=None):
    return cached(import_module(f"stepsize_core.paper.{stem}").study, run)


def _outcome(stem: str, study) -> str:
    """The sentence that the page of the run begins with."""
    return import_module(f"pages.charts.{stem}").headline(study)


def _table(stem: str, prefix: str, runs: Mapping[str, Any]) -> str:
    """The runs as rows: the fields in which they differ, the outcome, how the claims stand."""
    everyone = list(runs.values())
    labels = controls_of(type(everyone[0]))
    varied = varied_fields(everyone) or ["step_size"]
    titles = ["Run", *(labels[name].label for name in varied), "Outcome", "Claims"]
    head = "".join(f'<th scope="col">{escaped(title)}</th>' for title in titles)
    rows = []
    for number, run in runs.items():
        study = _study(prefix, run)
        cells = [number, *(short(getattr(run, name)) for name in varied), _outcome(stem, study)]
        cells.append(standing(study.claims)[0])
        data = "".join(
            f'<td data-label="{escaped(title)}">{escaped(cell)}</td>' for title, cell in zip(titles, cells)
        )
        rows.append(f"<tr>{data}</tr>")
    return html_table(head, "".join(rows), name="Pinned runs", kind="runs")
