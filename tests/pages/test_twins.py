"""A browser reports all widgets at once, those too that show what they showed before the page's answer."""

from __future__ import annotations

import time

import pytest

from pages.ui import twins
from tests.pages.visit import PHENOMENA, choose_preset, visit, without_exception

BOX, SLIDER, PRESETS = "init.step_size", "init.step_size~slider", "init~preset~list"
PRESET = next(iter(PHENOMENA["initialization_dependence"].PRESETS))


@pytest.fixture
def app():
    return visit("initialization_dependence")


def report(app, box=None, slider=None, preset=None):
    """What a browser sends of the widgets, as far as it is told here, and the page's answer."""
    for widget, value in (
        (app.number_input(BOX), box),
        (app.select_slider(SLIDER), slider),
        (app.radio(PRESETS), preset),
    ):
        if value is not None:
            widget.set_value(value)
    without_exception(app.run())
    shown = app.number_input(BOX).value
    assert app.select_slider(SLIDER).value == shown
    return shown


def test_quick_steps_of_a_box_are_not_undone_by_a_slider_or_a_preset_that_show_what_was(app):
    first = app.number_input(BOX).value
    assert report(app, box=0.11) == 0.11
    assert report(app, box=0.12, slider=first, preset=PRESET) == 0.12
    assert report(app, box=0.1234, slider=0.11) == 0.1234
    assert report(app, box=0.13, slider=0.12) == 0.13


def test_a_slider_that_goes_forth_and_back_ends_where_its_last_step_does(app):
    first = app.number_input(BOX).value
    values = [float(text) for text in app.select_slider(SLIDER).options]
    up, further = values[values.index(first) + 1 :][:2]
    assert report(app, slider=up) == up
    assert report(app, slider=further, box=first) == further
    assert report(app, slider=up, box=first) == up
    assert report(app, slider=first, box=further) == first


def test_another_control_changed_at_once_leaves_what_was_written(app):
    assert report(app, slider=0.2) == 0.2
    app.number_input("init.start").set_value(1.5)
    assert report(app, box=0.1, preset=PRESET) == 0.2
    assert app.number_input("init.start").value == 1.5


def test_what_a_slider_showed_before_is_a_choice_once_a_reader_can_have_seen_the_answer(app, monkeypatch):
    first = app.number_input(BOX).value
    assert report(app, box=0.2) == 0.2
    monkeypatch.setattr(twins, "UNSEEN_S", 0.0)
    assert report(app, slider=first) == first
    choose_preset(app, list(PHENOMENA["initialization_dependence"].PRESETS)[1])
    time.sleep(twins.UNDER_WAY_S)
    assert report(app, preset=PRESET) == first
