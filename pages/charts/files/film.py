"""A run as an animation: the picture at the steps that the playback stops at."""

import io
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

from pages.charts.files.drawn import converter
from pages.charts.files.steps import shown_steps
from pages.charts.kit.figure import Figure
from pages.charts.kit.layers import ALL_STEPS

FRAME_MS, LAST_MS = 220, 2000
SCALE = 1.5  # dots per pixel of the drawing
COLOURS = 128


class Still(ValueError):
    """A figure without steps."""


def film(figure: Figure, shown: Any, svg_at: Callable[[float], str]) -> bytes:
    """The GIF of a figure with steps; svg_at: its drawing at a step. Raises Still for one without."""
    from PIL import Image  # of Streamlit: without that no animation is asked for

    first, last = figure.drawn(shown)[0].steps()
    if last <= first:
        raise Still(f"“{figure.title}” has no steps to play.")
    steps = [*shown_steps(first, last, flips=figure.flips)[:-1], ALL_STEPS]
    in_pixels = partial(converter().svg_to_png, scale=SCALE)
    with ThreadPoolExecutor(2) as pool:  # the converter computes pixels beside the next drawing
        pngs = pool.map(in_pixels, map(svg_at, steps))
        frames = [Image.open(io.BytesIO(png)).convert("RGB") for png in pngs]
    palette = frames[-1].quantize(COLOURS)
    frames = [frame.quantize(palette=palette, dither=Image.Dither.NONE) for frame in frames]
    content, times = io.BytesIO(), [FRAME_MS] * (len(frames) - 1) + [LAST_MS]
    frames[0].save(content, "GIF", save_all=True, append_images=frames[1:], duration=times, loop=0)
    return content.getvalue()
