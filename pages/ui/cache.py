"""The only cache of the pages: frozen results by the function and the small arguments that made them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st

RESULTS_KEPT = 256


def cached(compute: Callable[..., Any], *arguments) -> Any:
    """compute(*arguments), computed once for all visitors; says so on the page when it takes long.

    The arguments must be plain values or frozen dataclasses of them, so that their repr tells them apart; the
    result is shared and must not be changed.
    """
    return _cached(f"{compute.__module__}.{compute.__qualname__}{arguments!r}", compute, arguments)


@st.cache_resource(max_entries=RESULTS_KEPT, show_spinner="Running gradient descent …")
def _cached(key: str, _compute, _arguments):
    return _compute(*_arguments)
