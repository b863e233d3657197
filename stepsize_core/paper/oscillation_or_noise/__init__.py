"""Oscillation or noise: what tells a run that oscillates from one that is shaken by its batches."""

from stepsize_core.paper.oscillation_or_noise.amplitude import RANGES, Spreads, spreads
from stepsize_core.paper.oscillation_or_noise.cases import SOURCES, WATCHED, read_own
from stepsize_core.paper.oscillation_or_noise.measures import (
    SLIP_PATHS,
    SLIP_STEPS,
    slip_measurement,
    twin_of,
)
from stepsize_core.paper.oscillation_or_noise.presets import PRESETS
from stepsize_core.paper.oscillation_or_noise.result import Study
from stepsize_core.paper.oscillation_or_noise.scenes import COMPARISONS, SCENES
from stepsize_core.paper.oscillation_or_noise.studies import Params, study
from stepsize_core.paper.oscillation_or_noise.theory import leading_slip_rate, slip_curve, slip_rates
from stepsize_core.paper.phenomenon import BEYOND, Lesson, Phenomenon

LESSONS = (Lesson("two_records", "Tell the two records apart →", PRESETS["matched"].params, open=True),)

PHENOMENON = Phenomenon(
    stem="oscillation_or_noise",
    key="noise",
    title="Oscillation or noise",
    place="beyond the paper",
    group=BEYOND,
    Params=Params,
    PRESETS=PRESETS,
    study=study,
    scenes=SCENES,
    comparisons=COMPARISONS,
    lessons=LESSONS,
    moves=("step_size", "batch", "noise", "n_steps"),
)
