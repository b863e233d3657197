"""Pictures of the explorer: pure functions from a `Study` to a chart. A package for each phenomenon."""

from importlib import import_module
from types import ModuleType

from stepsize_core.paper.phenomenon import Phenomenon


def of(phenomenon: Phenomenon) -> ModuleType:
    """The charts of a phenomenon."""
    return import_module(f"{__name__}.{phenomenon.stem}")
