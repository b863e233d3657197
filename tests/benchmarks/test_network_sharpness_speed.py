"""Training a small network with its exact sharpness. Run by path: pytest tests/benchmarks"""

import time

import numpy as np
import pytest

from stepsize_core.networks.deep_line import parameters, widest
from stepsize_core.networks.two_layers import LINEAR, TANH, train

STEPS, SEEN = 3000, 300
NETWORKS = [(TANH, 2, 66), *((LINEAR, depth, widest(depth)) for depth in (3, 4, 5))]
LIMIT = 2.0  # seconds, with as many threads as the machine has

pytestmark = pytest.mark.benchmark


@pytest.mark.parametrize(("kind", "depth", "width"), NETWORKS)
def test_3000_steps_of_up_to_200_parameters_with_300_exact_sharpnesses(kind, depth, width):
    x = np.linspace(-1.0, 1.0, 20)
    times, told = [], []
    for _ in range(3):
        begin = time.perf_counter()
        found = train(kind, width, x, np.sin(3.0 * x), 0.05, STEPS, 0, progress=told.append, depth=depth)
        times.append(time.perf_counter() - begin)
    assert len(found.seen) == SEEN
    assert np.isfinite(found.sharpness).all()
    assert 0.0 <= min(told) <= max(told) <= 1.0
    print(f"\n{kind}, {depth} layers, {parameters(depth, width)} parameters: {min(times):.2f} s")
    assert min(times) <= LIMIT
