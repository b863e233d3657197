"""What pictures of a run over all its steps show of a long one."""

from dataclasses import fields, replace

import numpy as np
import pytest

from pages.charts.edge_of_the_arc import (
    FIT,
    FORGETTING,
    LANDS,
    LOSS,
    PLANE,
    PORTRAIT,
    SHARPNESS,
    TRAINING,
    headline,
)
from pages.charts.edge_of_the_arc.run import MOST_STEPS, drawn_steps
from pages.charts.kit.calls import compute
from pages.charts.scalar.names import LETTER, SQUARE
from stepsize_core import UserFunction, gradient_descent
from stepsize_core.paper.edge_of_the_arc import PRESETS, SCENES, Params, study, training
from stepsize_core.paper.parameters import suiting


@pytest.mark.parametrize("last", [-1, 0, 7, MOST_STEPS, MOST_STEPS + 1, 1999, 3000])
def test_steps_are_drawn_at_equal_distances_and_in_pairs_to_the_last(last):
    steps = drawn_steps(last)
    assert len(steps) <= MOST_STEPS + 1
    if last <= MOST_STEPS:
        np.testing.assert_array_equal(steps, np.arange(last + 1))
        return
    assert (steps[0], steps[-1]) == (0, last)
    assert np.diff(steps).max() <= 2 * last / MOST_STEPS + 2
    even = steps[steps % 2 == 0]
    assert np.isin(even[even < last] + 1, steps).all()


def test_a_spike_of_the_loss_late_in_a_run_is_drawn():
    found = study(PRESETS["own_points"].params)
    drawn = LOSS.data(found)["loss"]
    late = np.asarray(drawn["k"]) > 1500
    assert np.asarray(drawn["y"])[late].max() > 0.5 * found.training.losses[1500:].max()
    assert "Dotted: f before." in FIT.describe(found)


def test_a_training_that_survives_its_first_steps_is_drawn_to_its_end():
    for params in (PRESETS["own_points"].tried, replace(PRESETS["deep_line"].params, step_size=0.95)):
        found = study(params)
        assert LOSS.data(found)["loss"]["k"][-1] == params.n_steps
        seen = training(params, 40)
        assert TRAINING.data((found, seen))["sharpness"]["k"][-1] == params.n_steps
    assert found.training.losses.max() > 1.1 * found.training.losses[0]


def test_a_circle_outside_the_picture_is_said_to_be_there():
    assert "outside the picture is the circle" in PLANE.describe(study(PRESETS["stays"].params))
    assert "dotted: the circle" in PLANE.describe(study(PRESETS["mirrored"].params))


def test_of_a_single_sharpness_no_crossing_is_said():
    """The run diverges before the second step at which there would be one."""
    params = Params(
        system="a linear network",
        depth=4,
        width=9,
        step_size=0.3,
        n_steps=3000,
        points="a parabola",
        seed=9999,
    )
    said = TRAINING.describe((study(params), training(params)))
    assert said.startswith("λ_max at 1 step, from")
    assert "crosses" not in said
    assert said.endswith("The run diverges.")


def test_a_sharpness_far_beyond_the_edge_is_so_many_times_it_and_no_percentage():
    near = study(PRESETS["network"].params)
    params = replace(PRESETS["deep_line"].params, depth=4, width=9, step_size=0.8828, n_steps=3, seed=1531)
    far = study(params)
    assert headline(near).endswith(f"{near.training.sharpness[-1] / near.edge:.1%} of 2/δ.")
    assert headline(far).endswith(f"{far.training.sharpness[-1] / far.edge:.3g} times 2/δ.")


@pytest.mark.parametrize("delta", [0.3, 0.49])
def test_the_full_batch_ends_in_both_pictures_where_gradient_descent_does(delta):
    found = study(Params(noise=0.02, step_size=delta, w1=2.0, n_steps=1000, batch=20))
    (asked,) = FORGETTING.also(found)
    assert f"B = 20: {found.ended.sharpness:.3g}." in FORGETTING.describe((found, compute(asked)))


@pytest.mark.parametrize(
    ("params", "ends"),
    [
        (Params(), "comes to rest at S = 3.914"),
        (Params(layers=3), "comes to rest at S = 4.049"),
        (Params(step_size=1.2), "diverges"),
    ],
)
def test_a_run_that_ends_later_than_what_is_drawn_is_said_to_be_longer(params, ends):
    short, whole = (headline(study(replace(params, n_steps=n))) for n in (3, 3000))
    assert f"Gradient descent {ends}" in whole
    assert "within" not in whole
    assert f" gradient descent {ends}" in short.partition("; within ")[2]
    if params.layers == 2:
        states = gradient_descent(UserFunction("(x*y-1)^2/2"), params.start, params.step_size, 3).states
        assert f"After 3 steps S is {(states[-1] ** 2).sum():.4g};" in short


@pytest.mark.parametrize("params", [Params(), Params(step_size=0.48), Params(w1=3.0, step_size=0.23)])
def test_flat_and_sharp_optima_are_named_on_their_side_of_the_circle(params):
    found = study(params)
    (left, right), frames = PLANE.drawn(found)[0].frames["w1"], PLANE.drawn(found)[0].frames
    across, up = (right - left) / SQUARE[0], np.ptp(frames["w2"]) / SQUARE[1]  # of a pixel
    names = PLANE.data(found)["_words"]
    rows = zip(*(np.asarray(names[column]) for column in ("w1", "w2", "text", "dx", "dy", "shown")))
    inside = {"too sharp for δ": False, "flat enough": True}
    seen = {
        text: [
            np.hypot(w1 + across * (dx + end), w2 - up * dy) ** 2 < found.edge
            for end in LETTER * len(text) / 2.0 * np.array([-1.0, 0.0, 1.0])
        ]
        for w1, w2, text, dx, dy, shown in rows
        if text in inside and shown
    }
    assert seen == {text: [side] * 3 for text, side in inside.items()}


def test_how_often_the_edge_is_crossed_is_said_in_words():
    far, near = (SHARPNESS.describe(study(PRESETS[name].params)) for name in ("stays", "mirrored"))
    assert "S never crosses 2/δ." in far
    assert "S crosses 2/δ 17 times." in near
    assert "S crosses 2/δ once." in SHARPNESS.describe(study(Params(w1=6.0, step_size=0.06)))


def test_runs_beyond_the_edge_that_do_not_come_to_rest_are_not_counted_to_be_below_it():
    described = (LANDS.describe(LANDS.content(study(params))) for params in (Params(), Params(w1=1.05)))
    assert [said.rpartition(", ")[2] for said in described] == [
        "all of them at or below 2/δ.", "none comes to rest.",
    ]  # fmt: skip


def test_the_word_at_the_edge_of_the_picture_stands_inside_it():
    gone = PLANE.data(study(Params(step_size=2.0)))["_leaves"]  # to the left and below
    assert (gone["across"][0], gone["up"][0]) == (1, 1)
    gone = PLANE.data(study(replace(PRESETS["noisy_inputs"].params, noise=1.0, step_size=0.3)))["_leaves"]
    assert (gone["across"][0], gone["up"][0]) == (-1, -1)


def test_names_of_batches_that_end_alike_stand_apart():
    content = FORGETTING.content(study(replace(PRESETS["noisy_labels"].params, noise=1.0, step_size=0.3)))
    tables = FORGETTING.data(content)
    names = [tables[f"_name_{batch}"] for batch in (1, 5, 20)]
    assert [len(name["k"]) for name in names] == [1, 1, 1]
    assert len({(name["k"][0], name["y"][0], name["dy"][0]) for name in names}) == 3


def test_of_a_network_that_is_lost_its_picture_says_so():
    dead = study(Params(system="a ReLU network", step_size=2.0, n_steps=300))
    assert FIT.describe(dead).endswith("from its points, outside this picture.")
    lost = study(Params(system="a linear network", width=66, step_size=1.9, n_steps=3000, seed=5))
    assert FIT.describe(lost).endswith("After training f is lost.")
    assert "goes beyond all numbers within" in LOSS.describe(lost)


def test_layers_that_allow_fewer_units_take_fewer():
    params = Params(system="a linear network", depth=5, width=20)
    values = {f.name: getattr(params, f.name) for f in fields(Params)}
    assert suiting(Params, values)["width"].value == params.units == 7
    assert "width" not in suiting(Params, values | {"width": 7})


def test_noise_that_leads_below_the_ellipses_is_followed_to_the_flattest_optimum():
    params = replace(PRESETS["noisy_labels"].params, step_size=0.2)
    found = study(params)
    tables = PORTRAIT.data(found)
    lowest = params.step_size * found.at_rest.min() - 2.0
    assert tables["_frame"]["u"][0] < lowest
    assert tables["run"]["k"][-1] > 0.9 * params.n_steps


def test_the_answer_of_a_scene_is_a_sentence_where_the_run_does_not_come_to_rest():
    prompt = next(scene.prompt for scene in SCENES if scene.prompt)
    assert prompt.why(study(replace(prompt.params, step_size=2.0))).endswith("the run does not come to rest.")
    assert prompt.why(study(prompt.params)).endswith("the run comes to rest at 3.914.")
