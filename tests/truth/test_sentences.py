"""Every number in the sentence of a figure is one of its tables, of the parameters or of the claims.

A number counts as found where a value rounds to it at the digits printed: a cell, a count, a share, a
difference or another reduction that `numbers.py` declares. What comes from elsewhere is in `FURTHER`, with
what it is, and is computed there anew.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import astuple, replace
from functools import lru_cache
from itertools import groupby
from typing import Any

import numpy as np
import pytest

from pages.charts import of, overview
from pages.charts.edge_of_the_arc.network import LEAST, ROUNDING
from pages.charts.identity_initialization.cobwebs import MOST_STEPS
from pages.charts.kit.calls import call, compute
from pages.charts.kit.figure import Figure
from pages.charts.kit.gallery import Shown
from pages.charts.kit.style import THEORY_DASH
from pages.charts.scalar.shares import MOST_BARS
from stepsize_core import gradient_descent
from stepsize_core.limits.recurrence import HORIZON
from stepsize_core.paper import (
    edge_of_the_arc,
    equilibrium_selection,
    identity_initialization,
    oscillation_or_noise,
    reachable_optima,
    sampled_gradients,
    thesis,
)
from stepsize_core.paper.catalogue import CATALOGUE
from stepsize_core.paper.edge_of_the_arc.diagrams import STEPS as LANDING_STEPS
from stepsize_core.paper.initialization_dependence.warm_up import LONGEST
from stepsize_core.paper.phenomenon import Phenomenon
from stepsize_core.paper.reachable_optima.ensembles import ENSEMBLE_STEPS
from stepsize_core.paper.relu_oscillation.ensembles import DECIDING_STEPS
from stepsize_core.paper.relu_oscillation.studies import FLAT, IN_A_ROW, experiment_of
from stepsize_core.paper.scalar import SHARE_STEPS
from stepsize_core.paper.your_function import plane
from stepsize_core.sampling.gaussian import gaussian_thresholds
from tests.truth.numbers import Said, said_in, sources_of, words_of
from tests.truth.random_params import LIGHT, draw

RANDOM_DRAWS = {  # what takes a few seconds each, and between them says what FURTHER names
    "periodic_orbits": range(1, 31),
    "initialization_dependence": range(1, 31),
    "relu_oscillation": (1, 3, 7, 15, 22),
    "your_function": (1, 2, 4, 7, 11, 12, 19, 21),
    "momentum": range(1, 7),
}
DRAWS = range(1, 13)  # of every other phenomenon
LESS = LIGHT | {"n_steps": 400, "n_points": 50, "hidden_units": 6}
RASTERS = ("fates",)  # figures that show one, beside those drawn on a canvas
RASTERS_AT = 1  # the first so many cases of a phenomenon; each raster takes seconds
WRONG = 0.03, 0.3  # how far a false number is from the true one, relative
DIGITS = 3  # significant, of numbers that are tried falsely
Tables = Mapping[str, Mapping[str, Any]]
remembered = lru_cache(256)(compute)


def cells(tables: Tables) -> np.ndarray:
    """Every number of the tables."""
    columns = (np.asarray(values) for table in tables.values() for values in table.values())
    return np.concatenate([[0.0], *(c.ravel().astype(float) for c in columns if c.dtype.kind in "fiu")])


def multipliers(study, _more, tables):
    return 1.0 - study.params.step_size * cells(tables)


def times_the_edge(study, _more, tables):
    return np.concatenate([cells(tables), (2.0 / study.params.step_size - study.margins).ravel()]) * (
        study.params.step_size / 2.0
    )


def from_limits(study, _more, _tables):
    return np.abs(study.estimates[-1] - [mode.limit for mode in study.modes])


def rates(study, _more, _tables):
    return [abs(mode.estimate_rate) for mode in study.modes]


def window(study, _more, _tables):
    """And how many outcomes have no bar of their own."""
    return [*study.params.window, len(study.basins.shares) - MOST_BARS, *together(study)]


def exponent(study, more, _tables):
    """The mean of log|1 − δf″| along this start's run, and over how many steps."""
    (first, number), delta = more[0].exponent_steps, study.params.step_size
    states = gradient_descent(study.objective, more[0].start, delta, first + number).states[first:-1]
    return [number, np.log(np.abs(1.0 - delta * study.objective.derivative(states, 2))).mean()]


def drift(study, _more, _tables):
    """How far what the network computes moved over the last half of the run, relative, and its steps."""
    start, n_steps = experiment_of(study.params).start, int(study.last_steps[-1])
    states = gradient_descent(study.objective, start, study.params.step_size, n_steps).states
    middle, end = study.objective.observable(states[[n_steps // 2, n_steps]])
    return [np.abs(end - middle).max() / np.abs(end).max(), n_steps - n_steps // 2]


def nearest_to_0(study, *_):
    """|x| along the longer run, of which the least says by how much it misses 0."""
    start, n_steps = study.states[0], study.followed
    return np.abs(gradient_descent(study.objective, start, study.params.step_size, n_steps).states)


def network(study, *_):
    """How many units and inputs, and over how many iterates maxima are taken."""
    return [study.objective.hidden_units, len(study.objective.inputs), len(study.last_states), study.escape]


def switching(tables):
    """How many units of the last function have a corner of their own."""
    k, breakpoint = tables["functions"]["k"], tables["functions"]["breakpoint"]
    return np.count_nonzero(breakpoint[k == k.max()])


def gaps(study, *given):
    """The last gaps, and for how long a limit is to hold; where the function drifts, by how much."""
    last = np.concatenate([study.gaps_1.values[-1:], study.gaps_2.values[-1:]])
    return [*last, max(HORIZON, study.params.n_steps), *drift(study, *given)]


def imbalances(study, _more, _tables):
    w1, w2 = study.plane.states.T
    return (w1 - w2) * (w1 + w2)


def rises(study, *_):
    """At how many steps a loss that is not rounding is above the one before."""
    before, after = study.training.losses[:-1], study.training.losses[1:]
    return [(np.isfinite(after) & (after > before * (1.0 + ROUNDING) + LEAST)).sum()]


def sharpness(study, *_):
    """S₀ and S at the end, and both in units of 2/δ; how many steps to there, and how many units the
    layers of a network may have."""
    network = isinstance(study, edge_of_the_arc.NetworkStudy)
    both = study.training.sharpness if network else [study.params.sharpness, study.ended.sharpness]
    counts = [study.params.units] if network else [study.ended.steps]
    return [*np.outer([1.0, study.params.step_size / 2.0], both).ravel(), *counts]


def closest(_study, more, _tables):
    """The step nearest to the PSD projection before a negative eigenvalue is halfway."""
    escape = more[0]
    steps = np.arange(len(escape.to_psd))
    return [np.nanargmin(np.where(steps <= escape.escaped, escape.to_psd, np.nan))]


def together(study, *_):
    """How many random starts end in each kind and period, or at an equilibrium with a name of its own, and
    the share of those that have no bar; how many equilibria are not listed."""
    shares = study.basins.shares
    alike = Counter[Any]()
    for share in shares:
        end = share.attractor
        alike[end.kind, end.period] += share.count
        alike[end.kind, end.name == end.kind.value] += share.count
    rest = sorted(share.count for share in shares)[:-MOST_BARS]
    return [*alike.values(), sum(rest) / study.basins.labels.size, study.search.left_out]


# stem: what its package fixes and its sentences name: for how many steps runs are followed, what is watched
FIXED: Mapping[str, set[int]] = {
    "initialization_dependence": {LONGEST},
    "reachable_optima": {
        reachable_optima.optimum.DECIDED_IN, reachable_optima.plane.RASTER_STEPS, ENSEMBLE_STEPS,
    },
    "identity_initialization": {
        identity_initialization.modes.MODE_STEPS, identity_initialization.step_sizes.REGION_STEPS,
    },
    "relu_oscillation": {DECIDING_STEPS},
    "oscillation_or_noise": {
        oscillation_or_noise.WATCHED, oscillation_or_noise.SLIP_PATHS, oscillation_or_noise.SLIP_STEPS,
        oscillation_or_noise.amplitude.PATHS, oscillation_or_noise.amplitude.SEEN,
    },
    "edge_of_the_arc": {LANDING_STEPS},
    "sampled_gradients": {
        sampled_gradients.END_STEPS, sampled_gradients.REVERSAL_STEPS, sampled_gradients.ESCAPE_STEPS,
    },
}  # fmt: skip

# (stem, figure): what it says beyond its tables, the parameters and the claims, and where that comes from
FURTHER: Mapping[tuple[str, str], tuple[str, Callable[..., Any]]] = {
    ("periodic_orbits", "loss"): ("how many states are at 0", lambda s, *_: [(s.states == 0.0).sum()]),
    ("periodic_orbits", "approach"): ("the curvature 1/δ", lambda s, *_: [1.0 / s.params.step_size]),
    ("equilibrium_selection", "shares"): (
        "where starts are drawn", lambda *_: equilibrium_selection.START_WINDOW,
    ),
    ("equilibrium_selection", "margins"): ("multipliers, 1 − δλ", multipliers),
    ("equilibrium_selection", "lyapunov"): ("the exponent and its steps", exponent),
    ("equilibrium_selection", "headline"): ("for how long starts are followed", lambda *_: [SHARE_STEPS]),
    ("your_function", "headline"): (
        "for how long starts are followed",
        lambda s, *_: [plane.SHARE_STEPS if s.objective.state_shape else SHARE_STEPS],
    ),
    ("your_function", "margins"): ("multipliers, 1 − δλ", multipliers),
    ("your_function", "plane_margins"): ("multipliers, 1 − δλ", multipliers),
    ("your_function", "lyapunov"): ("the exponent and its steps", exponent),
    ("initialization_dependence", "departure"): (
        "the multiplier and the first distance", lambda s, *_: [2 * s.params.power - 3, s.departure[0]],
    ),
    ("identity_initialization", "eigenvalues"): ("distances from the limits", from_limits),
    ("identity_initialization", "eigenvalues_log"): ("distances from the limits", from_limits),
    ("identity_initialization", "errors"): ("rates", rates),
    ("identity_initialization", "errors_log"): ("rates", rates),
    ("identity_initialization", "regions"): (
        "how many step sizes were tried, and how many converge",
        lambda _s, more, _t: [more[0].converges.size, more[0].converges.sum()],
    ),
    ("identity_initialization", "cobwebs"): (
        "how many steps are drawn", lambda s, *_: [min(s.params.n_steps, MOST_STEPS)],
    ),
    ("identity_initialization", "headline"): (
        "δ in units of the two bounds",
        lambda s, *_: s.params.step_size / np.array([s.guaranteed, s.excluded]),
    ),
    ("momentum", "iterates"): (
        "where gradient descent is in the end of the longer run", lambda s, *_: s.plain.last_states,
    ),
    ("momentum", "outcomes"): ("where starts are drawn", lambda s, *_: s.start_window),
    ("edge_of_the_arc", "sharpness"): (
        "how often S crosses the edge",
        lambda s, *_: [np.diff(s.sharpness > s.edge).sum()],
    ),
    ("edge_of_the_arc", "loss"): ("at how many steps it rises", rises),
    ("edge_of_the_arc", "headline"): ("sharpness, in units of 2/δ too, steps and units", sharpness),
    ("relu_oscillation", "overlay"): (
        "the last move, how many units, and how many of them switch",
        lambda s, _m, tables: [
            np.abs(np.diff(s.last_functions[-2:], axis=0)).max(initial=0.0), *network(s), switching(tables),
        ],
    ),
    ("relu_oscillation", "multipliers"): (
        "λ_max in units of 2/δ, the tolerance 10⁻³, and the step of an escape",
        lambda study, *given: [1e-3, study.escape, *times_the_edge(study, *given)],
    ),
    ("relu_oscillation", "loss_diagram"): ("the level", lambda s, *_: [s.learned_level]),
    ("relu_oscillation", "sharpness"): (
        "λ_max in units of 2/δ, and at how many steps in a row",
        lambda study, *given: [IN_A_ROW, *times_the_edge(study, *given)],
    ),
    ("relu_oscillation", "gaps"): ("the gaps, for how long, and the drift", gaps),
    ("relu_oscillation", "loss"): (
        "over how many iterates, the largest of these, and from where it is flat",
        lambda s, *_: [*network(s), s.final_loss, FLAT, s.flat_from],
    ),
    ("sampled_gradients", "paths"): (
        "how many paths, how many end nearer, and the distances at the end",
        lambda s, *_: [s.n_paths, s.nearer, 10.0 ** s.full[-1], 10.0 ** s.median[-1]],
    ),
    ("sampled_gradients", "exponents"): ("λ, ½ log q", lambda s, *_: [s.exponent, np.log(s.factor) / 2.0]),
    ("sampled_gradients", "cloud"): (
        "how many paths, how many are beyond, what the farthest make up; 99.9 % and more are not told apart",
        lambda s, *_: [s.n_paths, s.counts.sum(), s.beyond, s.farthest, 0.999],
    ),
    ("sampled_gradients", "orders"): (
        "how many paths, the quantiles, and how far they are apart, be that outside the picture",
        lambda _s, more, _t: [1000, 0.05, 0.95, np.ptp(more[0][-1])],
    ),
    ("sampled_gradients", "probability"): (
        "how many paths, and for how long",
        lambda _s, more, _t: [more[0].n_paths, sampled_gradients.POWER_STEPS],
    ),
    ("sampled_gradients", "ends_over"): (
        "how many starts, from where, and how many end elsewhere",
        lambda _s, more, _t: [more[0].n_paths, 2.6, more[0].counts[:, 2].sum()],
    ),
    ("sampled_gradients", "ends_by_batch"): (
        "from where, how many starts for each B, and how many of them end elsewhere",
        lambda _s, more, _t: [2.6, more[0].counts[0].sum(), *more[0].counts[:, :, 2].sum(axis=1)],
    ),
    ("sampled_gradients", "reversal"): (
        "from where, and at which batch size x = 1 is lost",
        lambda s, more, _t: [more[0].n_paths, 0.6, 2.2, 20.0 * s.params.step_size],
    ),
    ("sampled_gradients", "arcs"): (
        "the ends of the arcs",
        lambda s, *_: np.array(astuple(gaussian_thresholds(s.params.batch_size))) / s.params.step_size,
    ),
    ("momentum", "shares"): ("where the starts are from", lambda s, *_: s.params.case.starts(s.delta)),
    ("relu_oscillation", "typicality"): (
        "its recipe and how many draws", lambda _s, more, _t: [more[0].draws, *words_of([more[0].recipe])],
    ),
    ("relu_oscillation", "own_ensemble"): (
        "the last seed", lambda s, *_: [s.params.seed + s.params.draws - 1],
    ),
}  # fmt: skip


def cases(phenomenon: Phenomenon) -> list[Any]:
    """The parameters of every preset, or of the first and the last where they are slow, and of draws."""
    presets = [preset.params for preset in phenomenon.PRESETS.values()]
    numbers = RANDOM_DRAWS.get(phenomenon.stem, DRAWS)
    presets = [presets[0], presets[-1]] if phenomenon.slow else presets
    return presets + [draw(phenomenon, number, light=True) for number in numbers]


def light(params: Any) -> Any:
    """The same with less to compute, for figures of which each takes seconds."""
    less = {name: min(getattr(params, name), most) for name, most in LESS.items() if hasattr(params, name)}
    return replace(params, **less)


def drawn(phenomenon: Phenomenon, chosen: Sequence[Any]) -> Iterator[tuple[Figure, Any, Any, Tables, str]]:
    """Each figure at each case: it, the study, what it shows besides, its tables and its sentence."""
    for number, params in enumerate(chosen):
        for slow, case in ((False, params), (True, light(params))):
            run = call(phenomenon.study, case)
            study, shown = remembered(run), Shown(of(phenomenon), run, remembered)
            for figure in shown:
                takes_seconds = any(further.label for further in figure.further(study))
                seldom = figure.canvas or figure.name in RASTERS or slow
                if slow == takes_seconds and (number < RASTERS_AT or not seldom):
                    yield figure, study, *passed(figure, shown[figure])


def passed(figure: Figure, content: Any) -> tuple[tuple, Tables, str]:
    """What a figure shows besides the study, its tables and its sentence."""
    drawing, sentence = figure.drawn(content)
    more = content[1:] if isinstance(content, tuple) else ()
    return more, drawing.tables | drawing.painted_tables(), sentence


def further(place: tuple[str, str], study: Any, more: tuple, tables: Tables) -> list[np.ndarray]:
    """What FURTHER has for a place: one array, or none."""
    if place not in FURTHER:
        return []
    with np.errstate(all="ignore"):  # of runs that escape, and log 0
        values = np.asarray(FURTHER[place][1](study, more, tables), dtype=float).ravel()
    return [values[np.isfinite(values)]]


def untold(sentence: str, *sources: Any) -> list[Said]:
    """The numbers of a sentence that none of the sources tells."""
    together = np.sort(np.concatenate([np.asarray(part, dtype=float).ravel() for part in sources]))
    return [said for said in said_in(sentence) if not said.told_by(together)]


@pytest.fixture(scope="module", params=CATALOGUE, ids=lambda phenomenon: phenomenon.stem)
def phenomenon(request):
    return request.param


@pytest.fixture(scope="module")
def pictures(phenomenon):
    """What `drawn` gives of the phenomenon, for the tests of it."""
    return list(drawn(phenomenon, cases(phenomenon)))


def test_every_number_in_a_sentence_is_in_its_table_or_named_here(phenomenon, pictures):
    faults, needed, fixed = [], set(), set()
    known = FIXED.get(phenomenon.stem, set())
    for figure, study, more, tables, sentence in pictures:
        place, sources = (phenomenon.stem, figure.name), sources_of(tables, study, study.params, more)
        left = untold(sentence, sources)
        fixed |= known & {said.value for said in left}
        left = left and untold(sentence, sources, list(known))
        if left and (besides := further(place, study, more, tables)):
            needed.add(place)
            left = untold(sentence, sources, list(known), *besides)
        if left:
            faults.append((figure.name, left, sentence, study.params))
    assert not faults
    assert needed == {place for place in FURTHER if place[0] == phenomenon.stem and place[1] != "headline"}
    assert fixed == known


def looks_seen(figure: Figure, content: Any) -> set[str]:
    """How the broken lines look that have a row in sight, painted ones too: "dashed", "dotted"."""
    tables, looks = figure.data(content), set()
    if any(len(next(iter(rows.values()))) for rows in figure.painted(content).values()):
        looks.add("dotted")
    layers = [
        layer for outer in figure.spec(content=content)["layer"] for layer in outer.get("layer", [outer])
    ]
    for layer in layers:
        dash = layer["mark"].get("strokeDash") if isinstance(layer["mark"], dict) else None
        rows = tables.get(layer.get("data", {}).get("name"))
        if dash and (rows is None or np.any(rows.get("shown", len(next(iter(rows.values())))))):
            looks.add("dashed" if dash[0] >= THEORY_DASH[0] else "dotted")
    return looks


def test_a_sentence_names_no_broken_line_where_none_is_drawn(phenomenon, pictures):
    """Such as thresholds of a function that has none."""
    named = set()
    for figure, study, more, _, sentence in pictures:
        looks = looks_seen(figure, (study, *more) if more else study)
        for look in ("dashed", "dotted"):
            if re.search(rf"\b{look}\b", sentence, re.IGNORECASE):
                named.add(figure.name)
                assert look in looks, (figure.name, sentence, study.params)
    assert bool(named) == (phenomenon.stem != "relu_oscillation")  # which has none


def test_every_number_on_the_first_page_is_in_the_table_of_its_figure():
    untraced = {}
    for delta in (0.8, 1.0, 1.15, 1.3, 1.7, 1.9, 2.0, 2.1):
        params = thesis.Params(step_size=delta)
        study = remembered(call(thesis.study, params))
        shown = Shown(overview, call(thesis.study, params), remembered)
        for figure in shown:
            more, tables, sentence = passed(figure, shown[figure])
            follows = (study, params) if figure in (overview.DIAGRAM, overview.COBWEB) else (None, None)
            left = untold(sentence, sources_of(tables, *follows, more))
            untraced.setdefault(figure.name, set()).update(said.value for said in left)
        with np.errstate(over="ignore"):
            outputs = np.concatenate([study.outputs, study.last_states**2, [len(study.outputs)]])
        ends = outputs[np.isfinite(outputs)]
        assert not untold(overview.headline(study), sources_of({}, study, params), ends), delta
    [distance] = untraced.pop("oscillation_size")  # from the law, at the rounding of numbers
    assert distance < 1e-15
    assert not any(untraced.values()), untraced


def test_every_number_in_a_headline_is_on_its_page(phenomenon, pictures):
    place, needed = (phenomenon.stem, "headline"), False
    for params, group in groupby(pictures, key=lambda picture: picture[1].params):
        parts, besides = [list(FIXED.get(phenomenon.stem, ()))], []
        for figure, study, more, tables, _ in group:
            if not (figure.canvas or figure.further(study)):
                parts.append(sources_of(tables, study, params))
                besides.append(((phenomenon.stem, figure.name), study, more, tables))
        if not besides:
            continue  # of a light case, of figures that take seconds
        headline = of(phenomenon).headline(study)
        if left := untold(headline, *parts):
            parts += [part for given in besides for part in further(*given)]
            left = untold(headline, *parts)
        needed |= bool(left)
        left = left and untold(headline, *parts, *further(place, study, (), {}))
        assert not left, (headline, params)
    assert needed == (place in FURTHER)


def test_a_false_number_is_rarely_found(rng):
    """A test that finds everything would find nothing."""
    found = []
    for phenomenon in CATALOGUE[:2]:
        for _, study, _, tables, sentence in drawn(phenomenon, cases(phenomenon)[::4]):
            sources = sources_of(tables, study, study.params)
            for said in said_in(sentence):
                if 0.0 < 2.0 * said.half_unit <= abs(said.value) * 10.0 ** (1 - DIGITS):
                    false = said.value * (1.0 + rng.choice([-1.0, 1.0]) * rng.uniform(*WRONG))
                    found.append(replace(said, value=false).told_by(sources))
    assert len(found) > 50
    assert np.mean(found) < 0.2


@pytest.mark.parametrize(
    ("sentence", "values"),
    [
        ("After 20,001 steps from x[0] = -0.3, x[k] → ±0.0625.", [20001, -0.3, 0.0625]),
        ("At δ = 3e-04, within 2.5·10⁻⁷ and 10⁻³.", [3e-4, 2.5e-7, 1e-3]),
        ("38 %, 4.5% (2%–7%)", [0.38, 0.045, 0.02, 0.07]),
        ("2/δ = 6.667, δ²/4, 1 − δλ, x^(3/2), 2-cycle, (3), Corollary 2, 95 % Wilson intervals", [6.667]),
        ("5-fold; 4×4; [0, 2.6]; (3.5, −1); 1 of 2", [5, 4, 4, 0, 2.6, 3.5, -1, 1, 2]),
    ],
)  # fmt: skip
def test_the_numbers_of_a_sentence_are_read(sentence, values):
    assert [said.value for said in said_in(sentence)] == pytest.approx(values)


def test_a_number_is_told_to_half_a_unit_of_its_last_digit():
    [said] = said_in("0.25")
    told = {value: said.told_by(np.array([value])) for value in (0.245, 0.2549, 0.2449, 0.256, -0.25)}
    assert told == {0.245: True, 0.2549: True, 0.2449: False, 0.256: False, -0.25: False}
    assert isinstance(said, Said)
    [either] = said_in("±0.25")
    assert either.told_by(np.array([-0.25]))
