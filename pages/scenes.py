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
from stepsize_core.paper.parameters import controls_of, integer_in, number_in
from stepsize_core.paper.phenomenon import Phenomenon, Prompt, Scene

SETS = {"paper": ("The paper, statement by statement", stops()), "class": ("For class", class_scenes())}
DELTA = "step_size"  # in the address, where it is not that of the scene
KEYS, REVEALED, CHOSEN = "scenes~keys", "scenes~revealed", "scenes~set"  # in the session
HINT = "Page Down next · Page Up back · Space reveals · + − move δ · F full screen"
STEPS = 50  # + and − move δ by about so many times less
NO_BREAK = "\N{NO-BREAK SPACE}=\N{NO-BREAK SPACE}"


def asked_for() -> tuple[str, int]:
    """The set and the number of the scene that the address names, or the nearest; a note says where it
    names none."""
    given, wanted = st.query_params.get("set", "paper"), st.query_params.get("scene", "1")
    name, number = given if given in SETS else "paper", integer_in(wanted)
    count = len(SETS[name][1])
    nearest = min(max(number or 1, 1), count)
    if name != given:
        _note(f"set = {quoted(given)} in the link is not one of {', '.join(SETS)}; {name} is shown instead.")
    if number != nearest:
        _note(
            f"scene = {quoted(wanted)} in the link is not an integer from 1 to {count}; "
            f"{nearest} is shown instead."
        )
    if (name, number) != (given, nearest):
        st.query_params.pop(DELTA, None)  # of another scene
    st.query_params.update({"set": name, "scene": str(nearest)})
    return name, nearest


def _note(words: str) -> None:
    st.warning(words, icon=":material/link_off:")


def go(name: str, number: int) -> None:
    """Put a scene into the address, from which it is read, with its own δ."""
    st.query_params.from_dict({"set": name, "scene": str(number)})


def listen(name: str, number: int) -> float:
    """Follow the keys; returns the scale of letters on the reader's screen.

    The browser sends the number of the scene that it wants with that of the press, which it gets back.
    """
    sent = st.session_state.get(KEYS, {})
    scale = sent.get("scale") if sent.get("scale") in PRESENTED else PRESENTED[0]
    count, press = len(SETS[name][1]), (sent.get("press") or {}).get("press", 0)

    def follow():
        wanted = integer_in(str(st.session_state[KEYS].press.get("scene")))
        if wanted is not None and 1 <= wanted <= count:
            go(name, wanted)

    facts = {"set": name, "scene": number, "count": count, "press": press, "scale": scale}
    component("presenter")(
        key=KEYS, data=facts | {"scales": PRESENTED}, on_press_change=follow, on_scale_change=lambda: None
    )
    return scale


def say(phenomenon: Phenomenon, scene: Scene, case, params, shown: bool) -> None:
    """What the scene asks or says, and once it is shown, what the run did."""
    prompt = scene.prompt
    st.title(typeset(prompt.question if prompt else scene.look).replace(" = ", NO_BREAK), anchor=False)
    if prompt:
        study = cached(phenomenon.study, case) if shown else None
        answers(prompt, prompt.answer(study) if shown else "")
        if shown:
            st.container(key="scenes-why").markdown(typeset(prompt.why(study)))
    with st.container(key="scenes-say"):
        st.markdown(typeset(scene.say))
        if params != case:
            symbol = phenomenon.symbol
            moved = f"The picture now shows {symbol} = {params.step_size:.6g}"
            moved += f"; the question is about {symbol} = {case.step_size:.6g}." if prompt else "."
            st.markdown(f"**{typeset(moved)}**")


def answers(prompt: Prompt, answer: str) -> None:
    """The answers to choose from, lettered; the one that is right is marked, where it is given."""
    rows = []
    for letter, option in zip("ABCDEFGH", prompt.options):
        right = option == answer
        mark = '<b class="agrees" role="img" aria-label="right">✓</b>' if right else f"<b>{letter}</b>"
        rows.append(f'<li class="{"right" if right else ""}">{mark}<span>{escaped(option)}</span></li>')
    st.html(f'<ol class="answers{" shown" if answer else ""}">{"".join(rows)}</ol>')


def step_size(phenomenon: Phenomenon, here: str, case) -> float:
    """The box of δ, at first that of the address or of the case; a step is 1, 2 or 5 times a power of ten."""
    control, wanted = controls_of(phenomenon.Params)["step_size"], case.step_size / STEPS
    power = 10.0 ** math.floor(math.log10(wanted))
    step = max(unit * power for unit in (1, 2, 5) if unit * power <= wanted)
    given = st.query_params.get(DELTA, str(case.step_size))
    opened = number_in(given)
    if opened is None or control.problem(opened):
        opened = case.step_size
        _note(f"δ = {quoted(given)} in the link is not {control.accepts}; {opened:g} is shown instead.")
    with st.container(key="scenes-delta"):
        chosen = st.number_input(control.label, control.low, control.high, opened, step=step,
                                 format="%.6g", key=f"scenes~{here}~step_size")  # fmt: skip
    if chosen != case.step_size:
        st.query_params[DELTA] = str(chosen)
    else:
        st.query_params.pop(DELTA, None)
    return chosen


def buttons(name: str, number: int, shown: bool) -> None:
    """The same as the keys, for a mouse or a finger."""
    scenes, here = SETS[name][1], f"{name}/{number}"

    def reveal():
        st.session_state[REVEALED] = here

    with st.container(key="scenes-buttons", horizontal=True, vertical_alignment="center", gap="xsmall"):
        st.button("← Back", key="scenes~back", disabled=number == 1, on_click=go, args=(name, number - 1))
        st.markdown(f"**{number} / {len(scenes)}**", width="content")
        last = number == len(scenes)
        st.button("Next →", key="scenes~next", disabled=last, on_click=go, args=(name, number + 1))
        if scenes[number - 1][1].prompt:
            st.button("Reveal", key="scenes~reveal", disabled=shown, on_click=reveal)


def choice_of_set(name: str) -> None:
    """Which set of scenes is shown."""
    st.session_state[CHOSEN] = name

    def choose():
        go(st.session_state[CHOSEN] or name, 1)

    st.segmented_control("Scenes", list(SETS), key=CHOSEN, on_change=choose, label_visibility="collapsed",
                         format_func=lambda other: SETS[other][0])  # fmt: skip


name, number = asked_for()
here = f"{name}/{number}"
phenomenon, scene = SETS[name][1][number - 1]
case = scene.prompt.params if scene.prompt else phenomenon.case(scene)
if st.session_state.get(REVEALED) != here:
    st.session_state.pop(REVEALED, None)  # who comes back is asked again
shown = scene.prompt is None or REVEALED in st.session_state
scale = listen(name, number)
with st.container(key="scenes-stage", horizontal=True, wrap=False, gap="large"):
    left, right = st.container(key="scenes-picture"), st.container(key="scenes-words")
with right:
    top = st.container()
    with st.container(key="scenes-foot"):
        with st.container(horizontal=True, vertical_alignment="bottom"):
            params = replace(case, step_size=step_size(phenomenon, here, case))
            buttons(name, number, shown)
        st.container(key="scenes-hint").markdown(HINT)
        with st.container(horizontal=True, vertical_alignment="center"):
            choice_of_set(name)
            ui.page_link(phenomenon, phenomenon.title + ARROW, params)
with top:
    say(phenomenon, scene, case, params, shown)
with left:
    run = call(phenomenon.study, params, label="Running the scene …" if phenomenon.slow else "")
    pictures = ui.shown(charts.of(phenomenon), run)
    picture = next(figure for figure in pictures if figure.name == scene.figure)
    style = replace(current_style(), scale=scale)
    asks = scene.prompt is not None
    drawing, _ = single(picture, pictures[picture], f"scenes~{here}", style=style, asks=asks)
    component("playback")(key="scenes~player", on_moved_change=lambda: None)
first, last = drawing.steps()
tell_the_browser(
    {
        "first": first,
        "steps": last,
        "flips": picture.flips,
        "scene": f"{here} {shown}",
        "asks": not shown,
        **{"live": None, "start": (), "values": {}, "sliders": [], "grips": {}},
    }
)
