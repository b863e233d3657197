"""A run from beside an optimum that the step size may exclude."""

from collections.abc import Callable

import numpy as np

from stepsize_core.arrays import Array
from stepsize_core.claims import Claim
from stepsize_core.frozen import Recomputable
from stepsize_core.networks.two_layers import MOST_SEEN, Training, train
from stepsize_core.paper.edge_of_the_arc.claims import balance_law, claims_of, network_claims
from stepsize_core.paper.edge_of_the_arc.layers import TARGET, Landing, landing, run, sharpness
from stepsize_core.paper.edge_of_the_arc.noise import Batches, batches
from stepsize_core.paper.edge_of_the_arc.params import (
    NETWORKS,
    OWN,
    PARABOLA,
    SCALAR,
    SINE,
    STEP,
    Params,
    own_points,
)
from stepsize_core.paper.runs import SEEN

N_POINTS = 20


class NetworkStudy(Recomputable):
    """A small network before and after its training, with the sharpness at the first and the last step.

    text: of points that were uploaded.
    """

    params: Params
    text: str
    training: Training
    claims: tuple[Claim, ...]

    @property
    def edge(self) -> float:
        """2/δ."""
        return 2.0 / self.params.step_size


class Study(Recomputable):
    """One run and where gradient descent from the same start ends.

    states (n_steps + 1, L), NaN once escaped; errors: e = w₁⋯w_L − 1; sharpness: S of every state; at_rest:
    of two layers, S of the optimum with the same balance; balance, predicted_balance: w₁² − w_L² and its
    exact law; ended: of gradient descent, without noise.
    """

    params: Params
    states: Array
    errors: Array
    sharpness: Array
    at_rest: Array
    balance: Array
    predicted_balance: Array
    ended: Landing
    claims: tuple[Claim, ...]

    @property
    def edge(self) -> float:
        """2/δ."""
        return 2.0 / self.params.step_size

    @property
    def shown(self) -> bool:
        """Whether the states end where gradient descent from the same start does: far out, or at its S."""
        if self.ended.escaped:
            return not bool(np.isfinite(self.states[-1]).all())
        apart = abs(float(self.sharpness[-1]) - self.ended.sharpness)
        return self.ended.converged and apart <= SEEN * self.ended.sharpness

    @property
    def arc(self) -> float:
        """The largest S of an optimum that is stable in the mean square: 2/δ, or less with sampled inputs."""
        return self.edge / (1.0 + self.params.spread)


def points_of(params: Params, text: str = "") -> tuple[Array, Array]:
    """The points that a network learns, x and y; text: takes the place of `params.own`.

    Raises ValueError where own points are used and cannot be read.
    """
    if params.points == OWN:
        return own_points(text or params.own, params.x_column, params.y_column)
    x = np.linspace(-1.0, 1.0, N_POINTS)
    return x, {SINE: np.sin(3.0 * x), STEP: np.sign(x), PARABOLA: 2.0 * x * x - 1.0}[params.points]


def training(
    params: Params,
    n_seen: int = MOST_SEEN,
    text: str = "",
    *,
    progress: Callable[[float], object] | None = None,
) -> Training:
    """The training of the network of `params`, with the exact sharpness at up to n_seen steps; text: own
    points."""
    x, y = points_of(params, text)
    return train(
        NETWORKS[params.system],
        params.units,
        x,
        y,
        params.step_size,
        params.n_steps,
        params.seed,
        n_seen,
        progress,
        depth=params.network_layers,
    )


def study(params: Params, text: str = "") -> Study | NetworkStudy:
    """Run `params` and set it against the theory; text: own points in place of `params.own`."""
    if params.system != SCALAR:
        seen = training(params, 2, text)
        return NetworkStudy(params, text, seen, network_claims(params, seen))
    p, n_steps = params, params.n_steps
    drawn = Batches(np.ones(n_steps), np.zeros(n_steps))
    if p.sampled:
        drawn = Batches(*(rows[:, 0] for rows in batches(p.inputs, p.noise, p.batch, p.seed, n_steps, 1)))
    states = run(params.start, params.step_size, params.n_steps, drawn.shifts, drawn.gains)
    ended = landing(params.start, params.step_size)
    with np.errstate(over="ignore", invalid="ignore"):
        errors = np.prod(states, axis=1) - TARGET
        balance = states[:, 0] ** 2 - states[:, -1] ** 2
        return Study(
            params=params,
            states=states,
            errors=errors,
            sharpness=np.asarray(sharpness([*states.T])),
            at_rest=np.sqrt(balance**2 + 4.0 * TARGET**2),
            balance=balance,
            predicted_balance=balance_law(params, states, drawn),
            ended=ended,
            claims=claims_of(params, states, drawn, ended),
        )
