"""The head of a page: title, place in the paper, how the claims stand, one computed sentence."""

from collections import Counter
from collections.abc import Sequence

import streamlit as st

from pages.ui.share import share_phenomenon
from pages.ui.text import typeset
from stepsize_core.claims import Claim, Verdict
from stepsize_core.paper.phenomenon import Phenomenon


class Header:
    """Reserved at the top of the page, filled once the study is known; `right` takes the main control."""

    def __init__(self, phenomenon: Phenomenon):
        self._phenomenon = phenomenon
        left, self.right = st.columns([1.45, 1], gap="large", vertical_alignment="center")
        self._slot = left.container()

    def show(self, claims: Sequence[Claim], sentence: str, params, *, formula: str = "") -> None:
        """Fill in the head: the standing of the claims and one sentence computed from the study.

        `params` is what a copied link and citation name; `formula` is LaTeX above the sentence.
        """
        word, colour, icon = standing(claims)
        with self._slot:
            with st.container(horizontal=True, vertical_alignment="center", gap="small"):
                st.title(self._phenomenon.title, anchor=False, width="content")
                st.badge(self._phenomenon.place, color="gray")
                st.badge(word, color=colour, icon=icon)
            if formula:
                st.markdown(f"${formula}$")
            st.container(key="said").markdown(typeset(sentence))
            share_phenomenon(self._phenomenon, params)


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
