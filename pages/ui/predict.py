"""Predict, then reveal: questions to answer before the page shows the case."""

import streamlit as st

from pages.charts import of
from pages.charts.kit.calls import call
from pages.ui.figures import single
from pages.ui.keys import memory_key, set_params
from pages.ui.server.cache import cached, shown
from pages.ui.text import typeset
from stepsize_core.paper.phenomenon import Phenomenon, Scene

INSTRUCTION = (
    "Choose before you look. Revealing shows the run below the question and sets the page above to the case. "
    "Nothing is counted or stored."
)


def predict(phenomenon: Phenomenon) -> None:
    """The questions of a phenomenon, side by side."""
    st.caption(INSTRUCTION)
    scenes = [scene for scene in phenomenon.scenes if scene.prompt]
    for i, (place, scene) in enumerate(zip(st.columns(len(scenes), gap="large"), scenes)):
        with place:
            _question(phenomenon, scene, f"predict{i}")


def _question(phenomenon: Phenomenon, scene: Scene, name: str) -> None:
    """One question; its answer, why, and the picture of the run, once they are asked for."""
    prompt, key = scene.prompt, memory_key(phenomenon, name)
    revealed = memory_key(phenomenon, name, "revealed")
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
    pictures = shown(of(phenomenon), call(phenomenon.study, prompt.params))
    picture = next(figure for figure in pictures if figure.name == scene.figure)
    _, words = single(picture, pictures[picture], memory_key(phenomenon, name, picture.name))
    st.caption(typeset(words))
