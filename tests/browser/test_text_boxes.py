"""No text of a picture stands over another one or is cut, at the widths of a screen and of a page of paper."""

from __future__ import annotations

import json

import pytest
import vl_convert

from pages.charts import of
from pages.charts.kit.calls import call
from pages.charts.kit.gallery import Shown
from pages.charts.kit.style import LIGHT, PRINT
from stepsize_core.paper.catalogue import CATALOGUE

pytestmark = pytest.mark.browser

SCREEN, PAPER = (358, 540, 720), (340, 600)  # pixels: a phone, half of a desktop, more; one column, two
SLACK = 2.0  # pixels by which boxes may overlap: those of letters are taller than what is seen of them
CUT = 1.0
READ = """
svgs => svgs.map(svg => {
  const place = document.createElement('div');
  place.innerHTML = svg;
  document.body.append(place);
  const root = place.querySelector('svg'), whole = root.getBoundingClientRect();
  const seen = node => {
    for (let e = node; e && e !== root; e = e.parentElement)
      if (e.getAttribute('opacity') === '0' || e.getAttribute('display') === 'none') return false;
    return true;
  };
  const boxes = [...root.querySelectorAll('text')].filter(t => t.textContent.trim() && seen(t)).map(t => {
    const b = t.getBoundingClientRect();
    return [t.textContent, b.left - whole.left, b.top - whole.top, b.right - whole.left, b.bottom - whole.top];
  });
  place.remove();
  return [whole.width, whole.height, boxes];
})
"""


def faults_of(measured) -> list[str]:
    """What is wrong with the texts of one picture: pairs that overlap, and texts that are cut."""
    width, height, boxes = measured
    found, known = [], {}
    for text, *box in boxes:
        known[text, tuple(round(side) for side in box)] = box  # a halo is the same text twice
    items = [(text, box) for (text, _), box in known.items()]
    for i, (text, (left, top, right, bottom)) in enumerate(items):
        if left < -CUT or top < -CUT or right > width + CUT or bottom > height + CUT:
            found.append(f"{text!r} is cut")
        for other, (a, b, c, d) in items[i + 1 :]:
            if min(right, c) - max(left, a) > SLACK and min(bottom, d) - max(top, b) > SLACK:
                found.append(f"{text!r} and {other!r} overlap")
    return found


def faults(view, figure, content, widths, style) -> list[str]:
    """The faults of a figure at these widths."""
    spec = {**figure.spec(style, content), "datasets": figure.rows(content)}
    svgs = [
        vl_convert.vegalite_to_svg(json.dumps({**spec, "width": width} | _square(figure, width)), "6.4")
        for width in widths
    ]
    measured = view.evaluate(READ, svgs)
    return [f"{figure.name} at {w}: {fault}" for w, one in zip(widths, measured) for fault in faults_of(one)]


def _square(figure, width: int) -> dict[str, int]:
    return {"height": width} if figure.square else {}


@pytest.fixture(scope="module")
def blank(chromium):
    page = chromium.new_page()
    yield page
    page.close()


@pytest.mark.parametrize("phenomenon", CATALOGUE, ids=lambda phenomenon: phenomenon.stem)
def test_texts_stand_apart_and_whole(phenomenon, blank):
    found = []
    for name, preset in phenomenon.PRESETS.items():
        shown = Shown(of(phenomenon), call(phenomenon.study, preset.params))
        for figure in shown:
            content = shown[figure]
            for widths, style in ((SCREEN, LIGHT), (PAPER, PRINT)):
                found += [f"{name}: {fault}" for fault in faults(blank, figure, content, widths, style)]
    assert not found, "\n".join(found)
