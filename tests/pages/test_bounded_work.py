"""Whatever a visitor chooses, the page shows something."""

import pytest

from tests.pages.extremes import MODULES, visits
from tests.pages.visit import PAGES

SAMPLES = 6  # tests/benchmarks visits many more


@pytest.mark.parametrize("page", sorted(MODULES.keys() & set(PAGES)))
def test_no_extreme_of_the_declared_ranges_makes_the_page_raise(page):
    assert len(list(visits(page, SAMPLES))) == SAMPLES
