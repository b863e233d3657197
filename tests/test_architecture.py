"""The plan of the house: which layer imports which, no circles, one name for a phenomenon in every layer."""

from __future__ import annotations

import ast
import inspect
import subprocess
import sys
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

import stepsize_core
from stepsize_core.paper.catalogue import CATALOGUE

ROOT = Path(__file__).parent.parent
LAYERS = ("stepsize_core", "pages.charts", "pages.ui", "pages", "app")  # each imports from those before it
FILES_OF_A_FOLDER = 16
FOR_THE_CORE = {"numpy", "scipy", "stepsize_core"} | set(sys.stdlib_module_names)
STEMS = [phenomenon.stem for phenomenon in CATALOGUE]


def name_of(path: Path) -> str:
    """The dotted name of a file of the project."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


FILES = [
    ROOT / "app.py",
    *sorted((ROOT / "stepsize_core").rglob("*.py")),
    *sorted((ROOT / "pages").rglob("*.py")),
]
MODULES = {name_of(path): path for path in FILES}


def imported_by(path: Path) -> Iterator[str]:
    """What a file imports, wherever in it: a module of the project where the name is one, else as written."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: a relative import"
            for alias in node.names:
                whole = f"{node.module}.{alias.name}"
                yield whole if whole in MODULES else str(node.module)


IMPORTS = {name: set(imported_by(path)) - {name} for name, path in MODULES.items()}


def layer_of(name: str) -> int | None:
    """The number of the layer that a module belongs to; None for what is not of the project."""
    return next((i for i, layer in enumerate(LAYERS) if f"{name}.".startswith(f"{layer}.")), None)


@pytest.mark.parametrize("name", MODULES)
def test_a_layer_imports_only_from_the_layers_before_it(name):
    own = layer_of(name)
    assert [other for other in IMPORTS[name] if (layer_of(other) or 0) > own] == []


def test_the_core_needs_numpy_and_scipy_alone():
    foreign = {
        (name, other)
        for name in MODULES
        for other in IMPORTS[name]
        if layer_of(name) == 0 and other.partition(".")[0] not in FOR_THE_CORE
    }
    assert foreign == set()


def test_the_core_loads_neither_streamlit_nor_altair():
    code = "import sys, stepsize_core.paper.catalogue; print(*{m.partition('.')[0] for m in sys.modules})"
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert {"streamlit", "altair", "pandas", "pages"} & set(run.stdout.split()) == set()


def test_charts_know_nothing_of_streamlit():
    charts = [name for name in MODULES if layer_of(name) == LAYERS.index("pages.charts")]
    assert [name for name in charts if any(other.startswith("streamlit") for other in IMPORTS[name])] == []


def test_there_is_no_circle_of_imports():
    graph = {name: {other for other in others if other in MODULES} for name, others in IMPORTS.items()}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as circle:
        pytest.fail(" -> ".join(circle.args[1]))


@pytest.mark.parametrize("stem", STEMS)
def test_the_charts_of_a_phenomenon_use_no_other_phenomenon_s(stem):
    own = f"pages.charts.{stem}"
    others = tuple(f"pages.charts.{other}." for other in STEMS if other != stem)
    rooms = [name for name in MODULES if f"{name}.".startswith(f"{own}.")]
    assert [(name, used) for name in rooms for used in IMPORTS[name] if f"{used}.".startswith(others)] == []


@pytest.mark.parametrize("stem", STEMS)
def test_a_phenomenon_has_its_room_in_every_layer(stem):
    for room in (f"stepsize_core.paper.{stem}", f"pages.charts.{stem}", f"pages.{stem}"):
        assert room in MODULES
    assert (ROOT / "tests" / "paper" / stem).is_dir()


def test_nothing_but_the_catalogue_lists_the_phenomena():
    pages = {path.stem for path in (ROOT / "pages").glob("*.py")} - {
        "router",
        "overview",
        "standing",
        "scenes",
    }
    rooms = {path.parent.name for path in (ROOT / "stepsize_core" / "paper").glob("*/__init__.py")}
    assert pages == rooms == set(STEMS)


def test_every_public_name_exists():
    assert len(set(stepsize_core.__all__)) == len(stepsize_core.__all__)
    assert [name for name in stepsize_core.__all__ if not hasattr(stepsize_core, name)] == []


@pytest.mark.parametrize("phenomenon", CATALOGUE, ids=lambda phenomenon: phenomenon.stem)
def test_no_room_of_a_phenomenon_is_called_what_its_package_offers(phenomenon):
    rooms = [name for name in MODULES if name.startswith(f"{phenomenon.package.__name__}.")]
    offered = {name for name, value in vars(phenomenon.package).items() if not inspect.ismodule(value)}
    assert offered & {name.rpartition(".")[2] for name in rooms} == set()


@pytest.mark.parametrize("folder", sorted({path.parent for path in FILES}))
def test_a_folder_can_be_seen_at_a_glance(folder):
    assert len(list(folder.glob("*.py"))) <= FILES_OF_A_FOLDER
