"""Computations of seconds: under a progress bar, two at once, ended when the visitor leaves."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import streamlit as st

from pages.ui.server.store import MISSING, Store
from pages.ui.server.turns import Turns

AT_ONCE = 2  # per process: a third would only slow the pages of everybody else
KEPT = Store(entries=64, size=64 * 2**20)
TURNS = Turns(AT_ONCE)
REPORT_SECONDS = 0.1  # between two movements of the bar


def job(compute: Callable[..., Any], *arguments, label: str) -> Any:
    """compute(*arguments, progress=…) under a progress bar, computed once for all visitors.

    compute calls `progress` with the share done, 0 to 1, often: a visitor who leaves or chooses another value
    ends it there. Where two computations run already it waits its turn and says so. The arguments are as in
    `cached`.
    """
    key = f"{compute.__module__}.{compute.__qualname__}{arguments!r}"
    result = KEPT.get(key)
    if result is not MISSING:
        return result
    place = st.empty()

    def wait(before: int) -> None:
        place.info(f"{label} Waiting for {before} before it.", icon=":material/hourglass_empty:")

    with TURNS.turn(key, wait):
        result = KEPT.get(key)  # by one who asked for the same and had the turn before
        if result is MISSING:
            result = compute(*arguments, progress=_bar(place, label))
            KEPT.put(key, result)
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
