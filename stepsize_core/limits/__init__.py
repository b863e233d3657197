"""What did a run of gradient descent become? An equilibrium, a periodic orbit, something aperiodic?"""

from stepsize_core.limits.classify import (
    Limit,
    LimitKind,
    classify_limit,
    classify_trajectory,
    joined,
    not_rounding,
)
