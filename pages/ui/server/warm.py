"""What visitors would otherwise wait for: imports, drawings, and garbage collections."""

from __future__ import annotations

import asyncio
import gc
import importlib
import pkgutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import pages.charts
from pages.charts.kit.calls import call, compute
from pages.charts.kit.gallery import Shown
from pages.charts.kit.style import STYLES
from stepsize_core.paper.catalogue import PHENOMENA

LOADED_ON_FIRST_USE = (
    "pages.ui",
    "pandas",  # by Streamlit, with its first chart
    "pyarrow.compute",
    "pyarrow.pandas_compat",
    "streamlit.material_icon_names",
)
FREEZE_SECONDS = 10.0  # between two times at which everything alive is set aside


def warm_up() -> None:
    """Import what the pages need, Altair and pandas with it, and draw in both palettes what is drawn of a
    study alone: of those that pages begin with."""
    for module in LOADED_ON_FIRST_USE:
        importlib.import_module(module)
    for found in pkgutil.walk_packages(pages.charts.__path__, "pages.charts."):
        importlib.import_module(found.name)
    for phenomenon in PHENOMENA:
        charts = importlib.import_module(f"pages.charts.{phenomenon.stem}")
        run = call(phenomenon.module.study, phenomenon.module.Params())
        study = compute(run)
        for figure in Shown(charts, run):
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
