"""Playback: frame by frame, all pictures at one step, without the server, and calm where asked."""

from __future__ import annotations

import pytest

from pages.charts.kit.style import LIGHT
from tests.browser.screen import rest
from tests.conftest import pages_of

pytestmark = pytest.mark.browser

CHART = "[data-testid=stVegaLiteChart]"
LONG_RUN = "periodic_orbits?orbit.n_steps=1000"
FRAMES = 45


def opened(open_page, app, address):
    view = open_page(f"{app}/{address}", reduced_motion="no-preference")
    at_rest(view)
    return view


def at_rest(view) -> None:
    """Wait until the picture plays, as it does on arrival, and show the whole run."""
    view.get_by_role("button", name="pause").click()
    view.get_by_role("button", name="to the end").click()


@pytest.fixture(scope="module")
def played(chromium, app):
    """A page with a long run, for tests that play it."""
    with pages_of(chromium) as open_page:
        yield opened(open_page, app, LONG_RUN)


@pytest.fixture
def long_run(played):
    """The page at the end of its run, to be played at the usual speed."""
    played.get_by_role("button", name="to the end").click()
    played.get_by_role("combobox", name="speed of the playback").select_option("1×")
    played.emulate_media(reduced_motion="no-preference")
    return played


def shown_step(view) -> int:
    """The step number beside the player."""
    return int(view.locator(".player output").inner_text().split()[2])


def changes_of_the_step(view, frames: int = FRAMES) -> int:
    """How often the step number changes over so many frames of the browser."""
    return view.locator(".player output").evaluate(
        """(output, frames) => new Promise(resolve => {
          let left = frames, changes = 0, last = output.textContent;
          const look = () => {
            if (output.textContent !== last) { changes += 1; last = output.textContent; }
            if (--left > 0) requestAnimationFrame(look); else resolve(changes);
          };
          requestAnimationFrame(look);
        })""",
        frames,
    )


def test_a_long_run_is_drawn_anew_in_nearly_every_frame(long_run):
    long_run.get_by_role("button", name="play forwards").click()
    long_run.wait_for_timeout(2200)  # its first steps, which are shown slowly
    few = FRAMES // 3  # of a browser under load, before the run has ended
    assert changes_of_the_step(long_run, few) >= few / 5


def test_of_a_long_run_the_middle_is_shown_in_pairs_of_steps_and_the_end_one_by_one(long_run):
    # slowly where steps are shown one by one
    steps = long_run.locator(".player").evaluate(
        """player => new Promise(resolve => {
          const output = player.querySelector('output'), seen = new Set();
          const speed = player.querySelector('select');
          speed.value = '4';
          player.querySelector('[data-do=first]').click();
          player.querySelector('[data-do=play]').click();
          const look = () => {
            const k = Number(output.textContent.split('=')[1].split('/')[0]);
            seen.add(k);
            if (k >= 2) speed.value = k < 28 || k > 980 ? '0.25' : '1';
            if (k < 1000) requestAnimationFrame(look); else resolve([...seen]);
          };
          requestAnimationFrame(look);
        })"""
    )
    assert len(set(range(25)) & set(steps)) >= 22  # a browser under load misses some
    assert len({997, 998, 999, 1000} & set(steps)) >= 3
    assert {k % 2 for k in steps if 24 < k < 996} == {0}


def test_a_reader_who_asked_for_less_motion_gets_a_picture_now_and_then(long_run):
    long_run.emulate_media(reduced_motion="reduce")
    long_run.get_by_role("button", name="play forwards").click()
    assert 1 <= changes_of_the_step(long_run, 2 * FRAMES) <= 2 * FRAMES / 10


def test_playing_asks_nothing_of_the_server(open_page, app):
    view = open_page("about:blank", reduced_motion="no-preference")
    sent = []
    view.on("websocket", lambda socket: socket.on("framesent", lambda frame: sent.append(frame)))
    view.goto(f"{app}/{LONG_RUN}")
    at_rest(view)
    rest(view)
    before = len(sent)
    assert before > 0
    view.get_by_role("button", name="play forwards").click()
    assert changes_of_the_step(view) > 0
    view.get_by_role("button", name="one step back").click()
    assert len(sent) == before


def test_the_keyboard_plays_and_pauses_and_steps(open_page, app):
    view = opened(open_page, app, "periodic_orbits?orbit.n_steps=200")
    view.get_by_role("button", name="play forwards").focus()
    view.keyboard.press("Enter")
    assert changes_of_the_step(view) > 0
    view.keyboard.press("Space")
    assert view.get_by_role("button", name="play forwards").is_visible()
    paused = shown_step(view)
    assert changes_of_the_step(view, 15) == 0
    view.keyboard.press("Tab")
    view.keyboard.press("Space")
    assert shown_step(view) == paused + 1
    view.get_by_role("slider", name="steps shown").focus()
    view.keyboard.press("Home")
    assert shown_step(view) == 0


def test_cobweb_and_function_show_the_same_step(open_page, app):
    view = opened(open_page, app, "equilibrium_selection?select.step_size=0.1&select.start=1.3")
    view.get_by_role("button", name="to the start").click()
    for k in range(1, 4):
        view.get_by_role("button", name="one step forward").click()
        view.wait_for_timeout(150)
        dots = (
            view.locator(CHART, has_text="Figure 1")
            .locator(f".mark-symbol path[fill='{LIGHT.measured}']")
            .count()
        )
        assert dots == k + 1
        stairs = (
            view.locator(CHART, has_text="Cobweb")
            .locator(".mark-line path")
            .evaluate_all("all => all.map(path => path.getAttribute('d').match(/[ML]/g).length)")
        )
        assert 2 * k + 1 in stairs


def test_the_speed_can_be_chosen(long_run):
    steps = {}
    for speed in ("¼×", "4×"):
        long_run.get_by_role("combobox", name="speed of the playback").select_option(speed)
        long_run.locator(".player").evaluate(
            """player => new Promise(resolve => {
              for (const what of ['first', 'play']) player.querySelector(`[data-do=${what}]`).click();
              setTimeout(requestAnimationFrame, 800, resolve);
            })"""
        )
        steps[speed] = shown_step(long_run)
    assert steps["4×"] > 4 * (steps["¼×"] + 1)


def test_whole_pictures_change_at_most_three_times_a_second(open_page, app):
    view = opened(open_page, app, "relu_oscillation?relu.n_steps=400")
    view.get_by_role("button", name="to the start").click()
    first = shown_step(view)
    view.get_by_role("button", name="play forwards").click()
    view.wait_for_timeout(2000)
    view.get_by_role("button", name="pause").click()
    assert 2 <= shown_step(view) - first <= 6
    view.get_by_role("button", name="to the end").click()
    assert view.locator(CHART).first.get_by_text("step 400, loss").count() == 1
