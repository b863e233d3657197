"""Questions to predict: the case decides the answer, and the explanation carries its numbers."""

import re

import numpy as np
import pytest

from stepsize_core import ThreeHalvesPower, TwoLayerReLU, TwoMinima, gradient_descent
from stepsize_core.limits import LimitKind
from stepsize_core.paper.catalogue import CATALOGUE, class_scenes
from stepsize_core.paper.equilibrium_selection import scenes as selection
from stepsize_core.paper.identity_initialization import scenes as identity
from stepsize_core.paper.periodic_orbits import scenes as orbits
from stepsize_core.paper.reachable_optima import scenes as optima
from stepsize_core.paper.reachable_optima.optimum import Standing

STUDIES = {phenomenon.stem: phenomenon.study for phenomenon in CATALOGUE}
PROMPTS = {phenomenon.stem: phenomenon.prompts for phenomenon in CATALOGUE}
CASES = [(stem, i) for stem, prompts in PROMPTS.items() for i in range(len(prompts))]
SETTLED = 1e-6  # motion of a run in its last steps below which it has come to rest
N_STEPS = 20_000  # of runs made here, independently of the studies


@pytest.fixture(scope="module")
def studies():
    """The study of every case, made once."""
    return {(stem, i): STUDIES[stem](PROMPTS[stem][i].params) for stem, i in CASES}


def last_states(objective, start, step_size) -> np.ndarray:
    """The last states of a plain run, made here and not by a study."""
    return gradient_descent(objective, start, step_size, N_STEPS, keep_last=64).states


def test_every_phenomenon_asks_two_or_three_questions():
    assert {len(prompts) for prompts in PROMPTS.values()} <= {2, 3}


@pytest.mark.parametrize(("stem", "i"), CASES)
def test_the_answer_is_one_of_several_different_options(studies, stem, i):
    prompt = PROMPTS[stem][i]
    assert len(set(prompt.options)) == len(prompt.options) >= 2
    assert prompt.answer(studies[stem, i]) in prompt.options


@pytest.mark.parametrize(("stem", "i"), CASES)
def test_question_and_explanation_carry_the_numbers_of_the_case(studies, stem, i):
    prompt = PROMPTS[stem][i]
    assert prompt.question.endswith("?")
    assert "{" not in prompt.question
    assert re.search(r"\d", prompt.why(studies[stem, i]))
    assert "nan" not in prompt.why(studies[stem, i])


@pytest.mark.parametrize(
    ("phenomenon", "scene"), class_scenes(), ids=lambda part: getattr(part, "stem", None) or part.preset
)
def test_a_scene_of_a_class_has_a_few_answers_and_a_short_reason(phenomenon, scene):
    """Of one or two sentences."""
    assert 3 <= len(scene.prompt.options) <= 5
    why = scene.prompt.why(phenomenon.study(scene.prompt.params))
    assert 1 <= len(re.findall(r"\.(?=\s|$)", why)) <= 2


@pytest.mark.parametrize("stem", PROMPTS)
def test_a_study_of_another_case_gets_its_own_answer(studies, stem):
    """The answer follows the study it is given, whichever of two like questions gives it."""
    first, *others = PROMPTS[stem]
    for i, other in enumerate(others, 1):
        if other.options == first.options:
            assert first.answer(studies[stem, i]) == other.answer(studies[stem, i])


def test_example_1_oscillates_and_half_the_step_leaves_a_quarter():
    amplitude = {delta: np.abs(last_states(ThreeHalvesPower(), 0.3, delta)).mean() for delta in (0.5, 0.25)}
    assert amplitude[0.25] / amplitude[0.5] == pytest.approx(0.25)
    assert _answers("periodic_orbits") == [orbits.OSCILLATION, orbits.QUARTER, orbits.MINIMUM]


def test_example_2_answers_are_those_of_plain_runs():
    rounded = [
        np.unique(np.round(last_states(TwoMinima(), p.params.start, p.params.step_size), 6))
        for p in PROMPTS["equilibrium_selection"]
    ]
    assert len(rounded[0]) == 64
    assert rounded[1] == pytest.approx([1.0])
    assert len(rounded[2]) == 2
    assert _answers("equilibrium_selection") == [selection.BOUNDED, selection.AT_1, selection.CYCLE]


def test_remark_1_asks_about_a_step_that_the_theorem_does_not_exclude(studies):
    rescaled, skewed, above = (studies["reachable_optima", i] for i in range(3))
    assert rescaled.standing is Standing.EXCLUDED
    assert skewed.standing is Standing.UNSTABLE
    assert len(above.plane.hyperbola.ends) == 0  # no optimum is flat enough
    assert _answers("reachable_optima")[:2] == [optima.LEAVES, optima.LEAVES]
    for study in (rescaled, skewed):
        reached = study.reached.eigenvalues[-1]
        assert reached < study.reference.eigenvalues[-1]


def test_theorem_3_stops_at_the_projection_and_a_perturbed_start_goes_on_to_the_target(studies):
    reduction, perturbed = (studies["identity_initialization", i] for i in range(2))
    assert reduction.to_psd[-1] < reduction.to_target[-1]
    assert perturbed.escape.to_target[-1] < perturbed.escape.to_psd[-1]
    assert _answers("identity_initialization")[:2] == [identity.PROJECTION, identity.TARGET]


def test_the_network_that_has_not_learned_has_come_to_rest(studies):
    study = studies["relu_oscillation", 1]
    assert isinstance(study.objective, TwoLayerReLU)
    assert study.limit.kind is LimitKind.EQUILIBRIUM
    assert np.abs(np.diff(study.last_functions, axis=0)).max() < SETTLED
    assert study.final_loss > study.learned_level


def _answers(stem) -> list[str]:
    return [prompt.answer(STUDIES[stem](prompt.params)) for prompt in PROMPTS[stem]]
