"""Edge of the arc: where a run goes that begins at an optimum which the step size excludes."""

from pages import ui
from pages.charts import edge_of_the_arc as charts
from pages.charts.kit.figure import Figure
from stepsize_core import UserFunction
from stepsize_core.paper.edge_of_the_arc import PHENOMENON, SCALAR, TARGET

STATEMENT = r"""
**Beyond the paper.** Theorem 1 says which optima gradient descent cannot reach: those with sharpness above
$2/\delta$. Here a run *begins* beside one. The cost is $\tfrac12(w_1\cdots w_L - 1)^2$, with $r = 1$, and
at an optimum the largest Hessian eigenvalue is $S = \sum_i (w_1\cdots w_L/w_i)^2$.

**Two layers.** With $e = w_1w_2 - r$, $S = w_1^2 + w_2^2$ and $D = w_1^2 - w_2^2$ a step is closed:

$$
e \leftarrow e(1 - \delta S) + \delta^2e^2(e + r), \qquad
S \leftarrow S - 4\delta e(e + r) + \delta^2e^2S, \qquad D \leftarrow D(1 - \delta^2e^2).
$$

Just above the edge, with $u = \delta\sqrt{D^2 + 4r^2} - 2$ and $e^2$ averaged over two steps,
$u^2 + \kappa e^2$ stands, $\kappa = 2\delta^2(1 - \delta^2r^2)$. So $u$ goes from $u_0$ to $-u_0$: as
$S_0 \to 2/\delta$ the run **lands at the mirror image** $4/\delta - S_0$, and on the way $|e|$ peaks at
$u_0/\sqrt\kappa$. Farther beyond the edge this is no more than a guide. A run never comes to rest above
$2/\delta$, and none below the flattest optimum, $S = 2r$.

**Three and more layers.** Where one layer is large and the others alike, runs from beside an excluded optimum
end within 3 % of $2/\delta$; this is seen and not derived. It does not hold for every optimum of three
layers: where the layers are spread out widely, a run is thrown across as with two. Exact for every $L$: a
step multiplies $w_1^2 - w_L^2$ by $1 - \delta^2e^2P^2$, with $P$ the product of the layers between.

**Label noise.** Let the labels be $r + \varepsilon_i$ with mean residual 0, and $\sigma_B^2$ the variance of
a batch's mean. For $\delta S < 2$ the residual is stationary with the variance
$\delta S\sigma_B^2/(2 - \delta S)$, and in the mean $D$ falls by the factor

$$
1 - \frac{2\delta^2\sigma_B^2}{2 - \delta\sqrt{D^2 + 4r^2}}
$$

a step, to $D = 0$: the flattest optimum. The full batch has no noise, and remembers its start.

**Sampled inputs.** With fresh Gaussian inputs, $\mathbb E x^2 = 1$, in batches of $B$ both denominators
become $2 - \delta S(1 + 2/B)$. They vanish at the *mean-square arc* $S = (2/\delta)\,B/(B + 2)$: beside a
sharper optimum the mean of $e^2$ grows, though single runs may settle there.

**A small network.** Two layers, $f(x) = \sum_j a_j\varphi(w_jx + b_j) + c$, or two to five linear ones,
$f(x) = a\,W_{L-1}\cdots W_2\,(wx + b) + c$, on 20 points of the line or on up to 200 of your own, with the
mean of $\tfrac12(f(x_i) - y_i)^2$. Its sharpness is the largest eigenvalue of the exact Hessian (for ReLU
beside its kinks). A run that is at rest has $\lambda_{\max} \le 2/\delta$; that
training brings $\lambda_{\max}$ up to $2/\delta$ is seen and not derived.

Related: the catapult of [Lewkowycz et al.](https://arxiv.org/abs/2003.02218), which is $r = 0$; the edge of
stability of [Cohen et al.](https://arxiv.org/abs/2103.00065). The derivations here are independent.
"""

page = ui.open(PHENOMENON, charts)
groups: dict[str, tuple[Figure, ...]] = {}
if page.params.system != SCALAR:
    page.stage(charts.TRAINING, charts.LOSS, charts.FIT)
elif page.params.layers == 2:
    layers = None if page.params.sampled else UserFunction(f"(x*y - {TARGET:g})^2/2")
    page.follows(layers, "w1", start=("x", f"1/x + {page.params.beside!r}"))
    noisy = page.params.noise > 0.0
    page.stage(charts.PLANE, charts.SHARPNESS, charts.LANDS if not noisy else charts.FORGETTING)
    groups["Phase portrait"] = (charts.PORTRAIT,)
    if noisy:
        groups["Where runs land"] = (charts.LANDS,)
else:
    page.stage(charts.SHARPNESS, charts.LANDS)
page.verdicts()
if page.params.system == SCALAR:
    groups |= {"Two, three, four layers": (charts.DEPTHS,), "Balance": (charts.BALANCE,)}
page.tabs(groups, statement=STATEMENT, statement_tab="The statement")
