"""Any function that a reader types, studied as Examples 1 to 3 are: beyond the paper, in its words."""

from stepsize_core.paper.phenomenon import ALONE, Phenomenon
from stepsize_core.paper.your_function.line import branches, start_step_size_raster, step_size_diagram
from stepsize_core.paper.your_function.params import PRESETS, Params
from stepsize_core.paper.your_function.plane import plane_branches, plane_diagram, plane_raster
from stepsize_core.paper.your_function.scenes import COMPARISONS, SCENES
from stepsize_core.paper.your_function.studies import LineStudy, PlaneStudy, Study, study

PHENOMENON = Phenomenon(
    stem="your_function",
    key="own",
    title="Your own function",
    place="beyond the paper",
    group=ALONE,
    Params=Params,
    PRESETS=PRESETS,
    study=study,
    scenes=SCENES,
    comparisons=COMPARISONS,
    slow=True,
)
