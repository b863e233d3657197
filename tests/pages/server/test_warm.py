"""Runs of pages do not wait for garbage collections: what the server begins with is never looked at again."""

from __future__ import annotations

import asyncio
import gc
import urllib.request
import weakref
from functools import partial

import numpy as np
import pytest

from pages.ui.server import warm
from tests.benchmarks.visitors import Visitor, ended
from tests.conftest import ROOT, running_app

RUNS, PAUSE = (
    20,
    0.1,
)  # of a page, and seconds between two: Streamlit's collection would come after the answer
# The explorer with a route that says how many full collections there have been.
COUNTED = """
import gc

from starlette.responses import JSONResponse
from starlette.routing import Route

from pages.ui.server import hosting


async def collections(_request):
    return JSONResponse(gc.get_stats()[-1]["collections"])


hosting.ROUTES.append(Route("/collections", collections))

from app import app
"""


class Knot:
    """An object that refers to itself: only a garbage collection frees it."""

    def __init__(self):
        self.itself = self


@pytest.fixture(autouse=True)
def thawed():
    """Leave the collector as it was."""
    yield
    gc.unfreeze()


def test_what_is_set_aside_is_not_looked_at_again():
    before = len(gc.get_objects())
    warm.set_aside()
    assert len(gc.get_objects()) < before / 100


def test_what_is_made_later_is_collected():
    warm.set_aside()
    knot = Knot()
    seen = weakref.ref(knot)
    del knot
    gc.collect()
    assert seen() is None


def test_the_server_does_not_collect_after_every_run_of_a_page(tmp_path):
    (tmp_path / "counted.py").write_text(COUNTED, encoding="utf-8")
    paths = f"{ROOT}:{tmp_path}"
    with running_app("uvicorn", "counted:app", "--port", PYTHONPATH=paths) as address:
        collections = ended(full_collections(address))
    assert collections < RUNS / 2, "Streamlit no longer heeds runner.postScriptGC = false in config.toml"


async def full_collections(address: str) -> int:
    """How many full collections RUNS runs of a page bring with them, those that Python starts included."""
    counted = partial(urllib.request.urlopen, f"{address}/collections", timeout=10)
    async with Visitor(address, "periodic_orbits") as visitor:
        with counted() as before:
            for delta in np.linspace(0.5, 0.6, RUNS):
                await visitor.choose("orbit.step_size", float(delta))
                await asyncio.sleep(PAUSE)
            with counted() as after:
                return int(after.read()) - int(before.read())
