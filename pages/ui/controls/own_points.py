"""The reader's own points, pasted as text or uploaded as a file; bad ones get an answer, no error page."""

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import streamlit as st

from pages.ui.keys import field_key, memory_key
from pages.ui.server.cache import cached
from pages.ui.text import literal
from stepsize_core.paper.layouts import decoded
from stepsize_core.paper.parameters import Points, applies, controls_of
from stepsize_core.paper.phenomenon import Phenomenon
from stepsize_core.paper.tables import Table, read_table

LARGEST_MEGABYTES = 1
LARGEST_BYTES = LARGEST_MEGABYTES * 1_000_000
KINDS = ("csv", "tsv", "txt", "dat", "asc", "prn", "xy")
MAX_NAMED = 5  # lines without a value that are named


class Uploaded(str):
    """The text of a file that is too long for the address.

    It names itself, in the script that recomputes a figure, as a file with a name of its content.
    """

    def __repr__(self) -> str:
        return f"open('points-{hashlib.sha256(self.encode()).hexdigest()[:16]}.csv').read()"


def columns_of(phenomenon: Phenomenon) -> dict[int, str]:
    """What the columns of numbers of the points are called, by number, with 0 for the usual one.

    Empty where there are no more than two, so that nothing is to be chosen.
    """
    field, control = _points_of(phenomenon)
    typed = st.session_state.get(field_key(phenomenon, field), "")
    try:
        text = typed or st.session_state.get(memory_key(phenomenon, "uploaded"), "")
        table = _table_of(control, text)
    except ValueError:
        return {}
    names = {i + 1: f"{table.names[i]}, column {i + 1}" for i in table.numeric if table.named}
    names = names or {i + 1: f"column {i + 1}" for i in table.numeric}
    return {0: "the usual column"} | names if len(names) > len(control.columns) else {}


def arguments_of(phenomenon: Phenomenon, params: Any) -> tuple:
    """The arguments of the study: `params`, and the text of an uploaded file where there is one.

    A phenomenon with a field of `Points` offers to upload a file. Where its points cannot be read a message
    says why, and the last good ones, or else the default target, are studied instead; what was typed stays.
    """
    found = _points_of(phenomenon)
    if found is None:
        return (params,)
    field, control = found
    keys = {name: memory_key(phenomenon, name) for name in ("upload", "uploaded", "problem", "good", "coded")}
    choice, own = control.used_by
    if not applies(phenomenon.Params, choice, vars(params)):
        return (params,)
    with st.sidebar:
        st.file_uploader(
            f"own {control.what} from a file: a table as text, at most {LARGEST_MEGABYTES} MB",
            KINDS,
            key=keys["upload"],
            max_upload_size=LARGEST_MEGABYTES,
            on_change=_take_file,
            args=(phenomenon, field, control, keys),
        )
    if problem := st.session_state.get(keys["problem"]):
        shown = f"Shown is what was there before: {getattr(params, choice)}."
        st.error(f"The file was not used: {literal(problem)}. {shown}", icon=":material/upload_file:")
    if getattr(params, choice) != own:
        return (params,)
    typed = getattr(params, field)
    text = "" if typed else st.session_state.get(keys["uploaded"], "")  # until something is typed
    try:
        cached(control.read, text or typed, *control.chosen(params))
    except ValueError as refused:
        return _instead(params, field, control, refused, st.session_state.get(keys["good"]))
    st.session_state[keys["good"]] = (params, *([text] if text else []))
    encoding = st.session_state.get(keys["coded"], {}).get(text or typed, "")
    st.sidebar.caption(_read(control, text or typed, control.chosen(params), encoding))
    if text:
        st.info(
            f"This file of {control.what} is longer than a link can carry: it stays in this session, and the "
            "link opens the page without it.",
            icon=":material/link_off:",
        )
    return st.session_state[keys["good"]]


def _points_of(phenomenon: Phenomenon) -> tuple[str, Points] | None:
    """The field of a phenomenon that holds points, and its control; None where none does."""
    declared = controls_of(phenomenon.Params).items()
    return next(((name, control) for name, control in declared if isinstance(control, Points)), None)


def _table_of(control: Points, text: str) -> Table:
    """The table that text stands for, with as many columns as the control needs."""
    return cached(_table, text, len(control.columns))


def _table(text: str, least: int) -> Table:
    return read_table(text, least=least)


def _read(control: Points, text: str, chosen: tuple[int, ...], encoding: str) -> str:
    """What was read of a table: which columns, how they are written, and what was left out."""
    table = _table_of(control, text)
    if len(chosen) == 1:
        values = cached(control.read, text, *chosen)
        column = f", column {chosen[0]}" if chosen[0] else ""
        return f"Read: {len(values):,} values{column}, decimal {table.decimal}."
    x, y = table.pair(*chosen)
    whole = table.complete(x, y)
    names = [f"column {i + 1}" + f" ({literal(table.names[i])})" * table.named for i in (x, y)]
    skipped = table.lines[~whole]
    lines = ", ".join(map(str, skipped[:MAX_NAMED])) + ", …" * (len(skipped) > MAX_NAMED)
    left_out = f" Left out for a missing value: {len(skipped):,} (line {lines})." if len(skipped) else ""
    head = f" Above the numbers: {table.head:,} lines." if table.head > 1 else ""
    coded = f", {encoding}" if encoding else ""
    return (
        f"Read: {int(whole.sum()):,} points, x from {names[0]}, y from {names[1]}. Columns separated by "
        f"{table.separator}, decimal {table.decimal}{coded}.{head}{left_out}"
    )


def _take_file(phenomenon: Phenomenon, field: str, control: Points, keys: Mapping[str, str]) -> None:
    """Read the file that was chosen; its size is looked at before its content."""
    for name in ("problem", "uploaded", "coded"):
        st.session_state.pop(keys[name], None)
    file = st.session_state[keys["upload"]]
    if file is None:
        return
    try:
        if file.size > LARGEST_BYTES:
            raise ValueError(
                f"file must have at most {LARGEST_BYTES:,} bytes ({LARGEST_MEGABYTES} MB), got {file.size:,}"
            )
        text, encoding = decoded(file.getvalue())
        text = text.replace("\r\n", "\n").replace("\r", "\n").rstrip("\x1a").rstrip()
        control.read(text, *[0] * len(control.columns))
    except ValueError as refused:
        st.session_state[keys["problem"]] = str(refused)
        return
    st.session_state[keys["coded"]] = {text: encoding}
    choice, own = control.used_by
    fits = len(text) <= control.longest
    # the address must not hold others in their place
    chosen = {choice: own, field: text if fits else ""} | dict.fromkeys(control.columns, 0)
    st.session_state.update({field_key(phenomenon, name): value for name, value in chosen.items()})
    if not fits:
        st.session_state[keys["uploaded"]] = Uploaded(text)


def _instead(params, field: str, control: Points, refused: ValueError, good: tuple | None) -> tuple:
    """Say what is wrong with the points, and what is studied instead."""
    choice, default = control.used_by[0], getattr(type(params)(), control.used_by[0])
    if not getattr(params, field).strip():
        st.info(f"No own {control.what} yet: paste text into the sidebar, or choose a file there.")
    else:
        shown = f"the last {control.what} that could be read" if good else f"the {default}"
        st.error(f"{literal(refused)}. Shown instead: {shown}.", icon=":material/edit_off:")
    if good is None:
        back = {choice: default, field: ""} | dict.fromkeys(control.columns, 0)
        return (replace(params, **back),)
    last, *text = good
    kept = {name: getattr(last, name) for name in (field, *control.columns)}
    return (replace(params, **kept), *text)
