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

FORMATS = {"svg": "image/svg+xml", "pdf": "application/pdf", "png": "image/png"}
PNG_SCALE = 3


def export(shown: Mapping[Figure, Any], params, *, prefix: str) -> None:
    """Pictures as SVG, PDF and PNG, numbers as CSV, and the script; nothing is made before it is asked for.

    `shown` maps each figure of the page to what it shows; `params` belongs to the module stepsize_core.paper.<stem> whose `study` the script calls.
    """
    st.subheader("Take it home", anchor=False)
    st.caption(
        "The address of this page restores everything you see: copy it from the browser, or press the button."
    )
    names = {fig.name: fig for fig in shown}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        chosen = names[
            st.selectbox(
                "Figure", list(names), key=f"{prefix}~export", format_func=lambda n: names[n].title, width=320
            )
        ]
        for kind, mime in FORMATS.items():
            st.download_button(
                kind.upper(), partial(picture, chosen, shown[chosen], kind), f"{chosen.name}.{kind}", mime,
                key=f"{prefix}~{kind}", on_click="ignore",
            )  # fmt: skip
        st.download_button(
            "CSV", partial(comma_separated, chosen, shown[chosen]), f"{chosen.name}.csv", "text/csv",
            key=f"{prefix}~csv", on_click="ignore",
        )  # fmt: skip
    st.code(script(params), language="python")


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
