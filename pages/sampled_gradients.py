"""Sampled gradients: what a step size does when each step sees a part of the samples."""

from pages import ui
from pages.charts import sampled_gradients as charts
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

**Theorem 1 in mean square.** For deep linear networks with one output and such inputs, and the sum $T$ of
Theorem 1, an optimum is stable in mean square only if $\delta \le 2/((1+2p)T)$, hence only if
$\delta \le 2/((1+2p)L\rho^{2-2/L})$: in the direction $d$ of the proof a sample's curvature is $(zx)^2$ with
$|z|^2 \ge T$ and $\mathrm{E}(zx)^4 = 3|z|^4$. In $d$ dimensions $\mathrm{E}|x - x^*|^2$ falls exactly below
$2/\lambda_{\max}(C^{-1/2}DC^{-1/2})$, with $C = \frac12(H\otimes I + I\otimes H)$ and
$D = (1-p)H\otimes H + p\,\mathrm{E}\,H_i\otimes H_i$. Almost every path may converge beyond it.

**Leaving.** Between the bounds in mean square and almost surely a start at the distance $\varepsilon$ leaves
with a probability like $\varepsilon^\kappa$, where $\mathrm{E}\,|1 - \delta a_B|^\kappa = 1$. So it does from
an optimum of two layers, with $\varepsilon$ the residual and $a_B = Sq_B$, $q_B$ the batch's mean of $x^2$.
Reshuffled samples have no $\kappa$: an epoch's factor is the same in every order, so that below the
almost-sure bound starts near enough never leave.

Related: the sign of the exponent decides whether sampled gradients can settle at a minimum ([Chemnitz and
Engel](https://arxiv.org/abs/2407.20209)); the exact mean-square threshold ([Mulayoff and
Michaeli](https://arxiv.org/abs/2306.07850)); heavy tails ([Gürbüzbalaban, Şimşekli and
Zhu](https://arxiv.org/abs/2006.04740)). The derivations here are independent.
"""

page = ui.open(PHENOMENON, charts)
page.stage(charts.PATHS, charts.PHASES, charts.EXPONENTS)
page.verdicts()
page.tabs(charts.tabs(page.study), statement=STATEMENT, statement_tab="The statement")
