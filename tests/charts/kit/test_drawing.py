"""A figure function: its tables, its sentence and its ink come from one pass, and the ink is drawn once."""

from __future__ import annotations

from dataclasses import dataclass
from types import ModuleType

import numpy as np
import pytest
import vl_convert

from pages.charts.kit.calls import call
from pages.charts.kit.drawing import Drawing
from pages.charts.kit.figure import figure
from pages.charts.kit.gallery import Shown
from pages.charts.kit.style import DARK, LIGHT

RISING, FALLING = np.arange(3.0), np.arange(3.0)[::-1]


def counted(**options):
    """A figure that counts its passes, and their number so far."""
    passes = []

    @figure("Values", **options)
    def VALUES(values, draw: Drawing) -> str:
        passes.append(values)
        draw.axes("step k", "value")
        draw.points("values", {"k": np.arange(len(values)), "value": values}, play=True)
        return f"The last value is {values[-1]:g}."

    return VALUES, passes


def drawn(sketch) -> Drawing:
    draw = Drawing()
    sketch(draw)
    draw.chart(LIGHT)
    return draw


def test_a_figure_is_named_like_its_function_unless_a_name_is_given():
    assert counted()[0].name == "values"
    assert counted(name="other")[0].name == "other"


def test_tables_words_and_ink_take_one_pass():
    values, passes = counted()
    values.data(RISING), values.tables(RISING), values.spec(LIGHT, RISING), values.describe(RISING)
    assert len(passes) == 1


def test_the_ink_is_drawn_from_the_first_content_only():
    values, passes = counted()
    light = values.spec(LIGHT, RISING)
    assert values.spec(LIGHT, FALLING) is light
    values.spec(DARK)
    assert len(passes) == 1


def test_what_was_asked_for_before_is_not_mistaken_for_another_content():
    values, _ = counted()
    for last in range(200):
        assert values.describe(np.array([float(last)])) == f"The last value is {last}."


def test_two_marks_over_one_table_join_their_columns():
    def sketch(draw):
        draw.points("runs", {"k": [0, 1], "x": [2.0, 3.0]})
        draw.points("runs", {"k": [0, 1], "y": [4.0, 5.0]})
        draw.curve("runs")

    draw = drawn(sketch)
    assert list(draw.tables["runs"]) == ["k", "x", "y"]
    fields = [layer["encoding"]["y"]["field"] for layer in draw.chart(LIGHT).to_dict()["layer"]]
    assert fields == ["x", "y", "x"]


def test_a_table_without_rows_holds_one_hidden_row():
    draw = drawn(
        lambda draw: draw.label("_names", {"x": [], "y": [], "text": []}, empty={"x": 1.0, "y": 2.0})
    )
    assert draw.tables["_names"] == {"x": [1.0], "y": [2.0], "text": [""], "shown": [0.0]}


def test_a_mark_that_plays_needs_the_step_of_its_rows():
    with pytest.raises(ValueError, match="column k"):
        drawn(lambda draw: draw.points("states", {"x": [0.0], "y": [1.0]}, play=True))


def test_painted_tables_are_made_when_somebody_asks():
    asked = []
    draw = drawn(lambda draw: draw.painted("pixels", lambda: asked.append(1) or {"x": [1]}))
    assert not asked
    assert draw.painted_tables() == {"pixels": {"x": [1]}}


@dataclass(frozen=True)
class Params:
    n: int


@dataclass(frozen=True)
class Study:
    params: Params
    text: str = ""


def squares(n, text=""):
    return np.arange(n) ** 2.0


def of_figures(*figures) -> ModuleType:
    """A package of charts."""
    charts = ModuleType("charts")
    charts.figures = lambda *study: figures
    return charts


def test_a_figure_gets_what_it_shows_besides_its_study():
    @figure("Squares", also=lambda study: [call(squares, study.params.n, study.text)])
    def SQUARES(study, values, draw: Drawing) -> str:
        draw.points("squares", {"x": np.arange(study.params.n), "y": values})
        return f"There are {len(values)} squares here."

    run = call(Study, Params(3), "own points")
    shown = Shown(of_figures(SQUARES), run)
    study, values = shown[SQUARES]
    assert study == Study(Params(3), "own points")
    assert shown.calls() == shown.calls(SQUARES) == (run, call(squares, 3, "own points"))
    np.testing.assert_array_equal(SQUARES.data((study, values))["squares"]["y"], [0.0, 1.0, 4.0])


def test_a_figure_without_a_study_shows_its_calls_alone():
    values, _ = counted(also=[call(squares, 4)])
    shown = Shown(of_figures(values))
    assert values.describe(shown[values]) == "The last value is 9."
    assert shown.calls() == (call(squares, 4),)


def test_a_single_value_stands_in_every_row_of_its_table_or_of_the_one_that_it_joins():
    draw = Drawing()
    draw.axes("x", "y")
    draw.points("several", {"x": [1.0, 2.0], "y": 0.5})
    draw.label("several", {"text": "a name"}, xy=("x", "y"))
    draw.points("one", {"x": 1.0, "y": 2.0})
    draw.points("none", {"x": [], "y": 2.0})
    assert draw.tables["several"] == {"x": [1.0, 2.0], "y": [0.5, 0.5], "text": ["a name", "a name"]}
    assert draw.tables["one"] == {"x": [1.0], "y": [2.0]}
    assert draw.tables["none"] == {"x": [], "y": []}


def test_a_rule_named_again_stands_in_the_column_of_the_table_and_not_in_the_one_that_hides_rows():
    draw = Drawing()
    draw.axes("x", "y")
    draw.hline("level", {"y": []}, look="background", empty={"y": 1.0})
    draw.hline("level")
    fields = [layer["encoding"]["y"]["field"] for layer in draw.chart(LIGHT).to_dict()["layer"]]
    assert fields == ["y", "y"]


def test_predictions_and_what_is_said_to_hide_are_not_drawn_while_a_question_is_open():
    def sketch(_, draw):
        draw.axes("x", "y")
        draw.curve("run", {"x": [0.0, 1.0], "y": [0.0, 1.0], "k": [3, 5]}, play=True)
        draw.hline("prediction", {"y": [0.5]})
        draw.points("answer", {"x": [0.5], "y": [0.5]}, hides=True)
        draw.points("start", {"x": [0.0], "y": [0.0]})
        return ""

    drawing = figure("Asked", name="asked")(sketch).drawn(None)[0]
    spec = drawing.chart(LIGHT).to_dict()
    hiding = [layer["data"]["name"] for layer in spec["layer"] if "asks" in str(layer["mark"].get("opacity"))]
    assert hiding == ["prediction", "answer"]
    assert {"name": "asks", "value": ""} in spec["params"]
    assert drawing.steps() == (3, 5)


def sent(column, frame=(-1.0, 1.0), **axes) -> np.ndarray:
    """A column of values from −1 to 1 as the browser gets it."""
    draw = Drawing()
    draw.axes("x", "y", frame={"x": [0.0, 1.0], "y": list(frame)}, whole=True, **axes)
    draw.points("values", {"x": np.linspace(0.0, 1.0, len(column)), "y": column}, empty={"x": 0.0, "y": 0.0})
    return draw.sent()["values"]


def test_values_lose_the_digits_that_nobody_sees_and_none_where_these_are_seen(rng):
    values = rng.uniform(-1.0, 1.0, 400)
    table = sent(values)
    assert np.asarray(table["y"]).dtype == np.float16
    assert np.abs(table["y"] - values).max() <= 2.5e-4 * 2.0
    assert np.asarray(sent(100.0 + values, (99.0, 101.0))["y"]).dtype == np.float32
    assert np.asarray(sent(np.abs(values) * 1e-3, (1e-9, 1.0), log="y")["y"]).dtype == np.float32
    np.testing.assert_array_equal(sent(values[:50])["y"], values[:50])


def test_what_hides_nothing_is_not_sent_and_what_hides_is():
    assert "shown" not in sent(np.zeros(400))
    assert sent(np.zeros(0))["shown"] == [0]


def test_what_is_said_once_of_the_axes_leaves_the_picture_as_it_is():
    def sketch(_, draw):
        draw.axes("step size", "x", y={"tickCount": 3}, frame={"at": [0.0, 1.0], "x": [1.0, 9.0]}, whole=True)
        draw.click({"x": [0.0], "x2": [1.0], "at": [0.5]}, "at")
        draw.curve("line", {"at": [0.0, 1.0], "x": [2.0, 3.0], "k": [0, 1]}, play=True)
        draw.hline("level", {"x": [4.0]})
        return ""

    said = figure("Said", name="said")(sketch)
    spec, drawn = said.spec(LIGHT), said.drawn(None)[0].chart(LIGHT).to_dict()
    whole = spec | {"layer": drawn["layer"] + spec["layer"][len(drawn["layer"]) :]}
    assert spec != whole
    assert vl_convert.vegalite_to_vega(spec) == vl_convert.vegalite_to_vega(whole)


def test_a_curve_in_the_order_of_a_column_that_its_table_lacks_fails():
    draw = Drawing()
    with pytest.raises(ValueError, match="'run' is drawn in order and needs a column vertex"):
        draw.curve("run", {"x": RISING, "y": FALLING}, order="vertex")
