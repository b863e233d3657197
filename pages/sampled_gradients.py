"""Sampled gradients: what a step size does when each step sees a part of the samples."""

from pages import ui
from pages.charts import sampled_gradients as charts
from pages.charts.kit.figure import Figure
from stepsize_core.paper.sampled_gradients import PHENOMENON

STATEMENT = r"""
**Beyond the paper.** Let $f = \frac1n\sum_i f_i$ with a minimum $x^*$ that all $f_i$ share, and curvatures
$a_i = f_i''(x^*)$ with mean $\bar a$ and variance $s^2$. Each step follows the gradient of a batch of $B$
samples, drawn without replacement; near the minimum $x \leftarrow (1 - \delta a_B)x$ with the batch's mean
$a_B$. With the noise share $p = \frac{n-B}{B(n-1)}$ there are three thresholds instead of one:

$$
\delta_{\mathrm{ms}} = \frac{2\bar a}{\bar a^2 + p s^2} \;\le\; \frac{2}{\bar a}, \qquad
\lambda(\delta) = \mathrm{E}\log|1 - \delta a_B|.
$$

Below $\delta_{\mathrm{ms}}$ the mean square $\mathrm{E}\,x^2$ falls, by $q = (1-\delta\bar a)^2 + \delta^2
p s^2$ a step. By the law of large numbers $\frac1k\log|x[k]|$ goes to $\lambda$: almost every path falls to
the minimum where $\lambda < 0$, *however the mean square grows*. The zero of $\lambda$ is never below
$\delta_{\mathrm{ms}}$ (Jensen), and may lie on either side of $2/\bar a$. A sample of paths shows the mean
square for a few steps only: later the mean is carried by paths so rare that no sample contains them.

**Reshuffled** single samples have one factor per epoch, $\prod_i|1 - \delta a_i|$, in every order. **Two
scalar layers** with Gaussian inputs: the optima $w_1w_2 = r$ with $w_1^2 + w_2^2 \le t/\delta$ are stable,
with $t = 2$ for gradient descent, $2B/(B+2)$ in mean square, and $t_B$ (2.421 for $B = 1$) almost surely.

Related: the sign of the exponent decides whether sampled gradients can settle at a minimum ([Chemnitz and
Engel](https://arxiv.org/abs/2407.20209)); the exact mean-square threshold ([Mulayoff and
Michaeli](https://arxiv.org/abs/2306.07850)); heavy tails ([Gürbüzbalaban, Şimşekli and
Zhu](https://arxiv.org/abs/2006.04740)). The derivations here are independent.
"""

TITLES = {
    charts.ORDERS: "Reshuffled",
    charts.ENDS_OVER: "Example 2, sampled",
    charts.REVERSAL: "Batch size selects",
    charts.ARCS: "The arc of optima",
}

page = ui.open(PHENOMENON, charts)
page.stage(charts.PATHS, charts.PHASES, charts.EXPONENTS)
page.verdicts()
groups: dict[str, tuple[Figure, ...]] = {"The cloud at the end": (charts.CLOUD,)}
groups |= {TITLES[figure]: (figure,) for figure in charts.MORE[page.params.system]}
page.tabs(
    groups | {"Example 3, sampled": (charts.PROBABILITY,)}, statement=STATEMENT, statement_tab="The statement"
)
