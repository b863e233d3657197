"""One value in several widgets: what the page writes into one of them as the other is changed.

A browser reports every widget when a reader changes one, and what the page wrote into the others may not have
reached it: the second of two quick steps of a box comes with the slider as it was before the first. So what a
widget showed before the page wrote into it is not taken for a choice until the page's answer has arrived.
"""

import time

import streamlit as st

ARRIVED_S = 1.5  # after which a browser shows what the page wrote, on a slow machine too


def write(key: str, value, *misread) -> None:
    """Write a value into a widget.

    What it shows already stays unsaid: it would undo what was chosen in the browser since. misread: what a
    report of a value that it offers no more is read as.
    """
    shown, recent = st.session_state.get(key), _recent(key)
    if shown != value or (recent and st.session_state[_written(key)] != value):  # which is yet to arrive
        now = time.monotonic()
        st.session_state[_past(key)] = [*recent, *((now, old) for old in (shown, value, *misread))]
        st.session_state[key] = st.session_state[_written(key)] = value


def chosen(key: str) -> bool:
    """Whether a reader chose what a widget reports."""
    if any(st.session_state[key] == old for _, old in _recent(key)):
        return False
    st.session_state[_past(key)] = []  # the browser has the last of what was written
    return True


def follow(key: str, follower: str, read=lambda shown: shown) -> None:
    """Let a box show what was chosen in a widget that follows it. read: the value of what that shows."""
    if chosen(follower):
        write(key, read(st.session_state[follower]))


def settle(key: str) -> None:
    """Take what a reader wrote into a box; of what it showed before the page wrote into it, nothing."""
    if not chosen(key):
        st.session_state[key] = st.session_state[_written(key)]


def _recent(key: str) -> list[tuple]:
    """What a widget showed and was to show, and when that was written, as far as it may still be reported."""
    now = time.monotonic()
    return [(then, old) for then, old in st.session_state.get(_past(key), []) if now - then < ARRIVED_S]


def _past(key: str) -> str:
    return f"{key}~past"


def _written(key: str) -> str:
    return f"{key}~last"
