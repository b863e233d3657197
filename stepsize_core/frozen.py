"""The base of results: dataclasses of arrays that nobody can change, equal by identity or parameters."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, ClassVar, dataclass_transform

import numpy as np

FEW = 3  # entries of a tuple that its text spells out
LONGEST = 300  # characters of a value in the text of a result


@dataclass_transform(eq_default=False, frozen_default=True)
@dataclass(frozen=True, eq=False, repr=False)
class Frozen:
    """Makes every subclass a frozen dataclass, without a decorator, whose arrays are read-only.

    Arrays are frozen in place, those in tuples, lists and mappings too: hand over a copy of what is still
    written into. A subclass with a `__post_init__` of its own calls this one last. Results are equal only if
    they are the same object, so that they can be remembered by; their text gives the shapes of arrays.
    """

    def __init_subclass__(cls) -> None:
        dataclass(frozen=True, eq=False, repr=False)(cls)

    def __post_init__(self) -> None:
        for value in vars(self).values():
            _freeze(value)

    def __repr__(self) -> str:
        shown = ", ".join(f"{f.name}={_short(getattr(self, f.name))}" for f in fields(self))
        return f"{type(self).__name__}({shown})"


class Recomputable(Frozen):
    """A result that follows from its parameters alone: equal to any of its class computed from the same ones.

    A subclass has the field `params`; `follows_from` names all the fields that the others are computed from.
    """

    follows_from: ClassVar[tuple[str, ...]] = ("params",)

    def _given(self) -> tuple[Any, ...]:
        return tuple(getattr(self, name) for name in self.follows_from)

    def __eq__(self, other: object) -> bool:
        if type(other) is not type(self):
            return NotImplemented
        return self._given() == other._given()

    def __hash__(self) -> int:
        return hash((type(self), self._given()))

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(map(_short, self._given()))})"


def _freeze(value: Any) -> None:
    """Make the arrays in a value read-only."""
    if isinstance(value, np.ndarray):
        value.setflags(write=False)
    elif isinstance(value, Mapping):
        _freeze(list(value.values()))
    elif isinstance(value, tuple | list):
        for part in value:
            _freeze(part)


def _short(value: Any) -> str:
    """The text of a value, with shapes for arrays and lengths for what may hold some."""
    match value:
        case np.ndarray():
            return f"array{value.shape}"
        case Frozen():
            return f"{type(value).__name__}(…)"
        case tuple() if len(value) <= FEW:
            return f"({', '.join(map(_short, value))})"
        case tuple() | list() | Mapping() if value:
            return f"<{len(value)} in a {type(value).__name__}>"
    text = repr(value)
    return text if len(text) <= LONGEST else f"{type(value).__name__}(…)"
