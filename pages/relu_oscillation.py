"""Theorem 4 and Figure 2: ReLU networks that flip between two functions."""

from pages import ui
from pages.charts import relu_oscillation as charts
from stepsize_core.paper.relu_oscillation import PHENOMENON

STATEMENT = r"""
A two-layer network estimates $f$ by $\hat f(x) = W g(Vx - b)$, with $g$ the ReLU and $b$ fixed; $W$ and $V$
are trained on $c \sum_i \|\hat f(x_i) - f(x_i)\|^2$. Every sharpness, margin and bound of this page belongs
to the loss that was trained: $c = \tfrac12$ in the theorem, $c = 1$ in Figure 2.

**Theorem 4.** If gradient descent from a random start converges to $(\hat W, \hat V)$, then almost surely

$$\max_i \|x_i\|\,\|\hat f(x_i)\| \le 1/(2c\,\delta), \text{ that is } 1/\delta \text{ for } c = \tfrac12.$$

**Figure 2.** $f : [0, 1] \to \mathbb R$ is itself such a network, with 20 hidden units and the same $b$, so
it can be represented. With $\delta = 2\cdot10^{-4}$ the estimate converges to a fixed function close to
$f$; with $\delta = 3\cdot10^{-4}$ it ends switching between $\hat f_{\text{odd}}$ and $\hat
f_{\text{even}}$.

**Beyond the paper.** *It depends on the draw:* some converge at both steps, some cycle through four or
eight functions, some never repeat. So the period is measured, on the function, and “odd” and “even” mean
something at period 2 only. *A damped alternation looks like a cycle:* odd and even differ for thousands of
steps, but the gap between consecutive functions keeps falling. *On a cycle, $\lambda_{\max}$ at one iterate
is no verdict:* the eigenvalues of the product of $I - \delta H$ along the orbit decide, and they reach
modulus 1 along flat directions without harm. *Converged is not learned:* larger steps often come to rest at
a poor fit.

**When the theorem says something.** One fitted point gives the Hessian an eigenvalue of at least
$4c\,\|x\|\|\hat f(x)\|$, and $\lambda_{\max} \le 2/\delta$. With 1000 points $\lambda_{\max}$ adds up all of
them and the bound is loose by three to four orders of magnitude; with two points, one of them far from the
origin, it is exact: in the preset the network follows $\|x\|\|f(x)\| = 6$ until $\delta = 1/12$, where the
bound is 6, and cycles from there on.
"""

page = ui.open(PHENOMENON, charts)
played = charts.played_steps(page.study)
page.plays(played[0], played[-1], flips=True)
page.beside_controls(charts.steps(page.study))
page.stage(charts.OVERLAY, charts.LOSS, charts.LAST_LOSSES)
page.verdicts()
page.tabs(
    {
        "Theorem 4": (charts.OUTPUTS, charts.CHAIN),
        "How far it moves": (charts.GAPS,),
        "Curvature": (charts.MULTIPLIERS, (charts.SHARPNESS, charts.MARGINS)),
        "Over the step size": (charts.DIAGRAM, (charts.LOSS_DIAGRAM, charts.EXPONENTS)),
        "How typical?": (charts.STORED,),
        "Your own ensemble": (charts.OWN_ENSEMBLE,),
    },
    statement=STATEMENT,
)
