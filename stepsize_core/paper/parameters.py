"""How a phenomenon declares what can be chosen: fields with a range, a default and a label.

The same declaration validates a notebook's `Params(...)`, draws the controls of the page and says what a
link may contain.
"""

import numbers
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from typing import Any, NamedTuple

from stepsize_core.expressions import LONGEST, compiled, parse
from stepsize_core.paper.layouts import MAX_COLUMNS
from stepsize_core.paper.matrix_text import complaint

NUMERAL = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?", re.ASCII | re.IGNORECASE)

DECADES = 100.0  # a slider whose ends have a larger ratio goes by ratios


def number_in(text: str) -> float | None:
    """The number that a text spells in plain digits, blanks aside; None for "nan", "0x10", "1_000" or ""."""
    return float(text) if NUMERAL.fullmatch(text := text.strip()) else None


def integer_in(text: str) -> int | None:
    """The integer that a text spells, "10" as well as "10.0" or "1e1"; None where it spells none."""
    value = number_in(text)
    return int(value) if value is not None and value.is_integer() else None


@dataclass(frozen=True)
class Labelled:
    """What every control has: a label, and a help text that may be empty."""

    label: str
    help: str = field(default="", kw_only=True)


@dataclass(frozen=True)
class Number(Labelled):
    """A real parameter in [low, high]; `log` where it is chosen across decades.

    usual: the range in which things happen, which a slider spans; None where that is all of [low, high].
    """

    low: float
    high: float
    log: bool = False
    usual: tuple[float, float] | None = field(default=None, kw_only=True)

    @property
    def accepts(self) -> str:
        return f"a number from {self.low:g} to {self.high:g}"

    @property
    def sliding(self) -> tuple[float, float, bool]:
        """The ends of its slider, and whether that goes by ratios: over more than two decades."""
        if self.usual is None:
            return self.low, self.high, self.log
        low, high = self.usual
        return max(low, self.low), high, low > 0.0 and high > DECADES * low

    def problem(self, value: Any) -> bool:
        number = isinstance(value, numbers.Real) and not isinstance(value, bool)
        return not (number and self.low <= value <= self.high)


@dataclass(frozen=True)
class Count(Labelled):
    """An integer parameter in [low, high] on the grid low, low + step, …

    words: value -> what it is called, where the values are codes
    """

    low: int
    high: int
    step: int = 1
    log: bool = False
    words: Callable[[int], str] | None = field(default=None, kw_only=True)

    @property
    def accepts(self) -> str:
        grid = "an integer" if self.step == 1 else f"an integer in steps of {self.step}"
        return f"{grid} from {self.low} to {self.high}"

    @property
    def sliding(self) -> tuple[int, int, bool]:
        """The ends of its slider, and whether that goes by ratios."""
        return self.low, self.high, self.log

    def problem(self, value: Any) -> bool:
        number = isinstance(value, numbers.Integral) and not isinstance(value, bool)
        return not (number and self.low <= value <= self.high and (value - self.low) % self.step == 0)


@dataclass(frozen=True)
class Choice(Labelled):
    """One of a few named options."""

    options: tuple[str, ...]

    @property
    def accepts(self) -> str:
        return "one of " + ", ".join(self.options)

    def problem(self, value: Any) -> bool:
        return value not in self.options


@dataclass(frozen=True)
class Column(Count):
    """The number of a column of the `Points`, counted from 1; 0 for the usual one."""

    low: int = 0
    high: int = MAX_COLUMNS


@dataclass(frozen=True)
class Points(Labelled):
    """Points as text of at most `longest` characters, which a study also takes as an argument of its own.

    read: text and a number for each of `columns` -> points; raises ValueError with a message for the reader.
    used_by: the field that says whether the points are used, and its value then. columns: the fields, each a
    `Column`, that choose x and y from a table with more than two columns, or one that chooses the values of
    a record. what: what the page calls them.
    """

    longest: int
    read: Callable[..., Any]
    used_by: tuple[str, str]
    columns: tuple[str, ...]
    what: str = field(default="points", kw_only=True)

    def chosen(self, params: Any) -> tuple[int, ...]:
        """The numbers of these columns."""
        return tuple(getattr(params, name) for name in self.columns)

    @property
    def accepts(self) -> str:
        return f"text of at most {self.longest} characters"

    def problem(self, value: Any) -> bool:
        return not isinstance(value, str) or len(value) > self.longest


@dataclass(frozen=True)
class Numbers(Labelled):
    """A short list of numbers written "2, 3, 2": `shortest` to `longest` of them, each in [low, high]."""

    low: float
    high: float
    shortest: int
    longest: int
    integer: bool = False

    @property
    def accepts(self) -> str:
        kind = "integers" if self.integer else "numbers"
        amount = f"{self.shortest} to {self.longest} {kind}"
        return f"{amount} from {self.low:g} to {self.high:g}, separated by commas"

    def problem(self, value: Any) -> bool:
        return self.parse(value) is None

    def parse(self, text: Any) -> tuple[float, ...] | None:
        """The numbers that `text` stands for; None where it is not accepted."""
        read = integer_in if self.integer else number_in
        values = tuple(map(read, text.split(","))) if isinstance(text, str) else ()
        long_enough = self.shortest <= len(values) <= self.longest
        accepted = tuple(v for v in values if v is not None and self.low <= v <= self.high)
        return accepted if long_enough and len(accepted) == len(values) else None


@dataclass(frozen=True)
class SymmetricMatrix(Labelled):
    """A symmetric matrix with entries of at most `largest`, as text; see `matrix_text`."""

    smallest_size: int
    largest_size: int
    largest: float
    longest: int = 4000  # characters

    @property
    def accepts(self) -> str:
        sizes = f"{self.smallest_size} × {self.smallest_size} to {self.largest_size} × {self.largest_size}"
        rows = "a row a line or separated by semicolons"
        return f"a symmetric matrix, {sizes}, {rows}, entries within ±{self.largest:g}"

    def problem(self, value: Any) -> bool:
        return bool(self.complaint(value))

    def complaint(self, value: Any) -> str:
        """What keeps `value` from being accepted; "" where nothing does."""
        if not isinstance(value, str):
            return "it is no text"
        return complaint(value, self.smallest_size, self.largest_size, self.largest)


@dataclass(frozen=True)
class Expression(Labelled):
    """A function of x, or of at most so many variables, in the language of `stepsize_core.expressions`."""

    variables: int = 2
    longest = LONGEST  # characters

    @property
    def accepts(self) -> str:
        return f"a function of x{', or of x and y' * (self.variables > 1)}, such as x^4/4 - x^2/2"

    def complaint(self, value: Any) -> ValueError | None:
        """Why `value` is no function; None where it is one. What was typed has a `position`."""
        try:
            found = compiled(value) if isinstance(value, str) else parse(value)
        except ValueError as refused:
            return refused
        if getattr(found, "variables", 1) > self.variables:
            return ValueError("a function of x alone is needed here")
        return None

    def problem(self, value: Any) -> bool:
        return self.complaint(value) is not None


Control = Number | Count | Choice | Numbers | SymmetricMatrix | Points | Expression


class Suited(NamedTuple):
    """A value of a field that suits those of others, and the range that a slider spans around it."""

    value: float
    usual: tuple[float, float]

    def within(self, control: Control) -> "Suited":
        """The same as far as a control accepts it."""
        if not isinstance(control, Number):
            return self
        # the lower end as it is: a slider from 0 does not go by ratios
        value, high = (min(max(x, control.low), control.high) for x in (self.value, self.usual[1]))
        return Suited(value, (min(self.usual[0], control.high), high))


def parameter(
    default: Any,
    control: Control,
    *,
    applies: Callable[[Mapping[str, Any]], bool] | None = None,
    meant_by: Mapping[Any, Sequence[str]] | None = None,
    suits: Callable[[Mapping[str, Any]], Mapping[str, Suited]] | None = None,
    kw_only: bool = False,
) -> Any:
    """A dataclass field with the given default and control.

    applies: whether the field means anything beside the values of the fields before it; where it does not,
    it is not drawn and has its default. meant_by: value -> the fields that mean something beside it alone:
    what names one of them, and not this field, means that value. suits: values of all fields -> what others
    should hold beside the value of this one, where what they hold does not suit it. kw_only: as for
    `dataclasses.field`.
    """
    more = {"control": control, "applies": applies or (lambda values: True), "meant_by": meant_by or {}}
    return field(default=default, metadata=more | {"suits": suits}, kw_only=kw_only)


class Validated:
    """Base of every `Params`: a frozen dataclass whose fields are declared with `parameter`."""

    def __post_init__(self) -> None:
        for name, control in controls_of(type(self)).items():
            value = getattr(self, name)
            if control.problem(value):
                why = f": {control.complaint(value)}" if isinstance(control, Expression) else ""
                raise ValueError(f"{name} must be {control.accepts}, got {value!r}{why}")


def applies(params_class: type, name: str, values: Mapping[str, Any]) -> bool:
    """Whether a field means anything beside the values of the fields declared before it."""
    return next(f for f in fields(params_class) if f.name == name).metadata["applies"](values)


def meant(params_class: type, named: Collection[str]) -> dict[str, Any]:
    """The values of fields that are not named but meant by the names of others; the first that is meant."""
    found: dict[str, Any] = {}
    for f in fields(params_class):
        for value, names in f.metadata.get("meant_by", {}).items():
            if f.name not in named and not {*names}.isdisjoint(named):
                found.setdefault(f.name, value)
    return found


def suiting(params_class: type, values: Mapping[str, Any]) -> dict[str, Suited]:
    """What fields should hold instead of `values` (all fields) to suit those that others have to suit."""
    found: dict[str, Suited] = {}
    for f in fields(params_class):
        if suits := f.metadata.get("suits"):
            found |= suits(values)
    controls = controls_of(params_class)
    return {name: better.within(controls[name]) for name, better in found.items()}


def suited_to(params_class: type, values: Mapping[str, Any]) -> tuple[dict[str, Control], dict[str, Any]]:
    """The controls and defaults of all fields, as they suit `values` of those that others have to suit."""
    controls, defaults = dict(controls_of(params_class)), {f.name: f.default for f in fields(params_class)}
    given = {f.name: values[f.name] for f in fields(params_class) if f.metadata.get("suits")}
    for name, (value, usual) in suiting(params_class, defaults | given).items():
        defaults[name] = value
        if isinstance(control := controls[name], Number):
            controls[name] = replace(control, usual=usual)
    return controls, defaults


def said(control: Control, value: Any) -> Any:
    """What a value of a control is called: itself, unless the values are codes."""
    return control.words(value) if isinstance(control, Count) and control.words else value


def value_of(text: str, control: Control) -> Any:
    """The value of a field that the text of an address stands for; None where there is none."""
    read = integer_in if isinstance(control, Count) else number_in if isinstance(control, Number) else str
    return read(text)


def unreadable(params: Any) -> ValueError | None:
    """Why the points that `params` say to use cannot be read; None where they can, or none are used."""
    for name, control in controls_of(type(params)).items():
        if isinstance(control, Points) and getattr(params, control.used_by[0]) == control.used_by[1]:
            try:
                control.read(getattr(params, name), *control.chosen(params))
            except ValueError as refused:
                return refused
    return None


def controls_of(params_class: type) -> Mapping[str, Control]:
    """The declared controls of a `Params` class, by field name, in order."""
    return {f.name: f.metadata["control"] for f in fields(params_class) if "control" in f.metadata}


@dataclass(frozen=True)
class Try:
    """What to do next at a preset: words of at most 40 characters, "start at 0.6 instead", and its fields."""

    words: str
    changes: Mapping[str, Any]


@dataclass(frozen=True, eq=False)
class Preset:
    """A case worth a look; equal to itself alone.

    title   whole and telling, of at most 45 characters
    why     what is seen, a sentence
    params  the case
    means   what that tells somebody who trains networks, one or two sentences
    tries   what to try next, in one click
    figure  the name of the figure that shows it
    """

    title: str
    why: str
    params: Any
    means: str
    tries: Try
    figure: str

    @property
    def tried(self) -> Any:
        """The parameters that `tries` leads to."""
        return replace(self.params, **self.tries.changes)
