"""Gradient descent as a discrete-time dynamical system: x[k+1] = x[k] − δ∇f(x[k])."""

from stepsize_core.adapters import FromGradient
from stepsize_core.claims import Claim, Verdict
from stepsize_core.descent import Trajectory, gradient_descent
from stepsize_core.dynamics import HeavyBall, Nesterov, Scheduled
from stepsize_core.equilibria.branches import find_equilibria, two_cycles
from stepsize_core.equilibria.line import CriticalPoint, critical_point, equilibria_on
from stepsize_core.equilibria.plane import plane_equilibria
from stepsize_core.expressions import ExpressionError
from stepsize_core.expressions.user_function import UserFunction
from stepsize_core.limits import Limit, LimitKind, classify_limit, classify_trajectory
from stepsize_core.networks.factorization import ScalarFactorization, SpectrumFactorization
from stepsize_core.networks.linear import DeepLinearNetwork
from stepsize_core.networks.relu import TwoLayerReLU, gaussian_experiment
from stepsize_core.objectives import EvenPower, Objective, ThreeHalvesPower, TwoMinima
from stepsize_core.sampling.ensembles import Ensemble, sgd
from stepsize_core.sampling.finite_sums import FiniteSum
from stepsize_core.sampling.laws import noise_share
from stepsize_core.sampling.moments import mean_square_threshold
from stepsize_core.sampling.records import alternation
from stepsize_core.sampling.thresholds import sampled_exponent, sampled_thresholds
from stepsize_core.stability import (
    StabilityLoss,
    critical_step_size,
    eigenvalue_margins,
    flip_coefficient,
    hessian_eigenvalues,
    largest_hessian_eigenvalue,
    lyapunov_exponent,
    orbit_multipliers,
    stability_loss,
)
from stepsize_core.sweeps import (
    BifurcationDiagram,
    basins_of_attraction,
    bifurcation_diagram,
    fate_raster,
    wilson_interval,
)

__version__ = "1.0.0"

__all__ = [
    "BifurcationDiagram",
    "Claim",
    "CriticalPoint",
    "DeepLinearNetwork",
    "Ensemble",
    "EvenPower",
    "ExpressionError",
    "FiniteSum",
    "FromGradient",
    "HeavyBall",
    "Limit",
    "LimitKind",
    "Nesterov",
    "Objective",
    "ScalarFactorization",
    "Scheduled",
    "SpectrumFactorization",
    "StabilityLoss",
    "ThreeHalvesPower",
    "Trajectory",
    "TwoLayerReLU",
    "TwoMinima",
    "UserFunction",
    "Verdict",
    "alternation",
    "basins_of_attraction",
    "bifurcation_diagram",
    "classify_limit",
    "classify_trajectory",
    "critical_point",
    "critical_step_size",
    "eigenvalue_margins",
    "equilibria_on",
    "fate_raster",
    "find_equilibria",
    "flip_coefficient",
    "gaussian_experiment",
    "gradient_descent",
    "hessian_eigenvalues",
    "largest_hessian_eigenvalue",
    "lyapunov_exponent",
    "mean_square_threshold",
    "noise_share",
    "orbit_multipliers",
    "plane_equilibria",
    "sampled_exponent",
    "sampled_thresholds",
    "sgd",
    "stability_loss",
    "two_cycles",
    "wilson_interval",
]
