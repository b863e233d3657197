"""Computations of seconds: under a progress bar, two at once, ended when the visitor leaves."""

import time
from collections.abc import Callable
from functools import partial
from inspect import signature
from typing import Any

import streamlit as st

from pages.ui.server import store
from pages.ui.server.turns import Turns

AT_ONCE = 2  # per process: a third would only slow the pages of everybody else
TURNS = Turns(AT_ONCE)
REPORT_SECONDS = 0.1  # between two movements of the bar


def job(compute: Callable[..., Any], *arguments, label: str) -> Any:
    """compute(*arguments, progress=…) under a progress bar, computed once for all visitors.

    compute calls `progress`, where it has such a parameter, with the share done, 0 to 1, often: a visitor who
    leaves or chooses another value ends it there. Where two computations run already it waits its turn and
    says so. The arguments are as in `cached`, and what either has computed serves the other.
    """
    key = store.key_of(compute, arguments)
    result = store.KEPT.get(key)
    if result is not store.MISSING:
        return result
    place = st.empty()

    def wait(before: int) -> None:
        place.info(f"{label} Waiting for {before} before it.", icon=":material/hourglass_empty:")

    with TURNS.turn(key, wait):
        reports = "progress" in signature(compute).parameters
        further = {"progress": _bar(place, label)} if reports else {}
        result = store.KEPT.get_or_make(key, partial(compute, *arguments, **further))
    place.empty()
    return result


def _bar(place, label: str) -> Callable[[float], None]:
    """A report of progress that draws at most every REPORT_SECONDS."""
    place.progress(0.0, text=label)
    drawn = time.monotonic()

    def report(share: float) -> None:
        nonlocal drawn
        if time.monotonic() - drawn >= REPORT_SECONDS:
            place.progress(min(float(share), 1.0), text=label)  # raises what ends the script of one who left
            drawn = time.monotonic()

    return report
