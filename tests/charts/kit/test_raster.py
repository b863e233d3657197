"""Dense pictures as images."""

import base64
import io

import numpy as np
import pytest
from PIL import Image

from pages.charts.kit.raster import CRISP, FEW, image_url

PALETTE = "#000000", "#FF8000"


@pytest.mark.parametrize("shape", [(2, 100), (40, 3), (FEW, FEW), (1, 300)])
def test_cells_of_a_small_picture_are_several_pixels_and_in_their_places(shape, rng):
    cells = rng.integers(0, 2, shape)
    png = base64.b64decode(image_url(cells, PALETTE).partition(",")[2])
    pixels = np.asarray(Image.open(io.BytesIO(png)).convert("RGB"))[::-1, :, 0] > 0
    times = [pixels.shape[axis] // shape[axis] for axis in (0, 1)]
    for axis in (0, 1):
        assert pixels.shape[axis] == times[axis] * shape[axis]
        assert (times[axis] == 1) == (shape[axis] >= FEW)
        assert shape[axis] >= FEW or pixels.shape[axis] >= CRISP
    np.testing.assert_array_equal(pixels, np.kron(cells, np.ones(times)) > 0)
