"""A question to answer before looking: predict what a run does, then compare with what it did."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import Any


@dataclass(frozen=True)
class Prompt:
    """A question about one case.

    asks     the question; may name fields of `params` in braces, "{step_size:g}"
    options  the answers to choose from
    params   the case, parameters of the phenomenon
    answer   study of the case -> the option that the run shows: read off, never written down
    why      study of the case -> one or two sentences with its measured numbers
    """

    asks: str
    options: tuple[str, ...]
    params: Any
    answer: Callable[[Any], str]
    why: Callable[[Any], str]

    @property
    def question(self) -> str:
        """The question with the numbers of the case."""
        return self.asks.format(**{f.name: getattr(self.params, f.name) for f in fields(self.params)})
