"""Gradient descent as a discrete-time dynamical system: x[k+1] = x[k] − δ∇f(x[k])."""

from stepsize_core.descent import Trajectory, gradient_descent
from stepsize_core.objectives import EvenPower, Objective, ThreeHalvesPower, TwoMinima

__all__ = ["EvenPower", "Objective", "ThreeHalvesPower", "Trajectory", "TwoMinima", "gradient_descent"]
