"""The frames of pictures stand while δ is moved, and make room for a run that leaves them or a new preset."""

import json

import numpy as np
import pyarrow as pa

from pages.charts.kit.drawing import Drawing
from pages.ui.figures import packed
from stepsize_core.paper.equilibrium_selection import FIGURE_1_WINDOW
from tests.pages.visit import choose_preset, visit, without_exception

STEP_SIZE = "select.step_size"


def frame(app) -> list[dict]:
    """The corners of the cobweb."""
    for element in app.get("vega_lite_chart"):
        if '"title": "Cobweb"' in json.dumps(json.loads(element.proto.spec)):
            tables = {named.name: named.data.data for named in element.proto.datasets}
            return pa.ipc.open_stream(tables["_frame"]).read_all().to_pylist()
    raise AssertionError("the page has no cobweb")


def at_step_size(app, value: float):
    return without_exception(app.number_input(key=STEP_SIZE).set_value(value).run())


def test_the_frame_of_a_cobweb_stands_while_the_step_size_moves():
    app = visit("equilibrium_selection", {STEP_SIZE: "0.3"})
    first = frame(app)
    assert frame(at_step_size(app, 0.27)) == first
    assert frame(at_step_size(app, 0.25)) == first


def test_a_link_to_the_same_step_size_alone_has_the_frame_of_its_own_run():
    assert frame(visit("equilibrium_selection", {STEP_SIZE: "0.25"})) != frame(
        visit("equilibrium_selection", {STEP_SIZE: "0.3"})
    )


def test_a_run_that_leaves_its_frame_gets_another():
    app = visit("equilibrium_selection", {STEP_SIZE: "0.25"})
    first = frame(app)
    low, high = first[0]["x"], first[-1]["x"]
    wider = frame(at_step_size(app, 0.33))
    assert wider[0]["x"] < low or wider[-1]["x"] > high


def test_another_preset_begins_with_a_frame_of_its_own():
    app = visit("equilibrium_selection", {STEP_SIZE: "0.3"})
    expected = frame(choose_preset(visit("equilibrium_selection"), "period_2"))
    assert frame(choose_preset(at_step_size(app, 0.25), "period_2")) == expected


def test_the_window_of_both_minima_is_in_the_link_and_stands_whatever_the_run_does():
    both = {"select.window": "both minima"}
    ends = [{"x": end, "y": end} for end in FIGURE_1_WINDOW]
    for step_size, start in (("0.3", "1.9"), ("0.1", "1.01"), ("0.3", "2.6")):
        app = visit("equilibrium_selection", {STEP_SIZE: step_size, "select.start": start} | both)
        assert frame(app) == ends
    assert frame(visit("equilibrium_selection", {STEP_SIZE: "0.3"})) != ends


def test_an_axis_is_held_between_a_run_that_fits_and_one_that_would_fill_less_than_a_quarter():
    held = {"x": (0.0, 10.0)}
    assert Drawing(held).hold("x", wanted=(2.0, 6.0), visited=(2.5, 5.5)) == (0.0, 10.0)
    assert Drawing(held).hold("x", wanted=(2.0, 4.0), visited=(2.5, 3.5)) == (2.0, 4.0)
    assert Drawing(held).hold("x", wanted=(5.0, 12.0), visited=(6.0, 11.0)) == (5.0, 12.0)
    assert Drawing().hold("x", wanted=(5.0, 12.0), visited=(6.0, 11.0)) == (5.0, 12.0)


def test_a_column_of_few_values_is_sent_as_places_in_their_list(rng):
    few, many = rng.choice([0.1, np.nan, 2.0], 1000), rng.normal(size=1000)
    for values in (few, many, few.astype(np.float16)):
        np.testing.assert_array_equal(np.array(packed(values).to_pylist()), values)
    assert packed(few).nbytes < 1100
    assert packed(many).nbytes == many.nbytes
