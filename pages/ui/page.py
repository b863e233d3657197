"""The page of a phenomenon: what every page has, in the one order in which it works."""

import html
import json
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from types import ModuleType
from typing import Any

import streamlit as st

from pages.charts.kit.calls import call
from pages.charts.kit.drawing import Drawing
from pages.charts.kit.figure import Figure
from pages.ui.browser.component import component
from pages.ui.comparing.tab import compare
from pages.ui.controls import controls, slider_of
from pages.ui.controls.own_points import arguments_of
from pages.ui.controls.presets import card, preset_menu
from pages.ui.controls.units import in_units
from pages.ui.export import export
from pages.ui.figures import figure, picture_key, take_moved
from pages.ui.header import head, title_line
from pages.ui.keys import counted, css_class, field_key, frames_of, memory_key
from pages.ui.layout import TEXT_WIDTH, columns
from pages.ui.predict import predict
from pages.ui.server.cache import cached, shown
from pages.ui.text import typeset
from pages.ui.verdicts import verdict_table
from stepsize_core.dynamics import Map, as_dynamics
from stepsize_core.expressions import compiled
from stepsize_core.paper.parameters import Count, Number, applies, controls_of
from stepsize_core.paper.phenomenon import Phenomenon

Entries = Sequence[Figure | str | tuple[Figure | str, ...]]
ON_LOG_AXIS = "_log"  # the end of the name of a picture that may stand for the one without it
STATEMENT_TAB = "The paper's statement"
ALL_WAYS = (
    "What is dragged or clicked in a picture sets a control, which the keyboard reaches too. "
    "The Table link below a picture opens its numbers."
)


class Page:
    """An opened page: what was chosen, its study, and the furniture to place.

    params, study  what the reader chose, and what came of it
    columns        columns of the given relative widths, which stack on a narrow screen
    """

    columns = staticmethod(columns)

    def __init__(
        self, phenomenon: Phenomenon, charts: ModuleType, params: Any, study: Any, arguments: tuple, places
    ):
        self.phenomenon, self.params, self.study = phenomenon, params, study
        self._left, self._right = places
        self._grips, self._live, self._start, self._moving = {}, None, (), None
        self.plays()
        self._frames = frames_of(phenomenon, params)
        self._shown = shown(charts, call(phenomenon.study, *arguments))

    def figure(self, fig: Figure) -> Drawing:
        """A picture with its caption."""
        drawing = figure(fig, self._shown[fig], self.phenomenon, self._frames)
        if drawing.grips:
            self._grips[css_class(picture_key(fig, self.phenomenon))] = drawing.grips
        return drawing

    def stage(self, moving: Figure, *beside: Figure) -> None:
        """What the page opens with: the picture in motion with its player, and others beside it."""
        self._moving = moving
        with self._left:
            drawn = self.figure(moving)
            ends = max(self._plays["first"], drawn.first), min(self._plays["steps"], drawn.last)
            self._plays |= dict(zip(("first", "steps"), ends))
            key = memory_key(self.phenomenon, "player")
            component("playback")(key=key, on_moved_change=partial(take_moved, self.phenomenon, key))
        with self._right:
            for fig in beside:
                self.figure(fig)

    def beside_controls(self, text: str) -> None:
        """A line below the controls that stand in the page, before the pictures."""
        with self._right:
            st.caption(typeset(text))

    def plays(self, first: int = 0, last: int | None = None, *, flips: bool = False) -> None:
        """The player goes over the iterates from `first` to `last`, by default all of them.

        flips: each of the steps changes a whole picture, and so they are shown slowly.
        """
        self._plays = {"first": int(first), "steps": int(self.params.n_steps if last is None else last)}
        self._plays["flips"] = flips

    def follows(self, objective: Map | None, *fields: str, start: Sequence[str] = ()) -> None:
        """While δ or the start is dragged the browser computes the run from plain data, the program of ∇f.

        objective: or another map over one, of which `step_size` is then the effective step; None where the
        marks at the start follow alone.
        fields: those that hold the coordinates of x[0].
        start: these coordinates as formulas, where the fields x and y are not they themselves.
        """
        self._start = fields
        if objective and (listing := as_dynamics(objective).listing()):
            formulas = [compiled(formula).program(()).listing for formula in start]
            self._live = listing | {"n_steps": self.params.n_steps, "fields": fields, "start": formulas}

    def tell_browser(self) -> None:
        """What the player and the hands of a reader need to know of this page; after all its pictures."""
        p, controls = self.params, controls_of(type(self.params))
        drawn = [name for name in controls if applies(type(p), name, vars(p))]
        grips = {}
        for place, grip in self._grips.items():
            sides = {side: grip[side] for side in ("x", "y") if side in grip and grip[side]["field"] in drawn}
            for side, fact in sides.items():
                control = controls[fact["field"]]
                sides[side] = fact | {"least": control.low, "most": control.high}
            grips[place] = {"frame": grip["frame"], "equal": grip["equal"]} | sides
        moved = dict.fromkeys(
            [
                "step_size",
                *self._start,
                *(f["field"] for g in grips.values() for f in g.values() if isinstance(f, dict)),
            ]
        )
        facts = self._plays | {
            "scene": counted(self.phenomenon, "scene"),
            "answers": counted(self.phenomenon, "moved"),
            "live": self._live,
            "start": self._start,
            "values": {name: getattr(p, name) for name in moved},
            "boxes": {
                css_class(field_key(self.phenomenon, name)): getattr(p, name)
                for name in drawn
                if isinstance(controls[name], Number | Count)
            },
            "sliders": [slider_of(self.phenomenon, p, name) for name in moved if name in drawn],
            "grips": grips,
        }
        tell_the_browser(facts)

    def switch(self, name: str, label: str, *, value: bool = False, help: str | None = None) -> bool:
        """A choice of how something is shown, not of what, in the sidebar: bound to the address, no field of
        `Params`."""
        key = field_key(self.phenomenon, name)
        return st.sidebar.toggle(label, value, key=key, bind="query-params", help=help)

    def choice(self, name: str, label: str, options: Sequence[str]) -> str:
        """One of a few ways to show the moving picture; bound to the address, no field of `Params`."""
        key = field_key(self.phenomenon, name)
        with self._left, st.container(key="above-picture"):
            return st.segmented_control(
                label, options, default=options[0], required=True, key=key, bind="query-params",
                label_visibility="collapsed",
            )  # fmt: skip

    def in_units(self, field: str, units: Mapping[str, float]) -> None:
        """Small boxes in the sidebar with a field in units that the study gives."""
        in_units(self.phenomenon, self.params, field, units)

    def verdicts(self) -> None:
        """The claims of the study: predicted, measured, tolerance, verdict."""
        verdict_table(self.study.claims)
        card(self.phenomenon, self.params, "below")

    def tabs(
        self, groups: Mapping[str, Entries], *, statement: str, statement_tab: str = STATEMENT_TAB
    ) -> None:
        """What stands below the fold; only the open tab is drawn, and the link names it.

        `statement` (Markdown with LaTeX) fills a first tab, called `statement_tab`; `groups` maps each
        further tab's title to its figures, which stand side by side, those of a tuple among them in one
        column; where there is nothing to draw, a sentence may stand in the place of one. The questions of
        the phenomenon and the comparison of pinned runs stand in tabs too.
        """
        st.divider()
        st.caption(ALL_WAYS)
        fillers = {statement_tab: partial(st.markdown, statement, width=TEXT_WIDTH)}
        fillers |= {title: partial(self._side_by_side, entries) for title, entries in groups.items()}
        if self.phenomenon.prompts:
            fillers["Predict"] = partial(predict, self.phenomenon)
        fillers["Compare"] = partial(
            compare, self.phenomenon, self.params, self.study, self._shown, self._moving
        )
        key = field_key(self.phenomenon, "view")
        opens = st.session_state.pop(memory_key(self.phenomenon, "opens"), None)
        for title, entries in groups.items() if opens else ():
            parts = [part for entry in entries for part in (entry if isinstance(entry, tuple) else (entry,))]
            names = [part.name for part in parts if isinstance(part, Figure)]
            if opens.removesuffix(ON_LOG_AXIS) in (name.removesuffix(ON_LOG_AXIS) for name in names):
                st.session_state[key] = title
        places = st.tabs(list(fillers), key=key, on_change="rerun", bind="query-params")
        for fill, place in zip(fillers.values(), places):
            if place.open:
                with place:
                    fill()
        export(self._shown, self.phenomenon.key)
        self.tell_browser()

    def _side_by_side(self, entries: Entries) -> None:
        for place, entry in zip(st.columns(len(entries), gap="medium"), entries):
            with place:
                for part in entry if isinstance(entry, tuple) else (entry,):
                    self.figure(part) if isinstance(part, Figure) else st.markdown(part, width=TEXT_WIDTH)


def tell_the_browser(facts: Mapping[str, Any]) -> None:
    """Facts for the player and the hands of a reader, in an element that is not seen."""
    with st.container(key="facts"):
        said = html.escape(json.dumps(facts), quote=False).replace("'", "&#39;")  # quotes stand as they are
        st.html(f"<div data-facts='{said}'></div>")


def open(
    phenomenon: Phenomenon,
    charts: ModuleType,
    *,
    main: Sequence[str] = ("step_size",),
    widths: tuple[float, float] = (1, 1),
    formula: Callable[[Any], str] | None = None,
) -> Page:
    """Draw the head and the controls of a phenomenon, study what they say, and speak of it.

    Where a function cannot be read the page ends here: nothing of another one stands beside the complaint.

    main     the fields whose controls stand above the right pictures; the others stand in the sidebar
    widths   of the two columns of `Page.stage`, relative
    formula  params -> LaTeX above the sentence of the head
    """
    top, notices = st.container(), st.container()
    with st.container(key="stage"):
        left, right = columns(*widths)
    params = controls(phenomenon, main=main, place=right.container(key="chosen", horizontal=True))
    if params is None:
        with top:
            title_line(phenomenon, "function not read", "orange", ":material/help:")
            preset_menu(phenomenon, params)
        st.stop()
    with notices:
        arguments = arguments_of(phenomenon, params)
    study = cached(phenomenon.study, *arguments)
    with top:
        head(phenomenon, params, study.claims, charts.headline(study), formula(params) if formula else "")
        preset_menu(phenomenon, params)
    return Page(phenomenon, charts, params, study, arguments, (left, right))
