"""Whatever a visitor chooses, the page shows something."""

import pytest

from tests.pages.extremes import visits
from tests.pages.visit import PHENOMENA

SAMPLES = 6  # tests/benchmarks visits many more


@pytest.mark.parametrize("page", PHENOMENA)
def test_no_extreme_of_the_declared_ranges_makes_the_page_raise(page):
    assert len(list(visits(page, SAMPLES))) == SAMPLES
