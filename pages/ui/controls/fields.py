"""Controls drawn from the declared fields of a `Params`, bound to the address of the page."""

from collections.abc import Mapping, Sequence
from dataclasses import fields, replace

import streamlit as st

from pages.ui import twins
from pages.ui.comparing.runs import pin_button
from pages.ui.controls import formula, matrix
from pages.ui.controls.grid import offered, round_step, written
from pages.ui.controls.own_points import columns_of
from pages.ui.controls.presets import presets
from pages.ui.keys import accepted, css_class, field_key, memory_key
from pages.ui.server.internals import correct_address
from pages.ui.text import quoted, typeset
from stepsize_core.paper.parameters import (
    Choice,
    Column,
    Count,
    Expression,
    Number,
    Numbers,
    Points,
    SymmetricMatrix,
    applies,
    controls_of,
    meant,
    suited_to,
    suiting,
    value_of,
)
from stepsize_core.paper.phenomenon import Phenomenon

BOX_WIDTHS = {True: "stretch", False: 96}  # of a number box beside a slider, in the page and in the sidebar
FEW_VALUES = 40  # an integer with at most so many values gets a plain slider
LONGEST = 1000  # characters of a value in an address, of a control that does not name how many it takes
LINES_HEIGHT = 80  # pixels of a field for lines of text
MANY_VALUES = 5000  # an integer with more values, such as a seed, gets a box alone


def controls(phenomenon: Phenomenon, *, main: Sequence[str] = ("step_size",), place=None):
    """Draw the controls of a phenomenon and return the `Params` chosen.

    Every field is bound to the address as "key.field". The fields named in `main` stand in the page (in
    the container `place`, usually the header's right column), the others in the sidebar below the presets.
    What the address holds and the field does not accept becomes the default, and a note says so. A function
    that cannot be read stays in its box, and there are no `Params` then: None.
    """
    keys = {name: field_key(phenomenon, name) for name in controls_of(phenomenon.Params)}
    _take_what_is_meant(phenomenon, keys)
    declared, defaults = suited_to(phenomenon.Params, _present(phenomenon, keys))
    suited = {f.name for f in fields(phenomenon.Params) if f.metadata.get("suits")}
    notes = [_note_of_address(keys[name], name, declared[name], defaults[name]) for name in declared]
    preset_slot = st.sidebar.container() if phenomenon.PRESETS else None
    values, refused = {}, False
    for name, control in declared.items():
        if not applies(phenomenon.Params, name, values):
            values[name] = defaults[name]
            continue
        if isinstance(declared[name], Column):
            values[name] = _column(keys[name], declared[name], columns_of(phenomenon))
            continue
        with (place or st.container()) if name in main else st.sidebar:
            events = {"on_change": _suit, "args": (phenomenon, keys)} if name in suited else {}
            values[name] = _draw(keys[name], control, defaults[name], BOX_WIDTHS[name in main], events)
        if values[name] != defaults[name] and keys[name] not in st.query_params:
            correct_address(keys[name], str(values[name]))  # set with the choice that brought its control
        if control.problem(values[name]):
            if isinstance(control, SymmetricMatrix):
                notes.append(matrix.note(control, values[name]))
            elif isinstance(control, Expression):
                refused = True
            else:
                notes.append(_note(f"{name} = {quoted(values[name])}", control, defaults[name]))
            values[name] = accepted(keys[name], defaults[name])
    params = None if refused else phenomenon.Params(**values)
    if preset_slot:
        with preset_slot:
            presets(phenomenon, params)
            if params:
                pin_button(phenomenon, params)
    for note in filter(None, notes):
        st.warning(note, icon=":material/link_off:")
    return params


def slider_of(phenomenon: Phenomenon, params, field: str) -> dict:
    """The slider of a drawn control: its class in the browser, its values, and which of them is chosen."""
    value = getattr(params, field)
    grid = offered(suited_to(phenomenon.Params, vars(params))[0][field], value)
    return {
        "slider": css_class(_mirror(field_key(phenomenon, field))),
        "field": field,
        "grid": grid,
        "index": grid.index(value),
        "value": value,
    }


def _take_what_is_meant(phenomenon: Phenomenon, keys: Mapping[str, str]) -> None:
    """Choose what an address means that names a field of one choice only, once, when the page is opened."""
    opened = memory_key(phenomenon, "opened")
    if not st.session_state.get(opened):
        named = [name for name, key in keys.items() if key in st.query_params]
        for name, value in meant(phenomenon.Params, named).items():
            st.session_state.setdefault(keys[name], value)
    st.session_state[opened] = True


def _present(phenomenon: Phenomenon, keys: Mapping[str, str]) -> dict:
    """The values of the session, else those of the address, else the defaults: those that are accepted."""
    found = {f.name: f.default for f in fields(phenomenon.Params)}
    for name, control in controls_of(phenomenon.Params).items():
        value, key = None, keys[name]
        if key in st.session_state:
            value = st.session_state[key]
        elif key in st.query_params:
            value = _linked(st.query_params[key], control, key)
        if not control.problem(value):
            found[name] = value
    return found


def _suit(phenomenon: Phenomenon, keys: Mapping[str, str]) -> None:
    """Set what does not suit the function that was chosen or typed."""
    for name, better in suiting(phenomenon.Params, _present(phenomenon, keys)).items():
        twins.write(keys[name], better.value)


def _draw(key: str, control, default, box_width: int | str, events: Mapping):
    """The widget of one control; events: what a choice or a function is told to do when it changes."""
    bound = {"key": key, "bind": "query-params", "help": control.help or None}
    if isinstance(control, Choice):
        if len(control.options) == 1:
            return default
        return st.selectbox(control.label, control.options, control.options.index(default), **bound, **events)
    if isinstance(control, Numbers):
        return st.text_input(control.label, default, **bound)
    if isinstance(control, Points):
        return st.text_area(control.label, default, LINES_HEIGHT, control.longest, **bound)
    if isinstance(control, SymmetricMatrix):
        return matrix.symmetric_matrix(key, control, default)
    if isinstance(control, Expression):
        return formula.formula(key, control, default, **events)
    if isinstance(control, Count) and control.words:
        return _named(key, control, default, range(control.low, control.high + 1))
    if isinstance(control, Count) and not control.log:
        values = range(control.low, control.high + 1, control.step)
        if control.step > 1:
            return st.select_slider(control.label, list(values), default, **bound)
        if len(values) <= FEW_VALUES:
            return st.slider(control.label, control.low, control.high, default, **bound)
        if len(values) > MANY_VALUES:
            return _box(key, control, default, label_visibility="visible")
    return _slider_and_box(key, control, default, box_width)


def _slider_and_box(key: str, control: Number | Count, default, box_width: int | str):
    """A slider over round numbers beside an exact number box, which is what the address holds."""
    with st.container(horizontal=True, wrap=False, gap="small", vertical_alignment="bottom"):
        slider_place = st.empty()
        value = _box(key, control, default, label_visibility="collapsed", width=box_width)
        mirror = _mirror(key)
        position = default if control.problem(value) else value
        if twins.under_way(key):  # the address may still follow what was written before
            correct_address(key, None if position == default else str(position))
        values = offered(control, position)
        twins.write(mirror, position, values[0])
        slider_place.select_slider(
            control.label, values, key=mirror, on_change=twins.follow, args=(key, mirror),
            format_func=written, help=control.help or None,
        )  # fmt: skip
    return value


def _named(key: str, control: Count, default: int, values: Sequence[int]) -> int:
    """A menu of what the values are called; a box that nobody sees holds them for the address."""
    with st.container(key=f"{key}~held"):
        value = _box(key, control, default, label_visibility="visible")
    value, mirror = value if value in values else default, f"{key}~named"
    twins.write(mirror, value)
    st.selectbox(
        control.label, values, key=mirror, on_change=twins.follow, args=(key, mirror),
        format_func=control.words, help=control.help or None,
    )  # fmt: skip
    return value


def _column(key: str, control: Column, names: Mapping[int, str]) -> int:
    """A menu of the columns of a table, by name, where there is a choice; 0 where there is none."""
    if not names:
        return 0
    with st.sidebar:
        return _named(key, replace(control, words=names.__getitem__), 0, list(names))


def _mirror(key: str) -> str:
    """The key of the slider beside the box of a control."""
    return f"{key}~slider"


def _box(key: str, control: Number | Count, default, *, label_visibility, width="stretch"):
    if isinstance(control, Count):
        step, form = control.step, "%d"
    else:
        step, form = round_step(st.session_state.get(key, default), control.sliding), "%.6g"
    return st.number_input(
        control.label, control.low, control.high, default, step=step, format=form, key=key,
        bind="query-params", label_visibility=label_visibility, width=width,
        placeholder=typeset(control.accepts),
        on_change=twins.settle, args=(key,),
    )  # fmt: skip


def _note_of_address(key: str, name: str, control, default) -> str | None:
    """What is wrong with the address's value of a field, if it is not accepted; it is dropped."""
    raw = st.query_params.get_all(key)
    if not raw:
        return None
    longest = control.longest if isinstance(control, Points | SymmetricMatrix | Expression) else LONGEST
    whole = len(raw) == 1 and len(raw[0]) <= longest  # a box would cut what is longer
    value = _linked(raw[0], control, key) if whole else None
    shown_as_it_is = isinstance(control, SymmetricMatrix | Expression)  # with what is wrong
    if value is not None and (shown_as_it_is or not control.problem(value)):
        if value == default:  # which Streamlit ignores in favour of what the visitor had
            st.session_state[key] = value
        elif raw[0] != str(value):  # "1e1" for 10
            correct_address(key, str(value))
        return None
    correct_address(key, None)
    st.session_state[key] = default
    return _note(f"{name} = {quoted(', '.join(raw))} in the link", control, default)


def _linked(text: str, control, key: str):
    """The value that an address holds; of a function that is not on the page yet, with the signs it lost."""
    if isinstance(control, Expression) and key not in st.session_state:
        return formula.as_linked(text, control)
    return value_of(text, control)


def _note(what: str, control, default) -> str:
    return f"{what} is not {control.accepts}; {'none' if default == '' else default} is shown instead."
