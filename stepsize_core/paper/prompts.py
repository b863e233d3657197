"""The questions of every phenomenon, to be answered before looking."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from stepsize_core.paper.network_prompts import (
    OF_IDENTITY_INITIALIZATION,
    OF_REACHABLE_OPTIMA,
    OF_RELU_OSCILLATION,
)
from stepsize_core.paper.predictions import Prompt
from stepsize_core.paper.scalar_prompts import (
    OF_EQUILIBRIUM_SELECTION,
    OF_INITIALIZATION_DEPENDENCE,
    OF_PERIODIC_ORBITS,
)
from stepsize_core.paper.your_function.prompts import OF_YOUR_FUNCTION

PROMPTS: Mapping[str, tuple[Prompt, ...]] = MappingProxyType(
    {
        "periodic_orbits": OF_PERIODIC_ORBITS,
        "equilibrium_selection": OF_EQUILIBRIUM_SELECTION,
        "initialization_dependence": OF_INITIALIZATION_DEPENDENCE,
        "reachable_optima": OF_REACHABLE_OPTIMA,
        "identity_initialization": OF_IDENTITY_INITIALIZATION,
        "relu_oscillation": OF_RELU_OSCILLATION,
        "your_function": OF_YOUR_FUNCTION,
    }
)  # by the stem of the phenomenon
