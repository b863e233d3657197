"""The head of a page: title, place in the paper, how the claims stand, one computed sentence."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import streamlit as st

from pages.ui.share import share
from pages.ui.text import typeset
from stepsize_core.claims import Claim, Verdict


class Header:
    """Reserved at the top of the page, filled once the study is known."""

    def __init__(self, title: str, place: str):
        self._title = title
        self._place = place
        self._left, self.right = st.columns([1.45, 1], gap="large", vertical_alignment="center")
        self._slot = self._left.container()

    def show(self, claims: Sequence[Claim], sentence: str, params=None, *, latex: str = "") -> None:
        """Fill in the head: the standing of the claims and one sentence computed from the study.

        `params` is what a copied link and citation name; `latex` a formula above the sentence.
        """
        word, colour, icon = standing(claims)
        with self._slot:
            with st.container(horizontal=True, vertical_alignment="center", gap="small"):
                st.title(self._title, anchor=False, width="content")
                st.badge(self._place, color="gray")
                st.badge(word, color=colour, icon=icon)
            if latex:
                st.markdown(f"${latex}$")
            st.container(key="said").markdown(typeset(sentence))
            share(self._title, self._place, params)


def header(title: str, place: str) -> Header:
    """The head of a page. Its `right` column takes the main control; call `.show(claims, sentence)` later."""
    return Header(title, place)


def standing(claims: Sequence[Claim]) -> tuple[str, str, str]:
    """How many of the decided claims agree: the words, colour and icon of the badge."""
    counts = Counter(claim.verdict for claim in claims)
    agree, disagree = counts[Verdict.AGREES], counts[Verdict.DISAGREES]
    decided = agree + disagree
    if disagree:
        return f"disagrees {disagree}/{decided}", "red", ":material/close:"
    if decided:
        rest = len(claims) - decided
        return f"agrees {agree}/{decided}" + (f", {rest} open" if rest else ""), "green", ":material/check:"
    return "nothing decided", "orange", ":material/help:"
