"""The paper's table of contents: its phenomena in order. A new phenomenon is one line in CATALOGUE."""

from typing import Any

from stepsize_core.paper import (
    edge_of_the_arc,
    equilibrium_selection,
    identity_initialization,
    initialization_dependence,
    lessons,
    momentum,
    oscillation_or_noise,
    periodic_orbits,
    reachable_optima,
    relu_oscillation,
    sampled_gradients,
    thesis,
    your_function,
)
from stepsize_core.paper.phenomenon import Lesson, Phenomenon, Scene

REFERENCE = (
    "K. Nar and S. S. Sastry, Step Size Matters in Deep Learning, Advances in Neural Information Processing "
    "Systems 31 (NeurIPS 2018), arXiv:1805.08890"
)

CATALOGUE: tuple[Phenomenon, ...] = (
    periodic_orbits.PHENOMENON,
    equilibrium_selection.PHENOMENON,
    initialization_dependence.PHENOMENON,
    reachable_optima.PHENOMENON,
    identity_initialization.PHENOMENON,
    relu_oscillation.PHENOMENON,
    sampled_gradients.PHENOMENON,
    oscillation_or_noise.PHENOMENON,
    momentum.PHENOMENON,
    edge_of_the_arc.PHENOMENON,
    your_function.PHENOMENON,
)


def stops() -> tuple[tuple[Phenomenon, Scene], ...]:
    """The scenes that show the statements of the paper, in its order: the stops of the guided tour."""
    return tuple(
        (phenomenon, phenomenon.scene(said)) for phenomenon in CATALOGUE for said in phenomenon.statements
    )


def cards() -> tuple[tuple[Phenomenon, Lesson], ...]:
    """The lessons of all phenomena, in the order of the catalogue: the cards of the first page."""
    return tuple((phenomenon, lesson) for phenomenon in CATALOGUE for lesson in phenomenon.lessons)


def class_scenes() -> tuple[tuple[Phenomenon, Scene], ...]:
    """The ready scenes of a class, each with a question, in the order of the catalogue."""
    return tuple(
        (phenomenon, scene) for phenomenon in CATALOGUE for scene in phenomenon.scenes if scene.in_class
    )


def home_of(thing: Any) -> tuple[str, str]:
    """The module from which a notebook imports a function or class of the paper, and its name there.

    Raises LookupError where no package of the catalogue, nor `thesis` nor `lessons`, offers it.
    """
    for module in (*(phenomenon.package for phenomenon in CATALOGUE), thesis, lessons):
        for name, value in vars(module).items():
            if value is thing:
                return module.__name__, name
    raise LookupError(f"no package of the catalogue offers {thing!r}")
