"""A symmetric matrix to type in: a table of cells and the same matrix as text, each following the other.

The text is what the address holds. It may be anything: what is typed stays, and `note` says what is wrong.
"""

import streamlit as st

from pages.ui import twins
from pages.ui.keys import accepted
from pages.ui.text import literal
from stepsize_core.paper.matrix_text import (
    read,
    read_entry,
    read_rows,
    resized,
    symmetrized,
    write_entry,
    write_rows,
)
from stepsize_core.paper.parameters import Count, SymmetricMatrix

TEXT_HEIGHT = 80  # pixels
HELP = "Paste what NumPy, MATLAB, a spreadsheet, Markdown or LaTeX write; the table takes one of its size."


def symmetric_matrix(key: str, control: SymmetricMatrix, default: str) -> str:
    """Draw the table and the text in a drawer and return the text as it stands, accepted or not."""
    with st.expander(control.label, expanded=True, key=f"{key}~drawer"):
        slot = st.container()
        text = st.text_area(
            "as text", default, TEXT_HEIGHT, control.longest, key=key, bind="query-params",
            help=control.help or HELP,
        )  # fmt: skip
        with slot:
            _table(key, control, text, default)
        problem = control.complaint(text)
        if not problem and read(text).decimal_comma:
            st.caption("Commas were read as decimal commas.")
        if problem:
            st.warning(f"R is not used yet: {literal(problem)}.", icon=":material/edit:")
            offer = symmetrized(text)
            if offer and not control.complaint(offer):
                st.button(
                    "Use (R + Rᵀ)/2", key=f"{key}~symmetrize", on_click=st.session_state.update,
                    args=({key: offer},), help="an empty cell takes its mirror image",
                )  # fmt: skip
    if not problem:
        st.session_state[f"{key}~accepted"] = text
    return text


def note(control: SymmetricMatrix, text: str) -> str:
    """Why the matrix typed is not what the page shows."""
    problem = literal(control.complaint(text))
    return f"{control.label}: {problem}. The page shows the last matrix that was complete and symmetric."


def _table(key: str, control: SymmetricMatrix, text: str, default: str) -> None:
    """The editable cells. They keep their own edits until the text changes by other means."""
    rows = read_rows(text)
    size = len(rows)
    if not control.smallest_size <= size <= control.largest_size or any(len(row) != size for row in rows):
        rows = read_rows(accepted(key, default))
        size = len(rows)
    if st.session_state.get(f"{key}~written") != text:
        st.session_state[f"{key}~written"] = text
        st.session_state[f"{key}~edition"] = st.session_state.get(f"{key}~edition", 0) + 1
        st.session_state[f"{key}~base"] = rows
    box = f"{key}~size"
    twins.write(box, size)

    def resize():
        if twins.chosen(box):
            st.session_state[key] = write_rows(resized(rows, st.session_state[box]))

    sizes = Count("size", control.smallest_size, control.largest_size)
    st.number_input(sizes.label, sizes.low, sizes.high, key=box, on_change=resize, placeholder=sizes.accepts)
    base, cells = st.session_state[f"{key}~base"], f"{key}~cells{st.session_state[f'{key}~edition']}"
    # of text, since a column of numbers takes a pasted "0,5" for 5
    column = st.column_config.TextColumn(width=58, alignment="right")
    names = [str(j + 1) for j in range(len(base))]
    st.data_editor(
        {name: [write_entry(row[j]) for row in base] for j, name in enumerate(names)},
        key=cells, num_rows="fixed", hide_index=True, column_config=dict.fromkeys(names, column),
        on_change=_edited, args=(key, cells),
    )  # fmt: skip


def _edited(key: str, cells: str) -> None:
    """Write the table with its edits into the text; or the whole matrix that was pasted into its cells."""
    rows, strange = [list(row) for row in st.session_state[f"{key}~base"]], []
    for i, changes in sorted(st.session_state[cells]["edited_rows"].items(), key=lambda edit: int(edit[0])):
        for name, value in changes.items():
            rows[int(i)][int(name) - 1] = entry = read_entry(value or "")
            strange += [value] if value and entry is None else []
    whole = read_rows("\n".join(strange))
    if all(len(row) == len(whole) > 1 and None not in row for row in whole):
        st.session_state[key] = write_rows(whole)
    else:
        st.session_state[key] = st.session_state[f"{key}~written"] = write_rows(rows)
