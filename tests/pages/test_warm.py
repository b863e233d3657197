"""What is alive is kept out of the garbage collections of single runs, and nothing is kept for ever."""

from __future__ import annotations

import asyncio
import gc
import weakref

import pytest

from pages.ui.server import warm


class Knot:
    """An object that refers to itself: only a garbage collection frees it."""

    def __init__(self):
        self.itself = self


@pytest.fixture(autouse=True)
def thawed():
    """Leave the collector as it was."""
    yield
    gc.unfreeze()


def test_what_is_frozen_is_not_looked_at_again():
    before = len(gc.get_objects())
    warm.freeze()
    assert len(gc.get_objects()) < before / 100


def test_what_became_garbage_while_frozen_is_freed_by_the_next_freeze():
    knot = Knot()
    seen = weakref.ref(knot)
    warm.freeze()
    del knot
    gc.collect()
    assert seen() is not None
    warm.freeze()
    assert seen() is None


def test_it_is_frozen_anew_only_where_pages_have_run(monkeypatch):
    """A run of a page ends with a full collection, by Streamlit."""
    times = []
    monkeypatch.setattr(warm, "FREEZE_SECONDS", 0.01)
    monkeypatch.setattr(warm, "freeze", lambda: times.append(1))

    async def serve():
        async with warm.frozen_again_and_again():
            gc.disable()  # so that no collection but ours is counted
            await asyncio.sleep(0.05)
            idle = len(times)
            gc.collect()
            await asyncio.sleep(0.05)
            return idle, len(times)

    try:
        idle, after = asyncio.run(serve())
    finally:
        gc.enable()
    assert idle == 1  # at the start
    assert after == 2
