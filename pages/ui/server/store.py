"""Results that visitors share: so many, so large, and the one that nobody asked for longest goes first."""

import sys
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import fields, is_dataclass
from threading import Lock
from typing import Any

import numpy as np

MISSING = object()


class Store:
    """At most `entries` results of at most `size` bytes together, by key; safe to share between threads."""

    def __init__(self, *, entries: int, size: int):
        self._entries, self._size = entries, size
        self._results: OrderedDict[str, tuple[Any, int]] = OrderedDict()
        self.total = 0  # bytes of all results
        self._lock = Lock()
        self._gates: dict[str, Lock] = {}

    def __len__(self) -> int:
        return len(self._results)

    def numbers(self) -> dict[str, int]:
        """How many results are kept, their bytes, and the most of both."""
        now = {"results": len(self), "bytes": self.total}
        return {**now, "most_results": self._entries, "most_bytes": self._size}

    def get(self, key: str) -> Any:
        """The result, or MISSING."""
        with self._lock:
            if key not in self._results:
                return MISSING
            self._results.move_to_end(key)
            return self._results[key][0]

    def put(self, key: str, result: Any) -> None:
        """Keep the result, at the cost of the oldest."""
        size = size_of(result)
        with self._lock:
            self.total += size - self._results.pop(key, (None, 0))[1]
            self._results[key] = result, size
            while len(self._results) > self._entries or self.total > self._size:
                _, (_, freed) = self._results.popitem(last=False)
                self.total -= freed

    def get_or_make(self, key: str, make: Callable[[], Any]) -> Any:
        """The result; made first where it is missing, by one of those who ask for it at the same time."""
        result = self.get(key)
        if result is not MISSING:
            return result
        with self._lock:
            gate = self._gates.setdefault(key, Lock())
        with gate:
            result = self.get(key)
            if result is MISSING:
                try:
                    result = make()
                    self.put(key, result)
                finally:
                    self._gates.pop(key, None)
        return result


KEPT = Store(entries=512, size=128 * 2**20)  # of this process, for all visitors


def key_of(compute: Callable[..., Any], arguments: tuple[Any, ...]) -> str:
    """What tells compute(*arguments) from everything else: plain values or frozen dataclasses of them."""
    return f"{compute.__module__}.{compute.__qualname__}{arguments!r}"


def size_of(result: Any) -> int:
    """Bytes of a result of arrays, frozen dataclasses and plain containers; what is shared counts once."""
    seen, parts, total = set(), [result], 0
    while parts:
        part = parts.pop()
        if id(part) in seen:
            continue
        seen.add(id(part))
        total += sys.getsizeof(part)
        if isinstance(part, np.ndarray):
            total += part.nbytes if part.base is not None else 0  # a view reports its header alone
        elif isinstance(part, dict):
            parts += [*part.keys(), *part.values()]
        elif isinstance(part, list | tuple | set | frozenset):
            parts += part
        elif is_dataclass(part) and not isinstance(part, type):
            parts += [getattr(part, f.name) for f in fields(part)]
    return total
