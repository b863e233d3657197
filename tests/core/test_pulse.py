"""Long computations give signs of life to the thread that listens, and no other, and can be ended there."""

from __future__ import annotations

import time
from functools import partial
from itertools import pairwise
from threading import Thread

import pytest

from stepsize_core import UserFunction, classify_limit, gradient_descent
from stepsize_core.paper import relu_oscillation
from stepsize_core.paper.your_function.line import start_step_size_raster
from stepsize_core.pulse import listening, pulse

NESTED = "sin(" * 39 + "x" + ")" * 39
LONGEST = 0.5  # seconds between two signs, of processor time: other processes take theirs


def longest_silence(compute) -> float:
    """Seconds of this thread's work between two signs of life, or before the first, or after the last."""
    times = [time.thread_time()]
    with listening(lambda: times.append(time.thread_time())):
        compute()
    times.append(time.thread_time())
    return max(later - earlier for earlier, later in pairwise(times))


def test_a_large_network_gives_signs_of_life():
    params = relu_oscillation.Params(n_points=100_000, hidden_units=60, n_steps=10_001, step_size=1e-5)
    assert longest_silence(partial(relu_oscillation.study, params)) < LONGEST


def test_a_raster_of_a_costly_function_gives_signs_of_life():
    class Enough(BaseException):
        pass

    began, times = time.thread_time(), [time.thread_time()]

    def sign():
        times.append(time.thread_time())
        if times[-1] - began > 1:
            raise Enough

    with listening(sign), pytest.raises(Enough):
        start_step_size_raster(NESTED, -3.0, 3.0)
    assert max(later - earlier for earlier, later in pairwise(times)) < LONGEST


def test_who_does_not_listen_hears_nothing():
    heard = []
    with listening(lambda: heard.append(1)):
        other = Thread(target=pulse)
        other.start()
        other.join()
        assert heard == []
        pulse()
    pulse()
    assert heard == [1]


def test_listening_does_not_change_a_result():
    function = UserFunction("x^4/4 - x^2/2")
    alone = classify_limit(function, x0=0.3, step_size=1.05)
    with listening(lambda: None):
        assert classify_limit(function, x0=0.3, step_size=1.05).sentence == alone.sentence


def test_what_a_listener_raises_ends_a_run():
    def leave():
        raise KeyboardInterrupt

    with listening(leave), pytest.raises(KeyboardInterrupt):
        gradient_descent(UserFunction("x^2"), 1.0, 0.1, 10)
    assert gradient_descent(UserFunction("x^2"), 1.0, 0.1, 10).final < 1.0
