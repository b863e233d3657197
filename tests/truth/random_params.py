"""Random `Params` of every phenomenon: studied, drawn and judged, and what goes wrong counted.

    python -m tests.truth.random_params 500                    every phenomenon
    python -m tests.truth.random_params 500 relu_oscillation   one
    python -m tests.truth.random_params 1 relu_oscillation 77  the draw with the number 77, in full

A draw takes each field from its range, from the ends of its range, or from a preset, exactly or just beside
it. Warnings are errors. A verdict "disagrees" is a fault unless `ALLOWED` gives the reason.
"""

from __future__ import annotations

import re
import sys
import time
import traceback
import warnings
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from functools import lru_cache
from typing import Any

import numpy as np

from pages.charts import of
from pages.charts.kit.calls import call, compute
from pages.charts.kit.gallery import Shown
from stepsize_core.claims import Verdict
from stepsize_core.paper.catalogue import CATALOGUE
from stepsize_core.paper.parameters import (
    Choice,
    Column,
    Count,
    Expression,
    Number,
    Numbers,
    Points,
    SymmetricMatrix,
    applies,
    controls_of,
)
from stepsize_core.paper.phenomenon import Phenomenon
from tests.core.expressions.odd import ODD

SEED = 20181203
AT_AN_END, NEAR_A_PRESET = 0.15, 0.4  # how often a field is there
BESIDE = (0.0, 0.0, 1e-9, 1e-4, -1e-4, 1e-3, -1e-3, 0.02, -0.02)  # relative, of a preset's number
SLOW_EVERY = 10  # rasters and ensembles are drawn of one draw in so many
LIGHT = {"n_steps": 2000, "n_points": 200, "hidden_units": 12, "draws": 5}  # the most, where time is short
FUNCTIONS = (
    *ODD,
    "x^2/2", "x^4/4", "abs(x)", "abs(x)+x^2/2", "max(x^2, 2x)", "relu(x)^2+relu(-x)^2", "log(1+abs(x))",
    "tanh(x)^2", "(1/x^2-1)^2", "x^3/3 - x", "x - 3*sin(x)", "exp(x) - x", "min(x^2, 1)", "sqrt(1+x^2)",
    "x^2*y^2/2", "x^2+y", "x^3/3-x*y^2-x^2/2+y^2", "20+x^2-10*cos(2*pi*x)+y^2-10*cos(2*pi*y)",
    "abs(x-y)+x^2", "x^2/2+50*y^2", "-exp(-x^2-y^2)",
)  # fmt: skip
POINTS = (
    "",
    "1, 2",
    "junk",
    "0, 0\n2, 3",
    "-1, 2; 1, -2; 1, 1",
    "1000, 1\n2000, 2",
    "0, 0\n0, 0",
    "1e6, 1e6\n0, 1",
)

UNSAID = re.compile(r"\b(inf|nan|None)\b|(?<![\d.,])1 (steps|starts|runs|draws|points|rows|times)\b")

KINDS = ("exception", "warning", "words", "disagrees")

# (stem, how the statement begins): why a measurement may contradict it
ALLOWED: Mapping[tuple[str, str], str] = {}


@dataclass(frozen=True)
class Fault:
    """What went wrong with one draw, and in which words; kind: one of KINDS."""

    phenomenon: Phenomenon
    number: int
    params: Any
    kind: str
    words: str


def draw(phenomenon: Phenomenon, number: int, *, light: bool = False) -> Any:
    """The `Params` of a number, always the same; points that cannot be read are not used, as on a page."""
    place = [p.stem for p in CATALOGUE].index(phenomenon.stem)
    rng = np.random.default_rng([SEED, place, number])
    values: dict[str, Any] = {}
    defaults = {f.name: f.default for f in fields(phenomenon.Params)}
    for name, control in controls_of(phenomenon.Params).items():
        values[name] = defaults[name]
        if applies(phenomenon.Params, name, values):
            known = [getattr(preset.params, name) for preset in phenomenon.PRESETS.values()]
            values[name] = _value(control, known, rng)
        if light and name in LIGHT:
            values[name] = min(values[name], LIGHT[name])
    for name, control in controls_of(phenomenon.Params).items():
        if isinstance(control, Points):
            try:
                control.read(values[name], *(values[column] for column in control.columns))
            except ValueError:
                values[control.used_by[0]] = defaults[control.used_by[0]]
    return phenomenon.Params(**values)


def faults(phenomenon: Phenomenon, number: int, *, light: bool = False) -> Iterator[Fault]:
    """What goes wrong with the draw of a number: in its study, headline and figures, and in its verdicts."""
    params = draw(phenomenon, number, light=light)

    def fault(kind: str, words: str) -> Fault:
        return Fault(phenomenon, number, params, kind, words)

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            study, said = _look(phenomenon, params, slow=not light and number % SLOW_EVERY == 0)
    except Warning as warned:
        yield fault("warning", _where(warned))
    except Exception as raised:  # whatever a page would die of
        yield fault("exception", _where(raised))
    else:
        for name, words in said.items():
            if wrong := UNSAID.search(words):
                yield fault("words", f"“{wrong[0]}” in {name}: {words}")
        for claim in study.claims:
            allowed = any(phenomenon.stem == s and claim.statement.startswith(b) for s, b in ALLOWED)
            if claim.verdict is Verdict.DISAGREES and not allowed:
                yield fault("disagrees", f"{claim.statement}: {claim.predicted} / {claim.measured}")


def _look(phenomenon: Phenomenon, params: Any, *, slow: bool) -> tuple[Any, dict[str, str]]:
    """Study and draw what a page shows at `params`; the study, and what is said by the names of who says it.

    slow: rasters and what runs as a job too.
    """
    run, remembered = call(phenomenon.study, params), lru_cache(64)(compute)
    study, shown = remembered(run), Shown(of(phenomenon), run, remembered)
    said = {"headline": of(phenomenon).headline(study)}
    for figure in shown:
        if slow or not (figure.canvas or any(further.label for further in figure.further(study))):
            drawing, said[figure.name] = figure.drawn(shown[figure])
            assert drawing.tables, figure.name
    said |= {claim.statement: f"{claim.statement} {claim.tolerance} {claim.note}" for claim in study.claims}
    assert all(said.values()), said
    return study, said


def _value(control: Any, known: list, rng: np.random.Generator) -> Any:
    """A value of one field; known: its values in the presets."""
    preset, where = known[rng.integers(len(known))], rng.random()
    if isinstance(control, Column):
        return int(rng.integers(0, 3))
    if isinstance(control, Number | Count):
        return _number(control, preset, where, rng)
    if isinstance(control, Choice):
        return str(rng.choice(control.options))
    if isinstance(control, Points):
        return str(rng.choice(POINTS))
    if isinstance(control, Numbers):
        n = rng.integers(control.shortest, control.longest + 1)
        numbers = (_between(control.low, control.high, True, rng) for _ in range(n))
        return ", ".join(f"{round(x) if control.integer else x:.3g}" for x in numbers)
    if where < NEAR_A_PRESET:
        return preset
    if isinstance(control, Expression):
        return str(rng.choice([text for text in FUNCTIONS if not control.problem(text)]))
    return _matrix(control, rng)


def _number(control: Number | Count, preset: float, where: float, rng: np.random.Generator) -> float:
    """A number: at an end of its range, near a preset's or anywhere on its slider, by `where` in [0, 1)."""
    if AT_AN_END <= where < NEAR_A_PRESET:
        beside = 1.0 + rng.choice(BESIDE) if isinstance(control, Number) else 1
        return type(preset)(min(max(preset * beside, control.low), control.high))
    if isinstance(control, Number):
        anywhere = float(f"{_between(*control.sliding, rng):.4g}")
        return float(rng.choice([control.low, control.high])) if where < AT_AN_END else anywhere
    last = (control.high - control.low) // control.step
    steps = _between(max(control.low, 1), control.high + 1, control.log, rng) - control.low
    chosen = rng.choice([0, min(1, last), last]) if where < AT_AN_END else min(last, steps // control.step)
    return control.low + control.step * int(chosen)


def _between(low: float, high: float, log: bool, rng: np.random.Generator) -> float:
    return float(low * (high / low) ** rng.random() if log else rng.uniform(low, high))


def _matrix(control: SymmetricMatrix, rng: np.random.Generator) -> str:
    """A symmetric matrix: random, diagonal, singular or of the largest entries."""
    n = int(rng.integers(control.smallest_size, control.largest_size + 1))
    entries = rng.standard_normal((n, n)).round(2)
    kinds = (entries + entries.T, np.diag(np.diag(entries)), np.ones((n, n)), np.zeros((n, n)),
             np.full((n, n), control.largest), -np.eye(n))  # fmt: skip
    chosen = kinds[rng.integers(len(kinds))]
    return "; ".join(", ".join(f"{x:.12g}" for x in row) for row in chosen)


def _where(raised: Exception) -> str:
    """What was raised and the line of the project that it comes from."""
    lines = [f for f in traceback.extract_tb(raised.__traceback__) if "site-packages" not in f.filename]
    place = "/".join(lines[-1].filename.split("/")[-3:])
    return f"{place}:{lines[-1].lineno} {type(raised).__name__}: {str(raised)[:160]}"


def main(number: int, stem: str = "", first: int = 0) -> int:
    """Try `number` draws of each phenomenon, or of one, print the faults; how many there are."""
    total = 0
    for phenomenon in CATALOGUE:
        if stem not in ("", phenomenon.stem):
            continue
        start, counts = time.monotonic(), dict.fromkeys(KINDS, 0)
        for i in range(first, first + number):
            for fault in faults(phenomenon, i):
                counts[fault.kind] += 1
                print(f"{phenomenon.stem} {i} {fault.kind}: {fault.words}", flush=True)
                if number == 1:
                    print(fault.params)
        total += sum(counts.values())
        seconds = time.monotonic() - start
        print(f"{phenomenon.stem}: {number} draws, {counts}, {seconds:.0f} s", flush=True)
    return total


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), *sys.argv[2:3], *map(int, sys.argv[3:4])) > 0)
