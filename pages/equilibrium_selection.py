"""Example 2 and Figure 1: the step size selects the equilibrium."""

from pages import ui
from pages.charts import equilibrium_selection as charts
from stepsize_core.paper.equilibrium_selection import PHENOMENON

STATEMENT = r"""
**Example 2.** Let $f_2(x) = (x^2+1)(x-1)^2(x-2)^2$, nonconvex, with minima at $1$ and $2$ (Figure 1).
Gradient descent with step size $\delta$ is

$$x[k+1] = x[k] - \delta f_2'(x[k]).$$

Since $f_2''(1) = 4$ and $f_2''(2) = 10$, the equilibrium $1$ is stable only for $\delta < 2/4 = 0.5$ and the
equilibrium $2$ only for $\delta < 2/10 = 0.2$. If gradient descent with $\delta = 0.3$ converges to an
equilibrium from a random start, that equilibrium is almost surely $1$.

**Beyond the paper.** The sentence says *if* it converges. Above $0.2$ a stable 2-cycle takes the place of
$x = 2$ and doubles its period again and again; at $0.3$ more than a quarter of the starts end in a chaotic
band around $2$, and near $0.34$ the band meets the edge of its basin and is gone. Which attractor is seen
depends on where one comes from: followed upwards from $2$ and downwards to $1$, the diagram has two branches
over the same step sizes (hysteresis).

The thresholds speak of the *last* step size. If the step decays in the end, to $0.1$ say, the runs in the
band around $2$ settle at $2$ after all; those that a larger step has thrown over to $1$ stay there. The
largest step decides, the decay only shows what it has decided.
"""

page = ui.open(PHENOMENON, charts)
page.follows(page.study.objective, "start")
both = page.choice("window", "what the cobweb shows", ("near the run", "both minima")) == "both minima"
page.stage(charts.COBWEB_OF_BOTH if both else charts.COBWEB, charts.FIGURE_1, charts.DIAGRAM)
page.verdicts()
page.tabs(
    {
        "Where the starts go": (charts.FATES, charts.SHARES),
        "Margins and iterates": (charts.MARGINS, charts.ITERATES),
        "Over the step size": (charts.LYAPUNOV,),
        "Step size over time": (charts.SCHEDULE, charts.DECAYED),
    },
    statement=STATEMENT,
)
