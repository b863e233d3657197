"""A cobweb to learn to read: two annotated steps towards an equilibrium."""

from pages.charts.kit.calls import call
from pages.charts.kit.drawing import Drawing
from pages.charts.kit.figure import figure
from pages.charts.scalar.cobweb import draw_cobweb
from stepsize_core.paper import equilibrium_selection
from stepsize_core.paper.equilibrium_selection import Study

TO_READ = equilibrium_selection.Params(step_size=0.4, start=0.72, n_steps=10)


@figure("A cobweb", height=330, also=[call(equilibrium_selection.study, TO_READ)])
def HOW_TO_READ(study: Study, draw: Drawing) -> str:
    first, second, *_ = study.states
    fixed, middle, delta = study.limit.points[0], (first + second) / 2, study.params.step_size
    low, high = study.states.min() - 0.06, study.states.max() + 0.12
    draw_cobweb(draw, study, (low, high))
    draw.points("_start", _named("x[0]", first, first), look="chosen", size=60)
    draw.points("_equilibrium", _named("equilibrium", fixed, fixed), look="theory", size=110, filled=False)
    draw.label("_start", look="chosen", dx=8, dy=6)
    draw.label("_equilibrium", align="center", dx=0, dy=30)
    draw.label("_up", _named("1  to the curve", first, middle), look="measured", dx=6, dy=0)
    over = _named("2  to the diagonal", middle, second)
    draw.label("_over", over, look="measured", align="center", dx=0, dy=-8)
    draw.label("_diagonal", _named("diagonal", high, high), look="muted", align="right", dx=-12, dy=2)
    draw.label("_curve", _named("curve x − δf′(x)", low, second), look="ink", dx=34, dy=-34)
    slope = 1.0 - delta * float(study.objective.hessian(fixed))
    return (
        f"Example 2 at δ = {delta:g} from {study.params.start:g}: {study.limit.sentence}, "
        f"where the slope of the curve is {slope:.2g}."
    )


def _named(text: str, x: float, y: float) -> dict:
    return {"x": x, "y": y, "text": text}
