"""The guided tour in a real browser: its bar hides neither menu nor title, and the keyboard walks it."""

import pytest

from stepsize_core.paper.catalogue import stops
from tests.browser.screen import DESKTOP, PHONE, resize

pytestmark = pytest.mark.browser

BAR = ".st-key-tour"


def at_stop(open_page, app, number, **screen):
    view = open_page(f"{app}/?tour={number}", **screen)
    view.wait_for_selector(f"{BAR} :text('Tour {number} of')")
    view.wait_for_selector("[data-testid=stVegaLiteChart] svg")
    return view


@pytest.mark.parametrize("number", [1, 2, 4, 5])
def test_claim_charts_and_first_verdict_fit_one_screen_while_touring(open_page, app, number):
    view = at_stop(open_page, app, number)
    bar, title = view.locator(BAR).bounding_box(), view.locator("h1").bounding_box()
    verdict = view.locator(".verdicts tbody tr").first.bounding_box()
    assert bar["y"] + bar["height"] <= title["y"]
    assert verdict["y"] + verdict["height"] <= 900


def test_the_bar_stands_between_the_menu_and_the_title(open_page, app):
    view = at_stop(open_page, app, 13)
    for size in (DESKTOP, (1000, 800), PHONE):
        resize(view, *size)
        header = view.locator("[data-testid=stHeader]").bounding_box()
        bar, title = view.locator(BAR).bounding_box(), view.locator("h1").bounding_box()
        assert header["y"] + header["height"] <= bar["y"], size
        assert bar["y"] + bar["height"] <= title["y"], size
        assert view.locator(BAR).locator("p", has_text="Tour 13 of").is_visible(), size
        if size == DESKTOP:
            assert view.get_by_role("link", name="Overview").first.is_visible()


def test_a_stop_leads_to_its_scene_in_the_presentation(open_page, app):
    view = at_stop(open_page, app, 3)
    view.get_by_role("link", name="present this").click()
    view.wait_for_selector(f".st-key-scenes-buttons :text-is('3 / {len(stops())}')")
    assert "scene=3" in view.url
    assert view.locator(BAR).count() == 0


def test_the_keyboard_walks_the_tour_and_leaves_it(open_page, app):
    view = at_stop(open_page, app, 1)
    view.get_by_role("link", name="next").focus()
    view.keyboard.press("Enter")
    view.wait_for_selector(f"{BAR} :text('Tour 2 of')")
    view.get_by_role("link", name="back").focus()
    view.keyboard.press("Enter")
    view.wait_for_selector(f"{BAR} :text('Tour 1 of')")
    assert "tour=1" in view.url
    view.get_by_role("button", name="close").focus()
    view.keyboard.press("Enter")
    view.wait_for_selector(BAR, state="detached")
    assert "tour" not in view.url


def test_the_bar_fits_a_phone(open_page, app):
    view = at_stop(open_page, app, 5, width=390, height=844)
    for part in view.locator(f"{BAR} :is(p, a, button)").all():
        box = part.bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 390
