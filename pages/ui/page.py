"""The page of a phenomenon: what every page has, in the one order in which it works."""

from collections.abc import Callable, Mapping, Sequence
from types import ModuleType
from typing import Any

from pages.charts.kit.calls import call
from pages.charts.kit.figure import Figure
from pages.ui.browser.playback import Dragged, playback
from pages.ui.controls import controls, switch
from pages.ui.controls.own_points import arguments_of
from pages.ui.controls.units import in_units
from pages.ui.export import export
from pages.ui.figures import figure, tabs
from pages.ui.header import Header
from pages.ui.keys import frames_of
from pages.ui.layout import below, columns
from pages.ui.server.cache import cached, shown
from pages.ui.verdicts import verdict_table
from stepsize_core.objectives import Objective
from stepsize_core.paper.phenomenon import Phenomenon


class Page:
    """An opened page: what was chosen, its study, and the furniture to place.

    params, study  what the reader chose, and what came of it
    columns        columns of the given relative widths, which stack on a narrow screen
    """

    columns = staticmethod(columns)

    def __init__(self, phenomenon: Phenomenon, charts: ModuleType, params: Any, study: Any, arguments: tuple):
        self.phenomenon, self.params, self.study = phenomenon, params, study
        self._charts = charts
        self._frames = frames_of(phenomenon, params)
        self._shown = shown(charts, call(phenomenon.study, *arguments))

    def figure(self, fig: Figure) -> None:
        """A picture with its caption."""
        figure(fig, self._shown[fig], self.phenomenon, self._frames)

    def playback(self, first: int = 0, last: int | None = None, *, drag: Objective | None = None) -> None:
        """The player of the iterates from `first` to `last`, by default all of them.

        drag: the scalar function of the run, whose pictures then follow δ while it is dragged.
        """
        listing = drag.listing() if drag else None
        run = Dragged(listing, float(self.study.states[0]), self.params.n_steps) if listing else None
        playback(self.phenomenon, self.params, first, last, run)

    def switch(self, name: str, label: str, *, help: str | None = None) -> bool:
        """A choice of how something is shown, kept in the address."""
        return switch(self.phenomenon, name, label, help=help)

    def in_units(self, field: str, units: Mapping[str, float]) -> None:
        """Small boxes in the sidebar with a field in units that the study gives."""
        in_units(self.phenomenon, self.params, field, units)

    def verdicts(self) -> None:
        """The claims of the study: predicted, measured, tolerance, verdict."""
        verdict_table(self.study.claims)

    def tabs(self, groups: Mapping[str, Sequence[Figure | tuple[Figure, ...]]], **statement: str) -> None:
        """What stands below the fold: the statement, further pictures, questions, pinned runs, files."""
        below()
        tabs(self.phenomenon, groups, self._shown, self._frames, **statement)
        export(self._shown, self.phenomenon.key)


def open(
    phenomenon: Phenomenon,
    charts: ModuleType,
    *,
    main: Sequence[str] = ("step_size",),
    formula: Callable[[Any], str] | None = None,
) -> Page:
    """Draw the head and the controls of a phenomenon, study what they say, and speak of it.

    main     the fields whose controls stand in the head; the others stand in the sidebar
    formula  params -> LaTeX above the sentence of the head
    """
    head = Header(phenomenon)
    params = controls(phenomenon, main=main, place=head.right)
    arguments = arguments_of(phenomenon, params)
    study = cached(phenomenon.study, *arguments)
    head.show(study.claims, charts.headline(study), params, formula=formula(params) if formula else "")
    return Page(phenomenon, charts, params, study, arguments)
