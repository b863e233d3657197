"""Typing a function: what is understood is shown, what is not is pointed at, and nothing typed is trusted."""

import html
import json

import pytest

from pages.charts.kit.pinned import TABLE
from pages.ui.controls.formula import pointed
from stepsize_core import UserFunction
from stepsize_core.expressions import LONGEST, ExpressionError
from stepsize_core.paper.your_function import PRESETS, Params
from tests.pages.visit import choose_preset, visit, without_exception

PAGE, PREFIX = "your_function", "own"
SECOND = ("start_y", "centre_y", "coordinate")
HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "$\\href{javascript:alert(1)}{x}$",
    "[x](javascript:alert(1))",
    "**x** + `x` + $y$",
    ":material/delete: x",
    "x\n# x",
]


def typed(app, text: str):
    """The page after a text is typed into the box."""
    return without_exception(app.text_input(key=f"{PREFIX}.function").set_value(text).run())


def formula(app) -> str:
    """The formula that the page shows, in LaTeX."""
    [shown] = [m.value for m in app.markdown if m.value.startswith("$f(")]
    return shown.strip("$")


def keys(app) -> set[str]:
    """The fields that have a control."""
    boxes = [*app.number_input, *app.text_input, *app.selectbox]
    return {box.key.partition(".")[2] for box in boxes if box.key.startswith(f"{PREFIX}.")}


def complaints(app) -> list[str]:
    """What the page says of a text that it could not read, as HTML."""
    return [e.proto.body for e in app.get("html") if 'class="complaint"' in e.proto.body]


def test_a_typed_function_is_shown_as_it_was_read_and_studied():
    app = typed(visit(PAGE), "2x² − cos(3x)·0.1")
    assert formula(app) == UserFunction("2*x^2 - cos(3*x)*0.1").latex
    assert not complaints(app)
    assert any("The run from" in m.value for m in app.markdown)


def says_nothing(app) -> bool:
    """Whether the page shows no formula, no picture, no verdict and no tab."""
    shown = [*app.get("vega_lite_chart"), *app.tabs, *(m for m in app.markdown if "$" in m.value)]
    verdicts = [m.value for m in app.markdown if "agrees" in m.value or "disagrees" in m.value]
    return not shown and not verdicts and any("function not read" in m.value for m in app.markdown)


def test_bad_text_stays_in_the_box_with_a_caret_and_nothing_of_another_function_is_claimed():
    app = typed(visit(PAGE), "x^2/2")
    assert not says_nothing(app)
    app = typed(app, "x^2/2 + * 3")
    assert app.text_input(key=f"{PREFIX}.function").value == "x^2/2 + * 3"
    assert says_nothing(app)
    line, caret = app.code[0].value.split("\n")
    assert line[caret.index("^")] == "*"
    [said] = complaints(app)
    assert "expected a number, x or ( at position 9" in said


def test_mending_the_text_takes_the_complaint_away():
    app = typed(typed(visit(PAGE), "sin 2x"), "sin(x)")
    assert not complaints(app)
    assert formula(app) == UserFunction("sin(x)").latex


@pytest.mark.parametrize("text", ["x^3/3 - x", "(x*y-1)^2/2", "log(x)"])
def test_a_link_restores_the_function(text):
    app = visit(PAGE, {f"{PREFIX}.function": text})
    assert formula(app) == UserFunction(text).latex
    assert not app.warning


@pytest.mark.parametrize(
    ("linked", "meant"),
    [
        ("x^2 1", "x^2+1"),
        ("x^4/4 x^2", "x^4/4+x^2"),
        ("|x| (x-1)^2 0.5", "|x|+(x-1)^2+0.5"),
        ("2x^2 - 3 1e 2", "2x^2 - 3+1e+2"),
    ],
)
def test_a_plus_sign_that_a_hand_made_link_lost_is_put_back(linked, meant):
    app = visit(PAGE, {f"{PREFIX}.function": linked})
    assert app.text_input(key=f"{PREFIX}.function").value == meant
    assert formula(app) == UserFunction(meant).latex


def test_typed_text_is_never_mended():
    assert says_nothing(typed(visit(PAGE), "x^2 1"))


def test_a_name_that_is_read_as_x_is_said():
    app = typed(visit(PAGE), "w^2 - cos(w)")
    assert formula(app) == UserFunction("x^2 - cos(x)").latex
    assert "`w` is read as x." in [c.value for c in app.caption]
    assert not any("read as x" in c.value for c in typed(app, "x^2").caption)


def test_a_link_with_bad_text_shows_the_complaint_alone():
    app = visit(PAGE, {f"{PREFIX}.function": "x^"})
    assert says_nothing(app)
    assert app.text_input(key=f"{PREFIX}.function").value == "x^"
    assert len(complaints(app)) == 1


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_typed_reaches_html_or_markdown(text):
    app = typed(visit(PAGE), text)
    bodies = [e.proto.body for e in app.get("html")]
    words = [*bodies, *(m.value for m in (*app.markdown, *app.caption, *app.warning, *app.info, *app.error))]
    assert not any(text in word for word in words)
    assert all("<script" not in body and "<img" not in body for body in bodies)
    assert says_nothing(app)


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_in_a_link_reaches_html_or_markdown(text):
    app = visit(PAGE, {f"{PREFIX}.function": text, f"{PREFIX}.pins": f"function~{text}"})
    words = [m.value for m in (*app.markdown, *app.caption, *app.warning)]
    assert not any(text in word for word in words)
    assert all("<script" not in e.proto.body and "<img" not in e.proto.body for e in app.get("html"))


def test_controls_of_y_are_there_for_functions_of_y_only():
    app = visit(PAGE)
    assert not keys(app) & set(SECOND)
    app = typed(app, "x*y")
    assert keys(app) >= set(SECOND)
    assert not keys(typed(app, "x^2")) & set(SECOND)


def test_a_preset_of_two_variables_sets_every_field():
    app = choose_preset(choose_preset(visit(PAGE), "rosenbrock"), "himmelblau")
    p = PRESETS["himmelblau"].params
    assert app.number_input(key=f"{PREFIX}.start_y").value == p.start_y
    assert app.number_input(key=f"{PREFIX}.reach").value == p.reach
    assert formula(app) == p.objective.latex
    assert formula(choose_preset(app, "kink")) == r"f(x) = \left|x\right|"


def test_the_script_of_the_export_names_the_function():
    app = visit(PAGE, {f"{PREFIX}.function": "x^2/3"})
    app.session_state[f"{PREFIX}~export"] = True
    code = without_exception(app.run()).code
    assert any("function='x^2/3'" in block.value for block in code)


def chosen(app, *names: str) -> list:
    """The values of boxes with numbers."""
    return [app.number_input(key=f"{PREFIX}.{name}").value for name in names]


def slider(app, name: str):
    [found] = [s for s in app.select_slider if s.key == f"{PREFIX}.{name}~slider"]
    return found


@pytest.mark.parametrize(
    ("text", "middle", "delta"), [("(x-100)^2", 100.0, 0.8), ("1e6*x^2", 0.0, 8e-7), ("1e-6*x^2", 0.0, 8e5)]
)
def test_a_function_out_of_reach_opens_on_what_suits_it_typed_or_linked(text, middle, delta):
    for app in (typed(visit(PAGE), text), visit(PAGE, {f"{PREFIX}.function": text})):
        assert chosen(app, "centre", "step_size") == [middle, delta]
        assert slider(app, "step_size").value == delta
        assert len(slider(app, "step_size").options) > 100
        assert float(slider(app, "start").options[0]) < middle < float(slider(app, "start").options[-1])
        assert any("agrees" in m.value for m in app.markdown)


def test_what_a_link_names_stays_whatever_the_function():
    query = {"function": "1e6*x^2", "step_size": "0.8", "start": "7.5", "reach": "5.0"}
    app = visit(PAGE, {f"{PREFIX}.{name}": value for name, value in query.items()})
    assert chosen(app, "step_size", "start", "reach", "centre") == [0.8, 7.5, 5.0, 0.0]


def test_what_suits_a_function_is_given_up_with_it_and_what_was_chosen_is_not():
    app = typed(visit(PAGE), "1e6*(x-100)^2")
    app = typed(app, "x^2")
    assert abs(chosen(app, "centre")[0]) < chosen(app, "reach")[0]
    assert 0.02 < chosen(app, "step_size")[0] < 1.0
    app = without_exception(app.number_input(key=f"{PREFIX}.step_size").set_value(0.4).run())
    app = typed(app, "x^2 + x^4/4")
    assert chosen(app, "step_size") == [0.4]


def test_pinned_functions_stand_in_the_table_as_text():
    app = typed(visit(PAGE, {f"{PREFIX}.view": "Compare"}), "x^2/2 - cos(x)")
    app = without_exception(app.button(key=f"{PREFIX}~pin~side").click().run())
    app = typed(app, "x^4")
    [table] = [e.proto.body for e in app.get("html") if ">this run<" in e.proto.body]
    assert html.escape("x^2/2 − cos(x)") in table.replace("-", "−")
    charts = [json.loads(chart.proto.spec) for chart in app.get("vega_lite_chart")]
    assert charts


def test_a_pinned_run_on_the_line_is_not_drawn_into_pictures_of_the_plane():
    app = visit(PAGE, {f"{PREFIX}.view": "Margins and iterates"})
    app = without_exception(app.button(key=f"{PREFIX}~pin~side").click().run())
    app = typed(app, "x^2 - cos(x)")
    assert drawn_with_pins(app) == 1
    app = typed(app, "x^2 + y^2")
    assert drawn_with_pins(app) == 0
    app = without_exception(app.button(key=f"{PREFIX}~pin~side").click().run())
    app = without_exception(app.number_input(key=f"{PREFIX}.step_size").set_value(0.3).run())
    assert drawn_with_pins(app) == 1


def drawn_with_pins(app) -> int:
    """How many charts carry pinned runs."""
    charts = app.get("vega_lite_chart")
    return sum(any(data.name == TABLE for data in chart.proto.datasets) for chart in charts)


def test_the_statement_of_what_may_be_missed_is_on_the_page():
    assert any("may be missed" in c.value for c in visit(PAGE).caption)
    assert any("others may lie" in c.value for c in choose_preset(visit(PAGE), "himmelblau").caption)


@pytest.mark.parametrize("text", ["x+" * 80 + "*", "*x", "x" + " " * 150 + ")", "\x07*"])
def test_the_caret_stands_under_the_character_at_fault(text):
    with pytest.raises(ExpressionError) as refused:
        UserFunction(text)
    line, caret = pointed(text, refused.value).split("\n")
    position = refused.value.position
    fault = text[position - 1] if position <= len(text) else ""
    assert line[caret.index("^") :][:1] == (fault if fault.isprintable() else " ")


def test_a_text_that_is_too_long_is_answered():
    assert Params.__dataclass_fields__["function"].metadata["control"].problem("x+" * LONGEST + "x")
