"""What a reader writes into a number box is read, or refused in words at the box and kept."""

from __future__ import annotations

import pytest

from tests.browser.screen import opened, settle
from tests.conftest import pages_of

pytestmark = pytest.mark.browser

BOX = "[data-testid=stMain] [data-testid=stNumberInput] input"
BUBBLE = "[data-testid=stMain] [data-testid=stSliderThumbValue]"
STEPS = "[data-testid=stSidebar] [aria-label=steps][data-testid=stNumberInputField]"
ACCEPTS = "Not used: the box accepts a number from 0.001 to 1."
BEFORE = "0.3"
PASTE = """([box, text]) => {
  box.select();
  document.execCommand('insertText', false, text);
}"""


@pytest.fixture(scope="module")
def view(chromium, app):
    """A page for all of these tests."""
    with pages_of(chromium) as open_page:
        yield opened(open_page, app, "equilibrium_selection", f"?select.step_size={BEFORE}")


@pytest.fixture
def page(view):
    """The page, whose δ is BEFORE and whose boxes refuse nothing."""
    write(view, view.locator(BOX).first, BEFORE)
    view.keyboard.press("Enter")
    view.wait_for_function(f"value => document.querySelector('{BUBBLE}').textContent === value", arg=BEFORE)
    assert view.locator("[role=alert]").count() == 0
    return view


def write(view, box, text: str) -> None:
    box.click()
    view.keyboard.press("Control+a")
    view.keyboard.type(text)


@pytest.mark.parametrize(
    ("written", "read"), [("0,05", "0.05"), (",25", "0.25"), ("2,5e-1", "0.25"), ("1e-1", "0.1")]
)
@pytest.mark.parametrize("key", ["Enter", "Tab"])
def test_a_decimal_comma_is_read(page, written, read, key):
    box = page.locator(BOX).first
    write(page, box, written)
    page.keyboard.press(key)
    page.wait_for_function(f"value => document.querySelector('{BUBBLE}').textContent === value", arg=read)
    assert box.input_value() == read
    assert page.locator("[role=alert]").count() == 0


def test_a_comma_that_is_pasted_is_read(page):
    box = page.locator(BOX).first
    box.click()
    page.evaluate(PASTE, [box.element_handle(), "0,31"])
    page.keyboard.press("Enter")
    page.wait_for_function(f"() => document.querySelector('{BUBBLE}').textContent === '0.31'")
    assert box.input_value() == "0.31"


@pytest.mark.parametrize("written", ["5e-5", "7", "abc", "1,000,5", "1,000", "1e999", "0.2x"])
def test_what_is_not_accepted_stays_is_not_used_and_is_answered_at_the_box(page, written):
    box = page.locator(BOX).first
    write(page, box, written)
    for key in ("Enter", "ArrowUp", "Tab"):
        page.keyboard.press(key)
        alert = page.get_by_role("alert")
        assert alert.inner_text() == ACCEPTS
        assert box.input_value() == written
    assert box.get_attribute("aria-describedby") == alert.get_attribute("id")
    above, below = box.bounding_box(), alert.bounding_box()
    assert 0 <= below["y"] - above["y"] - above["height"] < 20
    settle(page)
    assert page.locator(BUBBLE).inner_text() == BEFORE
    write(page, box, "0.2")
    assert alert.count() == 0
    page.keyboard.press("Enter")
    page.wait_for_function(f"() => document.querySelector('{BUBBLE}').textContent === '0.2'")


def test_what_is_refused_stays_while_the_page_still_takes_what_was_written_before(page):
    box = page.locator(BOX).first
    for written, key in (("0.25", "Enter"), ("abc", "Tab")):
        write(page, box, written)
        page.keyboard.press(key)
    page.wait_for_function("() => new URLSearchParams(location.search).get('select.step_size') === '0.25'")
    settle(page)
    assert box.input_value() == "abc"
    assert page.get_by_role("alert").inner_text() == ACCEPTS


@pytest.mark.parametrize(
    ("of", "before", "written", "value"), [(BOX, BEFORE, "abc", "0.2"), (STEPS, "40", "7.5", "400")]
)
def test_a_preset_takes_the_place_of_a_refused_text(page, of, before, written, value):
    box = page.locator(of).first
    write(page, box, before)
    page.keyboard.press("Enter")
    settle(page)
    write(page, box, written)
    page.keyboard.press("Tab")
    assert page.get_by_role("alert").count() == 1
    page.get_by_text("The threshold: neither stable nor unstable").locator("visible=true").first.click()
    page.wait_for_function("([box, value]) => box.value === value", arg=[box.element_handle(), value])
    settle(page)
    assert box.input_value() == value
    assert page.get_by_role("alert").count() == 0
    assert page.locator(BUBBLE).inner_text() == "0.2"


def test_the_buttons_beside_a_box_do_not_take_what_it_refuses(page):
    box = page.locator(BOX).first
    write(page, box, "0,1,2")
    page.get_by_role("button", name="Increment").first.click()
    settle(page)
    assert box.input_value() == "0,1,2"
    assert page.get_by_role("alert").inner_text() == ACCEPTS


def test_a_box_of_integers_takes_them_in_any_spelling_and_no_other_number(page):
    box = page.locator(STEPS)
    write(page, box, "10,5")
    page.keyboard.press("Enter")
    assert page.get_by_role("alert").inner_text() == "Not used: the box accepts an integer from 2 to 1000."
    write(page, box, "1e2")
    page.keyboard.press("Enter")
    page.wait_for_function("() => new URLSearchParams(location.search).get('select.n_steps') === '100'")
    assert box.input_value() == "100"


@pytest.mark.parametrize("pause", [0, 150])  # ms
def test_quick_steps_are_all_taken_and_the_slider_and_the_address_follow(page, pause):
    box = page.locator(BOX).first
    box.focus()
    for key in ["ArrowUp"] * 6 + ["ArrowDown"] * 2:
        page.keyboard.press(key)
        page.wait_for_timeout(pause)
    settle(page)
    page.wait_for_function(f"() => document.querySelector('{BUBBLE}').textContent === '0.34'")
    assert box.input_value() == "0.34"
    assert page.evaluate("() => new URLSearchParams(location.search).get('select.step_size')") == "0.34"
