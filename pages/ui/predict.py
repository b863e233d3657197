"""Predict, then reveal: questions to answer before the page shows the case."""

import streamlit as st

from pages.ui.keys import memory_key, set_params
from pages.ui.server.cache import cached
from pages.ui.text import typeset
from stepsize_core.paper.phenomenon import Phenomenon, Prompt

INSTRUCTION = (
    "Choose before you look. Revealing sets the page above to the case. Nothing is counted or stored."
)


def predict(phenomenon: Phenomenon) -> None:
    """The questions of a phenomenon, side by side."""
    st.caption(INSTRUCTION)
    prompts = phenomenon.prompts
    for i, (place, prompt) in enumerate(zip(st.columns(len(prompts), gap="large"), prompts)):
        with place:
            _question(phenomenon, prompt, f"predict{i}")


def _question(phenomenon: Phenomenon, prompt: Prompt, name: str) -> None:
    """One question; its answer and why, once they are asked for."""
    key, revealed = memory_key(phenomenon, name), memory_key(phenomenon, name, "revealed")
    chosen = st.radio(typeset(prompt.question), prompt.options, index=None, key=key, format_func=typeset)

    def reveal():
        set_params(phenomenon, prompt.params)
        st.session_state[revealed] = True

    st.button("Reveal", key=memory_key(phenomenon, name, "reveal"), disabled=chosen is None, on_click=reveal)
    if chosen is None or not st.session_state.get(revealed):
        return
    study = cached(phenomenon.study, prompt.params)
    answer, why = typeset(prompt.answer(study)), typeset(prompt.why(study))
    if chosen == prompt.answer(study):
        st.success(f"**As you predicted: {answer}.** {why}", icon=":material/check:")
    else:
        st.info(f"**Not as predicted: {answer}.** {why}", icon=":material/lightbulb:")
