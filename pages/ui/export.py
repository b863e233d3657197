"""Taking the page home: the link, pictures, numbers, and the short script that recomputes them."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import fields
from functools import partial
from typing import Any

import streamlit as st

from pages.charts.figure import Figure
from pages.charts.style import LIGHT
from pages.ui.cache import resolved

FORMATS = {"svg": "image/svg+xml", "pdf": "application/pdf", "png": "image/png", "csv": "text/csv"}
PNG_SCALE = 3


def export(shown: Mapping[Figure, Any], params, *, prefix: str) -> None:
    """The figures' numbers and pictures and the script, folded away; nothing is made before it is asked for.

    `shown` maps each figure of the page to what it shows, or a function that returns it;
    `params` belongs to stepsize_core.paper.<stem>, whose `study` the script calls.
    """
    drawer = st.expander(
        "Take it home: link, pictures, data, code", on_change="rerun", key=f"{prefix}~export"
    )
    if drawer.open:
        with drawer:
            _export(shown, params, prefix)


@st.fragment
def _export(shown: Mapping[Figure, Any], params, prefix: str) -> None:
    """What the drawer holds; a change of figure runs this part of the page only."""
    st.caption("The address in the browser restores everything you see: share it as it is.")
    names = {fig.name: fig for fig in shown}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        name = st.selectbox(
            "Figure", list(names), format_func=lambda n: names[n].title, key=f"{prefix}~figure", width=320
        )
        chosen = names[name]
        study = resolved(shown[chosen])
        for kind, mime in FORMATS.items():
            make = partial(download, chosen, study, kind)
            st.download_button(
                kind.upper(), make, f"{name}.{kind}", mime, key=f"{prefix}~{kind}", on_click="ignore"
            )
    for table_name, table in chosen.tables(study).items():
        st.caption(table_name.replace("_", " "))
        st.dataframe(table, hide_index=True, height=240)
    st.code(script(params), language="python")


def download(figure: Figure, study, kind: str) -> bytes:
    """The figure as a file: "svg", "pdf", "png" or "csv"."""
    return comma_separated(figure, study).encode() if kind == "csv" else picture(figure, study, kind)


def picture(figure: Figure, study, kind: str) -> bytes:
    """The figure on a light background as "svg", "pdf" or "png"."""
    import vl_convert  # heavy, and only needed once somebody asks

    spec = figure.chart(study, LIGHT, width=640).to_dict(validate=False)
    if kind == "svg":
        return vl_convert.vegalite_to_svg(spec).encode()
    if kind == "pdf":
        return vl_convert.vegalite_to_pdf(spec)
    return vl_convert.vegalite_to_png(spec, scale=PNG_SCALE)


def comma_separated(figure: Figure, study) -> str:
    """The tables of a figure as one CSV; the first column names the table."""
    tables = {n: rows for n, rows in figure.rows(study).items() if not n.startswith("_")}
    columns = list(dict.fromkeys(column for rows in tables.values() for row in rows[:1] for column in row))
    text = io.StringIO()
    writer = csv.DictWriter(text, ["table", *columns], restval="")
    writer.writeheader()
    for name, rows in tables.items():
        writer.writerows({"table": name, **row} for row in rows)
    return text.getvalue()


def script(params) -> str:
    """The Python lines that recompute the study of these parameters and print its claims."""
    stem = type(params).__module__.rpartition(".")[2]
    arguments = ", ".join(f"{f.name}={getattr(params, f.name)!r}" for f in fields(params))
    return (
        f"from stepsize_core.paper import {stem}\n\n"
        f"study = {stem}.study({stem}.Params({arguments}))\n"
        "for claim in study.claims:\n"
        "    print(claim.statement, claim.predicted, claim.measured, claim.verdict.value)\n"
    )
