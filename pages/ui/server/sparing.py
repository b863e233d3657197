"""A log that visitors cannot fill: of what is said again and again a few lines a minute are kept."""

import logging
import time

from pages.ui.server.internals import loggers

KEPT, SECONDS = 5, 60.0  # records of one kind, and the time in which no more are written
MOST_KINDS = 1000


class Sparing(logging.Filter):
    """Drops further records of a kind, from one place in the code, and counts them into a later one."""

    def __init__(self):
        super().__init__()
        self._kinds: dict[tuple, tuple[float, int]] = {}  # since when, how many

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether the record is written."""
        kind, now = (record.pathname, record.lineno, *_raised_at(record)), time.monotonic()
        since, seen = self._kinds.get(kind, (now, 0))
        if now - since >= SECONDS:
            if seen > KEPT:
                record.msg = f"{record.getMessage()} ({seen - KEPT:,} more like this were not written)"
                record.args = ()
            since, seen = now, 0
        if len(self._kinds) >= MOST_KINDS:
            self._kinds.clear()
        self._kinds[kind] = since, seen + 1
        return seen < KEPT


def _raised_at(record: logging.LogRecord) -> tuple:
    """The kind of the exception that a record tells of, and where it was raised."""
    if not record.exc_info or record.exc_info[2] is None:
        return ()
    trace = record.exc_info[2]
    while trace.tb_next:
        trace = trace.tb_next
    return record.exc_info[0], trace.tb_frame.f_code.co_filename, trace.tb_lineno


def write_sparingly() -> None:
    """Let the server's own loggers keep to that."""
    for logger in loggers():
        logger.addFilter(Sparing())
