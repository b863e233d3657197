"""Sentences of the scalar pages at random, extreme and two-step parameters, against the run they speak of."""

from __future__ import annotations

import re
from functools import lru_cache
from types import ModuleType

import numpy as np
import pytest

from pages.charts import of
from pages.charts.__main__ import shown
from pages.charts.kit.calls import compute
from pages.charts.kit.figure import Figure
from stepsize_core import LimitKind, TwoMinima, Verdict, lyapunov_exponent
from stepsize_core.paper import equilibrium_selection as selection
from stepsize_core.paper import initialization_dependence as dependence
from stepsize_core.paper import periodic_orbits as orbits
from stepsize_core.paper import your_function as yours
from stepsize_core.paper.parameters import Number, controls_of
from tests.pages.extremes import extreme_params

PAGES = {package.PHENOMENON.stem: package for package in (orbits, selection, dependence)}
DRAWN = 24  # random parameters of a page, and as many at the ends of their ranges
NO_WORD = re.compile(r"\b(inf|nan|None|1 steps|0 steps)\b|-inf|x = -?\d(\.\d+)?e-[3-9]\d")
remembered = lru_cache(maxsize=64)(compute)


def random_params(params_class: type, number: int, seed: int = 11):
    """Different parameters: log-uniform where a field is chosen so, every third with two steps."""
    rng = np.random.default_rng(seed)
    for i in range(number):
        values = {}
        for name, control in controls_of(params_class).items():
            if isinstance(control, Number):
                low, high = (
                    (np.log(control.low), np.log(control.high))
                    if control.log
                    else (control.low, control.high)
                )
                drawn = rng.uniform(low, high)
                values[name] = float(
                    np.clip(np.exp(drawn) if control.log else drawn, control.low, control.high)
                )
            else:
                values[name] = control.low + control.step * int(
                    rng.integers((control.high - control.low) // control.step + 1)
                )
        yield params_class(**{**values, "n_steps": 2} if i % 3 == 0 else values)


def studies(package: ModuleType):
    """Studies at random parameters and at the ends of their ranges."""
    drawn = (*random_params(package.Params, DRAWN), *extreme_params(package.Params, DRAWN))
    return [package.study(params) for params in drawn]


def said(figure: Figure, study) -> str:
    """The sentence of a figure."""
    return figure.describe(figure.content(study, compute=remembered))


def figure_of(charts: ModuleType, name: str) -> Figure:
    return getattr(charts, name)


@pytest.mark.parametrize("stem", PAGES)
def test_nothing_is_said_that_is_no_number_and_no_claim_is_refuted(stem):
    package, charts = PAGES[stem], of(PAGES[stem].PHENOMENON)
    for study in studies(package):
        slow = {"diagram", "lyapunov"}  # they run at every step size: see below
        sentences = [charts.headline(study)]
        sentences += [said(figure, study) for figure in charts.figures(study) if figure.name not in slow]
        for sentence in sentences:
            assert not NO_WORD.search(sentence), (study.params, sentence)
            assert sentence.endswith("."), sentence
        assert all(claim.verdict is not Verdict.DISAGREES for claim in study.claims), study.params


@pytest.mark.parametrize("stem", PAGES)
def test_a_limit_that_the_drawn_steps_do_not_show_is_said_of_the_longer_run(stem):
    package, charts = PAGES[stem], of(PAGES[stem].PHENOMENON)
    for study in studies(package):
        limit, last = study.limit, study.states[-1]
        if len(limit.points) == 0 or getattr(study, "landing", None) is not None:
            continue
        far = np.abs(last - limit.points).min() > 2e-3 * np.abs(study.states - limit.points[0]).max()
        for sentence in (charts.headline(study), said(charts.COBWEB, study)):
            longer = f"after {study.params.n_steps:,} steps; followed for {study.followed:,} steps"
            assert not far or longer in sentence, (study.params, sentence)


@pytest.mark.parametrize("step_size", [0.1999, 0.2001, 0.2103, 0.2498, 0.31234, 0.4991])
def test_the_diagram_speaks_of_the_chosen_step_size(step_size):
    study = selection.study(selection.Params(step_size=step_size))
    sentence = said(of(selection.PHENOMENON).DIAGRAM, study)
    begin = f"Blue: the start 1.9, at δ = {step_size:g}: "
    points = study.limit.points
    words = {
        LimitKind.EQUILIBRIUM: f"x → {points.min():.6g}." if len(points) else "",
        LimitKind.PERIODIC_ORBIT: study.limit.sentence,
    }
    assert sentence.startswith(begin + words.get(study.limit.kind, ""))


@pytest.mark.parametrize(
    ("step_size", "words"),
    [(0.1999, "2 at δ = 0.1988"), (0.2001, "slowly leaving 2 at δ = 0.2002"), (0.4999, "1 at δ = 0.4996")],
)
def test_a_followed_branch_is_read_on_the_side_of_the_threshold_that_was_chosen(step_size, words):
    study = selection.study(selection.Params(step_size=step_size))
    assert f"(upwards from x = 2: {words})" in said(of(selection.PHENOMENON).DIAGRAM, study)


def test_the_cosine_has_one_amplitude_in_headline_and_caption():
    charts = of(yours.PHENOMENON)
    study = yours.study(yours.Params(function="1-cos(x)", step_size=2.1, start=0.3))
    for sentence in (charts.headline(study), said(charts.LINE_DIAGRAM, study)):
        assert "period 2 between -0.538412 and 0.538412" in sentence


@pytest.mark.parametrize(
    ("params", "words"),
    [
        ({"step_size": 0.3}, "{:.3g}: neighbouring runs separate, the run is chaotic."),
        ({"step_size": 0.3, "start": 2.0}, "{:.3g}: neighbouring runs separate."),
        ({"step_size": 0.25}, "{:.3g}: neighbouring runs close in."),
        ({"step_size": 0.25, "start": 0.9}, "it is −∞: the run meets a point where the map is flat"),
        ({"step_size": 0.9}, "there is none: the run diverges."),
    ],
)
def test_an_exponent_is_what_was_measured_and_chaos_what_the_limit_is(params, words):
    study = selection.study(selection.Params(**params))
    exponent = float(lyapunov_exponent(TwoMinima(), study.params.start, study.params.step_size))
    sentence = said(of(selection.PHENOMENON).LYAPUNOV, study)
    begin = f"Lyapunov exponent of this start's runs over 1,000 steps; at δ = {study.params.step_size:g}: "
    assert sentence.startswith(begin + words.format(exponent))


def test_a_run_thrown_far_out_by_poles_has_no_exponent():
    study = yours.study(yours.Params(function="tan(x)^2", step_size=1.049895, start=-20.0, centre=-14.36))
    assert study.limit.kind is LimitKind.UNDECIDED
    assert said(of(yours.PHENOMENON).LYAPUNOV, study).endswith("there is none: the run moves too far out.")


def test_a_parabola_beyond_its_threshold_diverges_and_is_not_chaotic():
    charts = of(yours.PHENOMENON)
    study = yours.study(yours.Params(function="x^2/2", step_size=2.1))
    diagram = remembered(charts.LYAPUNOV.further(study)[0])
    beyond = diagram.diagram.step_sizes > 2.05
    assert np.isnan(diagram.exponents[beyond]).all()
    assert np.isfinite(diagram.exponents[diagram.diagram.step_sizes < 1.99]).all()
    assert "there is none: the run diverges" in said(charts.LYAPUNOV, study)
    assert "chaotic" not in str(charts.LYAPUNOV.rows(charts.LYAPUNOV.content(study, compute=remembered)))


def test_the_random_starts_of_a_headline_add_up():
    for params in random_params(selection.Params, 20):
        study = selection.study(params)
        words = of(selection.PHENOMENON).headline(study).split(" steps, ")[-1]
        assert sum(int(n) for n in re.findall(r"(?:^|, )(\d+) [a-z]", words)) == 500, words


def test_a_choice_outside_a_raster_is_said_to_be_outside():
    study = dependence.study(dependence.Params(step_size=1e-4))
    assert "outside this picture" in said(of(dependence.PHENOMENON).FATES, study)
    inside = dependence.study(dependence.Params())
    assert "outside this picture" not in said(of(dependence.PHENOMENON).FATES, inside)


@pytest.mark.parametrize("exceptional", [0, 1, 2, 6])
def test_a_start_on_the_exceptional_set_is_foreseen_to_reach_0(exceptional):
    study = orbits.study(orbits.Params(exceptional=exceptional))
    sentence = said(of(orbits.PHENOMENON).ITERATES, study)
    assert ("the prediction is 0, for this start lies on S" in sentence) == (study.landing is not None)


def test_the_curvature_at_0_is_not_said_to_make_every_step_size_stable():
    study = dependence.study(dependence.Params())
    assert "every δ is stable" not in said(of(dependence.PHENOMENON).LANDSCAPE, study)


def test_the_first_page_says_numbers():
    for figure, content in shown("overview", None).items():
        sentence = figure.describe(content)
        assert not NO_WORD.search(sentence), sentence
