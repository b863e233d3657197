"""Where the gradient vanishes: on the line, in the plane, and along branches over the step size."""
