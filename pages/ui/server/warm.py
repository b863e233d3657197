"""What visitors would otherwise wait for: imports, drawings, and garbage collections."""

import gc
import importlib
from functools import partial
from typing import Any

from pages.charts import of, overview  # noqa: F401
from pages.charts.kit.calls import Call, call, compute
from pages.charts.kit.gallery import Shown
from pages.charts.kit.style import STYLES
from pages.ui.server import store
from pages.ui.server.internals import LOADED_ON_FIRST_USE
from stepsize_core.paper.catalogue import CATALOGUE

FIRST = 4  # figures of a phenomenon, which its page shows above the others


def warm_up() -> None:
    """Import what the pages need, Altair and pandas with it; study every phenomenon at its defaults, and draw
    in both palettes what is drawn of such a study alone, and what a visitor sees first."""
    for module in LOADED_ON_FIRST_USE:
        importlib.import_module(module)
    for phenomenon in CATALOGUE:
        shown = Shown(of(phenomenon), call(phenomenon.study, phenomenon.Params()), _kept)
        for i, figure in enumerate(shown):
            for style in STYLES if i < FIRST or not figure.also else ():
                figure.spec(style, shown[figure])


def _kept(made: Call) -> Any:
    """The result of a call, for visitors too."""
    return store.KEPT.get_or_make(store.key_of(made.function, made.arguments), partial(compute, made))


def set_aside() -> None:
    """Keep what is alive now, Altair and pandas above all, out of every later garbage collection.

    What visitors make is collected by Python itself, and soon, since so little is left to look at. Streamlit
    would collect after every run of a page; .streamlit/config.toml turns that off.
    """
    gc.collect()
    gc.freeze()
