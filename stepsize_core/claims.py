"""A statement of the paper set against what gradient descent did."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import Enum


class Verdict(Enum):
    """What a comparison of prediction and measurement may say; the value is the word shown."""

    AGREES = "agrees"
    DISAGREES = "disagrees"
    ASSUMPTION_NOT_MET = "assumption not met"
    UNDECIDED = "undecided"


@dataclass(frozen=True)
class Claim:
    """One row of a verdict table.

    statement  what is claimed, a sentence
    place      where the paper says it ("Example 1", "Corollary 2", "beyond the paper")
    predicted  the theory's number or a short phrase
    measured   what was computed from the run, in the same terms
    tolerance  how far apart the two may be, or the rule of comparison, in words
    verdict    see Verdict
    note       why, where the verdict alone would mislead; may be empty
    """

    statement: str
    place: str
    predicted: float | str
    measured: float | str
    tolerance: str
    verdict: Verdict
    note: str = ""

    @classmethod
    def equality(
        cls,
        statement: str,
        place: str,
        predicted: float,
        measured: float,
        *,
        relative: float = 0.0,
        absolute: float = 0.0,
        note: str = "",
    ) -> Claim:
        """predicted = measured within relative·|predicted| + absolute; undecided where either is NaN."""
        predicted, measured = float(predicted), float(measured)
        allowed = relative * abs(predicted) + absolute
        holds = predicted == measured or abs(predicted - measured) <= allowed < math.inf
        verdict = _judge(holds, predicted, measured)
        sizes = {"relative": relative, "absolute": absolute}
        tolerance = " + ".join(f"{size:g} {kind}" for kind, size in sizes.items() if size) or "exact"
        return cls(statement, place, predicted, measured, tolerance, verdict, note)

    @classmethod
    def bound(
        cls,
        statement: str,
        place: str,
        upper: float,
        measured: float,
        *,
        relative: float = 0.0,
        note: str = "",
    ) -> Claim:
        """measured ≤ upper·(1 + relative); undecided where either is NaN."""
        upper, measured = float(upper), float(measured)
        verdict = _judge(measured <= upper * (1.0 + relative), upper, measured)
        tolerance = "measured ≤ predicted" + (f" (1 + {relative:g})" if relative else "")
        return cls(statement, place, upper, measured, tolerance, verdict, note)

    @classmethod
    def fact(
        cls,
        statement: str,
        place: str,
        predicted: float | str,
        measured: float | str,
        holds: bool | None,
        *,
        rule: str = "same outcome",
        note: str = "",
    ) -> Claim:
        """A comparison decided by the caller; `holds` is None where the run does not decide it."""
        return cls(statement, place, predicted, measured, rule, _judge(holds), note)

    @classmethod
    def not_applicable(
        cls, statement: str, place: str, predicted: float | str, measured: float | str, assumption: str
    ) -> Claim:
        """The statement assumes something that this run does not satisfy; `assumption` says what."""
        return cls(statement, place, predicted, measured, "—", Verdict.ASSUMPTION_NOT_MET, assumption)


def _judge(holds: bool | None, *compared: float) -> Verdict:
    """Undecided where it is not known what holds, or a number compared is NaN."""
    if holds is None or any(map(math.isnan, compared)):
        return Verdict.UNDECIDED
    return Verdict.AGREES if holds else Verdict.DISAGREES
