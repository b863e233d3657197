"""What stands below a picture in a file: its state in small print, and what its lines mean."""

import re
from collections.abc import Sequence
from typing import Any
from xml.sax.saxutils import escape

import numpy as np

from pages.charts.files.states import studied
from pages.charts.kit.calls import Call
from pages.charts.kit.drawing import Drawing, Table
from pages.charts.kit.style import Style
from pages.charts.kit.text import number
from stepsize_core.paper.parameters import applies, controls_of, said

LINE = 13  # pixels from one line to the next
LONGEST = 24  # characters of a value that small print holds
MEANT = {
    "measured": ("━", "measured"),
    "theory": ("╌", "predicted"),
    "chosen": ("━", "chosen"),
    "head": ("●", "where the run is"),
}


def state_of(calls: Sequence[Call]) -> str:
    """The parameters that a study was computed from: δ, seed, start and what is not at its default; and the
    preset that has them. Empty where there is no study."""
    if not (found := studied(calls)):
        return ""
    phenomenon, params = found
    values = vars(params)
    parts = [
        f"{control.label} = {_value(said(control, values[name]))}"
        for name, control in controls_of(type(params)).items()
        if applies(type(params), name, values) and _counts(type(params), name, values)
    ]
    presets = phenomenon.PRESETS.values()
    parts += [f"preset “{preset.title}”" for preset in presets if preset.params == params]
    return ", ".join(parts)


def _counts(params_class: type, name: str, values: dict[str, Any]) -> bool:
    known = name in ("step_size", "seed", "n_steps") or name.startswith("start")
    return (known or values[name] != getattr(params_class, name, None)) and len(str(values[name])) <= LONGEST


def _value(value: Any) -> str:
    return number(value) if isinstance(value, int | float) else str(value)


def legend_of(drawing: Drawing, style: Style) -> list[tuple[str, str, str]]:
    """Sign, colour and meaning of the looks that a drawing uses."""
    return [
        (sign, getattr(style, look), word)
        for look, (sign, word) in MEANT.items()
        if any(_drawn(drawing.tables[name]) for name in drawing.looks.get(look, ()))
    ]


def _drawn(table: Table) -> bool:
    """Whether a table has a row that is not hidden."""
    return bool(np.any(table["shown"])) if "shown" in table else len(next(iter(table.values()), ())) > 0


def with_words(
    svg: str, below: float, state: Sequence[str], legend: Sequence[tuple[str, str, str]], style: Style, *,
    ground: str | None,
) -> str:  # fmt: skip
    """The SVG, so many pixels taller, with the legend and the lines of the state below it; ground: the
    colour of the background."""
    width, height = (float(side) for side in re.search(r'width="([\d.]+)" height="([\d.]+)"', svg).groups())
    signs = "".join(
        f'<tspan fill="{colour}" stroke="{style.ink if sign == "●" else "none"}">{sign}</tspan>'
        f"<tspan> {word}\u2003</tspan>"
        for sign, colour, word in legend
    )
    lines = [signs] * bool(legend) + [escape(line) for line in state]
    font = escape(style.font, {'"': "'"})
    words = "".join(
        f'<text x="4" y="{height + LINE * row + 9}" font-family="{font}" font-size="9.5px" '
        f'fill="{style.muted}" xml:space="preserve">{line}</text>'
        for row, line in enumerate(lines)
    )
    size = f'width="{width:g}" height="{height + below:g}"'
    svg = re.sub(
        r'width="[\d.]+" height="[\d.]+" viewBox="[^"]*"',
        f'{size} viewBox="0 0 {width:g} {height + below:g}"',
        svg,
        count=1,
    )
    ground = f'<rect {size} fill="{ground}"/>' if ground else ""
    return re.sub(r"(<svg[^>]*>)", lambda head: head[1] + ground, svg, count=1).replace(
        "</svg>", f"{words}</svg>"
    )
