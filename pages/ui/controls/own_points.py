"""The reader's own points, pasted as text or uploaded as a file; bad ones get an answer, no error page."""

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import streamlit as st

from pages.ui.keys import field_key, memory_key
from pages.ui.server.cache import cached
from pages.ui.text import literal
from stepsize_core.paper.parameters import Points, controls_of
from stepsize_core.paper.phenomenon import Phenomenon

LARGEST_MEGABYTES = 1
LARGEST_BYTES = LARGEST_MEGABYTES * 1_000_000
KINDS = ("csv", "tsv", "txt")


class Uploaded(str):
    """The text of a file that is too long for the address.

    It names itself, in the script that recomputes a figure, as a file with a name of its content.
    """

    def __repr__(self) -> str:
        return f"open('points-{hashlib.sha256(self.encode()).hexdigest()[:16]}.csv').read()"


def arguments_of(phenomenon: Phenomenon, params: Any) -> tuple:
    """The arguments of the study: `params`, and the text of an uploaded file where there is one.

    A phenomenon with a field of `Points` offers to upload a file. Where its points cannot be read a message
    says why, and the last good ones, or else the default target, are studied instead; what was typed stays.
    """
    declared = controls_of(phenomenon.Params).items()
    found = next(((name, control) for name, control in declared if isinstance(control, Points)), None)
    if found is None:
        return (params,)
    field, control = found
    keys = {name: memory_key(phenomenon, name) for name in ("upload", "uploaded", "problem", "good")}
    with st.sidebar:
        st.file_uploader(
            f"own points from a file: CSV of x, y, at most {LARGEST_MEGABYTES} MB",
            KINDS,
            key=keys["upload"],
            max_upload_size=LARGEST_MEGABYTES,
            on_change=_take_file,
            args=(phenomenon, field, control, keys),
        )
    if problem := st.session_state.get(keys["problem"]):
        st.error(f"The file was not used: {literal(problem)}", icon=":material/upload_file:")
    choice, own = control.used_by
    if getattr(params, choice) != own:
        return (params,)
    typed = getattr(params, field)
    text = "" if typed else st.session_state.get(keys["uploaded"], "")  # until something is typed
    try:
        cached(control.read, text or typed)
    except ValueError as refused:
        return _instead(params, field, choice, refused, st.session_state.get(keys["good"]))
    st.session_state[keys["good"]] = (params, *([text] if text else []))
    if text:
        st.info(
            "These points are longer than a link can carry: they stay in this session, and the link opens "
            "the page without them.",
            icon=":material/link_off:",
        )
    return st.session_state[keys["good"]]


def _take_file(phenomenon: Phenomenon, field: str, control: Points, keys: Mapping[str, str]) -> None:
    """Read the file that was chosen; its size is looked at before its content."""
    st.session_state.pop(keys["problem"], None)
    st.session_state.pop(keys["uploaded"], None)
    file = st.session_state[keys["upload"]]
    if file is None:
        return
    try:
        if file.size > LARGEST_BYTES:
            raise ValueError(
                f"file must have at most {LARGEST_BYTES:,} bytes ({LARGEST_MEGABYTES} MB), got {file.size:,}"
            )
        text = file.getvalue().decode("utf-8-sig").replace("\r\n", "\n").strip()
        control.read(text)
    except ValueError as refused:
        unreadable = isinstance(refused, UnicodeDecodeError)
        problem = "file must be plain text in UTF-8, such as CSV" if unreadable else str(refused)
        st.session_state[keys["problem"]] = problem
        return
    choice, own = control.used_by
    st.session_state[field_key(phenomenon, choice)] = own
    fits = len(text) <= control.longest
    # the address must not hold others in their place
    st.session_state[field_key(phenomenon, field)] = text if fits else ""
    if not fits:
        st.session_state[keys["uploaded"]] = Uploaded(text)


def _instead(params, field: str, choice: str, refused: ValueError, good: tuple | None) -> tuple:
    """Say what is wrong with the points, and what is studied instead."""
    if not getattr(params, field).strip():
        st.info("No own points yet: paste lines “x, y” into the sidebar, or choose a file there.")
    else:
        shown = "the last points that could be read" if good else "the default target"
        st.error(f"{literal(refused)}. Shown instead: {shown}.", icon=":material/edit_off:")
    if good is None:
        return (replace(params, **{choice: getattr(type(params)(), choice), field: ""}),)
    last, *text = good
    return (replace(params, **{field: getattr(last, field)}), *text)
