"""Light, dark, and whatever the system says: charts, images and reference lines follow, at once and later."""

from __future__ import annotations

import pytest

from pages.charts.kit.style import DARK, LIGHT, Style
from stepsize_core.limits import LimitKind
from tests.browser.screen import CHART, opened, settle, wait_for_scheme

pytestmark = pytest.mark.browser

LINES = f"{CHART} .mark-rule line"
VEIL = 2  # of 255 levels: the nearly invisible click targets lie over the image
# Of the picture of fates, how much has this colour.
SHARE = f"""colour => {{
  const canvas = document.querySelector('{CHART} canvas');
  const pixels = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
  let hits = 0;
  for (let i = 0; i < pixels.length; i += 4)
    hits += colour.every((level, j) => Math.abs(pixels[i + j] - level) <= {VEIL});
  return 4 * hits / pixels.length;
}}"""


def choose(view, scheme: str) -> None:
    """Choose a scheme in the menu."""
    view.get_by_role("button", name="Main menu").click()
    view.get_by_role("menuitemradio", name=scheme).click()
    view.keyboard.press("Escape")


def diverged(style: Style) -> list[int]:
    """The colour of divergence."""
    return list(bytes.fromhex(style.outcome(LimitKind.DIVERGENT).colour.lstrip("#")))


def test_images_follow_the_system_while_the_page_is_open(open_page, app):
    view = opened(open_page, app, "equilibrium_selection", "?select.view=Where+the+starts+go")
    for style, other in ((LIGHT, DARK), (DARK, LIGHT), (LIGHT, DARK)):
        view.emulate_media(color_scheme=style.name)
        wait_for_scheme(view, style.name)
        view.wait_for_function(f"colour => ({SHARE})(colour) > 0.2", arg=diverged(style))
        assert view.evaluate(SHARE, diverged(other)) < 0.01


def test_reference_lines_follow_the_system_while_the_page_is_open(open_page, app):
    view = opened(open_page, app, "periodic_orbits", scheme="dark")
    for style, other in ((DARK, LIGHT), (LIGHT, DARK)):
        view.emulate_media(color_scheme=style.name)
        wait_for_scheme(view, style.name)
        strokes = set(
            view.eval_on_selector_all(LINES, "lines => lines.map(line => line.getAttribute('stroke'))")
        )
        assert {style.theory, style.chosen} <= strokes
        assert not {other.theory, other.chosen} & strokes


def test_a_visitor_chooses_light_dark_or_system_and_the_choice_stays(open_page, app):
    view = opened(open_page, app, "periodic_orbits", scheme="light")
    choose(view, "Dark")
    wait_for_scheme(view, "dark")
    view.reload()
    settle(view)
    wait_for_scheme(view, "dark")
    choose(view, "Light")
    wait_for_scheme(view, "light")
    view.emulate_media(color_scheme="dark")
    choose(view, "System")
    wait_for_scheme(view, "dark")
