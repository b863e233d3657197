"""The presets of a page as a list, and of the chosen one what is seen, what it means and what to try."""

import streamlit as st

from pages.ui import twins
from pages.ui.keys import memory_key, open_on, set_params
from pages.ui.text import escaped, typeset
from stepsize_core.paper.parameters import Preset, applies
from stepsize_core.paper.phenomenon import Phenomenon

NO_BREAK_ARROW = "\N{NO-BREAK SPACE}→"
CUSTOM = "your own values"
RETURN = "Choose a preset to return to a named case."


def presets(phenomenon: Phenomenon, params) -> None:
    """The presets in full, as a list."""
    current, titles = _current(phenomenon, params), _titles(phenomenon)
    key = memory_key(phenomenon, "preset", "list")
    twins.write(key, current)
    values = [_step_size(phenomenon, preset.params) for preset in phenomenon.PRESETS.values()]
    with st.container(key="presets"):
        st.radio("Presets", list(titles), None, titles.get, key, captions=values, on_change=_choose,
                 args=(phenomenon, key))  # fmt: skip
    card(phenomenon, params, "side")


def preset_menu(phenomenon: Phenomenon, params) -> None:
    """The same choice in one line, for screens without room for a list."""
    key, current = memory_key(phenomenon, "preset"), _current(phenomenon, params)
    twins.write(key, current or CUSTOM)
    titles = _titles(phenomenon) | {CUSTOM: CUSTOM}
    with st.container(key="preset-menu"):
        st.selectbox("Preset", list(titles), key=key, label_visibility="collapsed", format_func=titles.get,
                     on_change=_choose, args=(phenomenon, key))  # fmt: skip


def card(phenomenon: Phenomenon, params, place: str) -> None:
    """Three sentences on the preset that is shown: what is seen, what it means in training, what to try."""
    name = _current(phenomenon, params)
    with st.container(key=f"card-{place}", gap="small"):
        if name is None:
            st.caption(RETURN)
            return
        preset = phenomenon.PRESETS[name]
        seen, means = escaped(preset.why), escaped(preset.means)
        st.html(
            f'<p>{seen}</p><p class="label">In training this means</p><p>{means}</p><p class="label">Try</p>'
        )
        st.button(typeset(preset.tries.words) + NO_BREAK_ARROW, key=memory_key(phenomenon, "try", place),
                  on_click=set_params, args=(phenomenon, preset.tried))  # fmt: skip


def _step_size(phenomenon: Phenomenon, params) -> str:
    """The step size of a preset in words; "" where it has none to choose."""
    stands = applies(phenomenon.Params, "step_size", vars(params))
    return typeset(f"{phenomenon.symbol} = {params.step_size:g}") if stands else ""


def _titles(phenomenon: Phenomenon) -> dict[str, str]:
    return {name: preset.title for name, preset in phenomenon.PRESETS.items()}


def _current(phenomenon: Phenomenon, params) -> str | None:
    """The preset that the present values are, if any."""
    return next((name for name, preset in phenomenon.PRESETS.items() if preset.params == params), None)


def _choose(phenomenon: Phenomenon, key: str) -> None:
    preset: Preset | None = phenomenon.PRESETS.get(st.session_state[key])
    if preset and twins.chosen(key):
        set_params(phenomenon, preset.params)
        open_on(phenomenon, preset.figure)
