"""How a phenomenon is described: once, in the package that studies it."""

import sys
from collections.abc import Callable, Mapping
from dataclasses import KW_ONLY, dataclass, fields, replace
from types import ModuleType
from typing import Any

from stepsize_core.limits import LimitKind
from stepsize_core.paper.parameters import Preset

ALONE = ""  # the group of pages that stand in the bar by themselves
SCALAR = "Scalar functions"
NETWORKS = "Networks"
BEYOND = "Beyond the paper"


@dataclass(frozen=True)
class Statement:
    """A statement of the paper: its place, "Corollary 2", and what it says, Markdown with LaTeX."""

    place: str
    says: str


@dataclass(frozen=True)
class Prompt:
    """A question to answer before looking: predict what a run does, then compare with what it did.

    asks     the question; may name fields of `params` in braces, "{step_size:g}"
    params   the case, parameters of the phenomenon
    words    the answers to choose from; by the kind of limit that each stands for, where that decides
    why      study of the case -> one or two sentences with its measured numbers
    reads    study of the case -> the option that the run shows, where the kind of its limit does not say it
    """

    asks: str
    params: Any
    words: Mapping[LimitKind, str] | tuple[str, ...]
    why: Callable[[Any], str]
    reads: Callable[[Any], str] | None = None

    @property
    def question(self) -> str:
        """The question with the numbers of the case."""
        return self.asks.format(**{f.name: getattr(self.params, f.name) for f in fields(self.params)})

    @property
    def options(self) -> tuple[str, ...]:
        """The answers to choose from, each once."""
        return tuple(dict.fromkeys(self.words.values() if isinstance(self.words, Mapping) else self.words))

    def answer(self, study: Any) -> str:
        """The option that the run shows: read off the study of the case, never written down."""
        if self.reads is not None:
            return self.reads(study)
        return self.words[study.limit.kind]


@dataclass(frozen=True, eq=False)
class Scene:
    """One picture to look at, with what there is to say and to ask; equal to itself alone.

    preset    the key of the case, in the PRESETS of its phenomenon
    figure    the name of the figure
    look      one sentence: what to look at; it may say the answer
    say       one line for a lecturer to say aloud, which does not
    place     of the statement that it shows, "" for none; each statement has one scene
    prompt    a question to predict: of the case, or of one beside it that the answer leads to
    in_class  whether it is one of the ready scenes of a class; its figure then shows a run
    """

    preset: str
    figure: str
    look: str
    say: str
    _: KW_ONLY
    place: str = ""
    prompt: Prompt | None = None
    in_class: bool = False


@dataclass(frozen=True, eq=False)
class Comparison:
    """Two to four cases to look at side by side; equal to itself alone.

    title       what they are, whole and telling
    presets     the keys of the cases, in the PRESETS of their phenomenon
    figure      the name of the figure
    step_sizes  where given, the one preset with each of these in place of its own
    """

    title: str
    presets: tuple[str, ...]
    figure: str
    step_sizes: tuple[float, ...] = ()


@dataclass(frozen=True, eq=False)
class Lesson:
    """What the paper draws from the phenomenon, a card of the first page; equal to itself alone.

    figure  the name of the card's figure
    link    where the card leads to, in words
    params  the case that it shows and leads to
    open    whether the paper leaves it as a question
    """

    figure: str
    link: str
    params: Any
    open: bool = False


@dataclass(frozen=True, eq=False)
class Phenomenon:
    """A phenomenon and all that the other layers know of it; equal to itself alone.

    stem        the name that its package, its charts, its page and its tests share
    key         what its fields begin with in an address, "orbit" in "orbit.step_size"
    title       what it is called on the screen
    place       where the paper says it
    group       the menu that its page stands in: ALONE, SCALAR, NETWORKS or BEYOND
    Params      the frozen dataclass of what can be chosen
    PRESETS     cases worth a look, by key
    study       Params -> the frozen Study, with its claims
    statements  of the paper, in its order
    scenes      in the order in which to show them; two or three with a question
    comparisons what is worth a look side by side
    lessons     its cards on the first page
    symbol      what its step size is called
    moves       fields that a reader moves while the axes of a run's pictures stand
    slow        whether a study can take seconds, and so runs as a job where a page needs several
    """

    stem: str
    key: str
    title: str
    place: str
    group: str
    Params: type
    PRESETS: Mapping[str, Preset]
    study: Callable[..., Any]
    statements: tuple[Statement, ...] = ()
    scenes: tuple[Scene, ...] = ()
    comparisons: tuple[Comparison, ...] = ()
    lessons: tuple[Lesson, ...] = ()
    symbol: str = "δ"
    moves: tuple[str, ...] = ("step_size", "start", "n_steps")
    slow: bool = False

    @property
    def package(self) -> ModuleType:
        """The package that describes it: what a notebook imports."""
        return sys.modules[f"{__package__}.{self.stem}"]

    @property
    def prompts(self) -> tuple[Prompt, ...]:
        """The questions of its scenes."""
        return tuple(scene.prompt for scene in self.scenes if scene.prompt)

    def scene(self, statement: Statement) -> Scene:
        """The scene that shows a statement."""
        return next(scene for scene in self.scenes if scene.place == statement.place)

    def case(self, shown: Statement | Scene) -> Any:
        """The parameters of a scene, or of the one that shows a statement."""
        scene = self.scene(shown) if isinstance(shown, Statement) else shown
        return self.PRESETS[scene.preset].params

    def compared(self, comparison: Comparison) -> tuple[Any, ...]:
        """The parameters of the cases of a comparison."""
        cases = tuple(self.PRESETS[key].params for key in comparison.presets)
        if not comparison.step_sizes:
            return cases
        return tuple(replace(cases[0], step_size=step_size) for step_size in comparison.step_sizes)
