"""Typing a function into a real browser: formula, pictures, complaint, clicks and the size of the screen."""

from __future__ import annotations

from urllib.parse import urlencode

import numpy as np
import pytest

from pages.ui.links import address
from stepsize_core import gradient_descent
from stepsize_core.paper.your_function import PHENOMENON, PRESETS
from tests.browser.screen import CHART, opened

pytestmark = pytest.mark.browser

PAGE = "your_function"
FIRST_STEPS = 20  # over which the browser's rounding does not show
SCREEN = 900  # pixels high


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


def test_bad_text_is_pointed_at_and_nothing_else_is_shown(open_page, app):
    view = opened(open_page, app, PAGE)
    type_function(view, "x^2 + + )")
    view.get_by_text("expected a number, x or ( at position 9", exact=False).wait_for()
    view.wait_for_function("!document.querySelector('.katex')")
    assert view.locator(CHART).count() == 0
    type_function(view, "x^2")
    view.locator(CHART, has_text="The function and its equilibria").first.wait_for()


def test_a_plus_sign_written_into_a_link_is_kept(open_page, app):
    view = opened(open_page, app, PAGE, "?own.function=x^2+1")
    view.wait_for_selector(".katex:has-text('1')")
    assert view.get_by_role("textbox", name="function f").input_value() == "x^2+1"


def test_the_start_is_dragged_in_the_plane_and_the_run_with_it(open_page, app):
    params = PRESETS["himmelblau"].params
    view = at_preset(open_page, app, "himmelblau")
    plot = view.locator(CHART).first.locator("svg .root > g > .background")
    place = plot.bounding_box()
    assert abs(place["width"] - place["height"]) < 0.06 * place["width"]
    at = [
        (place["x"] + x * place["width"], place["y"] + y * place["height"])
        for x, y in ((0.5, 0.5), (0.4, 0.3))
    ]
    view.mouse.move(*at[0])
    view.mouse.down()
    view.mouse.move(*at[1], steps=4)
    view.wait_for_selector("body[data-dragging]", state="attached")
    run, run_up = (
        [
            float(number)
            for number in view.locator(f".vega-bind input[name={name}]").first.input_value().split()
        ]
        for name in ("run", "run_up")
    )
    start = np.array([run[1], run_up[1]])
    assert np.abs(start - [-0.2 * params.reach, 0.4 * params.reach]).max() < 0.05 * params.reach
    exact = gradient_descent(params.objective, start, params.step_size, params.n_steps).states
    np.testing.assert_allclose(
        np.array([run[1:], run_up[1:]]).T[:FIRST_STEPS], exact[:FIRST_STEPS], rtol=1e-9
    )
    paths = (
        view.locator(CHART)
        .first.locator(".mark-line path")
        .evaluate_all("all => all.map(path => (path.getAttribute('d') || '').match(/L/g)?.length)")
    )
    assert params.n_steps in paths

    view.mouse.up()
    view.wait_for_selector("body:not([data-dragging])", state="attached")
    for name, value in zip(("start", "start_y"), start):
        assert f"own.{name}={value:g}" in view.url


@pytest.mark.parametrize("preset", ["double_well", "hard", "himmelblau", "rosenbrock"])
def test_title_charts_and_the_first_verdict_fit_one_screen(open_page, app, preset):
    view = at_preset(open_page, app, preset)
    view.locator(CHART).nth(2).wait_for()
    places = [view.locator("h1"), *(view.locator(CHART).nth(i) for i in range(3))]
    for place in places:
        box = place.bounding_box()
        assert 0 <= box["y"] <= box["y"] + box["height"] <= SCREEN
    first = view.locator(".verdicts tbody tr").first.bounding_box()
    assert first["y"] + first["height"] <= SCREEN
