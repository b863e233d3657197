"""Theorem 1, Corollaries 1 and 2: which optima of a linear network a step size can reach."""

from pages import ui
from pages.charts import reachable_optima as charts
from stepsize_core.paper.reachable_optima import LAYERS, PHENOMENON

STATEMENT = r"""
A linear network with weights $W_1, \dots, W_L$ estimates $R \ne 0$ by $\hat R = W_L \cdots W_1$; its cost is
$\tfrac12\|W_L \cdots W_1 - R\|_F^2$, with the factor $\tfrac12$ in every curvature and bound of this page.

**Theorem 1.** Gradient descent from a random start can converge to a solution $\{\hat W_j\}$ only if

$$
\delta \le \frac{2}{\sum_{j=1}^L p_{j-1}^2\, q_{j+1}^2}, \qquad p_j = \|\hat W_j \cdots \hat W_1 v\|,
\quad q_j = \|u^\top \hat W_L \cdots \hat W_j\|, \quad p_0 = q_{L+1} = 1, \tag{3}
$$

with $u, v$ the singular vectors of $\hat R$ for its largest singular value. The family
$\{\alpha_j \hat W_j\}$, $\prod_j \alpha_j = 1$, has the same cost and makes (3) arbitrarily small: each
$\delta$ reaches only a subset of the optima. **Remark 1:** necessary, not sufficient. The exact condition is
$\delta \le 2/\lambda_{\max}$ of the Hessian, and $2/\lambda_{\max} \le (3) \le (4)$: a step size below (3) is
*not excluded*, no more.

**Corollary 1.** Converging to a global optimum needs $\delta \le 2/(L\,\rho(R)^{2(L-1)/L})$ (4), with
$\rho$ the largest singular value. It is tight at the balanced optimum, the flattest of all.

**Corollary 2.** If gradient descent with step size $\delta$ converged to $\hat R$, then almost surely
$\rho(\hat R) \le (2/(L\delta))^{L/(2L-2)}$: a large step can only learn maps with small singular values.

**Two scalar layers.** For $\tfrac12(w_1w_2 - r)^2$ the optima are the hyperbola $w_1w_2 = r$ and
$\lambda_{\max} = w_1^2 + w_2^2$, so only the arc $w_1^2 + w_2^2 \le 2/\delta$ can be reached; it is empty
once $\delta > 1/|r|$. Beyond the paper: each step multiplies $w_1^2 - w_2^2$ by exactly $1 - \delta^2e^2$,
where $e = w_1w_2 - r$. As long as $\delta|e| < \sqrt2$, a step makes the layers more equal, and so the
optimum that is reached flatter.
"""

page = ui.open(PHENOMENON, charts)
if page.params.system == LAYERS:
    page.follows(page.study.objective, "w1", "w2")
    page.stage(charts.PLANE, charts.SHARPNESS, charts.OVER)
    groups = {"The cost and the balance": (charts.PLANE_COST, charts.IMBALANCE)}
else:
    page.stage(charts.SHARPNESS, charts.CHAIN, charts.SPECTRUM)
    groups = {
        "The run": (charts.COST, charts.DISTANCE, charts.TOP_VALUE),
        "Corollary 2 and rescalings": (charts.CEILING, charts.RESCALINGS),
        "Large singular values": (charts.LARGEST_STEP, charts.STEPS_NEEDED),
    }
page.verdicts()
page.tabs(groups, statement=STATEMENT)
