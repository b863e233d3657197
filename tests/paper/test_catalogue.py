"""The catalogue lists the whole paper, once, and only phenomena that can be studied."""

from dataclasses import asdict, fields, is_dataclass, replace

import numpy as np
import pytest

from stepsize_core.paper import periodic_orbits
from stepsize_core.paper.catalogue import CATALOGUE, class_scenes, home_of, stops
from stepsize_core.paper.phenomenon import BEYOND, NETWORKS

LONGEST_TITLE, LONGEST_TRY = 45, 40  # characters
LONGEST_LOOK = 110  # characters: what fits one line of a bar beside its links
LONGEST_LINE = 140  # characters that a lecturer says in one breath
IN_CLASS, FEWEST_OF_NETWORKS = 10, 2
NUMBERED = {"Example": 3, "Theorem": 4, "Corollary": 2, "Remark": 4, "Figure": 2}

each_phenomenon = pytest.mark.parametrize("phenomenon", CATALOGUE, ids=lambda phenomenon: phenomenon.stem)
each_preset = pytest.mark.parametrize(
    "preset",
    [
        pytest.param(preset, id=f"{phenomenon.stem}-{key}")
        for phenomenon in CATALOGUE
        for key, preset in phenomenon.PRESETS.items()
    ],
)


def test_every_numbered_statement_of_the_paper_is_listed_once():
    expected = {f"{kind} {i + 1}" for kind, n in NUMBERED.items() for i in range(n)}
    places = [statement.place for phenomenon in CATALOGUE for statement in phenomenon.statements]
    assert len(places) == len(expected)
    assert set(places) == expected
    assert [scene.place for _, scene in stops()] == places


def test_only_what_is_beyond_the_paper_has_no_statement_of_it():
    without = {phenomenon.stem for phenomenon in CATALOGUE if not phenomenon.statements}
    beyond = {phenomenon.stem for phenomenon in CATALOGUE if phenomenon.group == BEYOND}
    assert without == beyond | {"your_function"}


def test_stems_keys_and_titles_tell_phenomena_apart():
    for name in ("stem", "key", "title"):
        assert len({getattr(phenomenon, name) for phenomenon in CATALOGUE}) == len(CATALOGUE)


@each_phenomenon
def test_a_phenomenon_has_presets_of_its_own_parameters(phenomenon):
    assert phenomenon.PRESETS
    assert all(type(preset.params) is phenomenon.Params for preset in phenomenon.PRESETS.values())


@each_phenomenon
def test_its_package_offers_what_it_is_described_by(phenomenon):
    package = phenomenon.package
    assert package.PHENOMENON is phenomenon
    assert (package.Params, package.PRESETS, package.study) == (
        phenomenon.Params, phenomenon.PRESETS, phenomenon.study,
    )  # fmt: skip
    assert home_of(phenomenon.study) == (f"stepsize_core.paper.{phenomenon.stem}", "study")


@each_preset
def test_a_preset_has_a_title_and_three_sentences(preset):
    assert 0 < len(preset.title) <= LONGEST_TITLE
    assert not preset.title.startswith("δ = ")
    assert preset.why.endswith(".")
    assert preset.means.endswith(".")
    assert 0 < len(preset.tries.words) <= LONGEST_TRY
    assert preset.tries.words[-1] not in ".→"


@each_preset
def test_what_is_tried_at_a_preset_is_another_case_of_its_phenomenon(preset):
    assert type(preset.tried) is type(preset.params)
    assert preset.tried != preset.params
    assert all(getattr(preset.tried, name) == value for name, value in preset.tries.changes.items())


@each_phenomenon
def test_no_two_presets_or_sentences_of_a_phenomenon_are_alike(phenomenon):
    presets = phenomenon.PRESETS.values()
    for name in ("title", "why", "means", "params"):
        assert len({getattr(preset, name) for preset in presets}) == len(presets), name


@each_phenomenon
def test_each_statement_has_one_scene_and_each_scene_a_case(phenomenon):
    places = [scene.place for scene in phenomenon.scenes if scene.place]
    assert sorted(places) == sorted(statement.place for statement in phenomenon.statements)
    for statement in phenomenon.statements:
        scene = phenomenon.scene(statement)
        assert scene.place == statement.place
        assert phenomenon.case(statement) == phenomenon.case(scene) == phenomenon.PRESETS[scene.preset].params


@each_phenomenon
def test_a_scene_says_what_to_look_at_and_has_a_line_to_say(phenomenon):
    assert phenomenon.scenes
    for scene in phenomenon.scenes:
        assert scene.look[-1] in ".?"
        assert len(scene.look) <= LONGEST_LOOK
        assert scene.say[-1] in ".?"
        assert len(scene.say) <= LONGEST_LINE


@each_phenomenon
def test_a_scene_asks_about_its_case_or_one_that_differs_in_one_field(phenomenon):
    for scene in phenomenon.scenes:
        if scene.prompt:
            case, asked = asdict(phenomenon.case(scene)), asdict(scene.prompt.params)
            assert sum(case[name] != asked[name] for name in case) <= 1, scene.preset


def test_a_class_has_ten_ready_scenes_or_more_and_some_of_them_show_networks():
    scenes = class_scenes()
    assert len(scenes) >= IN_CLASS
    assert scenes == tuple((p, s) for p in CATALOGUE for s in p.scenes if s.in_class)
    assert sum(phenomenon.group == NETWORKS for phenomenon, _ in scenes) >= FEWEST_OF_NETWORKS


def arrays(value):
    """Every array in a result, however deep."""
    if isinstance(value, np.ndarray):
        yield value
    elif is_dataclass(value):
        for part in fields(value):
            yield from arrays(getattr(value, part.name))
    elif isinstance(value, tuple):
        for part in value:
            yield from arrays(part)


@each_phenomenon
def test_a_study_can_be_remembered_by_and_none_of_its_arrays_can_be_changed(phenomenon):
    study = phenomenon.study(phenomenon.Params())
    other = phenomenon.study(replace(study.params, step_size=0.9 * study.params.step_size))
    assert {study: 1}[phenomenon.study(phenomenon.Params())] == 1
    assert study != other
    assert len(repr(study)) < 1000
    own = [getattr(study, part.name) for part in fields(study) if part.name != "objective"]
    found = list(arrays(tuple(own)))
    assert found
    assert not any(array.flags.writeable for array in found)


def test_phenomena_are_equal_to_themselves_alone():
    assert periodic_orbits.PHENOMENON == periodic_orbits.PHENOMENON
    assert len(set(CATALOGUE)) == len(CATALOGUE)


def test_what_no_package_offers_has_no_home():
    with pytest.raises(LookupError, match="no package"):
        home_of(test_what_no_package_offers_has_no_home)
