"""The server under many visitors, against the same server with one; memory per visitor and over many reruns.

Run by path: pytest tests/benchmarks
"""

from __future__ import annotations

import asyncio
import sys
from contextlib import AsyncExitStack
from statistics import median, quantiles

import numpy as np
import pytest

from tests.benchmarks.visitors import Visitor, resident_bytes
from tests.conftest import running_app

pytestmark = pytest.mark.benchmark

PAGES = {
    "periodic_orbits": "orbit.step_size",
    "equilibrium_selection": "select.step_size",
    "initialization_dependence": "init.step_size",
}
CROWD, PAUSE, ROUNDS = 30, 3.0, 6  # visitors, seconds between two changes of one, changes of each
MEDIAN_LIMIT, TAIL_LIMIT = 4.0, 16.0  # times the median of a lone visitor: 100 and 400 ms where that is 25 ms
CONNECTED, VISITOR_LIMIT = 100, 2 * 2**20  # visitors, bytes of each
RERUNS, WARM_RERUNS, GROWTH_LIMIT = 2000, 400, 1.05  # memory after all over memory after the first


@pytest.fixture(scope="module")
def server():
    """A server of its own, that nobody else visits."""
    with running_app() as address:
        yield address


def step_sizes(n: int, seed: int) -> np.ndarray:
    """Step sizes that no other visitor has chosen."""
    return np.random.default_rng(seed).uniform(0.05, 0.6, n)


async def change(address, page: str, number: int, rounds: int, pause: float) -> list[float]:
    """Seconds that each change of δ by one visitor took; visitors come and change one after another."""
    await asyncio.sleep(pause * number / CROWD)
    times = []
    async with Visitor(address, page) as visitor:
        for delta in step_sizes(rounds, seed=number):
            await asyncio.sleep(pause)
            times.append(await visitor.choose(PAGES[page], float(delta)))
        assert visitor.errors == 0
    return times


async def crowd(address) -> list[float]:
    pages = list(PAGES)
    visits = (change(address, pages[i % len(pages)], i, ROUNDS, PAUSE) for i in range(CROWD))
    return [seconds for times in await asyncio.gather(*visits) for seconds in times]


def test_thirty_visitors_wait_little_longer_than_one(server):
    alone = [
        s for i, page in enumerate(PAGES) for s in asyncio.run(change(server, page, 0, 12, 0.1 + i / 100))
    ]
    together = asyncio.run(crowd(server))
    tail = quantiles(together, n=20)[-1]
    print(
        f"\nalone {median(alone) * 1e3:.0f} ms; thirty visitors: median {median(together) * 1e3:.0f} ms, "
        f"95 % within {tail * 1e3:.0f} ms"
    )
    assert median(together) <= MEDIAN_LIMIT * median(alone)
    assert tail <= TAIL_LIMIT * median(alone)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads memory from /proc")
def test_a_hundred_visitors_are_served_and_each_keeps_little_memory(server):
    async def all_connected() -> tuple[int, int]:
        before = resident_bytes(server.pid)
        async with AsyncExitStack() as stack:
            pages = list(PAGES)
            visitors = [
                await stack.enter_async_context(Visitor(server, pages[i % len(pages)]))
                for i in range(CONNECTED)
            ]
            times = [await v.choose(PAGES[pages[i % len(pages)]], 0.25) for i, v in enumerate(visitors)]
            assert len(times) == CONNECTED
            return sum(visitor.errors for visitor in visitors), resident_bytes(server.pid) - before

    errors, grown = asyncio.run(all_connected())
    print(f"\n{CONNECTED} visitors: {grown / CONNECTED / 2**20:.2f} MiB each")
    assert errors == 0
    assert grown <= CONNECTED * VISITOR_LIMIT


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads memory from /proc")
def test_memory_stays_flat_over_two_thousand_reruns(server):
    async def reruns(visitor: Visitor, n: int) -> int:
        for delta in np.resize(step_sizes(50, seed=99), n):
            await visitor.choose(PAGES["equilibrium_selection"], float(delta))
        return resident_bytes(server.pid)

    async def both() -> tuple[int, int]:
        async with Visitor(server, "equilibrium_selection") as visitor:
            return await reruns(visitor, WARM_RERUNS), await reruns(visitor, RERUNS - WARM_RERUNS)

    early, late = asyncio.run(both())
    print(f"\nmemory {early / 2**20:.0f} MiB after {WARM_RERUNS} reruns, {late / 2**20:.0f} after {RERUNS}")
    assert late <= GROWTH_LIMIT * early
