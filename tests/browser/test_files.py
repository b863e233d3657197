"""Nothing in the file of a picture is cut or overlaps: its own texts, its legend, its small print."""

from __future__ import annotations

import base64
import json
from functools import cache

import pytest

from pages.charts import of
from pages.charts.files.drawn import FONTS
from pages.charts.files.export import SLIDE, Dress, drawing
from pages.charts.kit.calls import call, compute
from pages.charts.kit.gallery import Shown
from stepsize_core.paper.catalogue import CATALOGUE
from tests.browser.test_text_boxes import faults_of, slow

pytestmark = pytest.mark.browser

FACE = "@font-face {{ font-family: 'DejaVu Sans'; font-weight: {}; src: url(data:font/ttf;base64,{}) }}"
FACES = {"normal": "DejaVuSans.ttf", "bold": "DejaVuSans-Bold.ttf"}
LOAD = "() => Promise.all(['normal', 'bold'].map(w => document.fonts.load(`${w} 12px 'DejaVu Sans'`)))"
SIZES = ("single", SLIDE)  # the narrowest, and the one with a height of its own
READ = """
drawings => JSON.parse(drawings).map(svg => {
  document.body.innerHTML = svg;
  const drawn = document.querySelector('svg'), { width, height } = drawn.viewBox.baseVal;
  const all = drawn.getBoundingClientRect(), scale = width / all.width, texts = [];
  for (const text of drawn.querySelectorAll('text')) {
    if (!text.textContent.trim() || text.closest('[opacity="0"]')) continue;
    const { left, top, right, bottom } = text.getBoundingClientRect();
    const places = [left - all.left, top - all.top, right - all.left, bottom - all.top];
    texts.push([text.textContent.trim(), ...places.map(place => place * scale), false]);
  }
  return [width, height, texts];
})
"""


@pytest.fixture(scope="module")
def sheet(chromium):
    """A blank page with the font that the files are drawn in."""
    page = chromium.new_page()
    for weight, name in FACES.items():
        font = base64.b64encode((FONTS / name).read_bytes()).decode()
        page.add_style_tag(content=FACE.format(weight, font))
    page.evaluate(LOAD)
    yield page
    page.close()


@pytest.mark.parametrize("phenomenon", CATALOGUE, ids=lambda phenomenon: phenomenon.stem)
def test_nothing_in_a_file_is_cut(phenomenon, sheet):
    preset, remembered = next(iter(phenomenon.PRESETS.values())), cache(compute)
    run = call(phenomenon.study, preset.params)
    shown, study = Shown(of(phenomenon), run, remembered), remembered(run)
    names, drawings = [], []
    for figure in shown:
        for size in SIZES if not slow(figure, study) else ():
            calls = [run, *figure.further(study)]
            names.append(f"{figure.name}, {size}")
            drawings.append(drawing(figure, shown[figure], calls, size, Dress(grey=size == SLIDE)))
    measured = sheet.evaluate(READ, json.dumps(drawings))
    found = [
        f"{name}: {fault}" for name, texts in zip(names, measured, strict=True) for fault in faults_of(*texts)
    ]
    assert all(texts for _, _, texts in measured)
    assert not found, "\n".join(found)
