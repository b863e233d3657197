"""Training a small network with its exact sharpness. Run by path: pytest tests/benchmarks"""

import time

import numpy as np
import pytest

from stepsize_core.networks.two_layers import TANH, train

WIDTH, STEPS, SEEN = 66, 3000, 300  # 199 parameters
LIMIT = 2.0  # seconds of the processor

pytestmark = pytest.mark.benchmark


def test_3000_steps_of_199_parameters_with_300_exact_sharpnesses():
    x = np.linspace(-1.0, 1.0, 20)
    times, told = [], []
    for _ in range(3):
        begin = time.process_time()
        found = train(TANH, WIDTH, x, np.sin(3.0 * x), 0.05, STEPS, 0, progress=told.append)
        times.append(time.process_time() - begin)
    assert len(found.seen) == SEEN
    assert np.isfinite(found.sharpness).all()
    assert 0.0 <= min(told) <= max(told) <= 1.0
    assert min(times) <= LIMIT
