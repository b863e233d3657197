"""What the figures of a page show, for the page that draws them and the export that writes them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from types import ModuleType
from typing import Any

from pages.charts.kit.calls import Call, Source, compute
from pages.charts.kit.figure import Figure


class Shown(Mapping[Figure, Any]):
    """Each figure of a page with what it shows, computed when it is looked up.

    charts   a package of charts: `charts.figures(study)` names its figures, on the first page without a study
    run      the call that makes the study, None for the first page; what follows the parameters in it goes to
             `also` of the figures
    compute  call -> result; a page gives one that remembers
    """

    def __init__(
        self,
        charts: ModuleType | Mapping[Figure, Source],
        run: Call | None = None,
        compute: Callable[[Call], Any] = compute,
    ):
        self._run = run
        self._compute = compute
        self._given = () if run is None else (compute(run), *run.arguments[1:])
        if isinstance(charts, Mapping):
            self._figures = charts
        elif hasattr(charts, "figures"):
            self._figures = charts.figures(*self._given[:1])
        else:
            self._figures = charts.gallery(*self._given)

    def __getitem__(self, figure: Figure) -> Any:
        if figure not in self._figures:
            raise KeyError(figure)
        if isinstance(self._figures, Mapping):
            source = self._figures[figure]
            return self._compute(source) if isinstance(source, Call) else tuple(map(self._compute, source))
        return figure.content(*self._given, compute=self._compute)

    def __iter__(self) -> Iterator[Figure]:
        return iter(self._figures)

    def __len__(self) -> int:
        return len(self._figures)

    def calls(self, *figures: Figure) -> tuple[Call, ...]:
        """What has to be computed for these figures, or for all where none is named: each call once."""
        parts = (part for figure in figures or self._figures for part in self._sources(figure))
        return tuple(dict.fromkeys(parts))

    def _sources(self, figure: Figure) -> tuple[Call, ...]:
        if isinstance(self._figures, Mapping):
            source = self._figures[figure]
            return (source,) if isinstance(source, Call) else source
        own = () if self._run is None else (self._run,)
        return own + figure.further(*self._given)
