"""What did a run of gradient descent become? An equilibrium, a periodic orbit, something aperiodic?"""

from stepsize_core.limits.classify import classify_limit, classify_trajectory
from stepsize_core.limits.kinds import Limit, LimitKind, cycle_name, joined, not_rounding
