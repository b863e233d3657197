"""What a study of a record holds, and the words for what it says."""

from functools import cached_property
from typing import Any, ClassVar

import numpy as np
from scipy.stats import t as student

from stepsize_core.arrays import Array
from stepsize_core.claims import Claim
from stepsize_core.frozen import Recomputable
from stepsize_core.paper.oscillation_or_noise.theory import BESIDE_2
from stepsize_core.sampling.freezing import FrozenBatch
from stepsize_core.sampling.records import CONFIDENCE, Alternation, Phase
from stepsize_core.sampling.transfer import StationaryLaw

BLOCKS = 10
LOCKED = "two branches, and odd and even steps keep their sides on the whole"
SLIPS = "two branches, and the phase slips"
HIDDEN, UNDECIDED = "no oscillation that R can tell from noise", "undecided"
FROZEN = {True: "goes on alternating", False: "comes to rest", None: "is undecided"}


class Study(Recomputable):
    """One record and its twin.

    own_record  the text in the place of `params.record`, "" where there is none
    record      (K,), until it leaves the finite numbers
    twin        (4000,) noise at a stable minimum; zeros where the record gives nothing to match
    strips      (2, m) what is shown of both, see `measures.strips_of`
    escaped     the value of the record, counted from 1, that is no finite number, or 0
    found, twin_found  what R says of each; None where a record does not vary or is too short
    phase       of the record; None likewise
    frozen      the run with the full batch from the last state; None where there is none
    law         what the transfer operator predicts; unit: that of the record in which it is written
    sigma       σ_B of the gradient noise, NaN where it is not known
    slips       (rate, predicted, s.e.) of Example 1 under normal noise; NaN where there is none
    """

    follows_from: ClassVar = ("params", "own_record")

    params: Any
    own_record: str
    record: Array
    twin: Array
    strips: Array
    escaped: int
    found: Alternation | None
    twin_found: Alternation | None
    phase: Phase | None
    frozen: FrozenBatch | None
    law: StationaryLaw | None
    unit: float
    sigma: float
    slips: Array
    claims: tuple[Claim, ...]

    @property
    def on_top(self) -> bool:
        """Whether the record is the upper of the two strips: drawn with the seed."""
        return bool(np.random.default_rng([self.params.seed, 2]).integers(2))

    @property
    def near(self) -> bool:
        """Whether the record stays near x = 2, where one of Example 2 begins."""
        return bool(np.all((self.record > BESIDE_2[0]) & (self.record < BESIDE_2[1])))

    @property
    def margin(self) -> float:
        """By how many standard errors R has to keep from 4/3."""
        return float(student.ppf(CONFIDENCE, BLOCKS - 1))

    @cached_property
    def decided(self) -> str:
        """What R and the phase say of the record, as the end of a sentence."""
        if self.found is None:
            return UNDECIDED
        if self.found.oscillates is None:
            return UNDECIDED
        if not self.found.oscillates:
            return HIDDEN
        return LOCKED if self.phase is not None and self.phase.locked else SLIPS

    @property
    def left(self) -> str:
        """When a run that escaped did so, as the end of a sentence."""
        n = len(self.record)
        return f"after {n:,} value{'s' * (n > 1)} of the record" if n else "before the record begins"

    @property
    def outcome(self) -> str:
        """What the record does, as the end of a sentence that begins with it."""
        if self.escaped:
            return f"leaves the finite numbers {self.left}"
        if self.found is None:
            return "does not vary"
        frozen = "" if self.frozen is None else f"; frozen it {FROZEN[self.frozen.stays]}"
        return f"shows: {self.decided}{frozen}"
