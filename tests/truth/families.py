"""Families of functions of one variable, each as a text and, written by hand, as its gradient.

A `Template` is a function with parameters. Its gradient takes states and parameters of any float type, so the
reference runs it in extended precision for many functions at once; nothing here uses `stepsize_core`'s own
derivatives. At a kink the gradients follow the documented convention: 0 for abs and relu, the first argument
for max and min.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from stepsize_core import EvenPower, Objective, ThreeHalvesPower, TwoMinima, UserFunction

SIMPLE = 0.35  # of the parameters drawn have one digit: round numbers are where runs land on things exactly

Values = Any  # an array of states, or of one parameter per state


def nowhere(x: Values, *_: Values) -> Values:
    return np.zeros(np.shape(x), bool)


def everywhere(x: Values, *_: Values) -> Values:
    return np.ones(np.shape(x), bool)


@dataclass(frozen=True)
class Template:
    """A function with parameters.

    ranges      of the parameters, in the order of the letters of `text`
    text        with {a}, {b}, … for the parameters; or what makes the text or an Objective from them
    gradient    (x, *parameters) -> f′
    marks       (*parameters) -> equilibria, kinks: points from which runs start exactly
    curvatures  (*parameters) -> f″ there, where it is positive: steps are drawn about 2/f″
    reach       the window of random starts
    defined     (x, *parameters) -> where f and f′ are defined
    flat        (x, *parameters) -> where f is constant on one side of x at least, f′ = 0
    rare        the share of parameters, after the first, that are 0
    """

    family: str
    name: str
    text: str | Callable[..., str | Objective]
    ranges: Sequence[tuple[float, float]]
    gradient: Callable[..., Values]
    marks: Callable[..., Sequence[float]]
    curvatures: Callable[..., Sequence[float]]
    reach: tuple[float, float] = (-3.0, 3.0)
    defined: Callable[..., Values] = everywhere
    flat: Callable[..., Values] = nowhere
    rare: float = 0.0

    def draw(self, rng: np.random.Generator) -> tuple[float, ...]:
        """Parameters of three digits, some of one."""
        drawn = []
        for low, high in self.ranges:
            value = rng.uniform(low, high)
            digits = 0 if rng.random() < SIMPLE else 2
            value = 0.0 if self.rare and drawn and rng.random() < self.rare else value
            drawn.append(float(f"{value:.{digits}e}") if abs(value) >= 0.05 else float(f"{value:.2f}"))
        return tuple(drawn)

    def objective(self, parameters: Sequence[float]) -> Objective:
        """What is classified."""
        made = self.text(*parameters) if callable(self.text) else self.written(parameters)
        return UserFunction(made) if isinstance(made, str) else made

    def written(self, parameters: Sequence[float]) -> str:
        """The text, or the call that makes the objective."""
        if callable(self.text):
            made = self.text(*parameters)
            return made if isinstance(made, str) else f"{made!r}"
        return self.text.format(**dict(zip("abcdefgh", map(spelled, parameters))))


def spelled(value: float) -> str:
    """A number as people write it, in parentheses where it is negative."""
    digits = f"{value:.12f}".rstrip("0").rstrip(".")
    return f"({digits})" if digits.startswith("-") else digits


def _sign(x: Values) -> Values:
    return np.sign(x)


def _step(x: Values) -> Values:
    """The slope of relu, 0 at 0."""
    return np.where(x > 0, x.dtype.type(1), x.dtype.type(0))


def _power(x: Values, n: int) -> Values:
    result = x
    for _ in range(n - 1):
        result = result * x
    return result


def _real_zeros(*coefficients: float) -> list[float]:
    """Of a polynomial, highest power first."""
    zeros = np.roots(coefficients)
    return sorted(float(z.real) for z in zeros if abs(z.imag) < 1e-9)


def _at_zeros(zeros: Sequence[float], curvature: Callable[[float], float]) -> list[float]:
    return [c for c in map(curvature, zeros) if c > 0]


def _sigmoid(x: Values) -> Values:
    return 1 / (1 + np.exp(-x))


# fmt: off
SMOOTH = (
    Template(
        "smooth", "parabola", "{a}*(x-{b})^2/2", ((0.3, 4), (-2, 2)), lambda x, a, b: a * (x - b),
        lambda a, b: (b,), lambda a, b: (a,),
    ),
    Template(
        "smooth", "double well", "{a}*x^4/4-{b}*x^2/2", ((0.3, 3), (0.2, 3)),
        lambda x, a, b: x * (a * x * x - b), lambda a, b: (0.0, math.sqrt(b / a), -math.sqrt(b / a)),
        lambda a, b: (2 * b,),
    ),
    Template(
        "smooth", "quartic", "{a}*x^4/4+{b}*x^3/3+{c}*x^2/2+{d}*x", ((0.3, 2), (-2, 2), (-2, 2), (-1, 1)),
        lambda x, a, b, c, d: ((a * x + b) * x + c) * x + d, lambda a, b, c, d: _real_zeros(a, b, c, d),
        lambda a, b, c, d: _at_zeros(_real_zeros(a, b, c, d), lambda z: (3 * a * z + 2 * b) * z + c),
    ),
    Template(
        "smooth", "sextic", "{a}*x^6/6+{b}*x^4/4+{c}*x^2/2+{d}*x", ((0.2, 1), (-3, 1), (-1, 3), (-1, 1)),
        lambda x, a, b, c, d: ((a * x * x + b) * x * x + c) * x + d,
        lambda a, b, c, d: _real_zeros(a, 0, b, 0, c, d),
        lambda a, b, c, d: _at_zeros(
            _real_zeros(a, 0, b, 0, c, d), lambda z: (5 * a * z * z + 3 * b) * z * z + c
        ),
        (-2.0, 2.0),
    ),
    Template(
        "smooth", "logistic map", "{a}*x^3/3-{b}*x^2/2", ((0.4, 3), (0.4, 3)),
        lambda x, a, b: x * (a * x - b), lambda a, b: (0.0, b / a), lambda a, b: (b,), (-0.5, 2.0),
    ),
    Template(
        "smooth", "quadratic map", "x^3/3-{a}*x", ((0.2, 2),), lambda x, a: x * x - a,
        lambda a: (math.sqrt(a), -math.sqrt(a)), lambda a: (2 * math.sqrt(a),), (-2.0, 2.0),
    ),
    Template(
        "smooth", "fold", "x^3/3+{a}*x^4/4", ((0.3, 2),), lambda x, a: x * x * (1 + a * x),
        lambda a: (0.0, -1 / a), lambda a: (1 / a,), (-2.0, 2.0),
    ),
    Template(
        "smooth", "cosine", "{a}*(1-cos({b}*x))", ((0.3, 2), (0.5, 3)),
        lambda x, a, b: a * b * np.sin(b * x), lambda a, b: (0.0, math.pi / b, 2 * math.pi / b),
        lambda a, b: (a * b * b,), (-4.0, 4.0),
    ),
    Template(
        "smooth", "ripples", "{a}*x^2/2+{b}*cos({c}*x)", ((0.2, 2), (0.2, 2), (1, 6)),
        lambda x, a, b, c: a * x - b * c * np.sin(c * x), lambda a, b, c: (0.0,),
        lambda a, b, c: (a, a + b * c * c),
    ),
    Template(
        "smooth", "tilted sine", "{a}*x+sin(x)", ((-0.9, 0.9),), lambda x, a: a + np.cos(x),
        lambda a: (math.acos(-a), -math.acos(-a)), lambda a: (math.sqrt(1 - a * a),), (-4.0, 4.0),
    ),
    Template(
        "smooth", "Gaussian well", "-{a}*exp(-{b}*(x-{c})^2)", ((0.3, 3), (0.3, 2), (-1, 1)),
        lambda x, a, b, c: 2 * a * b * (x - c) * np.exp(-b * (x - c) * (x - c)), lambda a, b, c: (c,),
        lambda a, b, c: (2 * a * b,),
    ),
    Template(
        "smooth", "two wells", "x^2/4-{a}*exp(-{b}*(x-{c})^2)", ((0.3, 3), (0.5, 4), (0.5, 2)),
        lambda x, a, b, c: x / 2 + 2 * a * b * (x - c) * np.exp(-b * (x - c) * (x - c)),
        lambda a, b, c: (c,), lambda a, b, c: (2 * a * b + 0.5, 0.5),
    ),
    Template(
        "smooth", "log cosh", "log(exp(x)+exp(-x))*{a}", ((0.3, 3),), lambda x, a: a * np.tanh(x),
        lambda a: (0.0,), lambda a: (a,), (-5.0, 5.0),
    ),
    Template(
        "smooth", "softplus", "softplus({a}*x)-{b}*x", ((1, 4), (0.1, 0.9)),
        lambda x, a, b: a * _sigmoid(a * x) - b, lambda a, b: (math.log(b / (a - b)) / a,),
        lambda a, b: (b * (a - b),), (-6.0, 6.0),
    ),
    Template(
        "smooth", "exponential", "exp({a}*x)-{b}*x", ((0.4, 2), (0.3, 3)),
        lambda x, a, b: a * np.exp(a * x) - b, lambda a, b: (math.log(b / a) / a,), lambda a, b: (a * b,),
    ),
    Template(
        "smooth", "log of square", "{a}*log(1+x^2)", ((0.3, 3),), lambda x, a: 2 * a * x / (1 + x * x),
        lambda a: (0.0,), lambda a: (2 * a,), (-5.0, 5.0),
    ),
    Template(
        "smooth", "hyperbola", "{a}*sqrt(1+x^2)", ((0.3, 3),), lambda x, a: a * x / np.sqrt(1 + x * x),
        lambda a: (0.0,), lambda a: (a,), (-5.0, 5.0),
    ),
    Template(
        "smooth", "cubic", "{a}*x^3/3", ((0.3, 2),), lambda x, a: a * x * x, lambda a: (0.0,),
        lambda a: (a,),
    ),
    Template(
        "smooth", "square times exponential", "{a}*x^2*exp(-x)", ((0.3, 3),),
        lambda x, a: a * x * (2 - x) * np.exp(-x), lambda a: (0.0, 2.0), lambda a: (2 * a,), (-2.0, 8.0),
    ),
    Template(
        "smooth", "growing wave", "{a}*x*sin(x)", ((0.2, 2),),
        lambda x, a: a * (np.sin(x) + x * np.cos(x)),
        lambda a: (0.0, 4.913180439434884, -2.028757838110434), lambda a: (2 * a, 5.3 * a), (-6.0, 6.0),
    ),
    Template(
        "smooth", "two softplus", "softplus({a}*x)+softplus(-{b}*x)", ((0.5, 4), (0.5, 4)),
        lambda x, a, b: a * _sigmoid(a * x) - b * _sigmoid(-b * x), lambda a, b: (0.0,),
        lambda a, b: ((a * a + b * b) / 4,), (-5.0, 5.0),
    ),
    Template(
        "smooth", "degenerate hole", "{a}*x^4*exp(-x^2)", ((0.3, 3),),
        lambda x, a: a * _power(x, 3) * (4 - 2 * x * x) * np.exp(-x * x),
        lambda a: (0.0, math.sqrt(2), -math.sqrt(2)), lambda a: (a,),
    ),
    Template(
        "smooth", "sharpened parabola", "x^2/2+{a}*x^3/3+{b}*x^4/4", ((-2, 2), (-0.2, 1.5)),
        lambda x, a, b: x * (1 + x * (a + b * x)), lambda a, b: (0.0,), lambda a, b: (1.0,), (-1.5, 1.5),
    ),
)

PAPER = (
    Template(
        "paper", "ThreeHalvesPower", lambda: ThreeHalvesPower(), (),
        lambda x: np.sign(x) * np.sqrt(np.abs(x)), lambda: (0.0,), lambda: (1.0,), (-4.0, 4.0),
    ),
    Template(
        "paper", "TwoMinima", lambda: TwoMinima(), (),
        lambda x: (x - 1) * (x - 2) * (((6 * x - 12) * x + 8) * x - 6), lambda: (1.0, 2.0, 1.6049),
        lambda: (4.0, 10.0), (0.5, 2.5),
    ),
    Template(
        "paper", "EvenPower 4", lambda: EvenPower(4), (), lambda x: 4 * _power(x, 3), lambda: (0.0,),
        lambda: (1.0, 12.0),
    ),
    Template(
        "paper", "EvenPower 6", lambda: EvenPower(6), (), lambda x: 6 * _power(x, 5), lambda: (0.0,),
        lambda: (1.0, 30.0), (-2.0, 2.0),
    ),
    Template(
        "paper", "EvenPower 12", lambda: EvenPower(12), (), lambda x: 12 * _power(x, 11), lambda: (0.0,),
        lambda: (1.0, 100.0), (-1.5, 1.5),
    ),
    Template(
        "paper", "typed power", "{a}*x^4", ((0.3, 2),), lambda x, a: 4 * a * _power(x, 3),
        lambda a: (0.0,), lambda a: (12 * a,),
    ),
    Template(
        "paper", "typed three halves", "{a}*abs(x)^1.5", ((0.3, 2),),
        lambda x, a: 1.5 * a * np.sign(x) * np.sqrt(np.abs(x)), lambda a: (0.0,), lambda a: (a,),
    ),
)

KINKED = (
    Template(
        "kinked", "abs", "{a}*abs(x-{b})", ((0.3, 3), (-1, 1)), lambda x, a, b: a * _sign(x - b),
        lambda a, b: (b,), lambda a, b: (a,),
    ),
    Template(
        "kinked", "abs and parabola", "{a}*abs(x)+{b}*x^2/2", ((0.3, 2), (0.3, 3)),
        lambda x, a, b: a * _sign(x) + b * x, lambda a, b: (0.0,), lambda a, b: (b,),
    ),
    Template(
        "kinked", "abs and cubic", "{a}*abs(x)+{b}*x^3", ((0.3, 2), (0.1, 2)),
        lambda x, a, b: a * _sign(x) + 3 * b * x * x, lambda a, b: (0.0,), lambda a, b: (a, 6 * b),
        (-0.5, 1.0),
    ),
    Template(
        "kinked", "abs and quartic", "{a}*abs(x)+x^4/4", ((-1, 2),),
        lambda x, a: a * _sign(x) + _power(x, 3), lambda a: (0.0, math.copysign(abs(a) ** (1 / 3), -a)),
        lambda a: (abs(a), 3 * abs(a) ** (2 / 3)),
    ),
    Template(
        "kinked", "parabola less abs", "x^2/2-{a}*abs(x)", ((0.3, 2),), lambda x, a: x - a * _sign(x),
        lambda a: (0.0, a, -a), lambda a: (1.0,),
    ),
    Template(
        "kinked", "two ramps", "{a}*relu(x)+{b}*relu(-x)", ((0.3, 2), (0.3, 2)),
        lambda x, a, b: a * _step(x) - b * _step(-x), lambda a, b: (0.0,), lambda a, b: (a, b),
    ),
    Template(
        "kinked", "ramps and parabola", "{a}*relu(x)+{b}*relu(-x)+{c}*x^2/2",
        ((-1, 2), (0.3, 2), (0.3, 2)), lambda x, a, b, c: a * _step(x) - b * _step(-x) + c * x,
        lambda a, b, c: (0.0,), lambda a, b, c: (c,),
    ),
    Template(
        "kinked", "max with a line", "max({a}*x^2,{b}*x)", ((0.3, 2), (0.3, 3)),
        lambda x, a, b: np.where(a * x * x >= b * x, 2 * a * x, b + 0 * x), lambda a, b: (0.0, b / a),
        lambda a, b: (2 * a,),
    ),
    Template(
        "kinked", "two parabolas above", "max({a}*(x-{b})^2,(x+{b})^2)", ((0.3, 3), (0.3, 2)),
        lambda x, a, b: np.where(a * (x - b) * (x - b) >= (x + b) * (x + b), 2 * a * (x - b), 2 * (x + b)),
        lambda a, b: (b, -b, b * (math.sqrt(a) - 1) / (math.sqrt(a) + 1)), lambda a, b: (2 * a, 2.0),
    ),
    Template(
        "kinked", "two parabolas below", "min({a}*(x-{b})^2,(x+{b})^2)", ((0.3, 3), (0.3, 2)),
        lambda x, a, b: np.where(a * (x - b) * (x - b) <= (x + b) * (x + b), 2 * a * (x - b), 2 * (x + b)),
        lambda a, b: (b, -b, b * (math.sqrt(a) - 1) / (math.sqrt(a) + 1)), lambda a, b: (2 * a, 2.0),
    ),
    Template(
        "kinked", "folded parabola", "abs(x^2-{a})", ((0.3, 2),), lambda x, a: 2 * x * _sign(x * x - a),
        lambda a: (0.0, math.sqrt(a), -math.sqrt(a)), lambda a: (2.0,), (-2.0, 2.0),
    ),
    Template(
        "kinked", "folded sine", "{a}*abs(sin(x))", ((0.3, 2),),
        lambda x, a: a * _sign(np.sin(x)) * np.cos(x), lambda a: (0.0, math.pi / 2, math.pi),
        lambda a: (a,), (-4.0, 4.0),
    ),
    Template(
        "kinked", "abs and ripples", "abs(x)+{a}*cos({b}*x)", ((0.2, 2), (1, 4)),
        lambda x, a, b: _sign(x) - a * b * np.sin(b * x), lambda a, b: (0.0,), lambda a, b: (a * b * b,),
    ),
    Template(
        "kinked", "log of abs", "{a}*log(1+abs(x))", ((0.3, 3),),
        lambda x, a: a * _sign(x) / (1 + np.abs(x)), lambda a: (0.0,), lambda a: (a,),
    ),
    Template(
        "kinked", "ramp and parabola", "relu(x-{a})*{b}+x^2/2", ((0.2, 1), (-3, 3)),
        lambda x, a, b: b * _step(x - a) + x, lambda a, b: (0.0, a, -b), lambda a, b: (1.0,),
    ),
    Template(
        "kinked", "folded twice", "{a}*abs(abs(x)-{b})", ((0.3, 2), (0.2, 2)),
        lambda x, a, b: a * _sign(np.abs(x) - b) * _sign(x), lambda a, b: (0.0, b, -b), lambda a, b: (a,),
    ),
    Template(
        "kinked", "folded cubic", "abs(x^3-{a}*x)", ((0.3, 2),),
        lambda x, a: _sign(x * (x * x - a)) * (3 * x * x - a),
        lambda a: (0.0, math.sqrt(a), -math.sqrt(a), math.sqrt(a / 3)), lambda a: (6 * math.sqrt(a / 3),),
        (-1.5, 1.5),
    ),
    Template(
        "kinked", "parabola above abs", "max(x^2,{a}*abs(x))", ((0.3, 2),),
        lambda x, a: np.where(x * x >= a * np.abs(x), 2 * x, a * _sign(x)), lambda a: (0.0, a, -a),
        lambda a: (2.0,),
    ),
    Template(
        "kinked", "parabola below abs", "min(x^2,{a}*abs(x))", ((0.3, 2),),
        lambda x, a: np.where(x * x <= a * np.abs(x), 2 * x, a * _sign(x)), lambda a: (0.0, a, -a),
        lambda a: (2.0,),
    ),
    Template(
        "kinked", "three lines", "max(max(-{a}*x,{b}*x-1),{c}*x-3)", ((0.3, 2), (0.1, 0.8), (1, 3)),
        lambda x, a, b, c: np.where(
            np.maximum(-a * x, b * x - 1) >= c * x - 3, np.where(-a * x >= b * x - 1, -a, b), c
        ),
        lambda a, b, c: (1 / (a + b), 2 / (c - b)), lambda a, b, c: (a, c),
    ),
    Template(
        "kinked", "abs and well", "{a}*abs(x-{b})-exp(-x^2)", ((0.1, 1), (-1, 1)),
        lambda x, a, b: a * _sign(x - b) + 2 * x * np.exp(-x * x), lambda a, b: (b, 0.0),
        lambda a, b: (2.0, a),
    ),
    Template(
        "kinked", "folded logarithm", "{a}*abs(log(x))", ((0.3, 2),),
        lambda x, a: np.where(x > 0, a * _sign(np.log(np.abs(x))) / x, np.nan), lambda a: (1.0,),
        lambda a: (a,), (0.1, 4.0), defined=lambda x, a: x > 0,
    ),
)

CURVED = (
    Template(
        "jumping curvature", "two half parabolas", "{a}*max(x,0)^2+{b}*min(x,0)^2", ((0.2, 3), (0.2, 3)),
        lambda x, a, b: 2 * np.where(x >= 0, a, b) * x, lambda a, b: (0.0,), lambda a, b: (2 * a, 2 * b),
    ),
    Template(
        "jumping curvature", "half parabolas of relu", "{a}*relu(x)^2+{b}*relu(-x)^2",
        ((0.2, 3), (0.2, 3)), lambda x, a, b: 2 * np.where(x >= 0, a, b) * x, lambda a, b: (0.0,),
        lambda a, b: (2 * a, 2 * b),
    ),
    Template(
        "jumping curvature", "abs by abs", "{a}*abs(x)*abs(x)", ((0.3, 2),), lambda x, a: 2 * a * x,
        lambda a: (0.0,), lambda a: (2 * a,),
    ),
    Template(
        "jumping curvature", "skew tent", "{a}*relu(x)^2-{b}*relu(-x)^2-x", ((0.5, 3), (0.2, 1)),
        lambda x, a, b: 2 * np.where(x > 0, a * x, -b * np.abs(x)) * np.where(x > 0, 1, -1) - 1,
        lambda a, b: (0.0, 1 / (2 * a)), lambda a, b: (2 * a,), (-1.0, 1.0),
    ),
    Template(
        "jumping curvature", "tent", "{a}*x*abs(x)/2-{b}*x^2/2-x/2", ((0.5, 2), (0.0, 1)),
        lambda x, a, b: a * np.abs(x) - b * x - 0.5, lambda a, b: (0.0,), lambda a, b: (a, a + b),
        (-1.0, 1.0),
    ),
    Template(
        "jumping curvature", "Huber by relu", "{a}*(x^2/2-relu(abs(x)-{b})^2/2)", ((0.3, 3), (0.3, 2)),
        lambda x, a, b: a * np.clip(x, -b, b), lambda a, b: (0.0, b, -b), lambda a, b: (a,),
    ),
    Template(
        "jumping curvature", "Huber by min", "min(abs(x),{a})^2/2+{a}*(abs(x)-min(abs(x),{a}))",
        ((0.3, 2),), lambda x, a: np.clip(x, -a, a), lambda a: (0.0, a, -a), lambda a: (1.0,),
    ),
    Template(
        "jumping curvature", "stiffening", "x^2/2+{a}*relu(x-{b})^2", ((0.3, 5), (-0.5, 1)),
        lambda x, a, b: x + 2 * a * np.where(x > b, x - b, 0 * x), lambda a, b: (0.0, b),
        lambda a, b: (1.0, 1 + 2 * a),
    ),
    Template(
        "jumping curvature", "softening", "{a}*x^2/2-{b}*relu(abs(x)-1)^2/2", ((0.5, 2), (0.1, 3)),
        lambda x, a, b: a * x - b * np.where(np.abs(x) > 1, np.abs(x) - 1, 0 * x) * _sign(x),
        lambda a, b: (0.0, 1.0, -1.0), lambda a, b: (a,),
    ),
    Template(
        "jumping curvature", "cube of abs", "{a}*abs(x)^3/3", ((0.3, 2),), lambda x, a: a * x * np.abs(x),
        lambda a: (0.0,), lambda a: (2 * a, a),
    ),
    Template(
        "jumping curvature", "inflection", "{a}*x*abs(x)", ((0.3, 2),), lambda x, a: 2 * a * np.abs(x),
        lambda a: (0.0,), lambda a: (2 * a,),
    ),
    Template(
        "jumping curvature", "well with cubic side", "x^2/2+{a}*relu(x)^3", ((-1, 3),),
        lambda x, a: x + 3 * a * np.where(x > 0, x * x, 0 * x), lambda a: (0.0,), lambda a: (1.0,),
    ),
    Template(
        "jumping curvature", "square by abs", "x^2/2+{a}*x^2*abs(x)", ((-1, 2),),
        lambda x, a: x + 3 * a * x * np.abs(x), lambda a: (0.0,), lambda a: (1.0,), (-1.5, 1.5),
    ),
    Template(
        "jumping curvature", "two stiff walls", "x^4/4-x^2/2+{a}*relu(abs(x)-1)^2", ((0.3, 5),),
        lambda x, a: x * (x * x - 1) + 2 * a * np.where(np.abs(x) > 1, np.abs(x) - 1, 0 * x) * _sign(x),
        lambda a: (0.0, 1.0, -1.0), lambda a: (2.0, 2 + 2 * a), (-2.0, 2.0),
    ),
    Template(
        "jumping curvature", "larger of two parabolas", "max({a}*x^2,{b}*x^2-{c}*x)/2",
        ((0.3, 2), (0.3, 3), (0, 1)),
        lambda x, a, b, c: np.where(a * x * x >= b * x * x - c * x, a * x, b * x - c / 2),
        lambda a, b, c: (0.0, c / (b - a) if b != a else 1.0), lambda a, b, c: (a, b),
    ),
)

PLATEAUS = (
    Template(
        "plateaus", "tanh squared", "tanh({a}*x)^2", ((0.4, 2),),
        lambda x, a: 2 * a * np.tanh(a * x) / np.cosh(a * x) ** 2, lambda a: (0.0,),
        lambda a: (2 * a * a,), (-22.0, 22.0),
    ),
    Template(
        "plateaus", "tanh", "{a}*tanh(x)", ((0.3, 3),), lambda x, a: a / np.cosh(x) ** 2, lambda a: (0.0,),
        lambda a: (a,), (-12.0, 12.0),
    ),
    Template(
        "plateaus", "relu", "{a}*relu(x-{b})", ((0.3, 3), (-1, 1)), lambda x, a, b: a * _step(x - b),
        lambda a, b: (b,), lambda a, b: (a,), flat=lambda x, a, b: x <= b,
    ),
    Template(
        "plateaus", "relu squared", "{a}*relu(x-{b})^2", ((0.3, 3), (-1, 1)),
        lambda x, a, b: 2 * a * np.where(x > b, x - b, 0 * x), lambda a, b: (b,), lambda a, b: (2 * a,),
        flat=lambda x, a, b: x <= b,
    ),
    Template(
        "plateaus", "trough", "{a}*relu(abs(x)-{b})^2", ((0.3, 3), (0.2, 2)),
        lambda x, a, b: 2 * a * np.where(np.abs(x) > b, np.abs(x) - b, 0 * x) * _sign(x),
        lambda a, b: (b, -b), lambda a, b: (2 * a,), flat=lambda x, a, b: np.abs(x) <= b,
    ),
    Template(
        "plateaus", "flat bottom", "max({a}*x^2,{b})", ((0.3, 3), (0.2, 2)),
        lambda x, a, b: np.where(a * x * x >= b, 2 * a * x, 0 * x), lambda a, b: (0.0, math.sqrt(b / a)),
        lambda a, b: (2 * a,), flat=lambda x, a, b: a * x * x < b,
    ),
    Template(
        "plateaus", "truncated parabola", "min({a}*x^2,{b})", ((0.3, 3), (0.2, 4)),
        lambda x, a, b: np.where(a * x * x <= b, 2 * a * x, 0 * x), lambda a, b: (0.0, math.sqrt(b / a)),
        lambda a, b: (2 * a,), flat=lambda x, a, b: a * x * x > b,
    ),
    Template(
        "plateaus", "sigmoid", "{a}/(1+exp(-{b}*x))", ((0.3, 3), (0.5, 3)),
        lambda x, a, b: a * b * np.exp(-b * np.abs(x)) / (1 + np.exp(-b * np.abs(x))) ** 2,
        lambda a, b: (0.0,), lambda a, b: (a * b * b,), (-20.0, 20.0),
    ),
    Template(
        "plateaus", "hump", "exp(-{a}*x^2)", ((0.3, 3),), lambda x, a: -2 * a * x * np.exp(-a * x * x),
        lambda a: (0.0,), lambda a: (2 * a,), (-6.0, 6.0),
    ),
    Template(
        "plateaus", "hole", "1-exp(-{a}*x^2)", ((0.3, 3),), lambda x, a: 2 * a * x * np.exp(-a * x * x),
        lambda a: (0.0,), lambda a: (2 * a,), (-6.0, 6.0),
    ),
    Template(
        "plateaus", "saturating square", "{a}*x^2/(1+x^2)", ((0.3, 3),),
        lambda x, a: 2 * a * x / (1 + x * x) ** 2, lambda a: (0.0,), lambda a: (2 * a,), (-20.0, 20.0),
    ),
    Template(
        "plateaus", "sigmoid in a bowl", "tanh({a}*x)+{b}*x^2", ((0.5, 4), (0.05, 1)),
        lambda x, a, b: a / np.cosh(a * x) ** 2 + 2 * b * x, lambda a, b: (0.0,),
        lambda a, b: (2 * b, a * a),
    ),
    Template(
        "plateaus", "hat", "{a}*relu(1-abs(x))", ((0.3, 3),),
        lambda x, a: -a * _step(1 - np.abs(x)) * _sign(x), lambda a: (0.0, 1.0, -1.0), lambda a: (a,),
        flat=lambda x, a: np.abs(x) >= 1,
    ),
    Template(
        "plateaus", "clipped parabola", "max(min(x,{a}),-{a})^2", ((0.3, 2),),
        lambda x, a: np.where(np.abs(x) <= a, 2 * x, 0 * x), lambda a: (0.0, a, -a), lambda a: (2.0,),
        flat=lambda x, a: np.abs(x) >= a,
    ),
    Template(
        "plateaus", "relu of a parabola", "relu({a}*x^2-{b})", ((0.3, 2), (0.2, 2)),
        lambda x, a, b: 2 * a * x * _step(a * x * x - b), lambda a, b: (0.0, math.sqrt(b / a)),
        lambda a, b: (2 * a,), flat=lambda x, a, b: a * x * x <= b,
    ),
    Template(
        "plateaus", "terrace", "{a}*tanh(3*(x-1))+{a}*tanh(3*(x+1))", ((0.3, 2),),
        lambda x, a: 3 * a * (1 / np.cosh(3 * (x - 1)) ** 2 + 1 / np.cosh(3 * (x + 1)) ** 2),
        lambda a: (0.0, 1.0), lambda a: (a,), (-8.0, 8.0),
    ),
)

POLES = (
    Template(
        "poles", "reciprocal", "{a}/x", ((0.3, 3),), lambda x, a: -a / (x * x), lambda a: (),
        lambda a: (a,), defined=lambda x, a: x != 0,
    ),
    Template(
        "poles", "reciprocal and line", "{a}/x+x", ((0.3, 3),), lambda x, a: 1 - a / (x * x),
        lambda a: (math.sqrt(a), -math.sqrt(a)), lambda a: (2 / math.sqrt(a),),
        defined=lambda x, a: x != 0,
    ),
    Template(
        "poles", "two holes beside a pole", "({a}/x^2-1)^2", ((0.5, 2),),
        lambda x, a: -4 * (a / (x * x) - 1) * a / (x * x * x), lambda a: (math.sqrt(a), -math.sqrt(a)),
        lambda a: (8 / a,), defined=lambda x, a: x != 0,
    ),
    Template(
        "poles", "log", "{a}*log(x)", ((0.3, 3),), lambda x, a: np.where(x > 0, a / x, np.nan),
        lambda a: (), lambda a: (a,), (0.05, 4.0), defined=lambda x, a: x > 0,
    ),
    Template(
        "poles", "log barrier", "{a}*x-log(x)", ((0.3, 3),),
        lambda x, a: np.where(x > 0, a - 1 / x, np.nan), lambda a: (1 / a,), lambda a: (a * a,),
        (0.05, 4.0), defined=lambda x, a: x > 0,
    ),
    Template(
        "poles", "x log x", "x*log(x)-{a}*x", ((-1, 1),),
        lambda x, a: np.where(x > 0, np.log(np.abs(x)) + 1 - a, np.nan), lambda a: (math.exp(a - 1),),
        lambda a: (math.exp(1 - a),), (0.05, 4.0), defined=lambda x, a: x > 0,
    ),
    Template(
        "poles", "tan", "{a}*tan(x)", ((0.3, 2),), lambda x, a: a / np.cos(x) ** 2, lambda a: (0.0,),
        lambda a: (a,),
    ),
    Template(
        "poles", "tan squared", "{a}*tan(x)^2", ((0.3, 2),),
        lambda x, a: 2 * a * np.tan(x) / np.cos(x) ** 2, lambda a: (0.0, math.pi), lambda a: (2 * a,),
        (-1.5, 1.5),
    ),
    Template(
        "poles", "barrier of a box", "-{a}*log(1-x^2)", ((0.3, 2),),
        lambda x, a: np.where(np.abs(x) < 1, 2 * a * x / (1 - x * x), np.nan), lambda a: (0.0,),
        lambda a: (2 * a,), (-0.99, 0.99), defined=lambda x, a: np.abs(x) < 1,
    ),
    Template(
        "poles", "bowl with a pole", "x^2/2+{a}/x^2", ((0.2, 2),), lambda x, a: x - 2 * a / (x * x * x),
        lambda a: ((2 * a) ** 0.25, -((2 * a) ** 0.25)), lambda a: (4.0,), defined=lambda x, a: x != 0,
    ),
    Template(
        "poles", "bowl with a log", "x^2/2-{a}*log(abs(x))", ((0.2, 2),), lambda x, a: x - a / x,
        lambda a: (math.sqrt(a), -math.sqrt(a)), lambda a: (2.0,), defined=lambda x, a: x != 0,
    ),
    Template(
        "poles", "root", "{a}*sqrt(x)", ((0.3, 2),),
        lambda x, a: np.where(x > 0, a / (2 * np.sqrt(np.abs(x))), np.nan), lambda a: (), lambda a: (a,),
        (0.05, 4.0), defined=lambda x, a: x > 0,
    ),
    Template(
        "poles", "root of abs", "{a}*sqrt(abs(x))", ((0.3, 2),),
        lambda x, a: a * _sign(x) / (2 * np.sqrt(np.abs(x))), lambda a: (), lambda a: (a,),
        defined=lambda x, a: x != 0,
    ),
    Template(
        "poles", "half disc", "-{a}*sqrt(1-x^2)", ((0.3, 2),),
        lambda x, a: np.where(np.abs(x) < 1, a * x / np.sqrt(1 - x * x), np.nan), lambda a: (0.0,),
        lambda a: (a,), (-0.95, 0.95), defined=lambda x, a: np.abs(x) < 1,
    ),
    Template(
        "poles", "square of log", "{a}*log(x)^2", ((0.3, 2),),
        lambda x, a: np.where(x > 0, 2 * a * np.log(np.abs(x)) / x, np.nan), lambda a: (1.0,),
        lambda a: (2 * a,), (0.1, 4.0), defined=lambda x, a: x > 0,
    ),
    Template(
        "poles", "two poles", "{a}*x^2/(x^2-1)", ((-2, 2),),
        lambda x, a: -2 * a * x / ((x * x - 1) * (x * x - 1)), lambda a: (0.0,), lambda a: (2 * abs(a),),
        (-0.9, 0.9), defined=lambda x, a: np.abs(x) != 1,
    ),
)
# fmt: on


def _mixture(a, b, c, d, e, g, h, j):
    """The text of a sum of terms; those of weight 0 are left out."""
    terms = (
        (a, "{}*x^2/2"),
        (b, "{}*x^4/4"),
        (c, "{}*cos(3*x)"),
        (d, "{}*abs(x-0.5)"),
        (e, "{}*relu(x+0.25)^2"),
        (g, "{}*exp(-(x-1)^2)"),
        (h, "{}*tanh(2*x)"),
        (j, "{}*max(x,x^2)"),
    )
    return "+".join(term.format(spelled(weight)) for weight, term in terms if weight)


def _mixture_slope(x, a, b, c, d, e, g, h, j):
    return (
        a * x + b * _power(x, 3) - 3 * c * np.sin(3 * x) + d * _sign(x - 0.5)
        + 2 * e * np.where(x > -0.25, x + 0.25, 0 * x) - 2 * g * (x - 1) * np.exp(-(x - 1) * (x - 1))
        + 2 * h / np.cosh(2 * x) ** 2 + j * np.where(x >= x * x, 1, 2 * x)
    )  # fmt: skip


MIXTURES = tuple(
    Template(
        "mixtures", name, _mixture, ranges, _mixture_slope,
        lambda *weights: (0.0, 0.5, -0.25, 1.0), lambda *weights: (1.0, 2.0, 4.0), (-2.0, 2.0), rare=0.6,
    )
    for name, ranges in (
        ("in a bowl", ((0.3, 2), (-0.3, 0.5), *[(-2, 2)] * 6)),
        ("in a quartic", ((-2, 1), (0.2, 1), *[(-2, 2)] * 6)),
        ("about a parabola", ((0.3, 2), (0, 0), *[(-1, 1)] * 6)),
    )
)  # fmt: skip


TEMPLATES = (*SMOOTH, *PAPER, *KINKED, *CURVED, *PLATEAUS, *POLES, *MIXTURES)
