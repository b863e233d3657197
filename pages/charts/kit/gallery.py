"""What the figures of a page show, for the page that draws them and the export that writes them."""

from collections.abc import Callable, Iterator, Mapping
from types import ModuleType
from typing import Any

from pages.charts.kit.calls import Call, compute
from pages.charts.kit.figure import Figure


class Shown(Mapping[Figure, Any]):
    """Each figure of a page with what it shows, computed when it is looked up.

    charts   a package of charts: `charts.figures(study)` names its figures, on the first page without a study
    run      the call that makes the study, None for the first page
    compute  call -> result; a page gives one that remembers
    """

    def __init__(self, charts: ModuleType, run: Call | None = None, compute: Callable[[Call], Any] = compute):
        self._run, self._compute = run, compute
        self._given = () if run is None else (compute(run),)
        self._figures = charts.figures(*self._given)

    def __getitem__(self, figure: Figure) -> Any:
        if figure not in self._figures:
            raise KeyError(figure)
        return figure.content(*self._given, compute=self._compute)

    def __iter__(self) -> Iterator[Figure]:
        return iter(self._figures)

    def __len__(self) -> int:
        return len(self._figures)

    def calls(self, *figures: Figure) -> tuple[Call, ...]:
        """What has to be computed for these figures, or for all where none is named: each call once."""
        own = () if self._run is None else (self._run,)
        parts = (part for figure in figures or self._figures for part in own + figure.further(*self._given))
        return tuple(dict.fromkeys(parts))
