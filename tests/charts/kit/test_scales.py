"""Where geometry carries meaning, as in slopes and circles, a unit is as long along both axes."""

from __future__ import annotations

from collections import Counter

import pytest
import vl_convert

from pages.charts.__main__ import shown
from pages.charts.files.export import vega_lite
from tests.charts.kit.scenegraph import marks_of

SIZES = ((300, 200), (400, 400), (700, 430))  # pixels


def units(spec: dict, width: int, height: int) -> tuple[float, float]:
    """The pixels of a unit along both axes of a picture of this size, by the numbers of its axes."""
    sized = {**spec, "autosize": "none", "width": width, "height": height}
    labels = marks_of(vl_convert.vegalite_to_scenegraph(sized)["scenegraph"], "axis-label")
    found = []
    for along, across in (("x", "y"), ("y", "x")):
        usual = Counter(label[across] for label in labels).most_common(1)[0][0]
        own = [label for label in labels if label[across] == usual and label["text"]]
        places = sorted((float(label["text"].replace("−", "-")), label[along]) for label in own)
        (low, first), (high, last) = places[0], places[-1]
        found.append(abs(last - first) / (high - low))
    return found[0], found[1]


@pytest.mark.parametrize(
    ("page", "preset", "name"),
    [
        ("overview", None, "cobweb"),
        ("periodic_orbits", "large_step", "cobweb"),
        ("equilibrium_selection", "chaotic_band", "cobweb_of_both"),
        ("initialization_dependence", "outside", "cobweb"),
        ("reachable_optima", "arc", "plane"),
        ("relu_oscillation", "theorem_4_bites", "multipliers"),
        ("your_function", "double_well", "cobweb"),
        ("your_function", "rosenbrock", "plane"),
    ],
)
def test_a_unit_is_as_long_along_both_axes_at_every_size(page, preset, name):
    ((fig, study),) = [(fig, study) for fig, study in dict(shown(page, preset)).items() if fig.name == name]
    for width, height in SIZES:
        across, up = units(vega_lite(fig, study, ()), width, height)
        assert across == pytest.approx(up, rel=1e-6)
