"""The explorer in a real browser: pictures, controls, links and playback."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest

from tests.browser.screen import CHART, opened, settle
from tests.conftest import pages_of

sync_api = pytest.importorskip("playwright.sync_api")
pytestmark = pytest.mark.browser

ORBIT = "periodic_orbits"


@pytest.fixture(scope="module")
def view(chromium, app):
    """A page for tests that change its step size and its player."""
    with pages_of(chromium) as open_page:
        yield opened(open_page, app, ORBIT)


def picture(view) -> list[str]:
    """The shapes of all lines in all charts."""
    return view.eval_on_selector_all(
        f"{CHART} g.mark-line path", "paths => paths.map(p => p.getAttribute('d'))"
    )


def wait_for_another_picture(view, before) -> None:
    for _ in range(500):
        if picture(view) != before:
            return
        view.wait_for_timeout(20)
    raise AssertionError("the picture did not change")


def test_the_slider_changes_the_picture_and_keeps_the_drawing(view):
    before = picture(view)
    view.evaluate(f"window.drawings = [...document.querySelectorAll('{CHART} svg')]")
    view.locator("[data-testid=stMain] [data-testid=stSlider] input[type=range]").first.focus()
    view.keyboard.press("ArrowRight")
    wait_for_another_picture(view, before)
    settle(view)
    assert view.evaluate("window.drawings.every(drawing => drawing.isConnected)")
    assert "orbit.step_size=" in view.url


def test_nonsense_in_a_link_gives_a_note(open_page, app):
    view = opened(open_page, app, ORBIT, "?orbit.step_size=1e999&orbit.n_steps=abc")
    assert view.get_by_text("is not a number from 0.001 to 100").count() == 1
    assert view.get_by_text("n_steps = “abc” in the link").count() == 1


def test_what_a_reader_wrote_never_comes_alive(open_page, app):
    wrote = "1, [a](//foreign.example) ![b](x) $c$ :red[d] <b>e</b> https://foreign.example `f` :smile:"
    query = {"target": "own points", "points": wrote, "n_steps": "400"}
    query |= dict.fromkeys(("seed", "n_points", "pins"), "www.foreign.example")
    address = urlencode({f"relu.{name}": text for name, text in query.items()})
    view = open_page(f"{app}/relu_oscillation?{address}")
    alert = view.get_by_test_id("stAlert").filter(has_text="Shown instead: the")
    alert.wait_for()
    assert "[a](//foreign.example) ![b](x) $c$ :" in alert.inner_text()
    assert view.locator("a[href*=foreign]").count() == 0
    live = view.get_by_test_id("stAlert").locator("a, b, img, em, strong, .katex, [style*=color]")
    assert live.count() == 0


def test_a_click_on_the_amplitude_diagram_sets_the_step_size(view):
    box = view.locator("[data-testid=stMain] [data-testid=stNumberInput] input").first
    diagram = view.locator(CHART, has_text="Amplitude against step size").locator("svg")
    chosen = []
    for across in (0.8, 0.5, 0.8):  # the first place again after another choice
        before, size = box.input_value(), diagram.bounding_box()
        diagram.click(position={"x": across * size["width"], "y": size["height"] / 2})
        sync_api.expect(box).not_to_have_value(before)
        chosen.append(float(box.input_value()))
    assert chosen[0] == chosen[2] > 1.0 > chosen[1] > 0.01


def test_playback_draws_the_staircase_step_by_step(view):
    view.get_by_role("button", name="to the end").click()
    settle(view)
    whole = picture(view)
    view.get_by_role("button", name="to the start").click()
    wait_for_another_picture(view, whole)
    start = picture(view)
    view.get_by_role("button", name="one step forward").click()
    wait_for_another_picture(view, start)
    assert view.get_by_text("k = 1 / 40").count() == 1
    first = picture(view)
    view.get_by_role("button", name="play forwards").click()
    wait_for_another_picture(view, first)
    view.get_by_role("button", name="to the end").click()
    settle(view)
    assert picture(view) == whole
