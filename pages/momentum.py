"""Momentum: heavy ball and Nesterov's method at their effective step."""

from pages import ui
from pages.charts import momentum as charts
from stepsize_core.paper.momentum import OWN, PHENOMENON

STATEMENT = r"""
**Two methods.** Heavy ball is $x[k+1] = x[k] - \delta f'(x[k]) + \beta(x[k] - x[k-1])$, Nesterov's method
$y[k] = x[k] + \beta(x[k] - x[k-1])$, $x[k+1] = y[k] - \delta f'(y[k])$, both with $0 \le \beta < 1$ and at
rest at the start, $x[-1] = x[0]$. A run of Nesterov's method is shown by its $y[k]$.

**The 2-cycles are those of gradient descent.** If heavy ball jumps between $p$ and $q$, then
$q = p - \delta f'(p) + \beta(p - q)$, which is $q = p - \delta_e f'(p)$ with

$$
\delta_e = \frac{\delta}{1+\beta} \quad\text{(heavy ball)}, \qquad
\delta_e = \frac{\delta(1+2\beta)}{1+\beta} \quad\text{(Nesterov, for the points } y).
$$

This holds in any dimension. A minimum is stable only for $\delta_e < 2/f''$, so heavy ball bears a step
$1+\beta$ times as large; Theorem 1 and Corollary 1 of the paper hold with $\delta_e$ in place of $\delta$.

**Not all of them are stable for the same steps.** On the line a 2-cycle on which gradient descent has the
multiplier $m$ is stable for heavy ball exactly if $-((1-\beta)/(1+\beta))^2 < m < 1$: the cascade begins
earlier. In more dimensions the product of the Jacobians decides. And a stable cycle may catch fewer starts.

**Example 1.** The 2-cycle is $\pm\delta_e^2/4$, for heavy ball $\pm\delta^2/(4(1+\beta)^2)$; its multipliers
over two steps have the modulus $\beta$, so it is no longer superstable. That almost every start reaches it is
shown without momentum only: here it is counted.

**Example 3 and your own function.** The 2-cycle $\pm(2/(L\delta_e))^{1/(L-2)}$ of $x^L$ is one of every
method, and unstable for all; but only without momentum is it also the wall between starts that converge and
starts that do not. A function of $x$ that you type is treated alike.

**Sampled gradients.** At a common minimum of the samples, with curvatures of mean $\bar a$ and spread $s$ and
the noise share $p$ of a batch, heavy ball is mean-square stable for

$$\delta < \frac{2\bar a}{\bar a^2/(1+\beta) + p s^2/(1-\beta)}.$$

Momentum helps against curvature and hurts against sampling; the best is
$\beta = (\bar a - \sqrt p\,s)/(\bar a + \sqrt p\,s)$. Derived and checked here; that large and small batches
bear momentum differently is also reported by Andreyev and Beneventano.
"""

page = ui.open(
    PHENOMENON,
    charts,
    main=("function", "own", "step_size", "beta"),
    formula=lambda params: params.objective.latex if params.function == OWN else "",
)
page.follows(page.params.map, "start")
page.stage(charts.DELAY, charts.ITERATES, charts.DIAGRAM)
page.verdicts()
of_cycles = charts.of_cycles(page.study)
page.tabs(
    ({"Which cycles are stable": of_cycles} if of_cycles else {})
    | {
        "Where the starts go": (charts.SHARES, charts.OUTCOMES),
        "Momentum and sampling": (charts.SAMPLES,),
        "Figure 2": (charts.FIGURE_2,),
        "Loss": (charts.LOSS,),
    },
    statement=STATEMENT,
    statement_tab="What is derived",
)
