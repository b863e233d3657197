"""What pictures of a run over all its steps show of a long one."""

from dataclasses import replace

import numpy as np
import pytest

from pages.charts.edge_of_the_arc import FIT, FORGETTING, LOSS, PLANE, TRAINING, headline
from pages.charts.edge_of_the_arc.run import MOST_STEPS, drawn_steps
from pages.charts.kit.calls import compute
from pages.charts.scalar.names import LETTER, SQUARE
from stepsize_core import UserFunction, gradient_descent
from stepsize_core.paper.edge_of_the_arc import PRESETS, Params, study, training


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
