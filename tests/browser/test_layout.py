"""What a screen shows without scrolling, measured on every page: desktop, phone, and 200 % zoom."""

from __future__ import annotations

import pytest

from tests.browser.screen import CHART, DESKTOP, PHONE, SETTLED, ZOOMED, box, resize
from tests.pages.visit import PAGES, presets

pytestmark = pytest.mark.browser

PHENOMENA = [page for page in PAGES if presets(page)]
LESSONS = 4  # pictures at the top of the overview
ROUNDING = 1  # pixels
WIDTHS = "[document.documentElement, document.querySelector('[data-testid=stMain]')].map(e => e.scrollWidth)"
TEXT_SIZE = "size => { document.documentElement.style.fontSize = size; }"
MAIN = "[data-testid=stMain]"
# What reaches beyond the window or beyond its column, among all that can be read or used.
BEYOND = """() => {
  const parts = 'h1, h2, button, a, [data-testid=stNumberInput], [data-testid=stSlider], ' +
    '[data-testid=stCaptionContainer], .verdicts, .vega-embed';
  const floating = '.vega-bindings, [role=tablist], [data-testid=stElementToolbar]';
  const main = document.querySelector('[data-testid=stMain]'), found = [];
  const look = root => {
    for (const e of root.querySelectorAll('*')) {
      if (e.shadowRoot) look(e.shadowRoot);
      if (!e.matches(parts) || !e.checkVisibility() || e.closest(floating)) continue;
      const part = e.getBoundingClientRect(), host = e.getRootNode().host ?? e;
      const floats = host.closest('.st-key-share');
      const column = ((!floats && host.closest('[data-testid=stColumn]')) || main).getBoundingClientRect();
      const inside = part.left >= column.left - 1 && part.right <= column.right + 1;
      if (part.width && !inside) found.push(`${e.outerHTML.slice(0, 120)} ${part.left} to ${part.right}`);
    }
  };
  look(main);
  return found;
}"""


def test_claim_main_charts_and_verdicts_stand_on_one_desktop_screen(page, view):
    resize(view, *DESKTOP)
    if page in PHENOMENA:
        verdicts = view.locator(".verdicts").first
        charts = [chart for chart in view.locator(CHART).all() if box(chart)[1] < box(verdicts)[1]]
        shown = {"verdicts": verdicts, "main control": view.locator(f"{MAIN} input[type=range]").first}
    else:
        charts, shown = view.locator(CHART).all()[:LESSONS], {}
    assert len(charts) >= 3
    shown |= {"title": view.locator("h1")} | {f"chart {i}": chart for i, chart in enumerate(charts)}
    for name, part in shown.items():
        left, top, right, bottom = box(part)
        assert left >= 0, name
        assert top >= 0, name
        assert right <= DESKTOP[0], name
        assert bottom <= DESKTOP[1], name


@pytest.mark.parametrize("size", [DESKTOP, ZOOMED, PHONE], ids=["desktop", "zoomed", "phone"])
def test_nothing_scrolls_sideways_or_leaves_its_column(view, size):
    resize(view, *size)
    assert max(view.evaluate(WIDTHS)) <= size[0] + ROUNDING
    assert view.evaluate(BEYOND) == []


def test_text_alone_grows_to_twice_its_size_without_leaving_its_column(view):
    resize(view, *DESKTOP)
    view.evaluate(TEXT_SIZE, "200%")
    view.wait_for_timeout(SETTLED)
    beyond = view.evaluate(BEYOND)
    view.evaluate(TEXT_SIZE, "")
    assert beyond == []


def test_the_main_control_is_in_reach_on_a_phone_while_the_sidebar_is_closed(page, view):
    resize(view, *PHONE)
    assert not view.locator("[data-testid=stSidebar]").is_visible()
    if page not in PHENOMENA:
        pytest.skip("no controls on this page")
    for kind in ("range", "number"):
        left, top, right, bottom = box(view.locator(f"{MAIN} input[type={kind}]").first)
        assert 0 <= left < right <= PHONE[0]
        assert 0 <= top < bottom <= PHONE[1]
