"""No link and no click kills a page, and what a reader wrote comes back as text alone."""

from __future__ import annotations

import csv
import io
import json
import re
from dataclasses import replace

import pytest
from streamlit.testing.v1 import AppTest

from pages.charts import of
from pages.charts.files.cells import STARTS, cell
from pages.charts.files.export import render
from pages.charts.kit.calls import call, compute
from pages.charts.kit.gallery import Shown
from pages.ui.comparing.pins import MOST, encode
from pages.ui.comparing.runs import comma_separated
from pages.ui.keys import field_key
from pages.ui.text import literal, quoted
from stepsize_core.paper import relu_oscillation, your_function
from stepsize_core.paper.parameters import Choice, Count, Number, controls_of, integer_in, number_in
from stepsize_core.paper.relu_oscillation.targets import OWN
from tests.pages.visit import PHENOMENA, choose_preset, presets, visit, without_exception

NO_NUMBERS = (
    "inf",
    "-inf",
    "nan",
    "1e999",
    "9" * 400,
    "0x10",
    "1_000",
    "１０",
    "",
    " ",
    "1e",
    "--1",
    "%",
    "²",
)
NASTY = (
    "[foreign](//foreign.example)", "![foreign](x)", "`foreign` ``x``", "$foreign$", ":red[foreign]",
    ":foreign:", "<b>foreign</b>", "| foreign | b |", "www.foreign.example", "foreign@b.example", "# foreign",
    "_foreign_",
)  # fmt: skip
FAST = {"relu.n_steps": "400", "relu.hidden_units": "6", "relu.n_points": "50"}
FORMULA = '1,=HYPERLINK("http://foreign.example")\n;@SUM(1),\t-1+1'


def drawn(key: str):
    """A page of the controls of a phenomenon alone, which keeps what was chosen in the session."""
    import streamlit as st

    from pages.ui.controls import controls
    from stepsize_core.paper.catalogue import CATALOGUE

    st.session_state["chosen"] = controls(next(p for p in CATALOGUE if p.key == key))


def controls_at(phenomenon, query):
    """The controls of a phenomenon at a link."""
    app = AppTest.from_function(drawn, args=(phenomenon.key,), default_timeout=60)
    app.query_params.update(query)
    return without_exception(app.run())


@pytest.mark.parametrize("phenomenon", PHENOMENA.values(), ids=PHENOMENA)
def test_what_is_no_number_is_dropped_from_every_field_with_a_note_for_each(phenomenon):
    numbers = [n for n, c in controls_of(phenomenon.Params).items() if isinstance(c, Number | Count | Choice)]
    for first in range(0, len(NO_NUMBERS), 4):
        texts = (*NO_NUMBERS[first:], *NO_NUMBERS) * 2
        app = controls_at(phenomenon, {field_key(phenomenon, n): text for n, text in zip(numbers, texts)})
        assert app.session_state["chosen"] == phenomenon.Params(), first
        assert len(app.warning) == len(numbers), first
    app.run()
    assert without_exception(app).session_state["chosen"] == phenomenon.Params()


@pytest.mark.parametrize("phenomenon", PHENOMENA.values(), ids=PHENOMENA)
def test_the_whole_page_opens_though_every_field_is_infinite(phenomenon):
    names = (*controls_of(phenomenon.Params), "view", "pins", "log_k", "window")
    app = visit(phenomenon.stem, {field_key(phenomenon, name): "inf" for name in names} | {"tour": "inf"})
    assert len(app.title) == 1


@pytest.mark.parametrize("name", ["step_size", "n_steps", "power"])
@pytest.mark.parametrize("text", ["8", "8.0", " 8 ", "+8", "0.8e1", "80E-1"])
def test_a_number_may_be_spelled_in_several_ways(name, text):
    app = controls_at(PHENOMENA["initialization_dependence"], {f"init.{name}": text})
    assert getattr(app.session_state["chosen"], name) == 8
    assert not app.warning


@pytest.mark.parametrize("query", [{"init.n_steps": "10.7"}, {"init.n_steps": ["10", "11"]}])
def test_what_is_almost_an_integer_is_not_cut_to_one(query):
    app = controls_at(PHENOMENA["initialization_dependence"], query)
    assert app.session_state["chosen"].n_steps == 60
    assert "60 is shown instead" in app.warning[0].value


def test_a_text_that_a_box_would_cut_is_dropped():
    app = controls_at(PHENOMENA["your_function"], {"own.function": "x^2" + "+x" * 99})
    assert app.session_state["chosen"] == your_function.Params()
    assert "is shown instead" in app.warning[0].value


def test_a_numeral_is_read_in_linear_time_and_has_a_finite_integer():
    assert number_in("9" * 100_000 + "x") is None
    assert number_in("1e999") == float("inf")
    assert integer_in("1e999") is None
    assert integer_in("-7.0") == -7


def test_own_points_that_are_not_there_are_not_pinned():
    pins = [encode(relu_oscillation.Params(target=OWN, points=points)) for points in ("", "junk")]
    app = visit("relu_oscillation", {**FAST, "relu.pins": pins, "relu.view": "Compare"})
    assert len(app.warning) == 1
    assert "2 with own data that cannot be read" in app.warning[0].value
    assert "relu.pins" not in app.query_params


def test_a_page_of_own_points_that_the_link_does_not_hold_cannot_be_pinned_but_compared():
    good = relu_oscillation.Params(n_steps=400, n_points=50, hidden_units=6)
    query = {**FAST, "relu.target": OWN, "relu.pins": encode(good), "relu.view": "Compare"}
    for points in ("", "junk"):
        app = visit("relu_oscillation", query | {"relu.points": points})
        for key in ("relu~pin~side", "relu~pin~tab", "relu~Same start, δ × 2"):
            assert app.button(key=key).disabled, key
        assert "own points" in app.button(key="relu~pin~side").help
        assert any(">this run<" in element.proto.body for element in app.get("html"))
    app = visit("relu_oscillation", query | {"relu.points": "0, 0\n2, 3"})
    without_exception(app.button(key="relu~pin~side").click().run())
    assert len(app.query_params["relu.pins"]) == 2


def test_any_number_of_bad_pins_gives_one_note_that_counts_them():
    good = [f"step_size~0.{i}" for i in range(1, MOST + 3)]
    app = visit("periodic_orbits", {"orbit.pins": [f"bad{i}" for i in range(800)] + good})
    assert len(app.warning) == 1
    assert "802 pins" in app.warning[0].value
    assert "800 not a run of this page, 2 beyond the 4 that are kept" in app.warning[0].value
    assert app.query_params["orbit.pins"] == good[:MOST]


def clicked(start):
    """A page on which a click in a picture chooses a start."""
    from types import SimpleNamespace

    import streamlit as st

    from pages.charts.kit.layers import PICK
    from pages.ui.figures import take_pick
    from stepsize_core.paper.your_function import PHENOMENON

    st.session_state["picture"] = SimpleNamespace(selection={PICK: [{"start": start, "step_size": 0.5}]})
    fields = {"start": "own.start", "step_size": "own.step_size"}
    st.button("click", on_click=take_pick, args=(PHENOMENON, "picture", fields))


@pytest.mark.parametrize(
    ("start", "taken"), [(7.5, True), (3.15e6, False), (float("nan"), False), (None, False)]
)
def test_a_click_beyond_what_a_control_takes_is_answered_and_sets_nothing(start, taken):
    app = AppTest.from_function(clicked, args=(start,)).run()
    app = without_exception(app.button[0].click().run())
    assert app.session_state["own.step_size"] == 0.5
    assert ("own.start" in app.session_state) == taken
    assert len(app.toast) == (not taken)
    assert all("is not a number from −10⁶ to 10⁶" in toast.value for toast in app.toast)


@pytest.mark.parametrize("text", [*NASTY, "\n\n".join(NASTY), "", "`" * 9, "a\u2028b"])
def test_a_readers_text_is_one_code_span(text):
    shown = literal(text)
    fence = re.match("`+", shown)[0]
    assert shown.endswith(fence)
    inside = shown[len(fence) : -len(fence)]
    assert inside.strip() == " ".join(text.split())
    assert inside
    assert fence not in re.findall("`+", inside)
    assert len(shown.splitlines()) == 1
    assert re.fullmatch("“`+[^`]*`+”", quoted(text))


@pytest.mark.parametrize("text", NASTY)
def test_no_message_holds_a_readers_text_outside_a_code_span(text):
    apps = [
        visit("relu_oscillation", {**FAST, "relu.target": OWN, "relu.points": f"1, {text}"}),
        controls_at(PHENOMENA["identity_initialization"], {"identity.matrix": text, "identity.size": text}),
        controls_at(PHENOMENA["reachable_optima"], {"reach.widths": text, "reach.pins": text}),
        controls_at(PHENOMENA["your_function"], {"own.function": text, "own.coordinate": text}),
    ]
    words = [m.value for app in apps for m in (*app.warning, *app.error, *app.info, *app.markdown)]
    assert len(apps[0].error) == 1
    assert "foreign" in apps[0].error[0].value
    assert not [word for word in words if "foreign" in re.sub(r"(?<!`)(`+)[^`].*?[^`]?\1(?!`)", "", word)]


@pytest.mark.parametrize("text", ["=1+1", "+x", "-x^2", "@SUM(1)", "\t=1", "\r=1", "  =1", "＝1", "-1, 2"])
def test_a_text_that_begins_as_a_formula_gets_an_apostrophe(text):
    assert cell(text) == f"'{text}"


@pytest.mark.parametrize("value", ["-1", "+2.5e-3", "−1", "x = -1", "", -1.0, None, True, "a=b"])
def test_numbers_and_other_words_stay_as_they_are(value):
    assert cell(value) is value


def formulas(text: str, delimiter: str) -> list[str]:
    """The cells that a spreadsheet would run."""
    found = [c for row in csv.reader(io.StringIO(text), delimiter=delimiter) for c in row]
    return [c for c in found if c.lstrip(" ").startswith(tuple(STARTS)) and number_in(c) is None]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("stem", PHENOMENA)
def test_no_cell_of_a_file_of_data_is_a_formula(stem, delimiter):
    phenomenon = PHENOMENA[stem]
    params = {
        "relu_oscillation": relu_oscillation.Params(n_points=20, n_steps=200, points=FORMULA),
        "your_function": your_function.Params(function="-x^2+x^4", start=-0.3),
    }.get(stem, phenomenon.Params())
    shown = Shown(of(phenomenon), call(phenomenon.study, params), compute)
    for figure in shown:
        calls = shown.calls(figure)
        if not figure.canvas and not any(c.label for c in calls):
            text = render(figure, shown[figure], calls, "csv").decode()
            assert not formulas(text, delimiter), figure.name
            header = next(line for line in text.splitlines() if line.startswith("# parameters: "))
            assert json.loads(header.partition(": ")[2]) == vars(params)
    other = replace(params, step_size=params.step_size / 2)
    text = comma_separated(phenomenon, {"1": phenomenon.study(params), "this run": phenomenon.study(other)})
    assert not formulas(text, ",")
    assert len(list(csv.DictReader(io.StringIO(text)))) == 2


def test_the_address_holds_what_a_preset_sets_in_controls_that_it_brings():
    app = visit("reachable_optima")
    choose_preset(app, "above_corollary_1")
    params = presets("reachable_optima")["above_corollary_1"].params
    for name in ("system", "plane_target", "w1", "w2", "step_size"):
        assert app.query_params[f"reach.{name}"] == str(getattr(params, name))
