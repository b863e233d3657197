"""Figures on a page: the specification is sent once, then only the data; clicks and drags set parameters."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pyarrow as pa
import streamlit as st

from pages.charts.kit.drawing import Drawing, Frames, Table
from pages.charts.kit.figure import Figure
from pages.charts.kit.layers import ASKS, PICK, STEP
from pages.charts.kit.pinned import beside
from pages.charts.kit.style import STYLES, Style
from pages.ui import twins
from pages.ui.browser.tables import ANCHOR
from pages.ui.comparing.pins import short
from pages.ui.comparing.runs import pinned_studies
from pages.ui.keys import count, field_key, memory_key
from pages.ui.layout import current_style
from pages.ui.text import escaped, typeset
from stepsize_core.paper.parameters import controls_of
from stepsize_core.paper.phenomenon import Phenomenon

TITLE_LETTER, TITLE_BEGINS = 0.48, 3.0  # of the size of a title: a letter, and what stands left of the axes
LONG, MOST_DIFFERENT = 200, 100  # values of a column


def picture_key(fig: Figure, phenomenon: Phenomenon | None) -> str:
    """The key of the place of a figure; the style sheets know square ones by the end of theirs."""
    names = (fig.name, "square" if fig.square else "picture")
    return memory_key(phenomenon, *names) if phenomenon else "~".join(names)


def figure(
    fig: Figure, content, phenomenon: Phenomenon | None = None, frames: Frames | None = None
) -> Drawing:
    """Draw a figure of what it shows, with its caption; a click on one with `picks` sets the fields of the
    phenomenon whose page it stands on. Where it would be blank its sentence says why. Returns what was drawn.

    frames: those of the page's pictures; a run that fits its frame is drawn in it.
    """
    frames = {} if frames is None else frames
    drawing, words = fig.drawn(content, frames.get(fig.name, {}))
    frames[fig.name] = drawing.frames
    if drawing.blank:
        st.markdown(f"**{fig.title}**")
        st.markdown(typeset(words))
        return drawing
    spec, tables = dict(fig.spec(current_style(), content)), drawing.sent(fig.picks)
    key, select = fig.name, {}
    if phenomenon:
        key = field_key(phenomenon, fig.name)
        if fig.compare and (runs := pinned_studies(phenomenon, content)):
            spec, course = beside(fig, runs, current_style())
            spec, tables = dict(spec), tables | course
        if fig.picks:
            fields = {name: field_key(phenomenon, name) for name in fig.picks}
            token = repr([st.session_state.get(field) for field in fields.values()])
            # click targets carry what is chosen now, so that a second click on the same place counts as new
            tables = tables | {
                name: {**table, "_chosen": [token] * len(table[fig.picks[0]])}
                for name, table in tables.items()
                if table.keys() >= set(fig.picks)
            }
            select = {"on_select": lambda: take_pick(phenomenon, key, fields), "selection_mode": PICK}
    stretched = {"height": "stretch"} if fig.square else {}
    _place(fig, picture_key(fig, phenomenon), spec, tables, key=key, **stretched, **select)
    # The browser makes the caption the description of the chart (assistance.py). Inside the chart it would be
    # part of the drawing, which would be drawn anew each time.
    hands = _hands(fig, drawing, phenomenon) if phenomenon else ""
    st.caption(f"[Table]({ANCHOR}{fig.name}) · {typeset(hands + words)}")
    return drawing


def _hands(fig: Figure, drawing: Drawing, phenomenon: Phenomenon) -> str:
    """What a reader moves in a picture, to stand before its sentence."""
    controls = controls_of(phenomenon.Params)
    dragged = [drawing.grips[side]["field"] for side in ("x", "y") if side in drawing.grips]
    clicked = [name for name in fig.picks if name not in dragged]
    ways = {"drag": dragged, "click": clicked}
    return "".join(
        f"{way} {', '.join(controls[name].label for name in names)} · "
        for way, names in ways.items()
        if names
    )


def _in(style: Style, table: Table) -> Table:
    """The table without the pictures in the colours of other styles."""
    others = {f"url_{other.name}" for other in STYLES} - {f"url_{style.name}"}
    return {column: values for column, values in table.items() if column not in others}


def single(
    fig: Figure, content, key: str, *, style: Style | None = None, asks: bool = False
) -> tuple[Drawing, str]:
    """Draw a figure that stands by itself, at the place of this key: the playback moves it, nothing else.
    Returns what was drawn and the sentence on it.

    style: instead of the page's; the picture then takes the height of its place
    asks: what answers a question is hidden until the browser shows it (playback.js)
    """
    drawing, words = fig.drawn(content)
    spec = dict(fig.spec(style or current_style(), content))
    spec["params"] = [_at_rest(param, asks) for param in spec["params"]]
    name = f"{key}~{'square' if fig.square else 'picture'}"
    stretched = {"height": "stretch"} if fig.square or style else {}
    spec["title"] = _fitting(fig.title, spec["config"]["title"]["fontSize"]) if style else fig.title
    _place(fig, name, spec, drawing.sent(), key=f"{key}~chart", **stretched)
    return drawing, words


def _fitting(title: str, size: float) -> dict:
    """A title in letters of this size, or smaller where the picture is too narrow for it."""
    letters = TITLE_LETTER * len(title)
    narrow = f"min({size:g}, (width + {TITLE_BEGINS} * {size:g}) / {letters:g})"
    return {"text": title, "frame": "bounds", "fontSize": {"expr": narrow}}


def _at_rest(param: dict, asks: bool) -> dict:
    """A parameter of a picture that nobody drags; asks: at the start of a run, while a question is open."""
    if param["name"] == STEP:
        return param | {"value": 0} if asks else param
    if param["name"] == ASKS and asks:
        return param | {"value": "1", "bind": {"input": "text"}}
    return {name: value for name, value in param.items() if name != "bind"}


def _place(fig: Figure, place: str, spec: dict, tables: Mapping[str, Table], **options) -> None:
    """The chart, below its name for those who do not see it, in a container of the key `place`."""
    style = current_style()
    spec["datasets"] = {
        name: pa.table({column: packed(values) for column, values in _in(style, table).items()})
        for name, table in tables.items()
    }
    with st.container(key=place, gap=None):
        st.html(f'<h2 class="unseen">{escaped(fig.title)}</h2>')
        st.vega_lite_chart(spec=spec, theme=None, alt=fig.title, **options)


def packed(column) -> pa.Array:
    """The column as it is sent: a long one of few different values as places in a list of them."""
    values = np.asarray(column)
    if values.dtype.kind == "f" and len(values) >= LONG:
        different, places = np.unique(values, return_inverse=True)
        if len(different) <= MOST_DIFFERENT:
            return pa.DictionaryArray.from_arrays(places.astype(np.int8), pa.array(different))
    return pa.array(column)


def take_pick(phenomenon: Phenomenon, key: str, fields: Mapping[str, str]) -> None:
    """Write the clicked values into the controls, whose keys `fields` gives."""
    if selected := st.session_state[key].selection.get(PICK):
        set_fields(phenomenon, {name: selected[0][name] for name in fields})


def take_moved(phenomenon: Phenomenon, key: str) -> None:
    """Write what was dragged into the controls."""
    controls, moved = controls_of(phenomenon.Params), st.session_state[key].moved or {}
    set_fields(phenomenon, {name: value for name, value in moved.items() if name in controls})
    count(phenomenon, "moved")


def set_fields(phenomenon: Phenomenon, values: Mapping[str, Any]) -> None:
    """Write values into the controls of a page; say which are not taken."""
    for name, value in values.items():
        control = controls_of(phenomenon.Params)[name]
        if control.problem(value):
            st.toast(typeset(f"{control.label} = {short(value)} is not {control.accepts}"))
        else:
            twins.write(field_key(phenomenon, name), value)
