"""A sign of life from within long computations, for who shows that they go on or lets others go first."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_LISTENER: ContextVar[Callable[[], object] | None] = ContextVar("listener", default=None)


def pulse() -> None:
    """Call who listens in this thread, if somebody does; what it raises ends the computation.

    It should be a BaseException that is no Exception: of those some are taken for a fault of the objective.
    """
    listener = _LISTENER.get()
    if listener is not None:
        listener()


@contextmanager
def listening(listener: Callable[[], object]) -> Iterator[None]:
    """Call listener() many times a second while something is computed in this thread; it should be quick."""
    token = _LISTENER.set(listener)
    try:
        yield
    finally:
        _LISTENER.reset(token)
