"""Pinned runs: kept in the address and, while the visitor is elsewhere, in the session.

In the address a run is the fields in which it differs from the default, names and values alternating:
"step_size~0.3~n_steps~80", or "~" for the default itself.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import Any
from urllib.parse import unquote

import streamlit as st

from pages.ui.keys import field_key, memory_key
from pages.ui.text import quoted, typeset
from stepsize_core.paper.parameters import controls_of, meant, said, unreadable, value_of
from stepsize_core.paper.phenomenon import Phenomenon

MOST = 4
BETWEEN = "~"
PRESENT = "this run"  # what the present run is called beside those with numbers
LONGEST = 24  # characters of a value in a name
NO_RUN, TOO_MANY = "not a run of this page", f"beyond the {MOST} that are kept"
NO_DATA = "with own data that cannot be read or that the link does not hold"


def encode(params) -> str:
    """The text that stands for a run in an address."""
    words, named = [], [f.name for f in fields(params) if getattr(params, f.name) != f.default]
    unsaid = {f.name: f.default for f in fields(params)} | meant(type(params), named)
    for f in fields(params):
        if (value := getattr(params, f.name)) != unsaid[f.name]:
            words += [f.name, str(value).replace("%", "%25").replace(BETWEEN, "%7E")]
    return BETWEEN.join(words) or BETWEEN


def decode(text: str, params_class) -> Any | None:
    """The run that a text stands for; None where it stands for none."""
    if text == BETWEEN:
        return params_class()
    words, declared = text.split(BETWEEN), controls_of(params_class)
    names, values = words[::2], [unquote(word) for word in words[1::2]]
    if len(names) != len(values) or len(set(names)) < len(names) or not set(names) <= set(declared):
        return None
    chosen = {name: value_of(value, declared[name]) for name, value in zip(names, values)}
    if any(value is None or declared[name].problem(value) for name, value in chosen.items()):
        return None
    return params_class(**meant(params_class, names) | chosen)


def read_pins(phenomenon: Phenomenon) -> tuple[Any, ...]:
    """The pinned runs of a page, once per run of it, and a note about what is none in its address."""
    texts = st.query_params.get_all(field_key(phenomenon, "pins"))
    runs, left_out = [], {}
    for text in dict.fromkeys(texts):
        run = decode(text, phenomenon.Params) if len(runs) < MOST else None
        if run is not None and not unreadable(run):
            runs.append(run)
        else:
            left_out[text] = TOO_MANY if len(runs) == MOST else NO_DATA if run else NO_RUN
    if left_out:
        st.warning(_note(left_out), icon=":material/link_off:")
    keep_pins(phenomenon, runs if texts else pinned(phenomenon))
    return pinned(phenomenon)


def _note(left_out: Mapping[str, str]) -> str:
    """What is said of texts that are not pinned, by why they are not."""
    first, n = quoted(next(iter(left_out))), len(left_out)
    if n == 1:
        return f"A pin in the link is left out, {first}: {next(iter(left_out.values()))}."
    reasons = ", ".join(f"{count:,} {why}" for why, count in Counter(left_out.values()).items())
    return f"{n:,} pins in the link are left out, the first of them {first}: {reasons}."


def pinned(phenomenon: Phenomenon) -> tuple[Any, ...]:
    """The pinned runs that are kept."""
    return st.session_state.get(memory_key(phenomenon, "pins"), ())


def keep_pins(phenomenon: Phenomenon, runs: Sequence[Any]) -> None:
    """Pin these runs and no others; each once."""
    kept = st.session_state[memory_key(phenomenon, "pins")] = tuple(dict.fromkeys(runs))
    key, texts = field_key(phenomenon, "pins"), [encode(run) for run in kept]
    if not texts:
        st.query_params.pop(key, None)
    elif st.query_params.get_all(key) != texts:
        st.query_params[key] = texts


def names_of(runs: Sequence[Any], present) -> list[str]:
    """The runs by number and by the fields in which they differ among each other or from the present one."""
    return titles_of(runs, present)[: len(runs)]


def titles_of(runs: Sequence[Any], present) -> list[str]:
    """The same, and after them the present run, unless it is one of them."""
    labels, varied = controls_of(type(present)), varied_fields([*runs, present])
    every = {str(number): run for number, run in enumerate(runs, 1)}
    every |= {} if present in runs else {PRESENT: present}
    texts = [
        [f"{labels[name].label} = {short(said(labels[name], getattr(run, name)))}" for name in varied]
        for run in every.values()
    ]
    return [f"{name}: {', '.join(text) or PRESENT}" for name, text in zip(every, texts)]


def varied_fields(runs: Sequence[Any]) -> list[str]:
    """The fields that do not have the same value in all runs."""
    return [f.name for f in fields(runs[0]) if len({getattr(run, f.name) for run in runs}) > 1]


def short(value) -> str:
    """A value in a table or a name."""
    text = f"{value:.6g}" if isinstance(value, float) else str(value)
    return typeset(text if len(text) <= LONGEST else text[:LONGEST] + "…")
