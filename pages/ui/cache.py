"""The only cache of the pages: frozen results by the function and the small arguments that made them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import streamlit as st

from pages.charts.figure import Figure
from pages.charts.gallery import Call, Shown, Source

RESULTS_KEPT = 256
JOBS_KEPT = 32


def cached(compute: Callable[..., Any], *arguments) -> Any:
    """compute(*arguments), computed once for all visitors; says so on the page when it takes long.

    The arguments must be plain values or frozen dataclasses of them, so that their repr tells them apart; the
    result is shared and must not be changed.
    """
    return _cached(f"{compute.__module__}.{compute.__qualname__}{arguments!r}", compute, arguments)


@st.cache_resource(max_entries=RESULTS_KEPT, show_spinner="Running gradient descent …")
def _cached(key: str, _compute, _arguments):
    return _compute(*_arguments)


def job(compute: Callable[..., Any], *arguments, label: str) -> Any:
    """compute(*arguments, progress=…) under a progress bar, computed once for all visitors.

    compute calls `progress` with the share done, 0 to 1, often enough that a visitor who leaves stops it. The
    arguments are as in `cached`.
    """
    key, finished = f"{compute.__module__}.{compute.__qualname__}{arguments!r}", _finished_jobs()
    if key not in finished:
        bar = st.progress(0.0, text=label)
        finished[key] = compute(*arguments, progress=lambda share: bar.progress(share, text=label))
        bar.empty()
        for oldest in list(finished)[:-JOBS_KEPT]:
            finished.pop(oldest, None)
    return finished[key]


def shown(gallery: Mapping[Figure, Source]) -> Shown:
    """What each figure of a page shows, computed when a figure needs it and then remembered."""
    return Shown(gallery, _recalled)


def _recalled(call: Call) -> Any:
    if call.label:
        return job(call.function, *call.arguments, label=call.label)
    return cached(call.function, *call.arguments)


def resolved(shown: Any) -> Any:
    """What a figure shows: `shown` itself or, where it is a function, what that returns."""
    return shown() if callable(shown) else shown


@st.cache_resource(show_spinner=False)
def _finished_jobs() -> dict[str, Any]:
    return {}
