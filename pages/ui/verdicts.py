"""The verdict table: what the theory predicts, what was measured, at which tolerance, and the verdict."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from pages.charts.kit.text import number
from pages.ui.text import escaped
from stepsize_core.claims import Claim, Verdict

ICONS = {
    Verdict.AGREES: ("✓", "#1a7f4b", "#4cc38a"),
    Verdict.DISAGREES: ("✗", "#c0392b", "#ff8577"),
    Verdict.ASSUMPTION_NOT_MET: ("○", "#8a5a00", "#e0a94a"),
    Verdict.UNDECIDED: ("?", "#5b6570", "#a3adb8"),
}
ROLES = {
    "table": "table",
    "thead": "rowgroup",
    "tbody": "rowgroup",
    "tr": "row",
    "td": "cell",
    'th scope="col"': "columnheader",
    'th scope="row"': "rowheader",
}
COLUMNS = ("Statement", "Predicted", "Measured", "Tolerance", "Verdict")


def verdict_table(claims: Sequence[Claim]) -> None:
    """The claims as a table; one row each, a note beneath the statement where the verdict needs one."""
    head = "".join(f'<th scope="col">{title}</th>' for title in COLUMNS)
    body = "".join(_row(claim) for claim in claims)
    st.html(html_table(head, body, name="What the theory predicts and what was measured"))


def html_table(head: str, body: str, *, name: str, kind: str = "", caption: str = "") -> str:
    """A table of verdicts from the cells of its head and the rows of its body, all HTML.

    Its roles are spelled out, because on a phone its rows are drawn as blocks, which loses them.
    """
    table = f'<table class="{f"verdicts {kind}".strip()}" aria-label="{escaped(name)}">{caption}'
    table += f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
    for element, role in ROLES.items():
        table = table.replace(f"<{element} ", f'<{element} role="{role}" ')
        table = table.replace(f"<{element}>", f'<{element} role="{role}">')
    return table


def _row(claim: Claim) -> str:
    icon, light, dark = ICONS[claim.verdict]
    note = f'<br><span class="note">{escaped(claim.note)}</span>' if claim.note else ""
    cells = (
        ("", f'{escaped(claim.statement)} <span class="place">{escaped(claim.place)}</span>{note}'),
        ("predicted", escaped(number(claim.predicted))),
        ("measured", escaped(number(claim.measured))),
        ("tolerance", escaped(claim.tolerance)),
    )
    data = "".join(f"<td{_label(name)}>{text}</td>" for name, text in cells)
    colour = f"color: light-dark({light}, {dark})"
    return f'<tr>{data}<td class="verdict" style="{colour}">{icon} {claim.verdict.value}</td></tr>'


def _label(name: str) -> str:
    return f' data-label="{name}"' if name else ""
