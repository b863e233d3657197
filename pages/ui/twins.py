"""One value in several widgets: what the page writes into one of them as the other is changed.

A browser reports every widget when a reader changes one, and what the page wrote into the others may not have
reached it: the second of two quick steps of a box comes with the slider as it was before the first. So what a
widget showed before the page wrote into it is no choice while another change is there that made the browser
report, or as long as the page's answer is under way.
"""

import time

import streamlit as st

from pages.ui.server.internals import reported

ARRIVED_S = 3.0  # after which a browser shows what the page wrote, on a slow machine too
UNDER_WAY_S = 0.4  # in which it hardly can, nor can a reader see it and choose what was there before
UNSEEN_S = 1.0  # the same of what follows a box: steps up and down again leave no change of it to see


def write(key: str, value, *misread) -> None:
    """Write a value into a widget.

    Where a reader has chosen, what it shows already stays unsaid: it would undo what was chosen since in the
    browser. Elsewhere it is said at every run, so that the same message serves again. misread: what a report
    of a value that it offers no more is read as.
    """
    shown, recent = st.session_state.get(key), _recent(key)
    if shown != value or (recent and st.session_state[_written(key)] != value):  # which is yet to arrive
        now = time.monotonic()
        st.session_state[_past(key)] = [*recent, *((now, old) for old in (shown, value, *misread))]
    elif st.session_state.get(_led(key)):
        return
    st.session_state[key] = st.session_state[_written(key)] = value


def chosen(key: str, under_way: float = UNDER_WAY_S) -> bool:
    """Whether a reader chose what a widget reports.

    under_way: the seconds after a write in which nothing that the widget showed is a choice.
    """
    since = _since(key, st.session_state[key])
    if since is not None:
        others = {other: value for other, value in reported().items() if other != key}
        if since < under_way or any(_since(other, value) is None for other, value in others.items()):
            return False
    st.session_state[_past(key)] = []  # the browser has the last of what was written
    st.session_state[_led(key)] = True
    return True


def follow(key: str, follower: str, read=lambda shown: shown) -> None:
    """Let a box show what was chosen in a widget that follows it. read: the value of what that shows."""
    if chosen(follower, UNSEEN_S):
        write(key, read(st.session_state[follower]))


def settle(key: str) -> None:
    """Take what a reader wrote into a box; of what it showed before the page wrote into it, nothing."""
    if not chosen(key):
        st.session_state[key] = st.session_state[_written(key)]


def under_way(key: str) -> bool:
    """Whether what the page wrote into a widget may not have reached the browser."""
    return bool(_recent(key))


def _since(key: str, value) -> float | None:
    """How long ago the page last wrote into a widget, if it showed or was to show this value lately."""
    recent = _recent(key)
    return time.monotonic() - recent[-1][0] if any(value == old for _, old in recent) else None


def _recent(key: str) -> list[tuple]:
    """What a widget showed and was to show, and when that was written, as far as it may still be reported."""
    now = time.monotonic()
    return [(then, old) for then, old in st.session_state.get(_past(key), []) if now - then < ARRIVED_S]


def _past(key: str) -> str:
    return f"{key}~past"


def _led(key: str) -> str:
    return f"{key}~led"


def _written(key: str) -> str:
    return f"{key}~last"
