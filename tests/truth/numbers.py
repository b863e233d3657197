"""Numbers in a sentence, and where they can come from: its tables, the parameters, the claims and the end."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import astuple, dataclass, fields, is_dataclass
from typing import Any

import numpy as np

from stepsize_core.paper.parameters import controls_of

SUPERSCRIPTS = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")
NO_NUMBERS = re.compile(  # digits that belong to a formula, a name or a reference
    r"\w\[\w*\]|\^\([^)]*\)|\(\d\)|(Example|Corollary|Theorem|Figure|Section|ln) \d|"
    r"9[59] ?% (Wilson |one-sided )?intervals?"
)
LONE_POWER = re.compile(r"(?<![·\d.])10(?=[⁻⁰¹²³⁴⁵⁶⁷⁸⁹])")
NUMBER = re.compile(
    r"(?<![^\s(\[±=–×])(?P<mantissa>[-−]?\d+(?:,\d{3})*(?:\.\d+)?)"
    r"(?:e(?P<exponent>[-+]\d+)|·10(?P<power>[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+))?(?P<percent> ?%)?"
    r"(?![\w/^(²³]|\.\d| [−·+] |-(?!fold))"
)
ROUNDING = 1e-9  # relative, of a value
DEEP = 2  # a result in a field of a result counts, and one in that
SIGNLESS = "±", "|", "by"  # after these, and "=", a number has no sign
SHORT = 8  # rows of a table whose neighbouring rows may be compared


@dataclass(frozen=True)
class Said:
    """A number as a sentence prints it; half_unit: half its last digit; signed: whether its sign counts."""

    text: str
    value: float
    half_unit: float
    signed: bool

    def told_by(self, sources: np.ndarray) -> bool:
        """Whether one of the values, sorted, rounds to it."""
        allowed = self.half_unit * (1.0 + 1e-6) + ROUNDING * abs(self.value)
        first = np.searchsorted(sources, self.value - allowed)
        found = first < len(sources) and sources[first] <= self.value + allowed
        return bool(found) or (not self.signed and self.value > 0.0 and self._negative().told_by(sources))

    def _negative(self) -> Said:
        return Said(self.text, -self.value, self.half_unit, True)


def said_in(sentence: str) -> Iterator[Said]:
    """The numbers of a sentence, in order."""
    sentence = LONE_POWER.sub(r"1·\g<0>", NO_NUMBERS.sub(" ", sentence))
    for match in NUMBER.finditer(sentence):
        mantissa = match["mantissa"].replace(",", "").replace("−", "-")
        exponent = int(match["exponent"] or (match["power"] or "0").translate(SUPERSCRIPTS))
        exponent -= 2 if match["percent"] else 0
        decimals = len(mantissa.partition(".")[2])
        before = sentence[: match.start()].rstrip("= ")
        value = float(f"{mantissa}e{exponent}")
        yield Said(match[0], value, 0.5 * 10.0 ** (exponent - decimals), not before.endswith(SIGNLESS))


def sources_of(
    tables: Mapping[str, Mapping[str, Any]], study: Any, params: Any, more: Iterable[Any] = ()
) -> np.ndarray:
    """Every number that a sentence about these tables may name, sorted: cells, reductions of columns and
    rows, parameters, what the claims predict and measure, the single numbers of the study and of the further
    results that are drawn, and where and when the run ends."""
    found: list[float] = []
    for table in tables.values():
        columns = [np.asarray(values) for values in table.values()]
        for column in columns:
            found += _of_column(column)
        if columns and columns[0].ndim == 1:
            found += _of_rows([c for c in columns if c.dtype.kind in "fiu"])
    if params is not None:
        found += words_of(astuple(params)) + _of_percentages(params) + of_result(study)
        claims = [(claim.predicted, claim.measured) for claim in study.claims]
        found += words_of(value for pair in claims for value in pair)
        found += [a / b for a, b in claims if isinstance(a, float) and isinstance(b, float) and b]
        found += words_of(claim.statement for claim in study.claims)
        found += [2.0 / params.step_size]
        if hasattr(study, "limit"):
            found += [study.limit.period, study.limit.exponent, *np.ravel(study.limit.points)]
        if hasattr(study, "followed"):
            last = study.last_states
            found += [study.followed, len(last), *np.ravel(last[-1])]
        if hasattr(study, "states"):
            finite = study.states[np.isfinite(study.states.reshape(len(study.states), -1)).all(axis=1)]
            found += [len(study.states), len(study.states) - 1, len(finite) - 1, *np.ravel(finite[-1])]
    for result in more:
        found += of_result(result)
    values = np.array(found, dtype=float)
    return np.sort(values[np.isfinite(values)])


def _of_column(column: np.ndarray) -> list[float]:
    """A column's numbers, its length, its counts and their shares; for numbers the count above 0 too."""
    n = column.size
    if column.dtype.kind in "fiu":
        finite = column[np.isfinite(column)].astype(float)
        return [*finite.tolist(), n, len(finite), (finite > 0.0).sum(), np.unique(finite).size]
    _, counts = np.unique(column.astype(str), return_counts=True)
    words = {str(value) for value in column.ravel()} if column.dtype.kind != "b" else set()
    return [n, len(counts), *counts.tolist(), *(counts / n).tolist(), *words_of(words)]


def _of_rows(columns: list[np.ndarray]) -> list[float]:
    """How far two columns are apart, at their last rows and at most, that relative to the later one too; in a
    short table the ratios of neighbouring rows."""
    found: list[float] = []
    columns = [column.astype(float) for column in columns]
    with np.errstate(all="ignore"):
        for i, a in enumerate(columns):
            for b in columns[:i]:
                apart = np.abs(a - b)
                found += [*apart[-1:], apart.max(initial=0.0), (apart / np.abs(a)).max(initial=0.0)]
            if len(a) <= SHORT:
                found += (a[1:] / a[:-1]).tolist()
    return found


def of_result(result: Any, deep: int = DEEP) -> list[float]:
    """The single numbers of a result: its fields, of an array its length, how many of its numbers are finite
    or not, its ends, its least and its largest, and so of the results in it."""
    found: list[float] = []
    for field in fields(result) if is_dataclass(result) else ():
        value = getattr(result, field.name)
        if isinstance(value, np.ndarray) and value.size and value.dtype.kind in "fiu":
            finite = value[np.isfinite(value)].astype(float)
            found += [len(value), len(value) - 1, finite.size, value.size - finite.size]
            found += [*finite[:1], *finite[-1:], finite.min(initial=np.inf), finite.max(initial=-np.inf)]
        elif is_dataclass(value) and field.name != "params" and deep:
            found += of_result(value, deep - 1)
        else:
            found += words_of([] if isinstance(value, str) else [value])
    return found


def _of_percentages(params: Any) -> list[float]:
    """The parameters that are chosen in per cent, as shares."""
    controls = controls_of(type(params)).items()
    return [getattr(params, name) / 100.0 for name, control in controls if control.label.endswith(", %")]


def words_of(values: Iterable[Any]) -> list[float]:
    """The numbers among the values, and those that their texts name."""
    found: list[float] = []
    for value in values:
        if isinstance(value, str):
            found += [float(m) for m in re.findall(r"-?\d+\.?\d*(?:e[-+]?\d+)?", value.replace("−", "-"))]
        elif not isinstance(value, bool | None) and isinstance(value, int | float | np.number):
            found.append(float(value))
    return found
