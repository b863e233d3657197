"""Any function that a visitor types, with everything that Examples 1 to 3 have."""

from pages import ui
from pages.charts import your_function as charts
from stepsize_core.paper.your_function import PHENOMENON, PlaneStudy

STATEMENT = r"""
Type a function of $x$, or of $x$ and $y$. Gradient descent $x[k+1] = x[k] - \delta f'(x[k])$ is run on it,
and linear theory predicts:

**Stability.** An equilibrium $x^*$, $f'(x^*) = 0$, has the multiplier $1 - \delta f''(x^*)$: a minimum is
stable exactly for $\delta < 2/f''(x^*)$, with margin $2/\delta - f''(x^*)$. In two variables each Hessian
eigenvalue $\lambda$ has its multiplier $1 - \delta\lambda$, and the largest decides: $\delta <
2/\lambda_{\max}$.

**How stability is lost.** At $\delta = 2/f''$ the multiplier is $-1$. With $Q = 3f'''^2 - f''f''''$ at
$x^*$, a 2-cycle of amplitude $\sqrt{6f''\,|f'' - 2/\delta|/|Q|}$ is born there: for $Q > 0$ it is stable
and lies above the critical step size (*soft*); for $Q < 0$ it is unstable, lies below, and bounds the
basin, which shrinks to nothing (*hard*).

**Kinks.** Where $f'$ jumps across 0, each step near $x^*$ is thrown to the other side: unstable for every
$\delta$. Where $f''$ jumps from $a$ to $b$ at a minimum, runs stay on the side that they reach without
overshooting, or alternate sides at $1 - \delta a$ and $1 - \delta b$: stable exactly for $\delta < 1/a +
1/b$. A slope that throws across on one side only counts as $b = \infty$.

**The language.** Numbers, $x$, $y$, `+ - * / ^`, brackets, `pi`, `e`, `|x|`, `√x`, and the functions `abs`,
`sign`, `sqrt`, `cbrt`, `exp`, `expm1`, `log`, `log1p`, `log2`, `log10`, `sin`, `cos`, `tan`, `asin`, `acos`,
`atan`, `sinh`, `cosh`, `tanh`, `sigmoid`, `softplus`, `relu`, `max`, `min`, `pow`; cases are written
`where(x < 0, a, b)`. `2x`, `x(x+1)`, `x²`, `sin^2(x)`, `np.exp(x)` and LaTeX such as `\frac{x^2}{2}` are
understood; what has two readings, such as `1/2x`, is refused. One variable of another name, such as `w`, is
read as $x$. Derivatives are exact, to the fourth order. Where $f'$ jumps the sub-gradient is 0 for `abs` and
`relu`, that of the first argument for `max` and `min`, and that of the branch taken for `where`. A run that
steps to where $f$ or its derivative is not defined is *undefined*, told apart from one that diverges.
"""

page = ui.open(
    PHENOMENON, charts, main=("function", "step_size"), formula=lambda params: params.objective.latex
)
if isinstance(page.study, PlaneStudy):
    page.follows(page.study.objective, "start", "start_y")
    page.stage(charts.PLANE, charts.PLANE_ITERATES, charts.PLANE_DIAGRAM)
    groups = {
        "Margins and shares": (charts.PLANE_MARGINS, charts.PLANE_SHARES),
        "Over the step size": (charts.LYAPUNOV,),
    }
else:
    page.follows(page.study.objective, "start")
    page.stage(charts.COBWEB, charts.FUNCTION, charts.LINE_DIAGRAM)
    groups = {
        "Where the starts go": (charts.FATES, charts.SHARES),
        "Margins and iterates": (charts.MARGINS, charts.ITERATES),
        "Over the step size": (charts.LYAPUNOV,),
    }
page.verdicts()
ui.caption(page.study.search.what_may_be_missed)
page.tabs(groups, statement=STATEMENT, statement_tab="Theory and language")
