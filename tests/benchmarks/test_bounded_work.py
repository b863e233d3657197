"""No choice of a visitor occupies a processor for long: extremes of every page, with nothing remembered.

Run by path: pytest tests/benchmarks
"""

import pytest

from tests.pages.extremes import visits
from tests.pages.visit import PHENOMENA

SAMPLES = 40
LIMIT = 2.0  # seconds of one core; what takes longer is a job, with its own progress and turn

pytestmark = pytest.mark.benchmark


@pytest.mark.parametrize("page", PHENOMENA)
def test_no_extreme_costs_more_than_two_seconds_of_a_core(page):
    dearest = max(visits(page, SAMPLES), key=lambda visit: visit.seconds)
    print(f"\n{page}: {dearest.seconds:.2f} s with “{dearest.view}” open at {dearest.params}")
    assert dearest.seconds <= LIMIT
