"""Names of sampled paths: each stands beside a point of its own line."""

import numpy as np
import pytest

from pages.charts.sampled_gradients import PATHS
from stepsize_core.paper.sampled_gradients import PRESETS, study

LINES = {"median path": "median", "root mean square": ("mean", "mean_beyond"), "gradient descent": "descent"}


@pytest.mark.parametrize("preset", ["stabilized", "example_2", "reversed"])
def test_every_measured_line_has_its_name_beside_one_of_its_points(preset):
    drawing, _ = PATHS.drawn(study(PRESETS[preset].params))
    named = {}
    for look in ("full", "median", "mean"):
        table = drawing.tables[f"_{look}_names"]
        named |= dict(zip(table["text"], zip(table["k"], table["distance"])))
    assert set(named) == set(LINES)
    for name, tables in LINES.items():
        rows = [drawing.tables[table] for table in np.atleast_1d(tables)]
        line = {(int(k), float(y)) for row in rows for k, y in zip(row["k"], np.log10(row["distance"]))}
        k, distance = named[name]
        near = [y for at, y in line if at == k]
        assert np.min(np.abs(np.array(near) - np.log10(distance))) < 1e-9, name
