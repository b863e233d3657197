"""Predict, then reveal: questions to answer before the page shows the case."""

from __future__ import annotations

from importlib import import_module

import streamlit as st

from pages.ui.server.cache import cached
from pages.ui.text import typeset
from stepsize_core.paper.parameters import controls_of
from stepsize_core.paper.predictions import Prompt
from stepsize_core.paper.prompts import PROMPTS

INSTRUCTION = (
    "Choose before you look. Revealing sets the page above to the case. Nothing is counted or stored."
)


def predict(stem: str, *, prefix: str) -> None:
    """The questions of a phenomenon, side by side."""
    st.caption(INSTRUCTION)
    prompts = PROMPTS[stem]
    for i, (place, prompt) in enumerate(zip(st.columns(len(prompts), gap="large"), prompts)):
        with place:
            _question(stem, prompt, prefix, f"{prefix}~predict{i}")


def _question(stem: str, prompt: Prompt, prefix: str, key: str) -> None:
    """One question; its answer and why, once they are asked for."""
    chosen = st.radio(typeset(prompt.question), prompt.options, index=None, key=key, format_func=typeset)
    revealed = f"{key}~revealed"
    st.button(
        "Reveal",
        key=f"{key}~reveal",
        disabled=chosen is None,
        on_click=_reveal,
        args=(prompt, prefix, revealed),
    )
    if chosen is None or not st.session_state.get(revealed):
        return
    study = cached(import_module(f"stepsize_core.paper.{stem}").study, prompt.params)
    answer, why = typeset(prompt.answer(study)), typeset(prompt.why(study))
    if chosen == prompt.answer(study):
        st.success(f"**As you predicted: {answer}.** {why}", icon=":material/check:")
    else:
        st.info(f"**Not as predicted: {answer}.** {why}", icon=":material/lightbulb:")


def _reveal(prompt: Prompt, prefix: str, revealed: str) -> None:
    """Set the page to the case and remember to answer."""
    for name in controls_of(type(prompt.params)):
        st.session_state[f"{prefix}.{name}"] = getattr(prompt.params, name)
    st.session_state[revealed] = True
