"""Example 1: convergence to a periodic orbit."""

from pages import ui
from pages.charts import periodic_orbits as charts
from stepsize_core.paper.periodic_orbits import PHENOMENON

STATEMENT = r"""
**Example 1.** Let $f_1(x) = \tfrac23 |x|^{3/2}$, convex and continuously differentiable, with its only
minimum at $0$. Gradient descent with step size $\delta$ is

$$x[k+1] = x[k] - \delta\,\mathrm{sign}(x[k])\sqrt{|x[k]|}.$$

The state converges to $0$ only from the countable set
$S = \{0,\ \pm\delta^2,\ \pm\tfrac{3+\sqrt5}{2}\delta^2,\ \dots\}$. From every other start
$|x[k]| \to \delta^2/4$: the state oscillates between $+\delta^2/4$ and $-\delta^2/4$.

**Beyond the paper.** In $y = \sqrt{|x|}/\delta$ the map is $y \leftarrow \sqrt{|y^2 - y|}$; its fixed point
$y = \tfrac12$ has derivative $0$. The orbit is superstable and is reached quadratically, although the
curvature at the minimum is infinite. The loss converges to $f_1(\delta^2/4) = \delta^3/12$.
"""

page = ui.open(PHENOMENON, charts)
if page.params.exceptional < 0:
    page.follows(page.study.objective, "start")
page.stage(charts.COBWEB, charts.ITERATES, charts.AMPLITUDE)
page.verdicts()
page.tabs(
    {
        "The function and its loss": (charts.LANDSCAPE, charts.LOSS),
        "The exceptional set and the approach": (charts.EXCEPTIONAL_SET, charts.APPROACH),
    },
    statement=STATEMENT,
)
