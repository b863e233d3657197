"""Every computation takes a turn; one of seconds has a progress bar and ends when the visitor leaves."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from inspect import signature
from typing import Any

import streamlit as st

from pages.ui.server import store
from pages.ui.server.internals import address_of, stop_if_left
from pages.ui.server.turns import Busy, Turns, Visitor
from stepsize_core.pulse import listening

AT_ONCE, SHARE = 3, 2  # per process and per address: more would only slow the pages of everybody
ALONE = 0.6  # seconds; longer than SLICE, so that one works at a time as long as each lets others go first
BEGUN = 2, 4  # computations of an address and in all; the largest hold about 120 MB each
TURNS = Turns(AT_ONCE, share=SHARE, alone=ALONE, begun=BEGUN)
REPORT_SECONDS = 0.1  # between two movements of the bar
SILENT_SECONDS = 1.0  # a page waits before it says so
TOO_MANY = "Too many visitors are computing now. Try again in a minute."


@contextmanager
def turn_of_page() -> Iterator[None]:
    """A turn for the run of a page; where the line is full it ends, and says so."""
    began, told = time.monotonic(), []

    def wait(before: int) -> None:
        stop_if_left()
        if time.monotonic() - began > SILENT_SECONDS and not told:
            told.append(
                st.toast(f"Waiting for {before} before this page.", icon=":material/hourglass_empty:")
            )

    try:
        with TURNS.turn("", wait, visitor()):
            yield
    except Busy:
        st.warning(TOO_MANY, icon=":material/hourglass_disabled:")
        st.button("Try again")


def visitor() -> Visitor:
    """Who asks for this run of a page."""
    return Visitor(*address_of())


def job(compute: Callable[..., Any], *arguments, label: str) -> Any:
    """compute(*arguments, progress=…) under a progress bar, computed once for all visitors.

    compute calls `progress`, where it has such a parameter, with the share done, 0 to 1, often: a visitor who
    leaves or chooses another value ends it there, and others who have used less go first. While it waits for
    its turn it says so. The arguments are as in `cached`, and what either has computed serves the other.
    """
    key = store.key_of(compute, arguments)
    result = store.KEPT.get(key)
    if result is not store.MISSING:
        return result
    place = st.empty()

    def wait(before: int) -> None:
        place.info(f"{label} Waiting for {before} before it.", icon=":material/hourglass_empty:")

    def show(share: float) -> None:
        place.progress(min(share, 1.0), text=label)

    result = computed(key, compute, arguments, wait, show)
    place.empty()
    return result


def computed(
    key: str,
    compute: Callable[..., Any],
    arguments: tuple,
    wait: Callable[[int], object] = lambda before: stop_if_left(),
    show: Callable[[float], object] = lambda share: None,
) -> Any:
    """The result by a key of the store; made in a turn where it is missing.

    wait(n): called while n come first; show(share): called at most every REPORT_SECONDS with the share done.
    """
    done, told = 0.0, 0.0

    def progress(share: float) -> None:
        nonlocal done
        done = float(share)
        alive()

    def alive() -> None:
        nonlocal told
        if time.monotonic() - told >= REPORT_SECONDS:
            stop_if_left()
            show(done)
            TURNS.give_way(wait)
            told = time.monotonic()

    with TURNS.turn(key, wait, visitor()), listening(alive):
        further = {"progress": progress} if "progress" in signature(compute).parameters else {}
        return store.KEPT.get_or_make(key, partial(compute, *arguments, **further))
