"""A function to type in: the text stays as it is, and what is wrong with it is said below it."""

import re

import streamlit as st

from pages.ui.text import escaped, literal
from stepsize_core.expressions import compiled
from stepsize_core.paper.parameters import Expression

INSTEAD = "Nothing is computed until the function can be read."
LOST_SIGN = re.compile(r"(?<=[^\s+\-*/^(,<>]) (?=[^\s+\-*/^),<>])")  # a blank between two operands
SHOWN = 32  # characters around the place that a complaint points at


def formula(key: str, control: Expression, default: str, **events) -> str:
    """Draw the box, and the complaint where there is one, and return the text as it stands.

    events: what `st.text_input` is told to do when another text is typed.
    """
    with st.container(gap="xsmall"):
        text = st.text_input(
            control.label, default, control.longest, key=key, bind="query-params", help=control.help or None,
            **events,
        )  # fmt: skip
        refused = control.complaint(text)
        if refused is None:
            st.session_state[f"{key}~accepted"] = text
            if taken := compiled(text).taken_for_x:
                st.caption(f"{literal(taken)} is read as x.")
        else:
            st.code(pointed(text, refused), language=None)
            st.html(f'<p class="complaint" role="alert">{escaped(str(refused))}. {INSTEAD}</p>')
    return text


def as_linked(text: str, control: Expression) -> str:
    """The text of a link: where it cannot be read, with the signs that a hand-made one lost.

    An address holds a blank as +, so that "x^2+1" written into it arrives as "x^2 1".
    """
    mended = LOST_SIGN.sub("+", text)
    return mended if control.problem(text) and not control.problem(mended) else text


def pointed(text: str, refused: ValueError) -> str:
    """The text around the character at fault, and a caret under it, in two lines."""
    position = getattr(refused, "position", 1)
    first = max(0, position - 1 - SHOWN // 2)
    piece = "".join(letter if letter.isprintable() else " " for letter in text[first : first + SHOWN])
    return f"{piece}\n{' ' * (position - 1 - first)}^"
