"""The verdict table: what the theory predicts, what was measured, at which tolerance, and the verdict."""

from collections.abc import Iterable, Mapping, Sequence

import streamlit as st

from pages.charts.kit.text import number
from pages.ui.text import escaped
from stepsize_core.claims import Claim, Verdict

ICONS = {
    Verdict.AGREES: "✓",
    Verdict.DISAGREES: "✗",
    Verdict.ASSUMPTION_NOT_MET: "○",
    Verdict.UNDECIDED: "?",
}
WORDS = {
    "Statement": "",
    "Predicted": "predicted",
    "Measured": "measured",
    "Tolerance": "tolerance",
    "Verdict": "",
}


def verdict_table(claims: Sequence[Claim]) -> None:
    """The claims as a table; one row each, a note beneath the statement where the verdict needs one."""
    st.html(html_table(WORDS, map(_cells, claims), name="What the theory predicts and what was measured"))


def html_table(
    words: Mapping[str, str | None],
    rows: Iterable[Sequence[str]],
    *,
    name: str,
    kind: str = "",
    caption: str = "",
) -> str:
    """A table of rows of cells, all of them HTML.

    `words` maps the title of each column to the word before its cells on a phone, or to None where they head
    their rows. Roles are spelled out, because a phone draws rows as blocks, which loses them.
    """
    head = "".join(f'<th scope="col" role="columnheader">{escaped(title)}</th>' for title in words)
    body = "".join(f'<tr role="row">{"".join(map(_cell, words.values(), row))}</tr>' for row in rows)
    return (
        f'<table class="verdicts {kind}" role="table" aria-label="{escaped(name)}">{caption}'
        f'<thead role="rowgroup"><tr role="row">{head}</tr></thead>'
        f'<tbody role="rowgroup">{body}</tbody></table>'
    )


def in_its_colour(verdict: Verdict, text: str) -> str:
    """Text in the colour of a verdict, as HTML."""
    return f'<b class="verdict {verdict.name.lower()}">{escaped(text)}</b>'


def _cell(word: str | None, content: str) -> str:
    if word is None:
        return f'<th scope="row" role="rowheader">{content}</th>'
    return f'<td role="cell" data-label="{escaped(word)}">{content}</td>'


def _cells(claim: Claim) -> list[str]:
    note = f'<br><span class="note">{escaped(claim.note)}</span>' if claim.note else ""
    return [
        f'{escaped(claim.statement)} <span class="place">{escaped(claim.place)}</span>{note}',
        escaped(number(claim.predicted)),
        escaped(number(claim.measured)),
        escaped(claim.tolerance),
        in_its_colour(claim.verdict, f"{ICONS[claim.verdict]} {claim.verdict.value}"),
    ]
