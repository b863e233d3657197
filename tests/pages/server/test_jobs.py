"""Shared results stay within their limits; long computations are done once and take turns."""

from __future__ import annotations

import time
from dataclasses import dataclass
from functools import partial
from threading import Barrier, Event, Thread

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from pages.ui.server import jobs, store
from pages.ui.server import turns as turns_module
from pages.ui.server.store import MISSING, Store, size_of
from pages.ui.server.turns import EQUAL, HALF_LIFE, SLICE, Busy, Turns, Usage, Visitor, _Ticket

PATIENCE = 10.0  # seconds; a loaded machine starts threads slowly
ONE = Visitor("", "one")
HEADERS = 2000  # bytes that Python objects add to the numbers of a few arrays


@dataclass(frozen=True)
class Result:
    states: np.ndarray
    claims: tuple[str, ...] = ()


def started(*targets) -> list[Thread]:
    threads = [Thread(target=target, daemon=True) for target in targets]
    for thread in threads:
        thread.start()
    return threads


def finished(threads) -> None:
    for thread in threads:
        thread.join(PATIENCE)
        assert not thread.is_alive()


def until(holds) -> None:
    deadline = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.005)


def test_the_size_of_a_result_is_that_of_its_arrays_counted_once():
    states = np.zeros((100, 1000))
    assert states.nbytes <= size_of(Result(states)) <= states.nbytes + HEADERS
    assert size_of((Result(states), Result(states))) <= states.nbytes + HEADERS
    assert states.nbytes // 2 <= size_of(Result(states[:50])) <= states.nbytes // 2 + HEADERS


def test_a_store_keeps_to_its_number_and_drops_what_was_asked_for_longest_ago():
    store = Store(entries=3, size=2**30)
    for key in "abc":
        store.put(key, key)
    assert store.get("a") == "a"
    store.put("d", "d")
    assert [store.get(key) is MISSING for key in "abcd"] == [False, True, False, False]


def test_a_store_keeps_to_its_bytes():
    store = Store(entries=100, size=1_000_000)
    for key in range(20):
        store.put(str(key), np.zeros(25_000))
        assert store.total <= 1_000_000
    assert len(store) == 4
    store.put("too large", np.zeros(1_000_000))
    assert store.get("too large") is MISSING
    assert store.total <= 1_000_000


def test_what_many_ask_for_at_the_same_time_is_computed_once():
    store, together, made = Store(entries=3, size=2**20), Barrier(5), []

    def ask():
        together.wait()
        store.get_or_make("key", lambda: (time.sleep(0.05), made.append(1)))

    finished(started(*[ask] * 5))
    assert made == [1]


def test_what_could_not_be_made_is_tried_again():
    store = Store(entries=3, size=2**20)
    with pytest.raises(ZeroDivisionError):
        store.get_or_make("key", lambda: 1 / 0)
    assert store.get_or_make("key", lambda: 1) == 1


def test_at_most_so_many_work_at_once_and_all_in_their_order():
    turns, running, most, order = Turns(2), [], [], []

    def work(name):
        with turns.turn(name, lambda before: None):
            order.append(name)
            running.append(name)
            most.append(len(running))
            time.sleep(0.02)
            running.remove(name)

    threads = []
    for name in "abcdefg":
        threads += started(partial(work, name))
        until(partial(_arrived, turns, order, len(threads)))
    finished(threads)
    assert max(most) == 2
    places = [order.index(name) for name in "abcdefg"]
    assert all(
        abs(place - i) <= 1 for i, place in enumerate(places)
    )  # of two that begin, either says so first


def _arrived(turns, order, n) -> bool:
    return len(turns._waiting) + len(order) == n


def test_the_same_work_is_not_done_twice_at_a_time_and_does_not_hold_up_the_line():
    turns, release, order = Turns(2), Event(), []

    def work(key):
        with turns.turn(key, lambda before: None):
            order.append(key)
            release.wait(PATIENCE)

    first = started(lambda: work("same"))
    until(lambda: order == ["same"])
    second = started(lambda: work("same"))
    until(lambda: len(turns._waiting) == 1)
    third = started(lambda: work("other"))
    until(lambda: order == ["same", "other"])
    assert len(turns._waiting) == 1
    release.set()
    finished(first + second + third)
    assert order == ["same", "other", "same"]


def test_one_who_stops_waiting_or_working_makes_room():
    turns, release = Turns(1), Event()
    other = started(partial(_occupy, turns, "running", release))
    until(lambda: len(turns._running) == 1)
    with pytest.raises(TimeoutError), turns.turn("waiting", _give_up):
        raise AssertionError("there is no turn to have")
    release.set()
    finished(other)
    with pytest.raises(ZeroDivisionError), turns.turn("failing", None):
        1 / 0  # noqa: B018
    with turns.turn("next", None):
        pass


def _give_up(before):
    assert before == 1
    raise TimeoutError


def _occupy(turns, key, release, visitor=ONE, order=None):
    """Take a turn and hold it, giving way, until it is released."""
    with turns.turn(key, lambda before: None, visitor):
        if order is not None:
            order.append(key)
        while not release.wait(0.01):
            turns.give_way(lambda before: None)


@pytest.fixture
def greedy(monkeypatch):
    """Turns of three, two at one address, of which forty sessions at one address ask for all."""
    monkeypatch.setattr(turns_module, "SLICE", SLICE / 10)
    monkeypatch.setattr(turns_module, "EQUAL", EQUAL / 10)
    turns, release = Turns(3, share=2, line=64), Event()
    threads = started(
        *(partial(_occupy, turns, f"work {i}", release, Visitor("greedy", str(i))) for i in range(40))
    )
    until(lambda: len(turns._running) + len(turns._waiting) == 40)
    yield turns
    release.set()
    finished(threads)


def test_forty_sessions_at_one_address_leave_a_turn_to_another(greedy):
    assert len(greedy._running) == 2
    with greedy.turn("small", lambda before: pytest.fail("had to wait"), Visitor("other", "a")):
        assert len(greedy._running) == 3


def test_a_newcomer_at_the_same_address_goes_before_those_who_have_worked(greedy):
    until(lambda: all(ticket.began for ticket in [*greedy._running, *greedy._waiting]))
    asked, told = time.monotonic(), []
    with greedy.turn("small", told.append, Visitor("greedy", "new")):
        waited = time.monotonic() - asked
    assert waited < SLICE  # one after another all forty would take twice as long
    assert len(told) >= 1


def test_so_much_work_is_begun_and_not_ended_and_no_more():
    turns, release, order = Turns(3, share=2, begun=(2, 3)), Event(), []
    visitors = [Visitor(address, f"{address}{i}") for address in "ab" for i in range(5)]
    threads = started(*(partial(_occupy, turns, v.session, release, v, order) for v in visitors))
    until(lambda: len(order) == 3 and len(turns._waiting) + len(turns._running) == len(visitors))
    time.sleep(3 * SLICE)  # in which others would begin
    assert sorted(name[0] for name in order) in (["a", "a", "b"], ["a", "b", "b"])
    with turns.turn("", lambda before: None, Visitor("c", "c")):
        pass  # a page goes on
    release.set()
    finished(threads)
    assert len(order) == len(visitors)


def test_those_who_work_at_length_do_so_by_turns():
    turns, release, order = Turns(1), Event(), []
    visitors = [Visitor("a", "1"), Visitor("a", "2"), Visitor("b", "3")]
    threads = started(*(partial(_occupy, turns, v.session, release, v, order) for v in visitors))
    until(lambda: sorted(order) == ["1", "2", "3"])  # though none of them has ended
    release.set()
    finished(threads)


def test_one_works_alone_as_long_as_it_lets_others_go_first():
    turns, release, order = Turns(3, alone=10 * PATIENCE), Event(), []
    visitors = [Visitor(name, name) for name in "abc"]
    threads = started(*(partial(_occupy, turns, v.session, release, v, order) for v in visitors))
    until(lambda: sorted(order) == ["a", "b", "c"])
    assert len(turns._running) <= 1
    release.set()
    finished(threads)


def test_who_keeps_the_turn_has_another_beside_it_after_a_while():
    turns, release = Turns(3, alone=SLICE), Event()
    keeps = started(partial(_keep, turns, release))
    until(lambda: len(turns._running) == 1)
    since = turns._running[0].since
    with turns.turn("small", lambda before: None, Visitor("other", "a")):
        assert time.monotonic() - since >= SLICE
        assert len(turns._running) == 2
    release.set()
    finished(keeps)


def _keep(turns, release):
    """Hold a turn without ever giving way, until it is released."""
    with turns.turn("keeps", lambda before: None, ONE):
        release.wait(PATIENCE)


def test_of_a_full_line_the_last_who_has_used_most_is_sent_away():
    turns, release, order = Turns(1, line=2), Event(), []
    turns._used.add("heavy", 10.0)
    at_work = started(partial(_occupy, turns, "at work", release, Visitor("one", "1"), order))
    until(lambda: len(turns._running) == 1)
    sent_away = []

    def ask(address):
        try:
            _occupy(turns, address, release, Visitor(address, address), order)
        except Busy:
            sent_away.append(address)

    turns._used.add("one", 0.0)
    turns.give_way = lambda wait: None  # here who works goes on
    waiting = []
    for address in ("heavy", "two", "three"):
        waiting += started(partial(ask, address))
        until(partial(_arrived, turns, sent_away, len(waiting)))
    until(lambda: sent_away == ["heavy"])
    assert turns.numbers() == {"running": 1, "waiting": 2, "at_once": 1, "line": 2}
    release.set()
    finished(at_work + waiting)
    assert order == ["at work", "two", "three"]


def test_who_does_what_another_waits_for_comes_no_later_than_that_one():
    turns = Turns(1)
    turns._used.add("heavy", 100.0)
    for visitor in (Visitor("heavy", "1"), Visitor("two", "2"), Visitor("three", "3")):
        turns._waiting.append(_Ticket(visitor, next(turns._numbers)))
    heavy, two, three = turns._waiting
    assert turns._claims()[heavy] > turns._claims()[two]
    heavy.keys, two.wanted = ["same"], "same"
    assert turns._claims()[heavy] <= turns._claims()[two]
    assert not turns._may_go_on(two)
    turns._admit()
    assert turns._running == [heavy]
    assert turns._waiting == [two, three]


def test_what_was_used_is_forgotten():
    usage = Usage()
    usage.add("a", 8.0)
    seconds, at = usage._used["a"]
    usage._used["a"] = seconds, at - 3 * HALF_LIFE
    assert usage.of("a") == pytest.approx(1.0, rel=0.01)
    assert usage.of("b") == 0.0
    for name in range(5000):
        usage.add(name, 1e-6)
    assert len(usage._used) <= 1001
    assert usage.of("a") > 0


def page_with_a_job():
    import streamlit as st

    from pages.ui.server import jobs
    from tests.pages.server.test_jobs import count_to

    st.write(jobs.job(count_to, st.slider("n", 1, 9, 3), label="Counting …"))


def count_to(n, *, progress):
    """The squares up to n, with a report before each."""
    calls.append(n)
    for k in range(n):
        progress(k / n)
    return [k**2 for k in range(n)]


calls: list[int] = []


def test_a_job_runs_once_for_all_visitors(monkeypatch):
    monkeypatch.setattr(store, "KEPT", Store(entries=8, size=2**20))
    calls.clear()
    for _ in range(2):
        app = AppTest.from_function(page_with_a_job).run(timeout=PATIENCE)
        assert not app.exception
        assert app.json[0].value == "[0, 1, 4]"
    assert calls == [3]
    app.slider[0].set_value(4).run(timeout=PATIENCE)
    assert calls == [3, 4]


def test_a_job_waits_while_two_others_run(monkeypatch):
    monkeypatch.setattr(store, "KEPT", Store(entries=8, size=2**20))
    release, told = Event(), []
    monkeypatch.setattr(jobs, "TURNS", Turns(2))
    wait = jobs.TURNS._wait

    def tell(ticket, say):
        wait(ticket, lambda before: (say(before), told.append(before), release.set()))

    def occupy(key):
        with jobs.TURNS.turn(key, None):
            release.wait(PATIENCE)

    others = started(lambda: occupy("a"), lambda: occupy("b"))
    until(lambda: len(jobs.TURNS._running) == 2)
    monkeypatch.setattr(jobs.TURNS, "_wait", tell)
    app = AppTest.from_function(page_with_a_job).run(timeout=PATIENCE)
    finished(others)
    assert told[0] == 2
    assert not app.exception
    assert app.json[0].value == "[0, 1, 4]"
