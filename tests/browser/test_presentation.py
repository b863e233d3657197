"""The presentation in a browser: keys and clicker, letters for the last row, nothing given away too early."""

import pytest

from stepsize_core.paper.catalogue import class_scenes, stops
from tests.browser.screen import CHART, IDLE, resize, rest, wait_for_scheme
from tests.conftest import pages_of

pytestmark = pytest.mark.browser

SCREEN = {"width": 1600, "height": 900}
LEAST_TEXT = 20  # pixels, on this screen
TOUCH = 40  # pixels
CHAOS, LAST = 2, len(class_scenes())  # a scene for class that asks, with a cobweb; and the last one
# Of the letters in the picture that are drawn: what they say and their size.
TEXTS = """() => [...document.querySelectorAll('[data-testid=stVegaLiteChart] svg text')].flatMap(e => {
  const style = getComputedStyle(e), seen = Number(style.opacity) > 0 && e.textContent.trim();
  return seen ? [[e.textContent, parseFloat(style.fontSize)]] : [];
})"""
LEGS = """() => [...document.querySelectorAll('svg .mark-rule.role-mark line')].filter(e => {
  const { width, height } = e.getBoundingClientRect();
  return width + height > 0;
}).length"""

# Where the picture, its title and its highest disc begin.
EDGES = f"""() => {{
  const picture = document.querySelector('{CHART} svg'), top = e => e.getBoundingClientRect().top;
  const heads = [...picture.querySelectorAll('.role-mark path')].filter(e => e.getBBox().width > 20);
  const discs = heads.filter(e => getComputedStyle(e).fill === 'rgb(255, 194, 26)');
  return [top(picture), top(picture.querySelector('.role-title-text')), Math.min(...discs.map(top))];
}}"""


def at_scene(open_page, app, name, number, **options):
    view = open_page(f"{app}/scenes?set={name}&scene={number}", **SCREEN | options)
    settle(view)
    return view


def settle(view) -> None:
    view.wait_for_selector(f"{CHART} svg")
    view.wait_for_function(IDLE)


def wait_for_scene(view, number: int, count: int = LAST) -> None:
    view.wait_for_selector(f".st-key-scenes-buttons :text-is('{number} / {count}')")
    settle(view)


@pytest.fixture(scope="module")
def view(chromium, app):
    """The first scene for class; each test goes to the scene it needs."""
    with pages_of(chromium) as open_page:
        yield at_scene(open_page, app, "class", 1)


@pytest.fixture
def first(view):
    """The page at its first scene, with the focus nowhere."""
    view.evaluate("() => document.activeElement.blur()")
    view.keyboard.press("Home")
    wait_for_scene(view, 1)
    return view


def delta(view) -> float:
    return float(view.locator(".st-key-scenes-delta input").input_value())


def test_keys_and_clicker_change_the_scene(first):
    for key, scene in (("PageDown", 2), ("ArrowRight", 3), ("PageUp", 2), ("ArrowLeft", 1), ("End", LAST)):
        first.keyboard.press(key)
        wait_for_scene(first, scene)
        assert f"scene={scene}" in first.url
    first.keyboard.press("PageDown")  # there is no scene after the last one
    rest(first)
    wait_for_scene(first, LAST)


def test_the_letter_f_fills_the_screen_and_leaves_it(first):
    for filled in (True, False):
        first.keyboard.press("f")
        first.wait_for_function("filled => Boolean(document.fullscreenElement) === filled", arg=filled)


def test_fast_presses_all_count(first):
    for _ in range(4):
        first.keyboard.press("PageDown")
    wait_for_scene(first, 5)
    first.get_by_role("button", name="← Back").click()  # and a button goes on from there
    wait_for_scene(first, 4)
    first.keyboard.press("PageDown")
    wait_for_scene(first, 5)


def test_in_a_field_only_the_clicker_changes_the_scene(first):
    first.locator(".st-key-scenes-delta input").focus()
    first.keyboard.press("ArrowRight")
    first.keyboard.press("End")
    rest(first)
    wait_for_scene(first, 1)
    first.keyboard.press("PageDown")
    wait_for_scene(first, 2)


def test_plus_and_minus_move_the_step_size_and_the_picture(first):
    first.keyboard.press("PageDown")
    wait_for_scene(first, CHAOS)
    before, picture = delta(first), first.locator(f"{CHART} svg").inner_html()
    for _ in range(3):
        first.keyboard.press("+")
    first.wait_for_selector(".st-key-scenes-say :text('The picture now shows')")
    settle(first)
    assert delta(first) > before
    assert first.locator(f"{CHART} svg").inner_html() != picture
    for _ in range(3):
        first.keyboard.press("-")
    first.wait_for_selector(".st-key-scenes-say :text('The picture now shows')", state="detached")
    assert delta(first) == before


def test_space_reveals_what_the_picture_hid(first):
    first.keyboard.press("PageDown")
    wait_for_scene(first, CHAOS)
    assert not [text for text, _ in first.evaluate(TEXTS) if "stable" in text]
    assert first.evaluate(LEGS) == 0
    assert first.locator(".answers .right").count() == 0
    assert first.get_by_role("button", name="play forwards").count() == 0
    first.keyboard.press(" ")
    first.wait_for_selector(".answers .right")
    first.wait_for_function(f"() => ({LEGS})() > 0")
    settle(first)
    assert [text for text, _ in first.evaluate(TEXTS) if "unstable" in text]
    assert first.locator(".st-key-scenes-why").is_visible()


def test_space_presses_the_button_that_has_the_focus(first):
    first.get_by_role("button", name="Next →").focus()
    first.keyboard.press(" ")
    wait_for_scene(first, 2)
    assert first.locator(".answers .right").count() == 0


@pytest.mark.parametrize(("name", "count"), [("class", LAST), ("paper", len(stops()))])
def test_the_last_row_reads_the_letters_in_every_picture(open_page, app, name, count):
    view = at_scene(open_page, app, name, 1)
    for scene in range(1, count + 1):
        wait_for_scene(view, scene, count)
        texts = view.evaluate(TEXTS)
        assert texts
        assert [(scene, text, size) for text, size in texts if size < LEAST_TEXT] == []
        view.keyboard.press("PageDown")


def test_words_are_as_large_as_the_screen_allows(open_page, app):
    view = at_scene(open_page, app, "class", CHAOS)
    for width, height, unit in ((1600, 900, 1.0), (1920, 1080, 1.2)):
        resize(view, width, height)
        for part, size in (("h1", 44), (".answers", 28)):
            found = view.locator(f".st-key-scenes-words {part}").evaluate("e => getComputedStyle(e).fontSize")
            assert float(found.removesuffix("px")) == pytest.approx(size * unit)
        picture = view.locator(f"{CHART} svg").bounding_box()
        assert picture["height"] > 0.85 * height
        assert view.evaluate("() => document.querySelector('[data-testid=stMain]').scrollHeight") <= height


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_phone_stacks_the_scene(open_page, app, scheme):
    view = at_scene(
        open_page, app, "class", CHAOS, width=390, height=844, scheme=scheme, reduced_motion="no-preference"
    )
    wait_for_scheme(view, scheme)
    for button in view.locator(".st-key-scenes-buttons button").all():
        assert button.bounding_box()["height"] >= TOUCH
    assert view.evaluate("() => document.querySelector('[data-testid=stMain]').scrollWidth") == 390
    view.get_by_role("button", name="Reveal").click()
    view.wait_for_selector(".answers .right")
    assert view.get_by_role("button", name="pause").is_visible()


def test_a_head_at_the_edge_is_drawn_in_full_and_does_not_move_the_title(first):
    first.keyboard.press("End")  # a run that leaves its picture
    wait_for_scene(first, LAST)
    title = first.evaluate(EDGES)[1]
    first.keyboard.press(" ")
    first.wait_for_selector(".answers .right")
    first.get_by_role("button", name="to the end").click()
    settle(first)
    top, moved, head = first.evaluate(EDGES)
    assert moved == pytest.approx(title, abs=0.5)
    assert top <= head < moved + 100
