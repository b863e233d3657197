"""Who may compute now: a few at once, who has used least lately first, none for long while others wait."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from math import inf
from threading import Event, Lock, local

LOOK_AGAIN = 0.5  # seconds after which one who waits says so again, and so can be told to stop
SLICE = 0.2  # seconds of work after which one who works lets another go first
HALF_LIFE = 30.0  # seconds in which what was used comes to count half
EQUAL = 0.1  # seconds, less than SLICE: who has used so little more than another has used as much

Wait = Callable[[int], object]  # called with the number of those who come first


class Busy(Exception):
    """The line is full, and others have used less."""


@dataclass(frozen=True)
class Visitor:
    """Who asks: a share is first one of the addresses, then one of the sessions at an address."""

    address: str = ""
    session: str = ""


class Usage:
    """Seconds used by name, forgotten by half in every HALF_LIFE."""

    def __init__(self):
        self._used: dict[object, tuple[float, float]] = {}

    def of(self, name: object) -> float:
        """What is left of the seconds used."""
        seconds, at = self._used.get(name, (0.0, 0.0))
        return seconds * 0.5 ** ((time.monotonic() - at) / HALF_LIFE)

    def add(self, name: object, seconds: float) -> None:
        """Count further seconds; who has used next to nothing is forgotten."""
        self._used[name] = self.of(name) + seconds, time.monotonic()
        if len(self._used) > 1000:
            self._used = {n: used for n, used in self._used.items() if self.of(n) > EQUAL / 10}


@dataclass(eq=False)
class _Ticket:
    visitor: Visitor
    came: int
    keys: list[str] = field(default_factory=list)  # of the work it has begun
    wanted: str = ""  # the key of the work it waits to begin
    since: float = 0.0  # when it went on
    began: bool = False
    refused: bool = False
    called: Event = field(default_factory=Event)


class Turns:
    """At most `at_once` turns at a time, `share` of them at one address, and never two for one key.

    alone: seconds for which one who goes on works alone, before another may beside it: two threads of Python
    share one interpreter, and each takes more than twice as long;
    line: how many may wait; of more, the one that comes last is sent away, if it has not begun.
    begun: how much work, of one address and in all, may be begun and not ended; it holds memory meanwhile.
    """

    def __init__(
        self,
        at_once: int,
        *,
        share: int | None = None,
        alone: float = 0.0,
        line: int = 256,
        begun: tuple[int, int] = (999, 999),
    ):
        self._at_once, self._share, self._alone = at_once, share or at_once, alone
        self._line, self._begun = line, begun
        self._lock, self._numbers, self._used, self._mine = Lock(), count(), Usage(), local()
        self._running: list[_Ticket] = []
        self._waiting: list[_Ticket] = []

    def numbers(self) -> dict[str, int]:
        """How many work, may work at once, and wait."""
        with self._lock:
            counts = {"running": len(self._running), "waiting": len(self._waiting)}
        return {**counts, "at_once": self._at_once, "line": self._line}

    @contextmanager
    def turn(self, key: str, wait: Wait, visitor: Visitor = Visitor()) -> Iterator[None]:
        """A turn for the work named by `key`, or for any where it is empty, once there is one.

        Until then wait(n) is called again and again, with the number n of those who come first, running ones
        included; what it raises gives the place up. A turn within a turn of the same thread is the same one,
        given up while another does the same work. Raises Busy.
        """
        outer = getattr(self._mine, "ticket", None)
        ticket = self._mine.ticket = outer or _Ticket(visitor, next(self._numbers))
        try:
            self._begin(ticket, key, wait)
            yield
        finally:
            self._mine.ticket = outer
            with self._lock:
                if key in ticket.keys:
                    ticket.keys.remove(key)
                if outer is None:
                    self._leave(ticket)
                self._admit()

    def give_way(self, wait: Wait) -> None:
        """In a turn, after SLICE: let those go first who have used less, and wait as at its beginning."""
        ticket = getattr(self._mine, "ticket", None)
        if ticket in self._running and time.monotonic() - ticket.since >= SLICE:
            with self._lock:
                self._line_up(ticket)
            self._wait(ticket, wait)

    def _begin(self, ticket: _Ticket, key: str, wait: Wait) -> None:
        with self._lock:
            if ticket in self._running and self._may_begin(ticket, key):
                ticket.keys += [key] if key else []
                return
            ticket.wanted = key
            self._line_up(ticket)
        self._wait(ticket, wait)

    def _wait(self, ticket: _Ticket, wait: Wait) -> None:
        while not ticket.called.is_set():
            with self._lock:
                self._admit()
                claims, alone = self._claims(), self._left_alone()
                mine = claims.get(ticket)
                before = len(self._running) + sum(claim < mine for claim in claims.values()) if mine else 0
            if not ticket.called.is_set():
                wait(before)
                ticket.called.wait(min(alone or LOOK_AGAIN, LOOK_AGAIN))
        if ticket.refused:
            raise Busy

    def _line_up(self, ticket: _Ticket) -> None:
        """Put a ticket into the line, as the last of its like, and call whose turn it is."""
        self._leave(ticket)
        ticket.called.clear()
        ticket.came = next(self._numbers)
        self._waiting.append(ticket)
        self._admit()
        fresh = [other for other in self._waiting if not other.began]
        if len(self._waiting) > self._line and fresh:
            last = max(fresh, key=self._claims().__getitem__)
            last.refused = True
            self._waiting.remove(last)
            last.called.set()

    def _leave(self, ticket: _Ticket) -> None:
        if ticket in self._running:
            self._running.remove(ticket)
            for name in (ticket.visitor.address, ticket.visitor):
                self._used.add(name, time.monotonic() - ticket.since)
        elif ticket in self._waiting:
            self._waiting.remove(ticket)

    def _admit(self) -> None:
        """Call those whose turn it is."""
        while len(self._running) < self._at_once and not self._left_alone():
            able = [ticket for ticket in self._waiting if self._may_go_on(ticket)]
            if not able:
                return
            first = min(able, key=self._claims().__getitem__)
            self._waiting.remove(first)
            self._running.append(first)
            first.keys += [first.wanted] if first.wanted else []
            first.wanted, first.began, first.since = "", True, time.monotonic()
            first.called.set()

    def _may_go_on(self, ticket: _Ticket) -> bool:
        address = ticket.visitor.address
        beside = sum(other.visitor.address == address for other in self._running)
        return beside < self._share and self._may_begin(ticket, ticket.wanted)

    def _may_begin(self, ticket: _Ticket, key: str) -> bool:
        """Whether nobody has begun this work, and not too much other is."""
        begun = [other for other in (*self._running, *self._waiting) if other.keys]
        if not key or any(key in other.keys for other in begun):
            return not key
        at_address = sum(other.visitor.address == ticket.visitor.address for other in begun)
        return bool(ticket.keys) or (at_address < self._begun[0] and len(begun) < self._begun[1])

    def _left_alone(self) -> float:
        """The seconds for which who works has yet to work alone."""
        last = max((ticket.since for ticket in self._running), default=-inf)
        return max(last + self._alone - time.monotonic(), 0.0)

    def _claims(self) -> dict[_Ticket, tuple[float, float, int]]:
        """What orders the line, least first; who does what another waits for comes no later than that one."""
        own = {ticket: self._own_claim(ticket) for ticket in self._waiting}
        heirs: dict[str, tuple[float, float, int]] = {}
        for ticket, claim in own.items():
            heirs[ticket.wanted] = min(claim, heirs.get(ticket.wanted, claim))
        return {
            ticket: min([claim, *(heirs[key] for key in ticket.keys if key in heirs)])
            for ticket, claim in own.items()
        }

    def _own_claim(self, ticket: _Ticket) -> tuple[float, float, int]:
        address, session = self._used.of(ticket.visitor.address), self._used.of(ticket.visitor)
        return address // EQUAL, session // EQUAL, ticket.came
