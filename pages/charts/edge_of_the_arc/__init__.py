"""Pictures at the edge of the arc: the run across 2/δ, where runs land, and what label noise does."""

from pages.charts.edge_of_the_arc.ends import DEPTHS, FORGETTING, LANDS
from pages.charts.edge_of_the_arc.network import FIT, LOSS, TRAINING
from pages.charts.edge_of_the_arc.plane import PLANE, PORTRAIT
from pages.charts.edge_of_the_arc.run import BALANCE, SHARPNESS
from pages.charts.kit.figure import Figure
from stepsize_core.paper.edge_of_the_arc import GAUSSIAN, NetworkStudy, Study, fate
from stepsize_core.paper.runs import counted

PERCENT = 10.0  # times: a larger ratio is not read as a percentage


def headline(study: Study | NetworkStudy) -> str:
    """The page's sentence: on which side of the edge the optimum lies, and what the run becomes."""
    if isinstance(study, NetworkStudy):
        return _headline_of_network(study)
    p, ended = study.params, study.ended
    side = "above" if p.beyond > 1.0 else "at" if p.beyond == 1.0 else "below"
    first = f"The run starts beside an optimum with S₀ = {p.sharpness:.4g}, {side} 2/δ = {study.edge:.4g}."
    if p.sampled:
        last = study.at_rest[-1]
        if last != last:
            return f"{first} With {_samples(study)} it diverges."
        return (
            f"{first} With {_samples(study)} it is beside one with S = {last:.4g} after {p.n_steps:,} steps; "
            f"the flattest has 2."
        )
    does = f"Gradient descent {fate(ended)}"
    if not study.shown:
        within = f"within {ended.steps:,} " if ended.converged or ended.escaped else ""
        drawn = f"After {counted(p.n_steps, 'step')} S is {study.sharpness[-1]:.4g}"
        does = f"{drawn}; {within}gradient descent {fate(ended)}"
    if not ended.converged:
        return f"{first} {does}."
    if p.layers == 2 and p.beyond > 1.0:
        return f"{first} {does}; the mirror image 4/δ − S₀ is {2.0 * study.edge - p.sharpness:.4g}."
    return f"{first} {does}, {_of_edge(ended.sharpness / study.edge)}."


def _samples(study: Study) -> str:
    """What the batches differ in, in words."""
    p = study.params
    kinds = ["Gaussian inputs"] * (p.inputs == GAUSSIAN) + ["noisy labels"] * (p.noise > 0.0)
    return f"{' and '.join(kinds)} in batches of {p.batch}"


def _headline_of_network(study: NetworkStudy) -> str:
    p, (first, last) = study.params, study.training.sharpness
    deep = f"{p.network_layers} layers, {p.units} units in each hidden one,"
    size = f"{p.units} units" if p.network_layers == 2 else deep
    begin = f"With {size} {p.system} begins with the sharpness {first:.4g}; 2/δ is {study.edge:.4g}."
    if last != last:
        return f"{begin} Its training diverges."
    return f"{begin} After {p.n_steps:,} steps its sharpness is {last:.4g}, {_of_edge(last / study.edge)}."


def _of_edge(share: float) -> str:
    """A sharpness as a share of the edge, or so many times it where a run is on its way to infinity."""
    return f"{share:.1%} of 2/δ" if share < PERCENT else f"{share:.3g} times 2/δ"


def figures(study: Study | NetworkStudy) -> tuple[Figure, ...]:
    """The pictures of this study."""
    if isinstance(study, NetworkStudy):
        return TRAINING, LOSS, FIT
    plane = (PLANE,) if study.params.layers == 2 else ()
    further = (PORTRAIT,) if study.params.layers == 2 else ()
    noisy = (FORGETTING,) if study.params.layers == 2 and study.params.noise > 0.0 else ()
    return (*plane, SHARPNESS, LANDS, *further, DEPTHS, BALANCE, *noisy)
