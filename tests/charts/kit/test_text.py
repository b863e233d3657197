"""Numbers and words as they are printed."""

import pytest

from pages.charts.kit.text import minus


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("x = -2, unstable", "x = −2, unstable"),
        ("2-cycle until 0.2272", "2-cycle until 0.2272"),
        ("x-1", "x−1"),
        ("-2.5e-3", "−2.5·10⁻³"),
    ],
)
def test_a_minus_is_one_and_the_hyphen_of_a_2_cycle_is_none(text, printed):
    assert minus(text) == printed
