"""What the figures of a page show, declared once for the page that draws it and the export that writes it.

A charts module declares `gallery(study)`, a mapping from each of its figures to a source: the call of the
core whose result the figure shows, or a tuple of such calls.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pages.charts.kit.figure import Figure


@dataclass(frozen=True)
class Call:
    """A function of stepsize_core and the small arguments to call it with; nothing is computed yet.

    label  what to say while it runs; given where it takes seconds and `function` reports its progress
    """

    function: Callable[..., Any]
    arguments: tuple[Any, ...]
    label: str = ""


Source = Call | tuple[Call, ...]


def call(function: Callable[..., Any], *arguments, label: str = "") -> Call:
    """function(*arguments), to be computed when a figure needs it."""
    return Call(function, arguments, label)


def compute(call: Call) -> Any:
    """The result of a call; nothing is remembered."""
    return call.function(*call.arguments)


class Shown(Mapping[Figure, Any]):
    """Each figure with what it shows, computed when it is looked up.

    gallery  what a charts module declares
    compute  call -> result; a page gives one that remembers
    """

    def __init__(self, gallery: Mapping[Figure, Source], compute: Callable[[Call], Any] = compute):
        self._gallery = gallery
        self._compute = compute

    def __getitem__(self, figure: Figure) -> Any:
        source = self._gallery[figure]
        return self._compute(source) if isinstance(source, Call) else tuple(map(self._compute, source))

    def __iter__(self) -> Iterator[Figure]:
        return iter(self._gallery)

    def __len__(self) -> int:
        return len(self._gallery)

    def calls(self, *figures: Figure) -> tuple[Call, ...]:
        """What has to be computed for these figures, or for all where none is named: each call once."""
        sources = (self._gallery[figure] for figure in figures or self._gallery)
        parts = (part for source in sources for part in _parts(source))
        return tuple(dict.fromkeys(parts))


def _parts(source: Source) -> tuple[Call, ...]:
    return (source,) if isinstance(source, Call) else source
