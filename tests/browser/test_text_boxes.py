"""No text of a picture stands over another one or is cut, at widths of the screen and of a printed column.

Each figure is laid out by Vega in a blank page that has the fonts of the explorer, and Vega tells where its
texts are: drawing them is not needed for that.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import pytest
import streamlit
import vl_convert

from pages.charts import of, overview
from pages.charts.files.export import SLIDE, print_layout
from pages.charts.kit.calls import call, compute
from pages.charts.kit.figure import Figure, figure
from pages.charts.kit.gallery import Shown
from pages.charts.kit.style import LIGHT
from stepsize_core.paper import thesis
from stepsize_core.paper.catalogue import CATALOGUE
from stepsize_core.paper.identity_initialization import comparison_of
from stepsize_core.paper.relu_oscillation import ensemble_from, step_size_diagram

pytestmark = pytest.mark.browser

PHONE, LESSON = 348, 286  # pixels: the narrowest a picture becomes; a lesson of the first page
LESSON_HEIGHT = 200
SLOW = {comparison_of, ensemble_from, step_size_diagram}
WIDER = (540, 1000)
COLUMNS = ("single", SLIDE)  # of print: the narrowest and the lowest; letters of others are as on the screen
SLACK = 1.0, 2.0  # pixels across and up by which texts may overlap: their boxes are larger than the letters
CUT = 1.0
TITLE = 7  # pixels that a square picture is less high than wide
FONT = "SourceSansVF-Upright*.woff2"  # Streamlit's own
FACE = (
    "@font-face {{ font-family: 'Source Sans'; font-weight: 200 900; src: url(data:font/woff2;base64,{}) }}"
)
LOAD = "() => Promise.all([400, 600].map(weight => document.fonts.load(`${weight} 12px 'Source Sans'`)))"
READ = """
async (given) => {
  const [data, sheets] = JSON.parse(given), known = (window.known ??= {}), measured = [];
  const pen = (window.pen ??= document.createElement('canvas').getContext('2d'));
  const shortened = (item, text) => {
    pen.font = `${item.fontStyle ?? ''} ${item.fontWeight ?? ''} ${item.fontSize}px ${item.font}`;
    return item.limit > 0 && pen.measureText(text).width > item.limit + 1;
  };
  for (const [key, spec, width, height] of sheets) {
    const place = document.createElement('div'), plain = { actions: false, renderer: 'none', logLevel: 0 };
    const own = ({ name, ...table }) => ({ name, ...table, ...(name in data && { values: data[name] }) });
    const anew = () => ({ ...known[key], width, height, data: known[key].data.map(own) });
    const { view, vgSpec } = key in known
      ? await vegaEmbed(place, structuredClone(anew()), { ...plain, mode: 'vega' })
      : await vegaEmbed(place, { ...spec, width, height, datasets: data }, plain);
    known[key] ??= vgSpec;
    const texts = [];
    const walk = (group, x, y) => {
      for (const { marktype, items } of group.items) for (const item of items) {
        if (item.opacity === 0) continue;
        if (marktype === 'group') walk(item, x + (item.x ?? 0), y + (item.y ?? 0));
        const text = marktype === 'text' ? String(item.text ?? '').trim() : '';
        if (!text) continue;
        const { x1, y1, x2, y2 } = item.bounds;
        texts.push([text, x + x1, y + y1, x + x2, y + y2, shortened(item, text)]);
      }
    };
    const padding = view.padding(), [left, top] = view._origin;
    walk(view.scenegraph().root.items[0], padding.left + left, padding.top + top);
    const across = view._viewWidth + padding.left + padding.right;
    measured.push([across, view._viewHeight + padding.top + padding.bottom, texts]);
    view.finalize();
  }
  return measured;
}
"""
Box = tuple[float, ...]  # left, top, right, bottom


def faults_of(width: float, height: float, texts: list) -> list[str]:
    """What is wrong with the texts of one picture: those cut or shortened, and pairs that overlap."""
    found: list[str] = []
    seen: list[tuple[str, Box]] = []
    for text, *box, shortened in texts:
        if (text, box) in seen:  # drawn before as its halo
            continue
        if shortened:
            found.append(f"{text!r} is shortened")
        if min(box[:2]) < -CUT or box[2] > width + CUT or box[3] > height + CUT:
            found.append(f"{text!r} is cut")
        found += [f"{other!r} and {text!r} overlap" for other, place in seen if _overlap(place, box)]
        seen.append((text, box))
    return found


def _overlap(one: Box, other: Box) -> bool:
    shared = [min(one[i + 2], other[i + 2]) - max(one[i], other[i]) for i in (0, 1)]
    return all(length > slack for length, slack in zip(shared, SLACK))


class Bench:
    """A blank page with Vega and the fonts, which draws figures at any size without showing them."""

    def __init__(self, page):
        folder = Path(streamlit.__file__).parent
        font = base64.b64encode(next(folder.rglob(FONT)).read_bytes()).decode()
        self._page = page
        self._laid_out: set[tuple] = set()
        page.add_style_tag(content=FACE.format(font))
        page.add_script_tag(content=vl_convert.javascript_bundle())
        page.evaluate(LOAD)

    def faults(self, figure: Figure, content, widths: Sequence[int], columns: Sequence[str]) -> list[str]:
        """What is wrong with the texts of a figure at widths of the screen, and in columns of print; that of
        a picture with the same tables is told once."""
        data, sheets = json.dumps(figure.rows(content)), []
        places = [at for at in (*widths, *columns) if (figure, at, data) not in self._laid_out]
        self._laid_out |= {(figure, at, data) for at in places}
        for at in places:
            if isinstance(at, str):
                spec = print_layout(figure, content, at)
                sheets.append((f"{id(figure)} {at}", spec, spec["width"], spec["height"]))
            else:
                height = at - TITLE if figure.square else figure.height
                sheets.append((f"{id(figure)}", figure.spec(LIGHT, content), at, height))
        measured = self._page.evaluate(READ, f"[{data}, {json.dumps(sheets)}]") if sheets else []
        return [
            f"{figure.name}, {at}: {fault}"
            for at, picture in zip(places, measured, strict=True)
            for fault in faults_of(*picture)
        ]


@pytest.fixture(scope="module")
def bench(chromium):
    page = chromium.new_page()
    yield Bench(page)
    page.close()


def slow(figure: Figure, study) -> bool:
    """Whether it takes seconds to compute what it shows."""
    return any(further.function in SLOW for further in figure.further(study))


@pytest.mark.parametrize("phenomenon", CATALOGUE, ids=lambda phenomenon: phenomenon.stem)
def test_texts_stand_apart_and_whole(phenomenon, bench):
    """Of every preset at the narrowest widths, of the first one at all; slow figures of the shortest one."""
    presets, remembered, found = phenomenon.PRESETS, cache(compute), []
    shortest = min(presets.values(), key=lambda preset: getattr(preset.params, "n_steps", 0))
    for i, (name, preset) in enumerate(presets.items()):
        run = call(phenomenon.study, preset.params)
        shown = Shown(of(phenomenon), run, remembered)
        places = ((PHONE, *WIDER), COLUMNS) if i == 0 else ((PHONE,), ["single"])
        for each in shown:
            if not slow(each, remembered(run)) or preset is shortest:
                found += [f"{name}: {fault}" for fault in bench.faults(each, shown[each], *places)]
    assert not found, "\n".join(found)


def test_texts_of_the_first_page_stand_apart_and_whole(bench):
    run = call(thesis.PHENOMENON.study, thesis.PHENOMENON.Params())
    shown, found = Shown(overview, run, cache(compute)), []
    for each in shown:
        narrow = LESSON if each.height <= LESSON_HEIGHT else PHONE
        found += bench.faults(each, shown[each], (narrow, *WIDER), ["single"])
    assert not found, "\n".join(found)


def test_a_text_over_another_one_and_one_that_is_cut_are_found(bench):
    @figure("A title that is by far too long to stand above a picture on the screen of a phone")
    def NAMED(draw) -> str:
        draw.axes("k", "x", frame={"k": [0, 10], "x": [0, 1]}, whole=True)
        for text, k in (("a name", 5.0), ("another", 5.2), ("apart", 8.0)):
            draw.label(f"_{text}", {"k": k, "x": 0.5, "text": text})
        return ""

    found = [fault.partition(": ")[2] for fault in bench.faults(NAMED, (), [PHONE], ["single"])]
    over = "'a name' and 'another' overlap"
    assert found == [over, f"{NAMED.title!r} is cut", over]
