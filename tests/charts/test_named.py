"""The figures that presets and scenes name are among those of their case."""

import pytest

from pages.charts import of
from pages.charts.kit.figure import Figure
from stepsize_core.paper.catalogue import CATALOGUE, class_scenes
from stepsize_core.paper.phenomenon import Phenomenon


def figures_of(phenomenon: Phenomenon, params) -> dict[str, Figure]:
    """The figures of a case by name."""
    return {figure.name: figure for figure in of(phenomenon).figures(phenomenon.study(params))}


@pytest.mark.parametrize("phenomenon", CATALOGUE, ids=lambda phenomenon: phenomenon.stem)
def test_each_preset_and_scene_names_a_figure_of_its_case(phenomenon):
    shown = {key: figures_of(phenomenon, preset.params) for key, preset in phenomenon.PRESETS.items()}
    named = [(key, preset.figure) for key, preset in phenomenon.PRESETS.items()]
    named += [(scene.preset, scene.figure) for scene in phenomenon.scenes]
    assert not [(preset, figure) for preset, figure in named if figure not in shown[preset]]


def test_a_scene_of_a_class_shows_a_run_and_no_diagram_of_all_outcomes():
    """Such a diagram would give the answer away; it is what a figure shows besides its study."""
    for phenomenon, scene in class_scenes():
        params = scene.prompt.params
        figure = figures_of(phenomenon, params)[scene.figure]
        assert not figure.further(phenomenon.study(params)), (phenomenon.stem, scene.preset)
