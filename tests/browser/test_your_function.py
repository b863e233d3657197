"""Typing a function into a real browser: formula, pictures, complaint, clicks and the size of the screen."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest

from pages.ui.links import address
from stepsize_core.paper.your_function import PHENOMENON, PRESETS
from tests.browser.test_explorer import CHART, opened

pytestmark = pytest.mark.browser

PAGE = "your_function"
SCREEN = 900  # pixels high
LAST_ROW = 40  # pixels of the table that may lie below: the sentence on what may be missed stands there too


def at_preset(open_page, app, name, **screen):
    """The page at a preset, by its link."""
    query = urlencode(address(PHENOMENON, PRESETS[name].params))
    return opened(open_page, app, PAGE, f"?{query}", **screen)


def type_function(view, text: str) -> None:
    box = view.get_by_role("textbox", name="function f")
    box.fill(text)
    box.press("Enter")


def test_a_typed_function_is_typeset_and_drawn(open_page, app):
    view = opened(open_page, app, PAGE)
    type_function(view, "1 - cos(x)")
    view.wait_for_selector(".katex:has-text('cos')")
    view.locator(CHART, has_text="The function and its equilibria").first.wait_for()
    assert "own.function=1+-+cos" in view.url.replace("%28", "(")


def test_bad_text_is_pointed_at_and_the_last_function_stays(open_page, app):
    view = opened(open_page, app, PAGE)
    type_function(view, "x^2 + + )")
    view.get_by_text("expected a number, x or ( at position 9", exact=False).wait_for()
    assert view.locator(".katex").first.inner_text().strip()
    assert view.locator(CHART).count() >= 4


def test_a_click_on_the_plane_sets_the_start(open_page, app):
    view = at_preset(open_page, app, "himmelblau")
    box = view.get_by_label("start x[0]", exact=True).and_(view.get_by_test_id("stNumberInputField")).first
    plane = view.locator(CHART).first.locator("canvas")
    before, size = box.input_value(), plane.bounding_box()
    plane.click(position={"x": 0.3 * size["width"], "y": 0.4 * size["height"]})
    for _ in range(150):
        if box.input_value() != before:
            break
        view.wait_for_timeout(100)
    assert float(box.input_value()) < 0.0 < float(before)


@pytest.mark.parametrize("preset", ["double_well", "hard", "himmelblau", "rosenbrock"])
def test_title_charts_and_verdicts_fit_one_screen(open_page, app, preset):
    view = at_preset(open_page, app, preset)
    view.locator(CHART).nth(2).wait_for()
    places = [view.locator("h1"), *(view.locator(CHART).nth(i) for i in range(3))]
    for place in places:
        box = place.bounding_box()
        assert 0 <= box["y"] <= box["y"] + box["height"] <= SCREEN
    table = view.locator(".verdicts").bounding_box()
    assert table["y"] + table["height"] <= SCREEN + LAST_ROW
