"""Every page, opened through the router as a reader opens it."""

from __future__ import annotations

import pytest

from pages.ui.controls.grid import written
from stepsize_core.paper.parameters import Number, controls_of
from tests.pages.visit import PAGES, PHENOMENA, choose_preset, presets, visit, without_exception

NONSENSE = ("nan", "inf", "1e999", "-1e999", "abc", "", "0x10", "<script>alert(1)</script>", "9" * 1200)


def step_size_key(app) -> str:
    """The key of the control of the step size."""
    return next(box.key for box in app.number_input if box.key.endswith(".step_size"))


def test_every_page_is_the_overview_or_that_of_a_phenomenon_of_the_catalogue():
    assert sorted(PAGES) == sorted(["overview", *PHENOMENA])


@pytest.mark.parametrize("page", PAGES)
def test_the_page_opens_and_has_one_title(page):
    assert len(visit(page).title) == 1


@pytest.mark.parametrize("page", PHENOMENA)
def test_every_preset_opens_and_says_why_it_is_worth_a_look(page):
    app = visit(page)
    box = next(box for box in app.selectbox if box.label == "Preset")
    assert box.options[:-1] == [preset.title for preset in presets(page).values()]
    for name, preset in presets(page).items():
        choose_preset(app, name)
        assert any(preset.why == caption.value for caption in app.caption), name


@pytest.mark.parametrize("page", PHENOMENA)
@pytest.mark.parametrize("nonsense", NONSENSE)
def test_nonsense_in_a_link_gives_the_default_and_a_note(page, nonsense):
    key = step_size_key(visit(page))
    params_class = PHENOMENA[page].Params
    app = visit(page, {key: nonsense})
    assert app.number_input(key=key).value == params_class().step_size
    notes = [warning.value for warning in app.warning]
    assert len(notes) == 1, notes
    assert controls_of(params_class)["step_size"].accepts in notes[0]
    assert "<" not in notes[0]


@pytest.mark.parametrize("page", PHENOMENA)
def test_a_step_size_outside_its_range_gives_the_default_and_a_note(page):
    key = step_size_key(visit(page))
    params_class = PHENOMENA[page].Params
    control = controls_of(params_class)["step_size"]
    for outside in (2 * control.high, -control.low, control.low / 2, 0.0):
        app = visit(page, {key: repr(outside)})
        assert app.number_input(key=key).value == params_class().step_size
        assert len(app.warning) == 1


@pytest.mark.parametrize("page", PHENOMENA)
def test_a_valid_link_is_restored_without_a_note(page):
    params_class = PHENOMENA[page].Params
    control = controls_of(params_class)["step_size"]
    assert isinstance(control, Number)
    value = float(f"{(control.low * control.high) ** 0.5 if control.log else control.high / 3:.4g}")
    app = visit(page, {step_size_key(visit(page)): repr(value)})
    assert app.number_input(key=step_size_key(app)).value == value
    assert not app.warning


@pytest.mark.parametrize("page", PHENOMENA)
def test_the_slider_moves_the_number_box_and_the_box_moves_the_slider(page):
    app = visit(page)
    key = step_size_key(app)
    slider = app.select_slider(key=f"{key}~slider")
    app = without_exception(slider.set_value(slider.options[len(slider.options) // 3]).run())
    moved = app.number_input(key=key).value
    assert written(moved) == slider.options[len(slider.options) // 3]
    between = float(f"{moved * 1.0012:.6g}")  # no round number
    app = without_exception(app.number_input(key=key).set_value(between).run())
    slider = app.select_slider(key=f"{key}~slider")
    assert slider.value == between
    assert written(between) in slider.options
    assert len(slider.options) == len(set(slider.options))
