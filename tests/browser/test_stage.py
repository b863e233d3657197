"""The picture that a page opens with: it plays once, and is taken in hand."""

from __future__ import annotations

import numpy as np
import pytest

from pages.charts.kit.style import LIGHT
from stepsize_core import TwoMinima, gradient_descent

sync_api = pytest.importorskip("playwright.sync_api")
pytestmark = pytest.mark.browser

PAGE = "equilibrium_selection"
COBWEB, BALL, DIAGRAM = (
    f".st-key-select-{name}" for name in ("cobweb-square", "figure_1-picture", "diagram-picture")
)
PLOT = "svg .root > g > .background"
OUTPUT = ".player output"
HEAD = f".mark-symbol path[fill='{LIGHT.head}']"
START, STEP_SIZE = "start", "step_size"
LENGTH = (4.0, 7.5)  # seconds in which a run plays; a busy machine may add some


def opened(open_page, app, query: str = "", **options):
    view = open_page(f"{app}/{PAGE}{query}", **options)
    view.wait_for_selector(f"{COBWEB} {HEAD}", state="attached")
    view.wait_for_selector(f"{DIAGRAM}[data-grip]", state="attached")
    return view


def step(view) -> int:
    return int(view.locator(OUTPUT).inner_text().split()[2])


def at_rest(view, last: int) -> None:
    sync_api.expect(view.locator(OUTPUT)).to_have_text(f"k = {last} / {last}", timeout=20_000)


def values(view, *names: str) -> list[str]:
    """What the pictures have been given, all of them the same."""
    read = "inputs => [...new Set(inputs.map(input => input.value))].join('|')"
    return [view.eval_on_selector_all(f".vega-bind input[name={name}]", read) for name in names]


def point(view, picture: str, across: float, up: float = 0.5) -> tuple[float, float]:
    """The place on the screen of shares of a picture's sides."""
    view.locator(picture).scroll_into_view_if_needed()
    box = view.locator(f"{picture} {PLOT}").bounding_box()
    return box["x"] + across * box["width"], box["y"] + (1 - up) * box["height"]


def box_of(view, field: str):
    return view.locator(f".st-key-select-{field} input")


def test_it_plays_once_from_the_first_step_and_comes_to_rest(open_page, app):
    view = opened(open_page, app, reduced_motion="no-preference")
    seen, began = [], view.evaluate("performance.now()")
    while not seen or seen[-1] < 60:
        seen.append(step(view))
        view.wait_for_timeout(50)
    took = (view.evaluate("performance.now()") - began) / 1000
    assert seen[0] <= 5
    assert seen == sorted(seen)
    assert took <= LENGTH[1]
    view.wait_for_timeout(700)
    assert step(view) == 60
    assert view.get_by_role("button", name="play forwards").is_visible()


def test_another_step_size_does_not_play_and_a_preset_does(open_page, app):
    view = opened(open_page, app, reduced_motion="no-preference")
    at_rest(view, 60)
    box_of(view, STEP_SIZE).fill("0.21")
    box_of(view, STEP_SIZE).press("Enter")
    view.wait_for_url("**select.step_size=0.21**")
    view.wait_for_timeout(800)
    assert step(view) == 60
    view.locator(".st-key-presets").get_by_text("Both minima are stable").click()
    sync_api.expect(view.locator(OUTPUT)).not_to_have_text("k = 60 / 60")
    at_rest(view, 60)


def test_a_reader_who_asked_for_less_motion_sees_the_finished_run(open_page, app):
    view = opened(open_page, app)
    assert step(view) == 60
    view.wait_for_timeout(500)
    assert step(view) == 60


def test_the_head_is_at_the_same_state_in_every_picture(open_page, app):
    view = opened(open_page, app, "?select.step_size=0.1&select.start=1.3")
    states = gradient_descent(TwoMinima(), 1.3, 0.1, 60).states
    view.get_by_role("button", name="to the start").click()
    for k in range(1, 4):
        view.get_by_role("button", name="one step forward").click()
        view.wait_for_timeout(150)
        for picture in (COBWEB, BALL):
            head = view.locator(f"{picture} {HEAD}").bounding_box()
            plot = view.locator(f"{picture} {PLOT}").bounding_box()
            share = (head["x"] + head["width"] / 2 - plot["x"]) / plot["width"]
            axis = view.locator(f"{picture} .role-axis-label text").all_inner_texts()
            assert 0 <= share <= 1
            if picture == BALL:  # whose axis has the ends of Figure 1
                assert 0.5 + share * 1.75 == pytest.approx(states[k], abs=0.01), axis


def test_the_start_is_dragged_in_the_cobweb_and_the_run_follows(open_page, app):
    view = opened(open_page, app)
    view.mouse.move(*point(view, COBWEB, 0.5))
    view.mouse.down()
    view.mouse.move(*point(view, COBWEB, 0.3))
    view.wait_for_function("() => document.querySelector('.vega-bind input[name=run]').value !== ''")
    held, run, delta = values(view, "held_across", "run", "delta")
    exact = gradient_descent(TwoMinima(), float(held), 0.3, 60).states
    np.testing.assert_allclose([float(x) for x in run.split()[1:12]], exact[:11], rtol=1e-9)
    assert delta == "0.3"
    assert "select.start" not in view.url
    view.mouse.up()
    sync_api.expect(box_of(view, START)).to_have_value(held)
    view.wait_for_selector("body:not([data-dragging])", state="attached")
    assert values(view, "run", "held_across") == ["", ""]


def test_the_step_size_is_dragged_on_its_diagram_and_held_by_a_threshold(open_page, app):
    view = opened(open_page, app)
    view.mouse.move(*point(view, DIAGRAM, 0.3 / 0.65))
    view.mouse.down()
    seen = set()
    for pixels in range(-9, 10, 3):
        x, y = point(view, DIAGRAM, 0.2 / 0.65)
        view.mouse.move(x + pixels, y)
        view.wait_for_timeout(60)
        seen.add(values(view, "held")[0])
    assert "0.2" in seen
    assert 3 <= len(seen) <= 6
    view.mouse.move(*point(view, DIAGRAM, 0.25 / 0.65))
    view.mouse.up()
    view.wait_for_url("**select.step_size=0.25**")
    view.wait_for_selector("body:not([data-dragging])", state="attached")
    assert values(view, "held", "delta", "run") == ["", "", ""]


def test_a_click_on_the_diagram_chooses_and_one_at_the_same_place_changes_nothing(open_page, app):
    view = opened(open_page, app)
    for _ in range(2):
        view.mouse.click(*point(view, DIAGRAM, 0.45 / 0.65))
        sync_api.expect(box_of(view, STEP_SIZE)).to_have_value("0.45")
        view.wait_for_selector("body:not([data-dragging])", state="attached")


def test_a_finger_drags_too(open_page, app):
    view = opened(open_page, app, has_touch=True)
    (x, y), (to, _) = point(view, DIAGRAM, 0.3 / 0.65), point(view, DIAGRAM, 0.4 / 0.65)
    touch = view.context.new_cdp_session(view)
    moves = [("touchMove", [x + share * (to - x)]) for share in (0.3, 0.6, 1.0)]
    for kind, places in (("touchStart", [x]), *moves, ("touchEnd", [])):
        points = [{"x": place, "y": y} for place in places]
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
        view.wait_for_timeout(60)
    sync_api.expect(box_of(view, STEP_SIZE)).to_have_value("0.4")
