"""What the pages remember: frozen results by the function and the small arguments that made them."""

from collections.abc import Callable
from types import ModuleType
from typing import Any

import streamlit as st

from pages.charts.kit.calls import Call
from pages.charts.kit.gallery import Shown
from pages.ui.server import store
from pages.ui.server.jobs import computed, job


def cached(compute: Callable[..., Any], *arguments) -> Any:
    """compute(*arguments), computed once for all visitors; says so on the page when it takes long.

    The arguments must be plain values or frozen dataclasses of them, so that their repr tells them apart; the
    result is shared and must not be changed.
    """
    key = store.key_of(compute, arguments)
    result = store.KEPT.get(key)
    if result is store.MISSING:
        with st.spinner("Running gradient descent …"):
            result = computed(key, compute, arguments)
    return result


def shown(charts: ModuleType, run: Call | None = None) -> Shown:
    """What each figure of a page shows, computed when a figure needs it and then remembered.

    run: the call that makes the study of the page.
    """
    return Shown(charts, run, recalled)


def recalled(call: Call) -> Any:
    """The result of a call, under a progress bar where it has a label."""
    if call.label:
        return job(call.function, *call.arguments, label=call.label)
    return cached(call.function, *call.arguments)
