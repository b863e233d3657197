"""Presets: a list and a menu, three sentences each, the picture that shows it, and something to try."""

from __future__ import annotations

import json

import pytest

from pages.charts import of
from pages.ui.page import ON_LOG_AXIS
from tests.pages.visit import PHENOMENA, choose_preset, visit, without_exception


def drawn(app) -> set[str]:
    """The names of the figures on the page."""
    specs = [json.loads(chart.proto.spec) for chart in app.get("vega_lite_chart")]
    return {param["value"] for spec in specs for param in spec["params"] if param["name"] == "figure"}


def words(app) -> str:
    return " ".join(html.proto.body for html in app.get("html"))


@pytest.mark.parametrize("page", PHENOMENA)
def test_a_preset_opens_the_tab_that_shows_it(page):
    app, one_per_figure = visit(page), {p.figure: name for name, p in PHENOMENA[page].PRESETS.items()}
    for name in one_per_figure.values():
        choose_preset(app, name)
        preset = PHENOMENA[page].PRESETS[name]
        shown = {figure.name for figure in of(PHENOMENA[page]).figures(PHENOMENA[page].study(preset.params))}
        assert preset.figure in shown
        seen = {name.removesuffix(ON_LOG_AXIS) for name in drawn(app)}
        assert preset.figure.removesuffix(ON_LOG_AXIS) in seen
        assert preset.means.split(".")[0][:30] in words(app).replace("&#x27;", "'")


def test_the_list_and_the_menu_name_every_preset_in_full_and_the_same_one():
    app = visit("equilibrium_selection")
    titles = [preset.title for preset in PHENOMENA["equilibrium_selection"].PRESETS.values()]
    (listed,) = (radio for radio in app.radio if radio.label == "Presets")
    (menu,) = (box for box in app.selectbox if box.label == "Preset")
    assert listed.options == titles
    assert menu.options[:-1] == titles
    without_exception(listed.set_value("period_4").run())
    (menu,) = (box for box in app.selectbox if box.label == "Preset")
    assert menu.value == "period_4"
    assert app.session_state["select.step_size"] == 0.25


def test_what_to_try_is_one_click_away():
    app = visit("equilibrium_selection")
    preset = PHENOMENA["equilibrium_selection"].PRESETS["chaotic_band"]
    button = next(button for button in app.button if button.label.startswith(preset.tries.words))
    without_exception(button.click().run())
    assert {
        name: app.session_state[f"select.{name}"] for name in preset.tries.changes
    } == preset.tries.changes
