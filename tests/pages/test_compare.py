"""Pinned runs: in the link, in the table, beside the present run; and what a link may hold."""

import csv
import io
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pages.charts import of
from pages.charts.kit.pinned import TABLE
from pages.ui.comparing.pins import MOST, decode, encode
from pages.ui.comparing.ranges import ends_around, values_between
from pages.ui.comparing.runs import comma_separated
from stepsize_core.paper import periodic_orbits, reachable_optima, relu_oscillation, your_function
from stepsize_core.paper.catalogue import CATALOGUE
from stepsize_core.paper.parameters import Count, Number, controls_of
from tests.pages.visit import visit, without_exception

ORBIT, PREFIX = "periodic_orbits", "orbit"
TAB = {f"{PREFIX}.view": "Compare"}
GARBAGE = ["x", "step_size", "step_size~", "step_size~nan", "step_size~1e9", "step_size~1~step_size~2",
           "no_field~1", "~~", "step_size~0.3~", "<script>", "9" * 2000]  # fmt: skip


def table(app) -> str:
    """The table of pinned runs; nothing where there is none."""
    bodies = [element.proto.body for element in app.get("html")]
    return next((body for body in bodies if 'aria-label="Pinned runs"' in body), "")


def figures_with_pins(app) -> int:
    """How many charts carry the table of pinned runs."""
    charts = app.get("vega_lite_chart")
    return sum(any(data.name == TABLE for data in chart.proto.datasets) for chart in charts)


def pins_in_link(app) -> list[str]:
    """What the address holds; a list of one arrives here as its member."""
    texts = app.query_params[f"{PREFIX}.pins"]
    return [texts] if isinstance(texts, str) else texts


def pin(app):
    return without_exception(app.button(key=f"{PREFIX}~pin~side").click().run())


@pytest.mark.parametrize("phenomenon", CATALOGUE, ids=lambda phenomenon: phenomenon.stem)
def test_every_preset_survives_the_way_through_a_link(phenomenon):
    for name, preset in phenomenon.PRESETS.items():
        text = encode(preset.params)
        assert decode(text, phenomenon.Params) == preset.params, name
        assert text


@given(step_size=st.floats(1e-3, 1e2), start=st.floats(-10, 10), n_steps=st.integers(2, 1000))
def test_every_number_survives_to_the_last_digit(step_size, start, n_steps):
    params = periodic_orbits.Params(step_size=step_size, start=start, n_steps=n_steps)
    assert decode(encode(params), periodic_orbits.Params) == params


@given(text=st.text(max_size=60))
def test_free_text_survives_whatever_signs_it_holds(text):
    params = relu_oscillation.Params(points=text)
    assert decode(encode(params), relu_oscillation.Params) == params


@given(st.text(max_size=80))
def test_any_text_stands_for_a_valid_run_or_for_none(text):
    run = decode(text, reachable_optima.Params)
    assert run is None or decode(encode(run), reachable_optima.Params) == run


@pytest.mark.parametrize(
    ("text", "system"),
    [("w1~2.4", "two scalar layers"), ("alpha~2.5", "a network"), ("step_size~0.5", "a network"),
     ("w1~2.4~seed~3", "a network"), ("w1~2.4~system~a network", "a network")],
)  # fmt: skip
def test_a_pin_of_before_means_the_system_whose_fields_it_names(text, system):
    run = decode(text, reachable_optima.Params)
    assert run.system == system
    assert decode(encode(run), reachable_optima.Params) == run


@pytest.mark.parametrize("garbage", GARBAGE)
def test_garbage_in_a_link_pins_nothing_and_gives_a_note(garbage):
    app = visit(ORBIT, {f"{PREFIX}.pins": garbage} | TAB)
    assert not table(app)
    assert len(app.warning) == 1
    assert "<" not in app.warning[0].value
    assert f"{PREFIX}.pins" not in app.query_params


def test_a_pinned_run_stays_beside_the_next_one_in_table_pictures_and_link():
    app = visit(ORBIT, TAB)
    assert not table(app)
    assert figures_with_pins(app) == 0
    app = pin(app)
    app = without_exception(app.number_input(key=f"{PREFIX}.step_size").set_value(2.0).run())
    assert figures_with_pins(app) == 1
    assert pins_in_link(app) == [encode(periodic_orbits.Params())]
    rows = table(app).split("<tr ")[2:]
    assert [row.count("<td") for row in rows] == [4, 4]
    assert ">0.5<" in rows[0]
    assert ">2<" in rows[1]


def test_a_link_restores_its_pinned_runs_and_no_more_than_are_kept():
    runs = [periodic_orbits.Params(step_size=0.1 * i) for i in range(1, MOST + 2)]
    app = visit(ORBIT, {f"{PREFIX}.pins": [encode(run) for run in runs]} | TAB)
    assert table(app).count("<tr ") == 1 + MOST + 1
    assert len(app.warning) == 1
    assert app.button(key=f"{PREFIX}~pin~side").disabled


def test_pinned_runs_wait_while_the_visitor_is_on_another_page():
    app = pin(visit(ORBIT, TAB))
    without_exception(app.switch_page("equilibrium_selection.py").run())
    without_exception(app.switch_page(f"{ORBIT}.py").run())
    assert pins_in_link(app) == [encode(periodic_orbits.Params())]


@pytest.mark.parametrize(("label", "factor"), [("Same start, δ × 2", 2.0), ("Same start, δ / 2", 0.5)])
def test_one_click_pins_the_run_and_goes_on_with_another_step_size(label, factor):
    app = visit(ORBIT, TAB)
    before = periodic_orbits.Params()
    app = without_exception(app.button(key=f"{PREFIX}~{label}").click().run())
    assert pins_in_link(app) == [encode(before)]
    assert app.number_input(key=f"{PREFIX}.step_size").value == factor * before.step_size
    assert app.number_input(key=f"{PREFIX}.start").value == before.start


def test_unpinning_takes_the_run_out_of_table_and_link():
    app = pin(visit(ORBIT, TAB))
    app = without_exception(app.button(key=f"{PREFIX}~unpin1").click().run())
    assert not table(app)
    assert f"{PREFIX}.pins" not in app.query_params


def test_show_sets_the_page_to_the_pinned_run():
    app = without_exception(visit(ORBIT, TAB).button(key=f"{PREFIX}~Same start, δ × 2").click().run())
    app = without_exception(app.button(key=f"{PREFIX}~show1").click().run())
    assert app.number_input(key=f"{PREFIX}.step_size").value == periodic_orbits.Params().step_size


@pytest.mark.parametrize("phenomenon", CATALOGUE, ids=lambda phenomenon: phenomenon.stem)
def test_the_file_has_every_parameter_and_counts_every_claim(phenomenon):
    present = next(iter(phenomenon.PRESETS.values())).params
    other = replace(present, step_size=present.step_size / 2)
    studies = {"1": phenomenon.study(other), "this run": phenomenon.study(present)}
    text = comma_separated(phenomenon, studies)
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [float(row["step_size"]) for row in rows] == [other.step_size, present.step_size]
    for row, study in zip(rows, studies.values()):
        verdicts = [claim.verdict.value for claim in study.claims]
        assert {name: int(row[name]) for name in set(verdicts)} == {
            v: verdicts.count(v) for v in set(verdicts)
        }
        assert row["outcome"]


# The figure of all runs


def compared(app) -> list[str]:
    """The charts of the tab Compare, by what they are called for readers."""
    names = [chart.proto.alt for chart in app.get("vega_lite_chart")]
    return [name for name in names if ", " in name]


def titles(app) -> list[str]:
    """What stands above the pictures."""
    bodies = [element.proto.body for element in app.get("html")]
    return [body.partition(">")[2].partition("<")[0] for body in bodies if 'class="run"' in body]


@pytest.mark.parametrize("phenomenon", CATALOGUE, ids=lambda phenomenon: phenomenon.stem)
def test_a_ready_comparison_names_cases_of_its_page_and_a_figure_that_all_of_them_have(phenomenon):
    assert phenomenon.comparisons
    for comparison in phenomenon.comparisons:
        cases = phenomenon.compared(comparison)
        assert len(comparison.presets) == 1 or not comparison.step_sizes
        assert 2 <= len(set(cases)) == len(cases) <= MOST
        for case in cases:
            study = phenomenon.study(replace(case, n_steps=min(case.n_steps, 200)))
            assert comparison.figure in [fig.name for fig in of(phenomenon).figures(study)], comparison.title


def test_figure_2_as_published_is_a_ready_comparison_of_both_halves():
    ready = {comparison.title: comparison for comparison in relu_oscillation.PHENOMENON.comparisons}
    left, right = relu_oscillation.PHENOMENON.compared(ready["Figure 2 as published"])
    assert (left.step_size, right.step_size) == (2e-4, 3e-4)
    assert replace(left, step_size=right.step_size) == right


def test_one_click_on_a_ready_comparison_pins_its_cases_and_draws_them_side_by_side():
    app = visit(ORBIT, TAB | {f"{PREFIX}.compare": "Iterates", f"{PREFIX}.layout": "laid over each other"})
    app = without_exception(app.button(key=f"{PREFIX}~compare~Half and twice the step").click().run())
    assert titles(app) == [f"{i}: step size δ = {value}" for i, value in enumerate(("0.25", "0.5", "1"), 1)]
    assert compared(app) == [f"Cobweb, {title}" for title in titles(app)]
    assert app.number_input(key=f"{PREFIX}.step_size").value == 1.0
    assert table(app).count("<tr ") == 1 + 3  # the present run is the third, and is not listed again
    assert [app.button(key=f"{PREFIX}~show{i}").disabled for i in (1, 2, 3)] == [False, False, True]
    sentences = [caption.value for caption in app.caption]
    for step_size in (0.25, 0.5, 1.0):
        amplitude = periodic_orbits.oscillation_amplitude(step_size)
        assert [words for words in sentences if f"{amplitude:g}" in words and "Table" not in words]
    dragged = [words for words in sentences if "drag start x[0] · " in words]
    assert len(dragged) == len([words for words in dragged if "Table" in words]) > 0  # on the page alone


def test_the_address_holds_figure_and_layout_and_what_is_none_is_ignored():
    pins = {f"{PREFIX}.pins": [encode(periodic_orbits.Params(step_size=d)) for d in (0.2, 0.3)]}
    app = visit(ORBIT, TAB | pins | {f"{PREFIX}.compare": "Loss against step"})
    assert compared(app) == [f"Loss against step, {title}" for title in titles(app)]
    assert titles(app)[-1] == "this run: step size δ = 0.5"
    over = {f"{PREFIX}.compare": "Iterates", f"{PREFIX}.layout": "laid over each other"}
    app = visit(ORBIT, TAB | pins | over)
    assert compared(app) == ["Iterates, laid over each other"]
    assert figures_with_pins(app) == 2
    app = visit(ORBIT, TAB | pins | {f"{PREFIX}.compare": "<b>", f"{PREFIX}.layout": "nowhere"})
    assert compared(app) == [f"Cobweb, {title}" for title in titles(app)]


def test_a_run_of_another_kind_is_listed_but_not_drawn():
    line = your_function.Params(step_size=0.5)
    plane = {"own.function": "x^2 + y^2", "own.compare": "Iterates"}
    app = visit("your_function", {"own.view": "Compare", "own.pins": [encode(line)]} | plane)
    assert [title[:9] for title in titles(app)] == ["this run:"]
    assert any("Not drawn: 1 is of another kind" in caption.value for caption in app.caption)
    assert table(app).count("<tr ") == 3


# A range of one parameter


def test_one_click_pins_a_range_in_place_of_what_was_pinned():
    app = pin(visit(ORBIT, TAB))
    app.number_input(key=f"{PREFIX}~range~step_size~from").set_value(0.1)
    app = without_exception(app.number_input(key=f"{PREFIX}~range~step_size~to").set_value(0.8).run())
    app = without_exception(app.button(key=f"{PREFIX}~range~pin").click().run())
    runs = [decode(text, periodic_orbits.Params) for text in pins_in_link(app)]
    assert [run.step_size for run in runs] == [0.1, 0.2828, 0.8]
    assert titles(app)[-1] == "this run: step size δ = 0.5"


NUMBERS = [
    (phenomenon.Params, name, control)
    for phenomenon in CATALOGUE
    for name, control in controls_of(phenomenon.Params).items()
    if isinstance(control, Number | Count)
]


@given(case=st.sampled_from(NUMBERS), data=st.data(), n=st.integers(2, MOST))
def test_every_value_of_a_range_is_accepted_and_its_ends_are_those_asked_for(case, data, n):
    params, name, control = case
    kind = st.integers if isinstance(control, Count) else st.floats
    value = data.draw(kind(control.low, control.high))
    if isinstance(control, Count):
        value -= (value - control.low) % control.step
    low, high = ends_around(control, value)
    values = values_between(control, low, high, n)
    assert not any(control.problem(v) for v in values)
    assert [params(**{name: v}) for v in values]
    assert (values[0], values[-1]) == (low, high)
    assert values == sorted(set(values)) or low == high or np.isclose(low, high)


def test_a_range_goes_by_ratios_where_its_control_does():
    ratios, even = Number("", 1e-3, 10.0, log=True), Number("", 0.0, 1.0)
    assert values_between(ratios, 0.1, 10.0, 3) == [0.1, 1.0, 10.0]
    assert values_between(even, 0.1, 0.5, 3) == [0.1, 0.3, 0.5]
    assert values_between(Count("", 2, 8, 2), 2, 4, 4) == [2, 4]
