"""Every page, opened through the router as a reader opens it."""

from __future__ import annotations

import pytest

from pages.ui.controls.grid import written
from pages.ui.keys import field_key
from pages.ui.text import escaped
from stepsize_core.paper.catalogue import CATALOGUE
from stepsize_core.paper.parameters import Number, controls_of
from tests.pages.test_share import offered
from tests.pages.visit import PAGES, PHENOMENA, choose_preset, presets, visit, without_exception

NONSENSE = ("nan", "inf", "1e999", "-1e999", "abc", "", "0x10", "<script>alert(1)</script>", "9" * 1200)
NAMES = {
    "overview": "Overview",
    **{phenomenon.stem: phenomenon.title for phenomenon in CATALOGUE},
    "standing": "Where the claims stand",
}
LISTED = [*NAMES.values(), "Present"]


def step_size_key(page: str) -> str:
    """The key of the control of the step size."""
    return field_key(PHENOMENA[page], "step_size")


def test_every_page_is_the_overview_that_of_a_phenomenon_or_where_the_claims_stand():
    assert sorted(PAGES) == sorted(["overview", *PHENOMENA, "standing"])


@pytest.mark.parametrize("page", PAGES)
def test_a_page_has_one_name_in_title_bar_citation_box_and_foot(page):
    app = visit(page)
    assert len(app.title) == 1
    name = NAMES[page]
    assert page == "overview" or app.title[0].value == name  # there it names the explorer
    assert f"Page “{name}”" in offered(app)["citation"]
    box = next(box for box in app.selectbox if box.label == "Page")
    assert box.value.partition(" · ")[0] == name
    assert [option.partition(" · ")[0] for option in box.options] == LISTED


def test_the_foot_leads_through_all_pages_in_order_and_back():
    order = list(NAMES)
    for before, page, after in zip([None, *order], order, [*order[1:], None]):
        links = [(link.proto.page, link.proto.label) for link in visit(page).get("page_link")]
        wanted = [(before, f"← {NAMES[before]}")] if before else []
        wanted += [(after, f"{NAMES[after]} →")] if after else []
        assert links[-len(wanted) :] == [
            ("" if stem == "overview" else stem, label) for stem, label in wanted
        ]


def test_a_choice_in_the_box_of_pages_opens_that_page():
    app = visit("periodic_orbits")
    box = next(box for box in app.selectbox if box.label == "Page")
    app = without_exception(box.set_value("Where the claims stand").run())
    assert app.title[0].value == "Where the claims stand"


@pytest.mark.parametrize("page", PHENOMENA)
def test_every_preset_opens_and_says_why_it_is_worth_a_look(page):
    app = visit(page)
    box = next(box for box in app.selectbox if box.label == "Preset")
    assert box.options[:-1] == [preset.title for preset in presets(page).values()]
    for name, preset in presets(page).items():
        choose_preset(app, name)
        assert any(escaped(preset.why) in html.proto.body for html in app.get("html")), name


@pytest.mark.parametrize("page", PHENOMENA)
@pytest.mark.parametrize("nonsense", NONSENSE)
def test_nonsense_in_a_link_gives_the_default_and_a_note(page, nonsense):
    key = step_size_key(page)
    params_class = PHENOMENA[page].Params
    app = visit(page, {key: nonsense})
    assert app.number_input(key=key).value == params_class().step_size
    notes = [warning.value for warning in app.warning]
    assert len(notes) == 1, notes
    assert controls_of(params_class)["step_size"].accepts in notes[0]
    assert "<" not in notes[0]


@pytest.mark.parametrize("page", PHENOMENA)
def test_a_step_size_outside_its_range_gives_the_default_and_a_note(page):
    key = step_size_key(page)
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
    app = visit(page, {step_size_key(page): repr(value)})
    assert app.number_input(key=step_size_key(page)).value == value
    assert not app.warning


@pytest.mark.parametrize("page", PHENOMENA)
def test_the_slider_moves_the_number_box_and_the_box_moves_the_slider(page):
    app = visit(page)
    key = step_size_key(page)
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
