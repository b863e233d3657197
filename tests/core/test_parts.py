"""The same numbers whoever computes them: this thread, threads, processes, a cluster's workers."""

import sys
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import is_dataclass
from functools import partial
from multiprocessing import get_context
from types import ModuleType

import numpy as np
import pytest

from stepsize_core import (
    DeepLinearNetwork,
    HeavyBall,
    TwoMinima,
    UserFunction,
    basins_of_attraction,
    bifurcation_diagram,
    fate_raster,
    gaussian_experiment,
    sgd,
)
from stepsize_core.paper import reachable_optima
from stepsize_core.paper.relu_oscillation.ensembles import typicality
from stepsize_core.parts import FEWEST, rows_in_parts, worked_off
from stepsize_core.sampling.multiples import Multiples
from stepsize_core.sampling.relu import SampledNetwork

STARTS = np.linspace(0.0, 2.6, 31)
TYPED = UserFunction("sin(3x)*exp(-x^2/8) + x^4/40 + log(1 + x^2)")
LINEAR = DeepLinearNetwork(np.diag([1.0, 0.5]), (2, 2, 2))
RELU, RELU_START = gaussian_experiment(3)


def relu_batch():
    return RELU_START * (1.0 + 0.01 * np.arange(5.0)[:, None])


def paths(**options):
    problem = Multiples(TwoMinima(), [0.5] * 5 + [1.5] * 5)
    return sgd(problem, 1.9, 0.24, 80, batch_size=2, seed=4, n_paths=700, keep_every=20, **options)


def network_paths(**options):
    problem = SampledNetwork(RELU)
    return sgd(problem, RELU_START, 3e-4, 5, batch_size=100, seed=4, n_paths=300, keep_last=1, **options)


CASES = {
    "diagram": partial(
        bifurcation_diagram, TwoMinima(), [1.9, 0.4], np.linspace(0.1, 0.4, 25), n_transient=90
    ),
    "typed diagram": partial(bifurcation_diagram, TYPED, 0.7, np.linspace(0.1, 2.0, 27), n_transient=90),
    "momentum": partial(bifurcation_diagram, HeavyBall(TYPED, 0.3), 0.7, np.linspace(0.1, 2.0, 27)),
    "basins": partial(basins_of_attraction, TwoMinima(), STARTS, 0.3, n_steps=400),
    "basins of a linear network": partial(
        basins_of_attraction, LINEAR, LINEAR.random_start(0.8, seed=1, batch=(40,)), 0.3, n_steps=400
    ),
    "basins of a network": partial(basins_of_attraction, RELU, relu_batch(), 3e-4, n_steps=64),
    "raster": partial(fate_raster, TYPED, np.linspace(-2, 2, 17), np.linspace(0.1, 2.0, 26), n_steps=200),
    "paths": paths,
    "paths of networks": network_paths,
    "Corollary 2": partial(reachable_optima.singular_value_ensemble, 2, size=60),
    "Figure 2 over draws": partial(typicality, 2, (1e-4, 3e-4), n_steps=300),
}


def flat(value) -> list:
    """Every array and plain value of a result, in order."""
    if isinstance(value, np.ndarray):
        return [value]
    if isinstance(value, tuple | list):
        return [leaf for part in value for leaf in flat(part)]
    return flat(list(vars(value).values())) if is_dataclass(value) else [value]


def assert_same(found, expected):
    pairs = list(zip(flat(found), flat(expected), strict=True))
    for one, other in pairs:
        assert one is other or np.array_equal(one, other, equal_nan=np.asarray(one).dtype.kind in "fc")
    assert sum(np.size(one) for one, _ in pairs) > FEWEST


@pytest.fixture(scope="module")
def processes():
    with pytest.MonkeyPatch.context() as patch:
        # a page run by an earlier test is the main module then, which new processes would begin with
        patch.setitem(sys.modules, "__main__", ModuleType("__main__"))
        with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as executor:
            yield executor


@pytest.fixture(scope="module")
def cluster():
    distributed = pytest.importorskip("distributed", reason="Dask's distributed is not installed")
    with (
        distributed.LocalCluster(
            n_workers=1, threads_per_worker=2, processes=False, dashboard_address=":0"
        ) as workers,
        distributed.Client(workers) as client,
    ):
        yield client.get_executor()


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_the_numbers_do_not_depend_on_the_executor(case, processes, cluster):
    expected = case()
    with ThreadPoolExecutor(3) as threads:
        for executor in (processes, cluster, threads):
            shares = []
            assert_same(case(executor=executor, progress=shares.append), expected)
            assert shares == sorted(shares)
            assert (shares[0], shares[-1]) == (0.0, 1.0)


def test_progress_alone_changes_no_number():
    for case in (CASES["diagram"], CASES["basins"]):
        shares = []
        assert_same(case(progress=shares.append), case())
        assert len(shares) > FEWEST


def test_parts_hold_every_row_once_and_at_least_two_runs():
    for n_rows, across in ((1, 1), (2, 1), (5, 1), (23, 1), (5, 7), (40_000, 3)):
        parts = rows_in_parts(n_rows, n_rows * across)
        np.testing.assert_array_equal(np.concatenate(parts), np.arange(n_rows))
        assert min(map(len, parts)) * across >= min(2, n_rows * across)


def test_what_progress_raises_ends_the_work():
    done = []

    def stop(share):
        if share > 0:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        worked_off(done.append, range(20), None, stop)
    assert done == [0]


def test_a_continuation_is_one_run_after_the_other():
    with (
        ThreadPoolExecutor(2) as threads,
        pytest.raises(ValueError, match="executor and progress must be None"),
    ):
        bifurcation_diagram(TwoMinima(), 1.9, [0.1, 0.2], continuation="up", executor=threads)
