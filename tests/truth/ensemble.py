"""What `classify_limit` says of random runs, against where they go: `python -m tests.truth.ensemble 10000`.

Random functions of `tests.truth.families`, random starts (also exactly on equilibria, kinks and round
numbers) and step sizes (about 2/f″ and at it, chaotic, escaping) are classified and then run 100 times longer
in extended precision; with --momentum those of heavy ball and Nesterov's method. What differs is run once
more as long in float64 with the objective's own gradient: a run that lands on an orbit bit for bit is what
float64 makes of it.
"""

from __future__ import annotations

import argparse
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from stepsize_core import HeavyBall, LimitKind, Nesterov, classify_limit
from tests.truth import reference
from tests.truth.families import TEMPLATES, Template
from tests.truth.reference import DESCENT, Fate, Method, Runs, Truth

Array = np.ndarray[Any, Any]

LENGTHS = (1000, 2000, 4000, 10_000)  # n_steps
LENGTH_SHARES = (0.5, 0.3, 0.17, 0.03)
RUNS_OF_A_FUNCTION = 16
MOMENTA = (0.1, 0.3, 0.5, 0.8, 0.9, 0.95, 0.99)  # β
PLACE = 1e-5  # relative distance of a claimed orbit from the states
PLACE_OF_RUN = 1e-9  # the same, relative to the largest state of the run
SLOWING = 0.5  # 1 − d[k+1]/d[k] of the distances may fall to this fraction: an approach, not a standstill
JOLT, JOLTS = 1e-15, 3  # relative changes of a start, as rounding makes, and how many to either side
UNSTABLE = 1e-8  # a mean of log|1 − δf″| above is unstable, not a difference quotient's error
BESIDE = 1e-13  # relative distance of starts beside a claimed orbit
SLOW = 10.0  # |log ρ|·n: an approach to e^(−10) in the whole run
LATE = 0.1  # distance from the limit after n steps, relative to the range visited then
STILL, WEAK = 1e-3, 0.02  # exponents per step
WIDENS = 1.5  # the range visited up to 100 n over that up to 10 n: a walk, or jumps ever larger
RATE_SHOWS = 3.0  # a state beyond its growth at a rate grows so much within a window
SAME = 1e-9  # points of a claimed orbit nearer than this are one


@dataclass
class Case:
    """One run: what it is of, what was said, where it goes."""

    template: Template
    parameters: tuple[float, ...]
    x0: float
    delta: float
    n_steps: int
    kind: LimitKind
    period: int
    points: Array
    method: Method = DESCENT
    fate: Fate = Fate.APERIODIC
    true_period: int = 0
    rate: float = 0.0
    end: Array = field(default_factory=lambda: np.empty(0))
    verdict: str = ""
    band: str = ""

    @property
    def map(self) -> str:
        """The name of the map, none of gradient descent."""
        if self.method.beta == 0.0:
            return ""
        return f"{'Nesterov' if self.method.ahead else 'HeavyBall'}({self.method.beta}), "

    def __str__(self) -> str:
        said = f"{self.kind.value} {self.period} {np.array2string(self.points[:3], precision=9)}"
        ends = np.array2string(np.clip(self.end[-4:], -1e300, 1e300).astype(float), precision=9)
        return (
            f"[{self.template.family}] {self.template.written(self.parameters)!r}, {self.map}{self.x0!r}, "
            f"{self.delta!r}, n_steps={self.n_steps}: said {said}; is {self.fate.value} "
            f"{self.true_period or ''}, ends {ends} {self.band}"
        )


def starts(template: Template, parameters: Sequence[float], rng: np.random.Generator, n: int) -> Array:
    """Random ones; every third on a mark, a round number, or close to a mark."""
    x0 = rng.uniform(*template.reach, n)
    marks = [*template.marks(*parameters), 0.0]
    for i in range(n):
        choice = rng.random()
        if choice < 0.12:
            x0[i] = rng.choice(marks)
        elif choice < 0.2:
            x0[i] = rng.choice(marks) + rng.choice([-1, 1]) * 10.0 ** rng.uniform(-9, -1)
        elif choice < 0.35:
            x0[i] = rng.choice([0.25, 0.5, 1.0, -0.5, -1.0, 2.0, -2.0, 0.1, 0.3])
        elif choice < 0.4:
            x0[i] *= 10.0
        elif choice < 0.55:
            x0[i] = round(x0[i], 1)
    low, high = template.reach
    inside = template.defined(x0, *parameters)
    return np.where(inside, x0, low + (high - low) * rng.uniform(0.55, 0.95, n))


def step_sizes(template: Template, parameters: Sequence[float], rng: np.random.Generator, n: int) -> Array:
    """Steps about 2/f″: below, near, above, far above, and at 2/f″ or 1/f″ exactly; some round."""
    curvatures = list(template.curvatures(*parameters)) or [1.0]
    delta = np.empty(n)
    for i in range(n):
        threshold, choice = 2.0 / rng.choice(curvatures), rng.random()
        if choice < 0.4:
            delta[i] = threshold * 10.0 ** rng.uniform(-2.5, 0)
        elif choice < 0.5:
            delta[i] = threshold * (1 + rng.choice([-1, 1]) * 10.0 ** rng.uniform(-6, -1))
        elif choice < 0.58:
            delta[i] = threshold * rng.choice([1.0, 0.5])
        elif choice < 0.88:
            delta[i] = threshold * rng.uniform(1.0, 2.2)
        else:
            delta[i] = threshold * 10.0 ** rng.uniform(0.2, 1.5)
        if rng.random() < 0.15:
            delta[i] = max(round(delta[i], 2), 0.01)
    return delta


def drawn_momentum(rng: np.random.Generator) -> float:
    """β: one that people choose, or any."""
    return float(rng.choice(MOMENTA) if rng.random() < 0.6 else round(rng.uniform(0.02, 0.995), 3))


def classified(
    template: Template,
    rng: np.random.Generator,
    n: int,
    lengths: Sequence[int] = LENGTHS,
    momentum: bool = False,
) -> list[Case]:
    """n runs of the template's functions, as `classify_limit` sees them; with momentum of a random β."""
    cases: list[Case] = []
    while len(cases) < n:
        parameters = template.draw(rng)
        lanes = min(RUNS_OF_A_FUNCTION, n - len(cases))
        x0 = starts(template, parameters, rng, lanes)
        delta = step_sizes(template, parameters, rng, lanes)
        shares = np.array(LENGTH_SHARES[: len(lengths)])
        n_steps = int(rng.choice(lengths, p=shares / shares.sum()))
        method, objective = DESCENT, template.objective(parameters)
        if momentum:
            method = Method(drawn_momentum(rng), bool(rng.random() < 0.5))
            objective = (Nesterov if method.ahead else HeavyBall)(objective, method.beta)
            delta = delta / objective.effective_step(1.0)
        limit = classify_limit(objective, x0, delta, n_steps=n_steps)
        for i in range(lanes):
            p = int(limit.period[i])
            case = (float(x0[i]), float(delta[i]), n_steps, limit.kind[i], p, limit.points[:p, i].copy())
            cases.append(Case(template, parameters, *case, method))
    return cases


def judge(template: Template, cases: list[Case]) -> None:
    """Fill in where the runs go and the verdicts."""
    wide = [np.array(column, np.longdouble) for column in zip(*(case.parameters for case in cases))]
    x0 = np.array([case.x0 for case in cases], np.longdouble)
    delta = np.array([case.delta for case in cases], np.longdouble)
    n_steps = np.array([case.n_steps for case in cases])
    for method in dict.fromkeys(case.method for case in cases):
        own = [i for i, case in enumerate(cases) if case.method == method]
        _judge([cases[i] for i in own], method, x0[own], delta[own], n_steps[own], [v[own] for v in wide])


def _judge(
    cases: list[Case], method: Method, x0: Array, delta: Array, n_steps: Array, wide: Sequence[Array]
) -> None:
    """The same of cases of one method."""
    template = cases[0].template
    with np.errstate(all="ignore"):
        runs = reference.run(template.gradient, x0, delta, n_steps, *wide, method=method)
        rates = _rates(template, runs, delta, wide, method)
        truth = _truth(template, runs, rates, wide, method)
        for i, case in enumerate(cases):
            case.fate, case.true_period, case.end = (
                truth.fate[i],
                int(truth.period[i]),
                runs.windows[-1][:, i],
            )
            case.rate = float(rates[i])
            case.verdict = verdict(case, runs, i)
            if case.verdict.startswith("wrong"):
                _again(case)
            if case.verdict == "undecided":
                case.band = band(case, runs, i) or band(*next(_in_doubles(case)))


def _rates(
    template: Template, runs: Runs, delta: Array, parameters: Sequence[Array], method: Method
) -> Array:
    """The exponents over the last windows."""
    window = np.nan_to_num(runs.windows[-1]).astype(np.longdouble)
    return reference.exponent(template.gradient, window, delta, *parameters, method=method)


def _truth(
    template: Template, runs: Runs, rates: Array, parameters: Sequence[Array], method: Method
) -> Truth:
    last = runs.last.astype(np.longdouble)
    at_rest = reference.at_rest(template.gradient, template.flat, last, *parameters)
    expands = reference.TURNS if method.beta else reference.EXPANDS
    return reference.truth(runs, template.defined(last, *parameters), at_rest, rates, expands)


def verdict(case: Case, runs: Runs, i: int) -> str:
    """right, undecided, or what is wrong."""
    kind, fate = case.kind, case.fate
    if kind is LimitKind.UNDECIDED:
        return "undecided"
    if kind is LimitKind.DIVERGENT:
        return "right" if fate in (Fate.DIVERGED, Fate.DRIFTING) else "wrong kind"
    if kind is LimitKind.UNDEFINED:
        return "right" if fate is Fate.UNDEFINED else "wrong kind"
    if kind is LimitKind.APERIODIC:
        return "right" if fate in (Fate.APERIODIC, Fate.LONG) else "wrong kind"
    if fate in (Fate.PLATEAU, Fate.DRIFTING):
        return "right" if kind is LimitKind.EQUILIBRIUM and _drains(case, runs, i) else "wrong kind"
    if fate not in (Fate.SETTLED, Fate.CLOSING):
        return "wrong kind"
    same = case.period == case.true_period and _minimal(case.points)
    if _is_there(case, runs, i) and (same or fate is Fate.SETTLED):
        return "right" if same else "wrong period"
    if fate is Fate.SETTLED or not _comes_closer(case, runs, i):
        return "wrong place"
    related = case.period % case.true_period == 0 or case.true_period % case.period == 0
    return "right" if related and _minimal(case.points) else "wrong period"


def _drains(case: Case, runs: Runs, i: int) -> bool:
    """Whether a slow or drowning run is bound to reach the claimed equilibrium, if it is one."""
    gradient, known = case.template.gradient, case.parameters
    if case.method.beta:  # what a step does to the distance is not all
        return False
    nearby = [m for m in case.template.marks(*known) if abs(m - case.points[0]) <= PLACE * runs.largest[i]]
    for end in np.array([case.points[0], *nearby], np.longdouble):
        rests = reference.at_rest(gradient, case.template.flat, end, *known) or gradient(end, *known) == 0
        if rests and reference.drains(gradient, runs.last[i], end, case.delta, *known):
            return True
    return False


def _is_there(case: Case, runs: Runs, i: int) -> bool:
    """Whether the last states are at the claimed orbit."""
    end = runs.windows[-1][:, i]
    place = PLACE * float(np.abs(end).max()) + PLACE_OF_RUN * float(runs.largest[i])
    return reference.phases(end, case.points) <= place


def _comes_closer(case: Case, runs: Runs, i: int) -> bool:
    """Whether the states come closer to a claimed orbit that may attract, at a steady rate.

    Near a threshold an approach is so slow that the gaps do not tell a period from its half.
    """
    far, middle, near = (reference.phases(window[:, i], case.points) for window in runs.windows)
    if not (near < middle < far and 1 - near / middle >= SLOWING * (1 - middle / far)):
        return False
    known = (case.template.gradient, case.points, case.delta, *case.parameters)
    return reference.orbit_rate(*known, method=case.method) <= UNSTABLE


def _minimal(points: Array) -> bool:
    p = len(points)
    extent = np.abs(points).max()
    return all(np.abs(points - np.roll(points, q)).max() > SAME * extent for q in range(1, p) if p % q == 0)


def _again(case: Case) -> None:
    """Whether rounding decides: what is said is right in float64, or from a start one rounding away.

    Runs in float64 with the objective's own gradient, and in extended precision from starts moved by JOLT.
    Where these go to several places, a claimed orbit is right if runs from beside it stay.
    """
    right = [verdict(*run) == "right" for run in _in_doubles(case)]
    jolts = 1 + JOLT * np.arange(-JOLTS, JOLTS + 1).astype(np.longdouble)
    jolted = list(_tried(case, case.template.gradient, case.x0 * jolts))
    right += [verdict(*run) == "right" for run in jolted]
    ends = jolted[0][1].last
    if not any(right) and case.period and np.ptp(ends) > PLACE * np.abs(ends).max():
        beside = case.points[0] * (1 + BESIDE * np.array([-1, 1], np.longdouble))
        right = [all(verdict(*run) == "right" for run in _tried(case, case.template.gradient, beside))]
    if any(right):
        case.verdict, case.band = "right", "by rounding"


def _in_doubles(case: Case) -> Iterator[tuple[Case, Runs, int]]:
    """The case as float64 runs it, with the objective's own gradient."""
    objective = case.template.objective(case.parameters)
    return _tried(case, lambda x, *_: objective.gradient(x), np.array([case.x0]))


def _tried(case: Case, gradient: reference.Rates, x0: Array) -> Iterator[tuple[Case, Runs, int]]:
    """The case with the fates of runs from x0 (lanes,), these runs, and which of them."""
    delta, n_steps = np.full(len(x0), case.delta, x0.dtype), np.full(len(x0), case.n_steps)
    wide = [np.full(len(x0), v, np.longdouble) for v in case.parameters]
    runs = reference.run(gradient, x0, delta, n_steps, *wide, method=case.method)
    rates = _rates(case.template, runs, delta, wide, case.method)
    found = _truth(case.template, runs, rates, wide, case.method)
    for i in range(len(x0)):
        fate, period = found.fate[i], int(found.period[i])
        yield replace(case, fate=fate, true_period=period, rate=float(rates[i])), runs, i


def band(case: Case, runs: Runs, i: int) -> str:
    """The named band about a threshold in which an undecided run lies, as one of its two runs; empty outside.

    drift        the run moves on without end, or stands on a plateau: undecided is right
    long period  the orbit is longer than those looked for
    slow         |log ρ|·n of the limit is below SLOW: the linear rate hardly shows
    late         the run was not near its limit, or had not escaped, after n steps: a transient
    isometry     an aperiodic run whose exponent is 0: pieces exchanged, no period
    weak chaos   an aperiodic run whose exponent is below WEAK
    wandering    a run without a period whose range still widens, by a walk or by jumps, not by a rate
    """
    first, _, end = runs.windows[:, :, i]
    if case.fate in (Fate.DRIFTING, Fate.PLATEAU):
        return "drift"
    if case.fate is Fate.LONG:
        return "long period"
    if case.fate in (Fate.DIVERGED, Fate.UNDEFINED):
        if not runs.escaped[i] and abs(end[-1]) < RATE_SHOWS * abs(end[0]):
            return "wandering"
        return "late" if np.abs(first).max() < reference.GROWTH * max(1, abs(case.x0)) else ""
    if case.fate is Fate.APERIODIC:
        if runs.ranges[2, i] > WIDENS * runs.ranges[1, i]:
            return "wandering"
        return "isometry" if abs(case.rate) < STILL else "weak chaos" if case.rate < WEAK else ""
    if abs(case.rate) * case.n_steps <= SLOW:
        return "slow"
    away = reference.phases(first, end[-case.true_period :])
    return "late" if away > LATE * float(np.ptp(first)) else ""


def ensemble(
    n: int, seed: int, names: Sequence[str] = (), lengths: Sequence[int] = LENGTHS, momentum: bool = False
) -> Iterator[Case]:
    """n judged cases, spread evenly over the templates (those named); lengths: the n_steps they have.

    momentum: of heavy ball and Nesterov's method with random β, in the place of gradient descent.
    """
    templates = [t for t in TEMPLATES if not names or t.name in names or t.family in names]
    share = [n // len(templates) + (i < n % len(templates)) for i in range(len(templates))]
    for template, part in zip(templates, share):
        seeds = [seed, *template.name.encode()]  # the same cases whichever templates are asked for
        rng = np.random.default_rng(seeds)
        cases = classified(template, rng, part, lengths, momentum) if part else []
        if cases:
            judge(template, cases)
        yield from cases


def report(cases: Sequence[Case]) -> str:
    """Per family: cases, wrong ones, undecided in and outside the bands."""
    lines = [f"{'':20}{'cases':>7}{'wrong kind':>11}{'place':>7}{'period':>8}{'undecided':>11}{'outside':>9}"]
    for family in [*dict.fromkeys(case.template.family for case in cases), "all"]:
        own = [case for case in cases if family in (case.template.family, "all")]
        said = Counter(case.verdict for case in own)
        outside = sum(case.verdict == "undecided" and not case.band for case in own)
        wrong = f"{said['wrong kind']:11}{said['wrong place']:7}{said['wrong period']:8}"
        lines.append(f"{family:20}{len(own):7}{wrong}{said['undecided']:11}{outside:9}")
    bands = Counter(case.band for case in cases if case.verdict == "undecided")
    lines.append(
        "undecided by band: " + ", ".join(f"{name or 'outside'} {n}" for name, n in bands.most_common())
    )
    lines.append(f"decided by rounding: {sum(case.band == 'by rounding' for case in cases)}")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("cases", type=int)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--only", nargs="*", default=(), help="families or names of templates")
    parser.add_argument("--undecided", action="store_true", help="list the undecided outside the bands too")
    parser.add_argument("--rounding", action="store_true", help="list those that rounding decides too")
    parser.add_argument("--momentum", action="store_true", help="heavy ball and Nesterov's method instead")
    options = parser.parse_args()
    began = time.perf_counter()
    cases: list[Case] = []
    for case in ensemble(options.cases, options.seed, options.only, momentum=options.momentum):
        cases.append(case)
        if case.verdict.startswith("wrong") or (
            options.undecided and case.verdict == "undecided" and not case.band
        ):
            print(f"{case.verdict}: {case}", flush=True)
    print(report(cases))
    print(f"{time.perf_counter() - began:.0f} s")


if __name__ == "__main__":
    main()
