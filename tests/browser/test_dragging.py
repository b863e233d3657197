"""Dragging δ: the browser computes the run of the core, the axes stand, and the server answers on release."""

import numpy as np
import pytest
import vl_convert

from pages.charts.kit.drawing import Drawing
from pages.charts.kit.figure import figure
from pages.charts.kit.layers import HELD, MOST_DRAGGED
from pages.charts.kit.style import LIGHT
from pages.ui.browser.component import modules
from stepsize_core import (
    EvenPower,
    HeavyBall,
    Nesterov,
    ThreeHalvesPower,
    TwoMinima,
    UserFunction,
    gradient_descent,
)
from stepsize_core.dynamics import as_dynamics
from stepsize_core.paper.reachable_optima.plane import plane_network
from tests.browser.screen import opened

sync_api = pytest.importorskip("playwright.sync_api")
pytestmark = pytest.mark.browser

SLIDER = "[data-testid=stMain] [data-testid=stSlider] input[type=range]"
CHART = "[data-testid=stVegaLiteChart]"
FOLLOWING = f"{CHART}:has(.vega-bind input[name=delta])"
BOX = "[data-testid=stMain] [data-testid=stNumberInput] input"
FAR = 1e12  # what cannot be drawn is not sent
COVERED = 2  # numbers of an axis over which the name of δ comes to stand while it is dragged, at most
ROUNDING = 1e-9  # relative to the largest state: the browser's functions may differ in the last digit
FIRST_STEPS = 20  # of a chaotic run, over which that does not show yet
TYPED = "x^3/3-x^2/2"
CASES = {  # page -> link to a case, its function, start and number of steps, and steps to compare
    "periodic_orbits": ("?orbit.step_size=0.5", ThreeHalvesPower(), 0.3, 40, 40),
    "equilibrium_selection": (
        "?select.step_size=0.22&select.n_steps=120&select.start=1.9", TwoMinima(), 1.9, 120, FIRST_STEPS
    ),
    "initialization_dependence": ("?init.step_size=0.02&init.n_steps=1000", EvenPower(4), 2.2, 1000, 1000),
    "your_function": (
        f"?own.function={TYPED}&own.step_size=1.1&own.start=0.6&own.n_steps=100",
        UserFunction(TYPED), 0.6, 100, FIRST_STEPS,
    ),
    "momentum": (
        "?momentum.step_size=0.18&momentum.beta=0.3", HeavyBall(TwoMinima(), 0.3), 1.82, 80, FIRST_STEPS
    ),
}  # fmt: skip


def sent(view) -> tuple[float, list[float]]:
    """The step size and the numbers that the pictures have been given; all of them the same."""
    read = "inputs => [...new Set(inputs.map(input => input.value))]"
    (delta,), (run,) = (
        view.eval_on_selector_all(f".vega-bind input[name={name}]", read) for name in ("delta", "run")
    )
    return float(delta or "nan"), [float(number) for number in run.split()]


def seen_of(map_or_objective, start, delta: float, n_steps: int) -> np.ndarray:
    """Where the core's run takes its gradients, at an effective step; without momentum its states."""
    dynamics = as_dynamics(map_or_objective)
    delta = delta / float(dynamics.effective_step(1.0))
    states = gradient_descent(dynamics, start, delta, n_steps).states
    return dynamics.seen(np.concatenate([states[:1]] * (dynamics.memory - 1) + [states]))


def axis_numbers(view) -> list[str]:
    """The numbers at the axes of the pictures that follow the slider."""
    return view.eval_on_selector_all(
        f"{FOLLOWING} .role-axis-label text", "texts => texts.map(text => text.textContent)"
    )


def drag(view, shares) -> None:
    """Take hold of the thumb and move it to each of these shares of the way, in turn; it stays held."""
    slider = view.locator(SLIDER).first
    track = slider.locator("xpath=ancestor::*[@data-testid='stSlider']").bounding_box()
    thumb = slider.locator("xpath=..").bounding_box()
    view.mouse.move(thumb["x"] + thumb["width"] / 2, thumb["y"] + thumb["height"] / 2)
    view.mouse.down()
    for share in shares:
        view.mouse.move(track["x"] + share * track["width"], thumb["y"] + thumb["height"] / 2)
        view.wait_for_timeout(60)
    view.wait_for_selector("body[data-dragging]", state="attached")


@pytest.fixture(params=CASES)
def case(request, open_page, app):
    """A page before its slider is touched, and what it shows."""
    link, *run = CASES[request.param]
    return opened(open_page, app, request.param, link), *run


def test_the_run_of_the_browser_is_that_of_the_core_until_on_release_the_server_s_pictures_come_back(case):
    view, objective, start, n_steps, compared = case
    box, numbers = view.locator(BOX).first, axis_numbers(view)
    value = box.input_value()
    drag(view, [0.35, 0.6, 0.55])
    delta, (total, *states) = sent(view)
    assert box.input_value() == value  # the server, which writes it, has not been asked
    shown = [pair for pair in zip(numbers, axis_numbers(view), strict=True) if all(pair)]
    assert all(before == now for before, now in shown)
    assert len(shown) >= sum(map(bool, numbers)) - COVERED

    exact = seen_of(objective, start, delta, n_steps)
    exact = exact[np.abs(exact) <= FAR]
    assert (total, len(states)) == (len(exact), min(len(exact), MOST_DRAGGED))
    half = MOST_DRAGGED // 2
    exact = exact if len(exact) <= MOST_DRAGGED else np.concatenate([exact[:half], exact[-half:]])
    error = np.abs(np.array(states) - exact)[: compared + 1].max()
    assert error <= ROUNDING * np.abs(exact).max()

    view.mouse.up()
    sync_api.expect(box).not_to_have_value(value)
    view.wait_for_selector("body:not([data-dragging])", state="attached")
    delta, run = sent(view)
    assert np.isnan(delta)
    assert run == []


def placed(view, share_across, share_up) -> None:
    """Take hold of the plane of starts and step sizes in its middle and move to these shares of its sides."""
    plot = view.locator(".st-key-init-fates-picture svg .root > g > .background").bounding_box()
    view.mouse.move(plot["x"] + plot["width"] / 2, plot["y"] + plot["height"] / 2)
    view.mouse.down()
    for part in (0.5, 1.0):
        shares = 0.5 + part * (share_across - 0.5), 0.5 - part * (share_up - 0.5)
        place = [plot[at] + share * plot[side] for at, side, share in zip("xy", ("width", "height"), shares)]
        view.mouse.move(*place)
        view.wait_for_timeout(60)


def test_in_the_plane_start_and_step_size_are_dragged_at_once(open_page, app):
    view = open_page(f"{app}/initialization_dependence")
    view.wait_for_selector(".st-key-init-fates-picture[data-grip=xy] svg.marks")
    placed(view, 0.6, 0.25)
    delta, (_, start, *rest) = sent(view)
    assert 0.009 < delta < 0.011  # a quarter of the way from 10⁻³ to 10, by ratios
    assert 1.9 < start < 2.1  # three fifths of the way from −10 to 10
    exact = gradient_descent(EvenPower(4), start, delta, len(rest)).states
    np.testing.assert_allclose([start, *rest], exact, rtol=ROUNDING)
    view.mouse.up()
    sync_api.expect(view.locator(BOX).first).to_have_value(f"{delta:g}")
    view.wait_for_url(f"**init.start={start:g}*")


def at_shares(view, picture, across, up=0.5) -> None:
    """Take hold of a picture in its middle and move to these shares of its sides; it stays held."""
    plot = view.locator(f".{picture} svg .root > g > .background").bounding_box()
    place = [(plot["x"] + share * plot["width"], plot["y"] + up * plot["height"]) for share in (0.5, across)]
    view.mouse.move(*place[0])
    view.mouse.down()
    view.mouse.move(*place[1])
    view.wait_for_selector("body[data-dragging]", state="attached")
    view.wait_for_timeout(60)


def drawn_vertices(view, picture) -> int:
    """How many vertices the longest line of a picture has."""
    count = "all => Math.max(...all.map(path => path.getAttribute('d').match(/[ML]/g)?.length ?? 0))"
    return view.locator(f".{picture} .mark-line path").evaluate_all(count)


def test_with_momentum_the_run_follows_the_start_and_the_step_where_it_takes_its_gradients(open_page, app):
    link = "?momentum.method=Nesterov&momentum.beta=0.4&momentum.n_steps=300"
    view = opened(open_page, app, "momentum", link)
    view.wait_for_selector(".st-key-momentum-delay-square[data-grip=x] svg.marks")
    for picture, across in (("delay-square", 0.7), ("diagram-picture", 0.3)):
        at_shares(view, f"st-key-momentum-{picture}", across)
        delta, (total, start, *rest) = sent(view)
        exact = seen_of(Nesterov(TwoMinima(), 0.4), start, delta, 300)
        assert total == len(rest) + 1 == 301
        np.testing.assert_allclose([start, *rest][:FIRST_STEPS], exact[:FIRST_STEPS], rtol=ROUNDING)
        assert drawn_vertices(view, "st-key-momentum-delay-square") >= 301
        assert drawn_vertices(view, "st-key-momentum-iterates-picture") >= 301
        view.mouse.up()
        view.wait_for_selector("body:not([data-dragging])", state="attached")


def test_a_curve_that_was_tilted_comes_back_with_the_step(open_page, app):
    view = opened(open_page, app, "momentum", "?momentum.step_size=0.21")
    view.wait_for_selector(".st-key-momentum-delay-square[data-grip=x] svg.marks")
    curve = view.locator(".st-key-momentum-delay-square .mark-line path[stroke-width='1.9']").first
    before, courses = curve.get_attribute("d"), []
    for across in (0.7, 0.3, 0.7, 0.4):  # 0.4 of the way from 0.15 to 0.3
        at_shares(view, "st-key-momentum-diagram-picture", across)
        courses.append(curve.get_attribute("d"))
    assert courses[0] == courses[2] != before
    assert courses[3] == before
    view.mouse.up()


def test_two_layers_follow_the_optimum_beside_which_their_run_begins(open_page, app):
    view = opened(open_page, app, "edge_of_the_arc", "?edge.beside=0.01&edge.step_size=0.44")
    view.wait_for_selector(".st-key-edge-plane-square[data-grip=x] svg.marks")
    at_shares(view, "st-key-edge-plane-square", 0.45)
    delta, (_, *w1) = sent(view)
    up = view.locator(".vega-bind input[name=run_up]").first.input_value()
    w2 = [float(number) for number in up.split()[1:]]
    assert delta == 0.44
    assert w2[0] == pytest.approx(1.0 / w1[0] + 0.01, rel=1e-12)
    exact = gradient_descent(plane_network(1.0), (w1[0], w2[0]), delta, len(w1) - 1).states
    np.testing.assert_allclose(np.column_stack([w1, w2]), exact, rtol=ROUNDING)
    assert drawn_vertices(view, "st-key-edge-sharpness-picture") == len(w1)
    view.mouse.up()
    view.wait_for_url(f"**edge.w1={w1[0]:g}*")


BOWL = UserFunction("x^4/4 + x*y/2 + y^2/2")
MAPS = {
    "gradient descent": lambda objective: objective,
    "heavy ball": lambda objective: HeavyBall(objective, 0.6),
    "Nesterov": lambda objective: Nesterov(objective, 0.6),
}


@pytest.mark.parametrize("method", MAPS)
@pytest.mark.parametrize(
    ("objective", "start", "delta"),
    [(TwoMinima(), 1.8, 0.15), (plane_network(1.5), (0.4, 2.0), 0.2), (BOWL, (0.6, 0.3), 0.3)],
    ids=["on the line", "two layers", "of two variables"],
)
def test_the_browser_takes_the_steps_of_every_map(open_page, objective, start, delta, method):
    view, dynamics = open_page("about:blank"), as_dynamics(MAPS[method](objective))
    code = "".join(modules("dragging.js").values()).replace("export ", "")
    states = view.evaluate(
        f"""([map, start, delta]) => {{
          {code}
          return descend({{ ...map, gradient: running(map.gradient), n_steps: 50 }}, start, delta);
        }}""",
        [dynamics.listing(), np.atleast_1d(start).tolist(), delta],
    )
    exact = seen_of(dynamics, start, delta, 50)
    assert np.isfinite(exact).all()
    np.testing.assert_allclose(states, exact.reshape(len(exact), -1), rtol=ROUNDING, atol=ROUNDING)


@figure("What moves with δ")
def MOVED(place: float, draw: Drawing) -> str:
    moves = {"by": HELD["step_size"], "y": f"datum.y + toNumber({HELD['step_size']})"}
    draw.axes("x", "y", frame={"x": [0.0, 1.0], "y": [0.0, 10.0]}, whole=True)
    draw.points("points", {"x": 0.5, "y": place}, drag=moves)
    return f"A point at {place:g}."


def test_what_moves_reads_its_own_column_as_it_was_given_and_comes_back_when_all_is_let_go(open_page):
    view = open_page("about:blank")
    view.add_script_tag(content=vl_convert.javascript_bundle())
    heights = view.evaluate(
        """async ([spec, datasets, parameter, values]) => {
          const place = document.body.appendChild(document.createElement('div'));
          const { view } = await vegaEmbed(place, { ...spec, datasets }, { renderer: 'svg', actions: false });
          const seen = [];
          for (const value of values) {
            await view.signal(parameter, value).runAsync();
            const [point] = [...place.querySelectorAll('.mark-symbol path')].slice(-1);
            seen.push(view.scale('y').invert(point.transform.baseVal[0].matrix.f));
          }
          return seen;
        }""",
        [MOVED.spec(LIGHT, 2.0), MOVED.rows(2.0), HELD["step_size"], ["", "3", "4", "3", "", "5"]],
    )
    assert heights == pytest.approx([2.0, 5.0, 6.0, 5.0, 2.0, 7.0])
