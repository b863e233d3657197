"""Example 3: convergence depends on the initialization."""

from pages import ui
from pages.charts import initialization_dependence as charts
from stepsize_core.paper.initialization_dependence import PHENOMENON

STATEMENT = r"""
**Example 3.** Let $f_3(x) = x^L$ with $L$ even, $L > 2$. Gradient descent with step size $\delta$ is

$$x[k+1] = x[k] - \delta L\, x[k]^{L-1}.$$

The state converges to $0$ if $|x[0]|^{L-2} < 2/(L\delta)$ and diverges if $|x[0]|^{L-2} > 2/(L\delta)$: for a
given step size the initialization decides, although $0$ is the only equilibrium and its curvature, $0$,
excludes no step size.

**Beyond the paper.** At equality the state jumps between $\pm x[0]$: a 2-cycle with multiplier $3 - 2L$ per
step, unstable for every $L > 2$. It is the wall between the two fates: close to it, the distance from the
wall is multiplied by $2L - 3$ at every step. Inside, $|x[k]|^{-(L-2)}$ grows by $L(L-2)\delta$ per step,
so that $|x[k]| \sim (L(L-2)\delta k)^{-1/(L-2)}$: algebraic, slower than any geometric rate.

All this is said of a constant step size. One that rises to $\delta$ over $K$ steps, a warm-up, may end at any
height: what is bounded is its slope, about the largest constant step size per step (times $0.864$ for
$L = 4$), since the step allowed at $x$, $2/(L|x|^{L-2})$, grows as the run falls. A step
that is a fixed share $\theta$ of it turns the map into $x \leftarrow (1 - 2\theta)\,x$: a geometric rate.
"""

page = ui.open(PHENOMENON, charts)
page.follows(page.study.objective, "start")
companion = charts.companion(page.study)
page.stage(charts.COBWEB, companion, charts.FATES)
page.verdicts()
others = [fig for fig in (charts.ITERATES, charts.DECAY, charts.DEPARTURE) if fig is not companion]
page.tabs(
    {
        "The run and the function": (tuple(others), charts.LANDSCAPE),
        "The threshold": (charts.RADIUS,),
        "Step size over time": tuple(fig for fig in (charts.WARM_UP, charts.PEAKS) if fig is not companion),
    },
    statement=STATEMENT,
)
