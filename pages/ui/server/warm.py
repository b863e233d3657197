"""What visitors would otherwise wait for: imports, drawings, and garbage collections."""

from __future__ import annotations

import gc
import importlib
import pkgutil

import pages.charts
from pages.charts.kit.figure import Figure
from pages.charts.kit.style import STYLES
from pages.ui.server.internals import LOADED_ON_FIRST_USE


def warm_up() -> None:
    """Import what the pages need, Altair and pandas with it, and draw every figure in both palettes."""
    for module in ("pages.ui", *LOADED_ON_FIRST_USE):
        importlib.import_module(module)
    for found in pkgutil.walk_packages(pages.charts.__path__, "pages.charts."):
        module = importlib.import_module(found.name)
        for figure in getattr(module, "FIGURES", ()):
            for style in STYLES:
                Figure.spec(figure, style)


def set_aside() -> None:
    """Keep what is alive now, Altair and pandas above all, out of every later garbage collection.

    What visitors make is collected by Python itself, and soon, since so little is left to look at. Streamlit
    would collect after every run of a page; .streamlit/config.toml turns that off.
    """
    gc.collect()
    gc.freeze()
