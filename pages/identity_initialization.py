"""Theorems 2 and 3: a linear network from the identity, with a symmetric target."""

from pages import ui
from pages.charts import identity_initialization as charts
from stepsize_core.paper.identity_initialization import PHENOMENON

STATEMENT = r"""
A network of $L$ square layers starts at $W_1 = \dots = W_L = I$ and learns a symmetric $R$; the cost is
$\tfrac12\|W_L \cdots W_1 - R\|_F^2$, with the factor $\tfrac12$ in every bound of this page.

**Theorem 2.** If $R$ is positive semidefinite and
$\delta \le \min\{1/L,\ 1/(L\,\rho(R)^{2(L-1)/L})\}$, every layer converges to $R^{1/L}$ with a linear rate.

**Theorem 3.** If $\lambda_{\min}(R) < 0$ and $\delta$ is also at most $1/(1 - \lambda_{\min}(R))$, the
estimate converges to the positive semidefinite matrix closest to $R$: its negative eigenvalues become $0$.

**Remark 3.** Convergence to the optimum that the identity reaches is possible up to the largest step size,
$2/(L\,\rho^{2(L-1)/L})$ (Corollary 1): it is the flattest optimum. **Remark 4.** The identity start of a
linear network is the zero start of a linear residual network.

**The exact reduction.** All layers stay equal and commute with $R$. Each eigenvalue $\lambda$ evolves alone,

$$w \leftarrow w - \delta\, w^{L-1}(w^L - \lambda), \qquad w[0] = 1,$$

and $w^L$ is the eigenvalue of the estimate. The verdicts are taken from this reduction.

**Beyond the paper.** Near $\lambda > 0$ the rate is linear, $1 - \delta L \lambda^{2(L-1)/L}$ a step. At
$\lambda = 0$ it is not: $w \sim ((2L-2)\delta k)^{-1/(2L-2)}$. Negative eigenvalues decay linearly, by
$1 - \delta|\lambda|$, at $L = 2$ only; from $L = 3$ on $w \sim ((L-2)\delta|\lambda|k)^{-1/(L-2)}$.

**A saddle.** The limit of Theorem 3 is a saddle of the full problem: any difference between the layers grows
there, and from $L = 3$ on rounding in the 16th digit is enough. With two layers it takes about
$\ln(\sqrt{2|\lambda|}/\varepsilon)/\ln(1 + \delta|\lambda|)$ steps to leave.

**Beyond Corollary 1** the largest eigenvalue $r$ oscillates; for $L = 2$ the phases begin at
$\delta r = 2\sqrt2 - 2$ (the loss may rise), $1$ (a 2-cycle), $\sqrt5 - 1$ (its period doubles), and beyond
$2$ the run diverges.
"""

NO_CASCADE = (
    "No eigenvalue of R is positive: the nearest PSD matrix is 0, Corollary 1 excludes no step size, and "
    "there is no cascade to show."
)

page = ui.open(PHENOMENON, charts)
page.in_units("step_size", {"δ / guaranteed": page.study.guaranteed, "δ / Corollary 1": page.study.excluded})
log = page.switch("log_k", "log k", value=True, help="steps on a logarithmic axis")
cascade = page.study.spectrum.eigenvalues[-1] > 0
eigenvalues = charts.EIGENVALUES_LOG if log else charts.EIGENVALUES
page.stage(charts.MATRICES, eigenvalues, charts.DIAGRAM if cascade else charts.REGIONS)
page.verdicts()
page.tabs(
    {
        "Over the step size": (charts.REGIONS, charts.EXPONENTS) if cascade else (NO_CASCADE,),
        "One cobweb per eigenvalue": (charts.COBWEBS,),
        "Rates and other starts": (charts.ERRORS_LOG if log else charts.ERRORS, charts.COMPARISON),
        "Distances and the saddle": (charts.DISTANCES, charts.ESCAPE, charts.SPREAD),
    },
    statement=STATEMENT,
)
