"""Pinned runs in a real browser: one click compares, and the address of one visitor serves another."""

import pytest

from tests.browser.screen import rest

pytestmark = pytest.mark.browser

NAMED = "[data-testid=stVegaLiteChart] svg text"


def named_runs(view) -> set[str]:
    """The pinned runs that the pictures name."""
    texts = view.eval_on_selector_all(NAMED, "texts => texts.map(text => text.textContent)")
    return {text for text in texts if text[:3] in ("1: ", "2: ")}


def test_one_click_draws_the_run_before_beside_the_next_and_the_link_restores_both(open_page, app):
    view = open_page(f"{app}/periodic_orbits?orbit.view=Compare&orbit.start=0.7")
    view.get_by_role("button", name="Same start, δ × 2").click()
    view.wait_for_selector(f"{NAMED}:text('1: step size δ = 0.5')")
    rest(view)
    assert "orbit.pins=start~0.7" in view.url
    assert "orbit.step_size=1" in view.url
    other = open_page(view.url)
    other.wait_for_selector(f"{NAMED}:text('1: step size δ = 0.5')")
    assert named_runs(other) == named_runs(view) == {"1: step size δ = 0.5"}
    other.get_by_role("button", name="Unpin all").click()
    other.wait_for_selector(f"{NAMED}:text('1: step size δ = 0.5')", state="detached")
    assert "pins" not in other.url


def test_a_ready_comparison_stands_side_by_side_on_common_axes_and_the_player_moves_all_of_it(open_page, app):
    view = open_page(f"{app}/equilibrium_selection?select.view=Compare")
    view.get_by_role("button", name="Below, at and above δ = 0.2").click()
    pictures = view.locator("[class*='st-key-select-compared'] [data-testid=stVegaLiteChart]")
    pictures.nth(2).locator("svg").wait_for()
    rest(view)
    assert "select.compare=Iterates" in view.url
    axes = [picture.locator(".role-axis-label text").all_inner_texts() for picture in pictures.all()]
    assert len(axes) == 3
    assert axes[0] == axes[1] == axes[2] != []
    step = "[class*='st-key-select-compared'] .vega-bind input[name=step]"
    view.get_by_role("button", name="to the start").click()
    values = view.eval_on_selector_all(step, "inputs => inputs.map(input => Number(input.value))")
    assert values == [0, 0, 0]
