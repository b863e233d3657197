"""The explorer in a real browser: pictures, controls, links, playback and the size of the screen."""

from __future__ import annotations

import re

import pytest

from tests.pages.visit import PAGES

pytestmark = pytest.mark.browser

CHART = "[data-testid=stVegaLiteChart]"
DRAWN = f"{CHART} :is(svg, canvas)"
ORBIT = "periodic_orbits"
SETTLED = 400  # milliseconds in which no further message is expected
ROUNDING = 1  # pixels


def address_of(app: str, page: str, query: str = "") -> str:
    return f"{app}/{'' if page == 'overview' else page}{query}"


def opened(open_page, app, page=ORBIT, query="", **screen):
    """The page with its first charts drawn."""
    view = open_page(address_of(app, page, query), **screen)
    view.wait_for_selector(DRAWN)
    view.wait_for_timeout(SETTLED)
    return view


def picture(view) -> list[str]:
    """The shapes of all lines in all charts."""
    return view.eval_on_selector_all(
        f"{CHART} g.mark-line path", "paths => paths.map(p => p.getAttribute('d'))"
    )


def wait_for_another_picture(view, before) -> None:
    for _ in range(100):
        if picture(view) != before:
            return
        view.wait_for_timeout(100)
    raise AssertionError("the picture did not change")


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_paints_without_a_console_error(open_page, app, page, scheme):
    view = opened(open_page, app, page, scheme=scheme)
    assert view.locator("h1").count() == 1


@pytest.mark.parametrize("page", PAGES)
def test_no_page_scrolls_sideways_on_a_phone(open_page, app, page):
    view = opened(open_page, app, page, width=390, height=844)
    widths = view.evaluate(
        "[document.documentElement, document.querySelector('[data-testid=stMain]')].map(e => e.scrollWidth)"
    )
    assert max(widths) <= 390 + ROUNDING


def test_the_step_size_control_is_in_the_page_on_a_phone(open_page, app):
    view = opened(open_page, app, width=390, height=844)
    box = view.locator("[data-testid=stMain] [data-testid=stNumberInput] input").first.bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 390
    assert box["y"] + box["height"] <= 844


def test_the_slider_changes_the_picture_and_keeps_the_drawing(open_page, app):
    view = opened(open_page, app)
    before = picture(view)
    view.evaluate(f"window.drawings = [...document.querySelectorAll('{CHART} svg')]")
    view.locator("[data-testid=stMain] [data-testid=stSlider] input[type=range]").first.focus()
    view.keyboard.press("ArrowRight")
    wait_for_another_picture(view, before)
    view.wait_for_timeout(SETTLED)
    assert view.evaluate("window.drawings.every(drawing => drawing.isConnected)")
    assert "orbit.step_size=" in view.url


def test_a_link_restores_the_page_on_a_cold_server(open_page, cold_app):
    query = "?orbit.step_size=2&orbit.start=0.7&orbit.n_steps=12"
    view = opened(open_page, cold_app, query=query)
    assert view.get_by_text("With δ = 2 the run ends in period 2").count() == 1
    boxes = view.locator("[data-testid=stNumberInput] input").evaluate_all("all => all.map(e => e.value)")
    assert {"2", "0.7", "12"} <= set(boxes)
    assert view.get_by_role("dialog").count() == 0


def test_nonsense_in_a_link_gives_a_note(open_page, app):
    view = opened(open_page, app, query="?orbit.step_size=1e999&orbit.n_steps=abc")
    assert view.get_by_text("is not a number from 0.001 to 100").count() == 1
    assert view.get_by_text("n_steps = “abc” in the link").count() == 1


def test_a_click_on_the_amplitude_diagram_sets_the_step_size(open_page, app):
    view = opened(open_page, app)
    box = view.locator("[data-testid=stMain] [data-testid=stNumberInput] input").first
    diagram = view.locator(CHART, has_text="Amplitude against step size").locator("svg")
    chosen = []
    for across in (0.8, 0.5, 0.8):  # the first place again after another choice
        before, size = box.input_value(), diagram.bounding_box()
        diagram.click(position={"x": across * size["width"], "y": size["height"] / 2})
        for _ in range(100):
            if box.input_value() != before:
                break
            view.wait_for_timeout(100)
        chosen.append(float(box.input_value()))
    assert chosen[0] == chosen[2] > 1.0 > chosen[1] > 0.01


def test_playback_draws_the_staircase_step_by_step(open_page, app):
    view = opened(open_page, app)
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
    view.wait_for_timeout(SETTLED)
    assert picture(view) == whole


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_claim_charts_and_verdicts_fit_one_screen(open_page, app, scheme):
    view = opened(open_page, app, scheme=scheme)
    boxes = {
        "title": view.locator("h1").bounding_box(),
        "verdicts": view.locator(".verdicts").bounding_box(),
        **{f"chart {i}": view.locator(CHART).nth(i).bounding_box() for i in range(3)},
    }
    for name, box in boxes.items():
        assert box["y"] >= 0, name
        assert box["y"] + box["height"] <= 900, name
        assert box["x"] + box["width"] <= 1440, name


def test_every_control_has_a_name_and_every_chart_a_label(open_page, app):
    view = opened(open_page, app)
    unnamed = view.evaluate(
        """[...document.querySelectorAll('input, button')].filter(e => !(e.ariaLabel || e.labels?.length ||
        e.getAttribute('aria-labelledby') || e.textContent.trim() || e.title)
        && !e.closest('.vega-bindings') && e.offsetParent).map(e => e.outerHTML.slice(0, 120))"""
    )
    assert unnamed == []
    labels = view.eval_on_selector_all(CHART, "charts => charts.map(chart => chart.ariaLabel)")
    assert labels
    assert all(re.fullmatch(r".+: described in the text that follows", label) for label in labels)
