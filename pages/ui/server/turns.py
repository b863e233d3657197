"""Who may compute now: a few at once, the others in the order in which they came."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Condition

LOOK_AGAIN = 0.5  # seconds after which one who waits says so again, and so can be told to stop


@dataclass(eq=False)
class _Ticket:
    key: str


class Turns:
    """At most `at_once` turns at a time, and never two for one key."""

    def __init__(self, at_once: int):
        self._at_once = at_once
        self._changed = Condition()
        self._running: list[_Ticket] = []
        self._waiting: list[_Ticket] = []

    @contextmanager
    def turn(self, key: str, wait: Callable[[int], None]) -> Iterator[None]:
        """A turn for the work named by `key`, once there is one.

        Until then wait(n) is called again and again, with the number n of those who come first, running ones
        included; what it raises gives the place up.
        """
        ticket = _Ticket(key)
        with self._changed:
            self._waiting.append(ticket)
        try:
            self._wait(ticket, wait)
            yield
        finally:
            with self._changed:
                for line in (self._waiting, self._running):
                    if ticket in line:
                        line.remove(ticket)
                self._changed.notify_all()

    def _wait(self, ticket: _Ticket, wait: Callable[[int], None]) -> None:
        while True:
            with self._changed:
                if self._next() is ticket:
                    self._waiting.remove(ticket)
                    self._running.append(ticket)
                    return
                before = len(self._running) + self._waiting.index(ticket)
            wait(before)
            with self._changed:
                if self._next() is not ticket:
                    self._changed.wait(LOOK_AGAIN)

    def _next(self) -> _Ticket | None:
        """Whose turn it is: the first in line whose work nobody does already."""
        if len(self._running) >= self._at_once:
            return None
        busy = {ticket.key for ticket in self._running}
        return next((ticket for ticket in self._waiting if ticket.key not in busy), None)
