"""Calls of the core that are named first and computed when a figure needs them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Call:
    """A function of stepsize_core and the small arguments to call it with; nothing is computed yet.

    label  what to say while it runs; given where it takes seconds and `function` reports its progress
    """

    function: Callable[..., Any]
    arguments: tuple[Any, ...]
    label: str = ""


def call(function: Callable[..., Any], *arguments, label: str = "") -> Call:
    """function(*arguments), to be computed when a figure needs it."""
    return Call(function, arguments, label)


def compute(call: Call) -> Any:
    """The result of a call; nothing is remembered."""
    return call.function(*call.arguments)
