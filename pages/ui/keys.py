"""The names under which a page keeps its state: fields in the address, all else in the session alone."""

import re
from typing import Any

import streamlit as st

from pages.ui import twins
from stepsize_core.paper.parameters import controls_of
from stepsize_core.paper.phenomenon import Phenomenon


def field_key(phenomenon: Phenomenon, name: str) -> str:
    """What the address and the session call a field, "orbit.step_size"."""
    return f"{phenomenon.key}.{name}"


def memory_key(phenomenon: Phenomenon, *names: str) -> str:
    """What the session calls something that no address holds, "orbit~pin~side"."""
    return "~".join((phenomenon.key, *names))


def css_class(key: str) -> str:
    """The class that Streamlit gives in the browser to what has a key."""
    return f"st-key-{re.sub(r'[^a-zA-Z0-9_-]', '-', key)}"


def accepted(key: str, default: str) -> str:
    """The last text of a field, by its key, that was accepted."""
    return st.session_state.get(f"{key}~accepted", default)


def set_params(phenomenon: Phenomenon, params: Any) -> None:
    """Set every control of the page; before they are drawn, as in a callback."""
    for name in controls_of(type(params)):
        twins.write(field_key(phenomenon, name), getattr(params, name))
    st.session_state.pop(memory_key(phenomenon, "frames"), None)
    count(phenomenon, "scene")


def open_on(phenomenon: Phenomenon, figure: str) -> None:
    """Have the page open with the tab that holds this figure, where a tab does."""
    st.session_state[memory_key(phenomenon, "opens")] = figure


def count(phenomenon: Phenomenon, name: str) -> None:
    """Count an event of a page; the browser sees the number (see `counted`) and acts when it changes."""
    st.session_state[memory_key(phenomenon, name)] = counted(phenomenon, name) + 1


def counted(phenomenon: Phenomenon, name: str) -> int:
    """How often `count` was called: "scene", a case was set that plays from its start; "moved", something
    was dragged in a picture."""
    return st.session_state.get(memory_key(phenomenon, name), 0)


def frames_of(phenomenon: Phenomenon, params: Any) -> dict[str, Any]:
    """The frames of the page's pictures, by their names, to be read and written.

    They are forgotten where another preset or another function is chosen: where any field changes but those
    that the phenomenon `moves`.
    """
    still = [getattr(params, name) for name in controls_of(type(params)) if name not in phenomenon.moves]
    key = memory_key(phenomenon, "frames")
    if st.session_state.get(key, ((), {}))[0] != still:
        st.session_state[key] = still, {}
    return st.session_state[key][1]
