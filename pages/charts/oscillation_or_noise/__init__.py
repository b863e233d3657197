"""Pictures of a record: oscillation or noise."""

from pages.charts.kit.figure import Figure
from pages.charts.oscillation_or_noise.phase import PHASE, SLIPS
from pages.charts.oscillation_or_noise.spread import SPREAD
from pages.charts.oscillation_or_noise.statistic import HISTOGRAM, RATIO
from pages.charts.oscillation_or_noise.strips import FREEZE, STRIPS
from pages.charts.oscillation_or_noise.words import headline
from stepsize_core.paper.oscillation_or_noise import Study

__all__ = ["FREEZE", "HISTOGRAM", "PHASE", "RATIO", "SLIPS", "SPREAD", "STRIPS", "figures", "headline"]


def figures(study: Study) -> tuple[Figure, ...]:
    """The pictures of this study."""
    return STRIPS, FREEZE, HISTOGRAM, RATIO, PHASE, SLIPS, SPREAD
