"""Reading and differentiating the largest texts against bare dictionary look-ups, in the same run.

Run by path: pytest tests/benchmarks
"""

import time

import pytest

from tests.core.expressions.test_grammar import LARGE, differentiated

REPEATS = 5
LOOK_UPS = 400_000
LIMIT = 1.0  # times the look-ups, which take about as long as the 50 ms that a text may cost

pytestmark = pytest.mark.benchmark


def best_time(run) -> float:
    """The shortest processor time of a few runs: the one least disturbed by the machine."""
    times = []
    for _ in range(REPEATS):
        start = time.process_time()
        run()
        times.append(time.process_time() - start)
    return min(times)


def look_ups() -> int:
    """What reading a text consists of: tuples looked up in a dictionary and stored there."""
    index = {}
    for i in range(LOOK_UPS):
        key = ("multiply", i % 1000, i % 7)
        if key not in index:
            index[key] = i
    return len(index)


def test_no_text_costs_more_than_the_look_ups():
    bare = best_time(look_ups)
    ours = {name: best_time(lambda text=text: differentiated(text)) for name, text in LARGE.items()}
    slowest = max(ours, key=ours.get)
    ratio = ours[slowest] / bare
    print(f"\n{slowest}: {ours[slowest] * 1e3:.0f} ms, {ratio:.2f} x the look-ups ({bare * 1e3:.0f} ms)")
    assert ratio <= LIMIT
