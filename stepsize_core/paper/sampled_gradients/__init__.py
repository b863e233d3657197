"""Beyond the paper: gradients of batches. Three thresholds take the place of the one of gradient descent.

At a minimum that all samples share, with curvatures a_i: 2ā/(ā² + ps²) for the mean square, 2/ā for the full
batch, and the zero of E log|1 − δa_B| for almost every path.
"""

from stepsize_core.paper.phenomenon import BEYOND, Lesson, Phenomenon
from stepsize_core.paper.sampled_gradients.diagrams import (
    END_STEPS,
    ENDS,
    ESCAPE_STEPS,
    POWER,
    POWER_STEPS,
    REGIONS,
    REVERSAL_STEPS,
    Divergence,
    Ends,
    EndsByBatch,
    Escapes,
    Exponents,
    PhaseDiagram,
    divergence,
    ends,
    ends_by_batch,
    epochs,
    escapes,
    exponents,
    phase_diagram,
    reversal,
)
from stepsize_core.paper.sampled_gradients.params import (
    AFRESH,
    AT_1,
    AT_2,
    LAYERS,
    PRESETS,
    QUADRATIC,
    SHARP,
    SYSTEMS,
    TARGET,
    Params,
)
from stepsize_core.paper.sampled_gradients.scenes import COMPARISONS, SCENES
from stepsize_core.paper.sampled_gradients.studies import FAR, N_PATHS, Study, study
from stepsize_core.paper.sampled_gradients.theorem_1 import DEPTHS, Optima, optima

LESSONS = (Lesson("sampled_paths", "Samples at δ = 1.2 →", PRESETS["stabilized"].params, open=True),)

PHENOMENON = Phenomenon(
    stem="sampled_gradients",
    key="sampled",
    title="Sampled gradients",
    place="beyond the paper",
    group=BEYOND,
    Params=Params,
    PRESETS=PRESETS,
    study=study,
    scenes=SCENES,
    comparisons=COMPARISONS,
    lessons=LESSONS,
    moves=("step_size", "n_steps"),
)
