"""Memory that is free again goes back to the system: the C library of Linux would keep it for each thread."""

import ctypes
from contextlib import suppress

ARENAS, ARENA_MAX = 2, -8  # heaps for all threads together; by default up to eight for each processor
LARGE, MMAP_THRESHOLD = 2**20, -3  # bytes from which an array is memory of its own, given back when it goes


def bound_memory() -> None:
    """Let threads share heaps, before they are started; nothing where the library has no such options."""
    with suppress(OSError, AttributeError):
        library = ctypes.CDLL("libc.so.6")
        library.mallopt(ARENA_MAX, ARENAS)
        library.mallopt(MMAP_THRESHOLD, LARGE)


def give_memory_back() -> None:
    """Return what is free at present."""
    with suppress(OSError, AttributeError):
        ctypes.CDLL("libc.so.6").malloc_trim(0)
