"""A run from beside an optimum that the step size may exclude."""

import numpy as np

from stepsize_core.arrays import Array
from stepsize_core.claims import Claim
from stepsize_core.frozen import Recomputable
from stepsize_core.paper.edge_of_the_arc.claims import balance_law, claims_of
from stepsize_core.paper.edge_of_the_arc.layers import TARGET, Landing, landing, run, sharpness
from stepsize_core.paper.edge_of_the_arc.noise import batch_noise
from stepsize_core.paper.edge_of_the_arc.params import Params


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


def study(params: Params) -> Study:
    """Run `params` and set it against the theory."""
    sigma = params.noise if params.layers == 2 else 0.0
    shifts = batch_noise(sigma, params.batch, params.seed, params.n_steps, 1)[:, 0]
    states = run(params.start, params.step_size, params.n_steps, shifts)
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
            predicted_balance=balance_law(params, states, shifts),
            ended=ended,
            claims=claims_of(params, states, shifts, ended),
        )
