"""A new phenomenon is its package, its charts, its page and an entry of the catalogue, no more."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
CATALOGUE = "stepsize_core/paper/catalogue.py"
FILES = {
    "stepsize_core/paper/bowl/__init__.py": '''
"""A parabola, the smallest phenomenon there is."""

from stepsize_core.paper.bowl.studies import PRESETS, Params, study
from stepsize_core.paper.phenomenon import BEYOND, Phenomenon, Scene, Statement

PHENOMENON = Phenomenon(
    stem="bowl", key="bowl", title="A bowl", place="nowhere", group=BEYOND,
    Params=Params, PRESETS=PRESETS, study=study,
    statements=(Statement("Remark 0", "A bowl."),),
    scenes=(Scene("steep", "iterates", "Look at the last iterate.", "Watch it jump.", place="Remark 0"),),
)
''',
    "stepsize_core/paper/bowl/studies.py": """
from dataclasses import dataclass

import numpy as np

from stepsize_core import Claim, UserFunction, gradient_descent
from stepsize_core.paper.parameters import Count, Number, Preset, Try, Validated, parameter


@dataclass(frozen=True)
class Params(Validated):
    step_size: float = parameter(0.5, Number("step size δ", 0.01, 3.0))
    n_steps: int = parameter(10, Count("steps", 2, 30))


PRESETS = {
    "steep": Preset(
        "Steep", "It jumps to and fro.", Params(step_size=1.9),
        "An overshoot may shrink.", Try("take the step 0.5", {"step_size": 0.5}), "iterates",
    )
}


@dataclass(frozen=True, eq=False)
class Study:
    params: Params
    states: np.ndarray
    claims: tuple[Claim, ...]


def study(params: Params) -> Study:
    states = gradient_descent(UserFunction("x^2/2"), 1.0, params.step_size, params.n_steps).states
    claim = Claim.equality("x[1] = 1 − δ", "nowhere", 1.0 - params.step_size, states[1], absolute=1e-12)
    return Study(params, states, (claim,))
""",
    "pages/charts/bowl/__init__.py": """
import numpy as np

from pages.charts.kit.drawing import Drawing
from pages.charts.kit.figure import Figure, figure
from stepsize_core.paper.bowl.studies import Study


def headline(study: Study) -> str:
    return f"At δ = {study.params.step_size:g} the last iterate is {study.states[-1]:.3g}."


@figure("The iterates of the bowl")
def ITERATES(study: Study, draw: Drawing) -> str:
    draw.axes("step k", "x[k]")
    draw.curve("iterates", {"k": np.arange(len(study.states)), "x": study.states}, play=True)
    return f"{len(study.states) - 1} steps to {study.states[-1]:.3g}."


def figures(study: Study) -> tuple[Figure, ...]:
    return (ITERATES,)
""",
    "pages/bowl.py": """
from pages import ui
from pages.charts import bowl as charts
from stepsize_core.paper.bowl import PHENOMENON

page = ui.open(PHENOMENON, charts)
page.stage(charts.ITERATES)
page.verdicts()
page.tabs({}, statement="A bowl.")
""",
}
VISIT = """
from streamlit.testing.v1 import AppTest

def visit(**query):
    app = AppTest.from_file("pages/router.py", default_timeout=300)
    for name, value in query.items():
        app.query_params[name.replace("__", ".")] = value
    app.run()
    assert not app.exception, app.exception[0].stack_trace
    return app
"""
LINK = """
app = visit()
app.query_params["bowl.step_size"] = "1.25"
app.switch_page("bowl.py").run()
assert not app.exception, app.exception[0].stack_trace
assert app.title[0].value == "A bowl"
assert app.number_input(key="bowl.step_size").value == 1.25
assert any("At δ = 1.25 the last iterate is" in text.value for text in app.markdown)
assert len(app.get("vega_lite_chart")) == 1
"""
TOUR = """
from stepsize_core.paper.catalogue import stops
app = visit(tour=str(len(stops())))
assert app.title[0].value == "A bowl"
assert next(box.value for box in app.selectbox if box.label == "Preset") == "steep"
assert any("Remark 0 · Look at the last iterate." in text.value for text in app.markdown)
"""
OVERVIEW = """
app = visit()
assert any(element.proto.page == "bowl" for element in app.get("page_link"))
app.switch_page("standing.py").run()
assert any("A bowl" in element.proto.body for element in app.get("html"))
"""


@pytest.fixture(scope="module")
def project(tmp_path_factory) -> Path:
    """A copy of the project with one phenomenon more."""
    copy = tmp_path_factory.mktemp("project")
    for name in ("stepsize_core", "pages"):
        shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name, text in FILES.items():
        (copy / name).parent.mkdir(exist_ok=True)
        (copy / name).write_text(text.lstrip(), encoding="utf-8")
    catalogue = (copy / CATALOGUE).read_text(encoding="utf-8")
    for last, more in (
        ("    your_function,\n", "    bowl,\n"),
        ("    your_function.PHENOMENON,\n", "    bowl.PHENOMENON,\n"),
    ):
        assert last in catalogue
        catalogue = catalogue.replace(last, last + more)
    (copy / CATALOGUE).write_text(catalogue, encoding="utf-8")
    return copy


def run(project: Path, *arguments: str) -> str:
    """What a Python process in the project prints."""
    done = subprocess.run(
        [sys.executable, "-X", "utf8", *arguments], cwd=project, capture_output=True, encoding="utf-8"
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("script", [LINK, TOUR, OVERVIEW], ids=["link", "tour", "overview"])
def test_a_new_phenomenon_is_reached_through_the_app(project, script):
    run(project, "-c", VISIT + script)


def test_a_new_phenomenon_is_written_by_the_command_line(project):
    assert "bowl" in run(project, "-m", "pages.charts")
    run(project, "-m", "pages.charts", "bowl", "steep", "--format", "svg", "py", "csv", "--out", "out")
    name = "bowl-steep-iterates"
    assert {path.name for path in (project / "out").iterdir()} == {
        f"{name}.{end}" for end in ("svg", "py", "csv")
    }
    script = (project / "out" / f"{name}.py").read_text(encoding="utf-8")
    assert "from stepsize_core.paper import bowl" in script
    assert "x[1] = 1 − δ" in run(project, "-c", script)
