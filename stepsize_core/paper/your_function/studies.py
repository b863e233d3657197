"""Any function that a reader types, studied as Examples 1 to 3 are: beyond the paper, in its words.

A function of x alone is studied on a window of the line (`line`), one of x and y on a window of the plane
(`plane`).
"""

from stepsize_core.paper.your_function.line import LineStudy, study_on_line
from stepsize_core.paper.your_function.params import Params
from stepsize_core.paper.your_function.plane import PlaneStudy, study_on_plane

Study = LineStudy | PlaneStudy


def study(params: Params) -> Study:
    """Run gradient descent at `params` and set it against linear theory."""
    return study_on_plane(params) if params.objective.state_shape else study_on_line(params)
