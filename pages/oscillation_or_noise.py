"""Oscillation or noise: what tells a run that oscillates from one that is shaken by its batches."""

from pages import ui
from pages.charts import oscillation_or_noise as charts
from stepsize_core.paper.oscillation_or_noise import PHENOMENON

STATEMENT = r"""
The paper closes with a warning: oscillations of gradient descent "might be wrongly attributed to the
stochasticity" of its gradients. The look of a record does not tell: noise at a *stable* minimum of curvature
$a$ alternates too once $1 < \delta a < 2$: its autocorrelation at lag one is $\rho_1 = 1 - \delta a < 0$.

**The statistic.** With the half steps $a_k = (y_k - y_{k-1})/2$ let
$R = \operatorname{mean}(a^2)/\operatorname{mean}(|a|)^2$. It is $1$ on a 2-cycle and $\pi/2$ for Gaussian
noise of any autocorrelation. For **every** symmetric law with one hump $R \ge 4/3$: such a law is a
mixture of uniform ones on $[-U, U]$, so that $R = \tfrac43\,E U^2/(E U)^2$. Where $R$ and its interval lie
below $4/3$ and $\rho_1 < 0$, two branches remain. The second condition excludes two-valued noise, which has
two humps itself. A tenth of the record has to be longer than the memory of $|a_k|$, too: just below a
threshold noise alternates with a size that wanders slowly. $R < 4/3$ says two branches, not period 2: a
chaotic band has them too. $R > 4/3$ excludes nothing, because noise may hide a small oscillation.

**The phase.** Block means of $(-1)^k y_k$ keep their sign where odd and even steps keep their sides from
beginning to end. Where they do not although $R$ shows two branches, the phase slips.

**The deciding experiment** needs no statistics: go on from the last state with the full batch at the same
step size. Noise at a stable minimum dies out; an oscillation stays.

**Example 1 under batches.** With noise of standard deviation $\sigma_B$ and $y = x/\delta^2$ a step is
$y \leftarrow y - \operatorname{sign}(y)\sqrt{|y|} - s\zeta$ with the one parameter $s = \sigma_B/\delta$. For
small $s$ the amplitude $\delta^2/4$ is blurred by $\delta\sigma_B$ only, the mean loss stays $\delta^3/12$,
and a slip has a probability of about $2\Phi(-1/(4s))$ per step. The two humps of $y$ merge near $s = 0.2$,
those of the half steps near $s = 0.6$.

**The amplitude of noise.** At a minimum of curvature $a$ the linear model
$x \leftarrow x - \delta(ax + \zeta)$ has $E x^2 = \delta\sigma_B^2/(2a - \delta a^2)$, whatever the law of
the noise: noise alone swells without bound as $\delta$ nears $2/a$. Near $x = 2$ of Example 2 ($a = 10$) that
holds for small noise. Close to $2/a$ the function bends the growth, and beyond it a 2-cycle takes over, all
as the transfer operator has it.

**Figure 2 under batches.** The record is $\hat f(0.5)$ from the state after 20,000 full steps, 500 steps
discarded and 4,000 kept. Below batches of about 2 % the run may leave for another region.
"""

page = ui.open(PHENOMENON, charts, main=("step_size", "batch"))
freezes = page.choice("shows", "what the large picture shows", ("two strips", "freeze the batch"))
frozen = freezes == "freeze the batch"
page.plays(last=(2 if frozen else 1) * page.params.n_steps)
page.stage(charts.FREEZE if frozen else charts.STRIPS, charts.HISTOGRAM, charts.RATIO)
page.verdicts()
page.tabs(
    {
        "Phase and slips": (charts.PHASE, charts.SLIPS),
        "Amplitude": (charts.SPREAD,),
        "Freeze the batch": (charts.STRIPS if frozen else charts.FREEZE,),
    },
    statement=STATEMENT,
    statement_tab="What tells them apart",
)
