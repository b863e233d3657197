"""The head of a page: title, place in the paper, how the claims stand, one computed sentence."""

from collections import Counter
from collections.abc import Sequence

import streamlit as st

from pages.ui.share import share
from pages.ui.text import typeset
from stepsize_core.claims import Claim, Verdict
from stepsize_core.paper.phenomenon import Phenomenon


def head(phenomenon: Phenomenon, params, claims: Sequence[Claim], sentence: str, formula: str = "") -> None:
    """The standing of the claims and one sentence computed from the study.

    `params` is what a copied link and citation name; `formula` is LaTeX above the sentence.
    """
    title_line(phenomenon, *standing(claims))
    if formula:
        st.markdown(f"${formula}$")
    st.container(key="said").markdown(typeset(sentence))
    share(phenomenon.title, phenomenon, params)


def title_line(phenomenon: Phenomenon, word: str, colour: str, icon: str) -> None:
    """The title of a page, its place in the paper and how its claims stand, in one line."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.title(phenomenon.title, anchor=False, width="content")
        st.badge(phenomenon.place, color="gray")
        st.badge(word, color=colour, icon=icon)


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
