"""A figure in four parts: data, ink and words apart, joined by the names of the tables."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import altair as alt

from pages.charts.kit.drawing import Table
from pages.charts.kit.figure import BLANK, Figure
from pages.charts.kit.style import Style


class FourPart(Figure):
    """A figure of functions: data(content) -> tables, draw(style) -> chart, describe(content) -> sentence.

    steps    whether the picture shows iterates and follows the playback
    painted  content -> the numbers behind a part drawn as one image
    """

    def __init__(
        self,
        name: str,
        title: str,
        data: Callable[[Any], dict[str, Table]],
        draw: Callable[[Style], alt.Chart | alt.LayerChart],
        describe: Callable[[Any], str],
        height: int = 300,
        picks: tuple[str, ...] = (),
        steps: bool = False,
        canvas: bool = False,
        compare: str = "",
        painted: Callable[[Any], dict[str, Table]] | None = None,
    ):
        super().__init__(name, title, describe, height, picks, canvas, compare)
        self.__dict__.update(data=data, draw=draw, describe=describe)
        self.__dict__["painted"] = painted or (lambda content: {})

    def ink(self, content: Any) -> str:
        """The drawing as JSON, with blanks for the colours."""
        return json.dumps(self.draw(BLANK).to_dict(validate=False), ensure_ascii=False)
