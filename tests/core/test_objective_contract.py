"""Every objective of the project against the one contract."""

import numpy as np
import pytest

from stepsize_core import EvenPower, ThreeHalvesPower, TwoMinima
from tests.core.contract import check_objective

CASES = {
    "three-halves power": (ThreeHalvesPower(), np.array([-1.7, -0.3, 0.2, 0.9, 4.0]), 0.4),
    "two minima": (TwoMinima(), np.array([-0.5, 0.3, 1.0, 1.4, 1.9, 2.4]), 0.01),
    "fourth power": (EvenPower(4), np.array([-1.1, -0.2, 0.3, 0.9]), 0.1),
    "power 24": (EvenPower(24), np.array([-1.01, -0.2, 0.3, 0.9]), 0.01),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_objective_keeps_the_contract(case):
    check_objective(*case)
