"""Present: one scene at a time, in letters that the last row reads, driven by the keys of a clicker."""

import math
from dataclasses import replace

import streamlit as st

from pages import charts, ui
from pages.charts.kit.calls import call
from pages.charts.kit.style import PRESENTED
from pages.ui.browser.component import component
from pages.ui.figures import single
from pages.ui.layout import current_style
from pages.ui.links import ARROW
from pages.ui.page import tell_the_browser
from pages.ui.server.cache import cached
from pages.ui.text import escaped, quoted, typeset
from stepsize_core.paper.catalogue import class_scenes, stops
from stepsize_core.paper.parameters import controls_of, integer_in
from stepsize_core.paper.phenomenon import Phenomenon, Prompt, Scene

SETS = {"paper": ("The paper, statement by statement", stops()), "class": ("For class", class_scenes())}
KEYS = "scenes~keys"  # in the session: what the keys asked for, as the browser sends it
REVEALED = "scenes~revealed"  # in the session: the place whose answer has been shown
CHOSEN = "scenes~set"
PLACE = "{}/{}"  # a set and the number of a scene in it
KEYS_HINT = "Page Down next · Page Up back · Space reveals · + − move δ · F full screen"
SHARE_OF_A_STEP = 50  # + and − move δ by about its fiftieth part


def place() -> tuple[str, int]:
    """The set and the number of the scene that the address names, or those nearest; a note says where it
    names none."""
    asked = st.query_params.get("set", "paper"), st.query_params.get("scene", "1")
    name = asked[0] if asked[0] in SETS else "paper"
    count, number = len(SETS[name][1]), integer_in(asked[1])
    nearest = min(max(number or 1, 1), count)
    if name != asked[0]:
        note(
            f"set = {quoted(asked[0])} in the link is not one of {', '.join(SETS)}; {name} is shown instead."
        )
    if number != nearest:
        note(
            f"scene = {quoted(asked[1])} in the link is not an integer from 1 to {count}; {nearest} is shown."
        )
    go(name, nearest)
    return name, nearest


def note(words: str) -> None:
    """What is wrong with the address."""
    st.warning(words, icon=":material/link_off:")


def go(name: str, number: int) -> None:
    """Put a scene into the address."""
    st.query_params.update({"set": name, "scene": str(number)})


def go_by_key(name: str) -> None:
    """Go to the scene that the keys asked for."""
    number = integer_in(str((st.session_state[KEYS].press or {}).get("scene")))
    if number is not None and 1 <= number <= len(SETS[name][1]):
        go(name, number)


def reveal(here: str) -> None:
    """Show the answer of a scene."""
    st.session_state[REVEALED] = here


def step_of(step_size: float) -> float:
    """A round step, 1, 2 or 5 times a power of ten, for a step size."""
    power = 10.0 ** math.floor(math.log10(step_size / SHARE_OF_A_STEP))
    return max(unit * power for unit in (1, 2, 5) if unit * power <= step_size / SHARE_OF_A_STEP)


def step_size_box(phenomenon: Phenomenon, here: str, case) -> float:
    """The box of δ, at first that of the case."""
    control = controls_of(phenomenon.Params)["step_size"]
    with st.container(key="scenes-delta"):
        return st.number_input(
            control.label, control.low, control.high, case.step_size, step=step_of(case.step_size),
            format="%.6g", key=f"scenes~{here}~step_size",
        )  # fmt: skip


def question(prompt: Prompt, answer: str) -> None:
    """The answers to choose from, lettered; the right one is marked where it is given."""
    rows = []
    for letter, option in zip("ABCDEFGH", prompt.options):
        right = option == answer
        mark = f'<b class="agrees" aria-label="right">✓</b>' if right else f"<b>{letter}</b>"
        rows.append(f'<li class="{"right" if right else ""}">{mark}<span>{escaped(option)}</span></li>')
    st.html(f'<ol class="answers{" shown" if answer else ""}">{"".join(rows)}</ol>')


def words(phenomenon: Phenomenon, scene: Scene, params, shown: bool) -> None:
    """What the scene asks or says, and once it is shown, what the run did."""
    prompt, case = scene.prompt, asked_of(phenomenon, scene)
    title = typeset(prompt.question if prompt else scene.look)
    st.title(title.replace(" = ", "\N{NO-BREAK SPACE}=\N{NO-BREAK SPACE}"), anchor=False)
    if prompt:
        study = cached(phenomenon.study, case) if shown else None
        question(prompt, prompt.answer(study) if shown else "")
        if shown:
            with st.container(key="scenes-why"):
                st.markdown(typeset(prompt.why(study)))
    with st.container(key="scenes-say"):
        st.markdown(typeset(scene.say))
        if params != case:
            moved = f"The picture shows δ = {params.step_size:.6g}"
            st.markdown(
                f"**{typeset(moved)}**" + ("; the question is about the step size it names." * bool(prompt))
            )


def asked_of(phenomenon: Phenomenon, scene: Scene):
    """The case that a scene shows: that of its question, where it has one."""
    return scene.prompt.params if scene.prompt else phenomenon.case(scene)


def buttons(name: str, number: int, here: str, shown: bool) -> None:
    """The same as the keys, for a mouse or a finger."""
    last = len(SETS[name][1])
    with st.container(key="scenes-buttons", horizontal=True, vertical_alignment="center"):
        st.button("← Back", key="scenes~back", disabled=number == 1, on_click=go, args=(name, number - 1))
        st.markdown(f"**{number} / {last}**", width="content")
        st.button("Next →", key="scenes~next", disabled=number == last, on_click=go, args=(name, number + 1))
        if SETS[name][1][number - 1][1].prompt:
            st.button(
                "Reveal", key="scenes~reveal", type="primary", disabled=shown, on_click=reveal, args=(here,)
            )


def choice_of_set(name: str) -> None:
    """Which set of scenes is shown."""
    st.session_state[CHOSEN] = name

    def choose():
        go(st.session_state[CHOSEN] or name, 1)

    st.segmented_control("Scenes", list(SETS), key=CHOSEN, on_change=choose, label_visibility="collapsed",
                         format_func=lambda other: SETS[other][0])  # fmt: skip


def keys(name: str, number: int) -> float:
    """Listen to the keys; returns how large letters are on the reader's screen."""
    pressed = st.session_state.get(KEYS, {})
    scale = pressed.get("scale") if pressed.get("scale") in PRESENTED else PRESENTED[0]
    facts = {"set": name, "scene": number, "count": len(SETS[name][1]), "scale": scale, "scales": PRESENTED}
    facts["press"] = (pressed.get("press") or {}).get("press", 0)
    component("presenter")(
        key=KEYS, data=facts, on_press_change=lambda: go_by_key(name), on_scale_change=lambda: None
    )
    return scale


name, number = place()
here = PLACE.format(name, number)
phenomenon, scene = SETS[name][1][number - 1]
case = asked_of(phenomenon, scene)
shown = scene.prompt is None or st.session_state.get(REVEALED) == here
scale = keys(name, number)
with st.container(key="scenes-stage", horizontal=True, wrap=False, gap="large"):
    left, right = st.container(key="scenes-picture"), st.container(key="scenes-words")
with right:
    top = st.container()
    with st.container(key="scenes-foot"):
        with st.container(horizontal=True, vertical_alignment="bottom"):
            params = replace(case, step_size=step_size_box(phenomenon, here, case))
            buttons(name, number, here, shown)
        st.caption(KEYS_HINT)
        with st.container(horizontal=True, vertical_alignment="center"):
            choice_of_set(name)
            ui.page_link(phenomenon, f"{phenomenon.title}{ARROW}", params)
    with top:
        words(phenomenon, scene, params, shown)
with left:
    study = call(phenomenon.study, params, label="Running …" if phenomenon.slow else "")
    content = ui.shown(charts.of(phenomenon), study)
    picture = next(figure for figure in content if figure.name == scene.figure)
    style = replace(current_style(), scale=scale)
    drawing, _ = single(
        picture, content[picture], f"scenes~{here}", style=style, asks=scene.prompt is not None
    )
    component("playback")(key="scenes~player", on_moved_change=lambda: None)
first, last = drawing.steps()
tell_the_browser(
    {"first": first, "steps": last, "flips": picture.flips, "scene": f"{here} {shown}", "asks": not shown,
     "live": None, "start": (), "values": {}, "sliders": [], "grips": {}}
)  # fmt: skip
