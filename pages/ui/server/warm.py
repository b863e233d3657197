"""What visitors would otherwise wait for: imports, drawings, and garbage collections."""

from __future__ import annotations

import asyncio
import gc
import importlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from functools import partial

from pages.charts import of
from pages.charts.kit.calls import call, compute
from pages.charts.kit.gallery import Shown
from pages.charts.kit.style import STYLES
from pages.ui.server import store
from stepsize_core.paper.catalogue import CATALOGUE

LOADED_ON_FIRST_USE = (
    "pages.ui",
    "pages.charts.overview",
    "pandas",  # by Streamlit, with its first chart
    "pyarrow.compute",
    "pyarrow.pandas_compat",
    "streamlit.material_icon_names",
)
FREEZE_SECONDS = 10.0  # between two times at which everything alive is set aside


def warm_up() -> None:
    """Import what the pages need, Altair and pandas with it; study every phenomenon at its defaults, and draw
    in both palettes what is drawn of such a study alone."""
    for module in LOADED_ON_FIRST_USE:
        importlib.import_module(module)
    for phenomenon in CATALOGUE:
        run = call(phenomenon.study, phenomenon.Params())
        study = store.KEPT.get_or_make(store.key_of(run.function, run.arguments), partial(compute, run))
        for figure in Shown(of(phenomenon), run, lambda _, study=study: study):
            for style in STYLES if not figure.also else ():
                figure.spec(style, study)


@asynccontextmanager
async def frozen_again_and_again() -> AsyncIterator[None]:
    """While it lasts, what is alive is kept out of the garbage collections of single runs.

    Streamlit collects garbage after every run of a page, and looks at every object to do so: with Altair and
    pandas loaded, and what thirty visitors keep, that costs more than the page. What is alive is therefore
    frozen, and every FREEZE_SECONDS thawed, collected and frozen again, so that nothing is kept for ever.
    """
    freeze()
    task = asyncio.create_task(_keep_freezing())
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


def freeze() -> None:
    """Collect all garbage, what was frozen included, and freeze what is alive."""
    gc.unfreeze()
    gc.collect()
    gc.freeze()


async def _keep_freezing() -> None:
    """Freeze anew, where pages have run in the meantime."""
    collections = _collections()
    while True:
        await asyncio.sleep(FREEZE_SECONDS)
        if _collections() != collections:
            freeze()
            collections = _collections()


def _collections() -> int:
    """How many full collections there have been: one for every run of a page."""
    return gc.get_stats()[-1]["collections"]
