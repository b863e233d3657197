"""Beyond the paper: at the edge of the arc. What becomes of a run beside an optimum that Theorem 1 excludes.

Two scalar layers land at the mirror image 4/δ − S₀ of its sharpness; three and more may stay at the edge 2/δ;
label noise leads two layers to the flattest optimum.
"""

from stepsize_core.paper.edge_of_the_arc.claims import fate
from stepsize_core.paper.edge_of_the_arc.diagrams import Lands, depths, lands
from stepsize_core.paper.edge_of_the_arc.layers import ALIKE, SPREAD, TARGET, mirror
from stepsize_core.paper.edge_of_the_arc.noise import GAUSSIAN, PATHS, SAMPLES, Forgetting, forgetting
from stepsize_core.paper.edge_of_the_arc.params import PRESETS, SCALAR, Params
from stepsize_core.paper.edge_of_the_arc.scenes import COMPARISONS, SCENES
from stepsize_core.paper.edge_of_the_arc.studies import NetworkStudy, Study, points_of, study, training
from stepsize_core.paper.phenomenon import BEYOND, Phenomenon

PHENOMENON = Phenomenon(
    stem="edge_of_the_arc",
    key="edge",
    title="Edge of the arc",
    place="beyond the paper",
    group=BEYOND,
    Params=Params,
    PRESETS=PRESETS,
    study=study,
    scenes=SCENES,
    comparisons=COMPARISONS,
    moves=("step_size", "n_steps"),
)
