"""Charts for notebooks: complete with their data, to be shown, saved, and set beside each other.

On a page every picture has a look of its own, and axes by the names "x" and "y". Of charts that stand beside
others (`a | b`, `a & b`) Altair takes no look, and Vega-Lite wants the names to differ. Hence each gets one
here, its tables too, and the look is written into its marks and axes.
"""

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

import altair as alt

from pages.charts.kit.layers import NAME, PICK

SCALED = "color", "fill", "stroke", "shape", "size", "opacity", "strokeDash", "strokeWidth"
GUIDES = dict.fromkeys(("x", "y"), "axis") | dict.fromkeys(SCALED, "legend")
APART = dict.fromkeys(SCALED, "independent")
EXPRESSIONS = "expr", "filter", "calculate", "labelExpr", "test"
DIGITS = 10  # of the name of a chart
_SIDE = re.compile(r"(?<![\w.'])(width|height)(?![\w'])")
_SCALE = re.compile(r"(scale|domain|range)\('([xy])'")
_DATA = re.compile(r"data\('(\w+)'\)")


class Picture(alt.LayerChart):
    """A chart that keeps its colours and symbols beside others."""

    def __or__(self, other) -> alt.HConcatChart:
        return alt.hconcat(self, self._told_apart(other)).resolve_scale(**APART)

    def __and__(self, other) -> alt.VConcatChart:
        return alt.vconcat(self, self._told_apart(other)).resolve_scale(**APART)

    def _told_apart(self, other):
        """Another chart, under another name where that is this one's."""
        if not isinstance(other, Picture) or other.name != self.name:
            return other
        text = json.dumps(other.to_dict(context={"top_level": False}))
        return Picture.from_dict(json.loads(text.replace(self.name, f"{self.name}_again")))


def picture(spec: Mapping[str, Any], tables: Mapping[str, list[dict]], width: int) -> Picture:
    """A chart of a specification of `Figure.spec` and its tables, `width` pixels wide without its axes."""
    spec = at_rest(spec)
    content = json.dumps([spec, tables, width], sort_keys=True).encode()
    name = f"{spec['title']} {hashlib.sha256(content).hexdigest()[:DIGITS]}"
    name = re.sub(r"\W+", "_", name, flags=re.ASCII)
    sides = {"width": width, "height": spec["height"]}
    look = _named(spec["config"], name, sides)
    title = {"text": spec["title"], **look["title"]}
    of_all = {"data": spec["data"]} if "data" in spec else {}  # Altair says a table of all layers once
    layers = _named([of_all | layer for layer in spec["layer"]], name, sides)
    unsent = {f"{name}{table}": rows for table, rows in tables.items()}
    for layer in single(layers):
        if (source := layer.get("data", {}).get("name")) in unsent:
            layer["data"]["values"] = unsent.pop(source)
        _write_out(look, layer)
    title["font"] = look["font"]
    params = _named(spec["params"], name, sides)
    return Picture(
        layer=[_chart(layer) for layer in layers], name=name, title=title, **sides,
        params=[alt.VariableParameter(**param) for param in params], view=look["view"],
    )  # fmt: skip


def _chart(layer: Mapping[str, Any]) -> alt.Chart | alt.LayerChart:
    """A layer as Altair's chart of parts that stay as they are: Altair would look for the class of each."""
    if "layer" in layer:
        return alt.LayerChart(**{**layer, "layer": [_chart(part) for part in layer["layer"]]})
    own = {"encoding": alt.FacetedEncoding(**layer["encoding"])} if "encoding" in layer else {}
    return alt.Chart(**layer | own)


def at_rest(spec: Mapping[str, Any]) -> dict:
    """A specification in which nobody plays, drags or clicks: all steps are drawn, and no click targets."""
    layers = [layer for layer in spec["layer"] if layer.get("mark", {}).get("cursor") != "pointer"]
    params = [param for param in spec["params"] if param["name"] not in (PICK, NAME)]
    unbound = [{key: value for key, value in param.items() if key != "bind"} for param in params]
    return {**spec, "layer": layers, "params": unbound}


def _named(part: Any, name: str, sides: Mapping[str, int]) -> Any:
    """Part of a specification whose tables and axes have names that begin with this one.

    A chart beside others has no width of its own, so that its expressions fall back to the one given.
    """

    def renamed(text: str) -> str:
        text = _SCALE.sub(rf"\1('{name}_\2'", _DATA.sub(rf"data('{name}\1')", text))
        return _SIDE.sub(lambda side: f"({side[0]} || {sides[side[0]]})", text)

    if isinstance(part, list):
        return [_named(entry, name, sides) for entry in part]
    if not isinstance(part, dict):
        return part
    named = {
        key: renamed(entry) if key in EXPRESSIONS and isinstance(entry, str) else _named(entry, name, sides)
        for key, entry in part.items()
    }
    if source := named.get("data", {}).get("name"):
        named["data"] = {"name": f"{name}{source}"}
    return named


def single(layers: list[dict]) -> Iterator[dict]:
    """All layers, those that hold others first."""
    for layer in layers:
        yield layer
        yield from single(layer.get("layer", []))


def _write_out(look: Mapping[str, Any], layer: dict) -> None:
    """Write into a layer what `config` says of its mark, its axes and its legends."""
    if mark := layer.get("mark"):
        own = {"font": look["font"]} if mark["type"] == "text" else {}
        layer["mark"] = look["mark"] | look.get(mark["type"], {}) | own | mark
    fonts = {"labelFont": look["font"], "titleFont": look["font"]}
    for channel, encoded in layer.get("encoding", {}).items():
        if (guide := GUIDES.get(channel)) and "type" in encoded and encoded.get(guide, {}) is not None:
            own = look.get(f"axis{channel.upper()}", {})
            encoded[guide] = look[guide] | own | fonts | encoded.get(guide, {})
